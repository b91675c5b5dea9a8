"""The release card, the full one, events and lists."""

from __future__ import annotations

import pytest

from messages.card import Button, Mark, Moment, Stepper, Tone
from messages.release import (
    changed_card,
    event_card,
    full_card,
    headline,
    list_card,
    numbered,
    release_card,
    services_text,
    stage_text,
    stepper,
    tone_of,
)
from messages.words import STATES, TYPES
from storage.content import ChangeRequest, ServiceVersion
from storage.terms import ReleaseType, State
from tests.handlers.policy.releases import START
from tests.messages.records import COMPLETED, STARTED, labels, name, release, words


def marks(**changed: object) -> list[Mark]:
    return [step.mark for step in stepper(release(**changed)).steps]


DONE, CURRENT, TODO, WARNING, NO = Mark.DONE, Mark.CURRENT, Mark.TODO, Mark.WARNING, Mark.NO


@pytest.mark.parametrize(
    "state, expected",
    [
        (State.DRAFT, [CURRENT, TODO, TODO, TODO, TODO, TODO, TODO]),
        (State.IN_REVIEW, [DONE, DONE, CURRENT, TODO, TODO, TODO, TODO]),
        (State.APPROVED, [DONE, DONE, DONE, CURRENT, TODO, TODO, TODO]),
        (State.DEPLOYING, [DONE, DONE, DONE, DONE, CURRENT, TODO, TODO]),
        (State.ROLLING_BACK, [DONE, DONE, DONE, DONE, WARNING, TODO, TODO]),
        (State.DEPLOYED, [DONE, DONE, DONE, DONE, DONE, CURRENT, TODO]),
        (State.ROLLED_BACK, [DONE, DONE, DONE, DONE, DONE, WARNING, TODO]),
        (State.ACCEPTED, [DONE, DONE, DONE, DONE, DONE, CURRENT, TODO]),
        (State.CLOSED, [DONE, DONE, DONE, DONE, DONE, DONE, DONE]),
        (State.CANCELLED, [TODO, TODO, TODO, TODO, TODO, TODO, NO]),
    ],
)
def test_s4_the_stepper_shows_where_it_stands(state: State, expected: list[Mark]) -> None:
    assert marks(state=state) == expected


def test_s4_the_steps_are_the_activities_of_the_process() -> None:
    assert [step.label for step in stepper(release()).steps] == [
        "Plan", "Build & test", "Authorise", "Prepare", "Deploy", "Evaluate", "Closed",
    ]  # fmt: skip
    assert stepper(release(state=State.CANCELLED)).steps[-1].label == "Cancelled"


def test_a_hold_warns_wherever_it_is() -> None:
    assert marks(state=State.APPROVED, hold="look")[3] is WARNING
    assert tone_of(release(state=State.APPROVED, hold="look")) is Tone.WARNING


@pytest.mark.parametrize(
    "kind, state, tone",
    [
        (ReleaseType.NORMAL, State.APPROVED, Tone.GOOD),
        (ReleaseType.NORMAL, State.ROLLING_BACK, Tone.BAD),
        (ReleaseType.EMERGENCY, State.IN_REVIEW, Tone.EMERGENCY),
        (ReleaseType.EMERGENCY, State.DEPLOYING, Tone.EMERGENCY),
        (ReleaseType.EMERGENCY, State.DEPLOYED, Tone.GOOD),
    ],
)
def test_the_tone(kind: ReleaseType, state: State, tone: Tone) -> None:
    assert tone_of(release(type=kind, state=state)) is tone


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", ReleaseType)
def test_every_state_and_type_can_be_shown(state: State, kind: ReleaseType) -> None:
    found = release(state=state, type=kind)
    text = words(release_card(found, name, ()))
    assert f"{STATES[state]} · {TYPES[kind]} · revision 1" in text
    assert words(full_card(found, name, ())).startswith(text.splitlines()[0])
    assert "Ana" in words(list_card("All", [found], name, None, ""))


def test_the_living_card_says_what_and_when_and_who() -> None:
    text = words(release_card(release(impact="A pause"), name, (Button("Edit", "edit REL-42"),)))
    for fragment in (
        "REL-42 Faster refunds",
        "Services: payments 2.4.0",
        "Window: Tue 1 Dec 2026, 22:00 CET until Wed 2 Dec 2026, 00:00 CET",
        "Coordinator: Ana",
        "Customer impact: A pause",
        "Edit: /release edit REL-42",
    ):
        assert fragment in text


def test_without_a_window_it_says_so() -> None:
    assert "Window: not planned yet" in words(release_card(release(starts_at=None), name, ()))


def test_an_emergency_without_a_window_says_when_it_begins_until_it_has_begun() -> None:
    emergency = release(type=ReleaseType.EMERGENCY, starts_at=None)
    assert "Window: none, an emergency starts when it is authorised" in words(release_card(emergency, name, ()))
    emergency.started_at = STARTED
    assert "Window" not in words(release_card(emergency, name, ()))


def test_while_it_deploys_its_stage_and_start_are_shown_and_afterwards_its_end() -> None:
    text = words(release_card(release(state=State.DEPLOYING, stage=1, started_at=STARTED), name, ()))
    assert "Stage: Full (stage 2 of 2)" in text
    assert "Started: Tue 1 Dec 2026, 22:05 CET" in text
    text = words(release_card(release(state=State.DEPLOYED, started_at=STARTED, completed_at=COMPLETED), name, ()))
    assert "Completed: Wed 2 Dec 2026, 00:10 CET" in text
    assert "Stage" not in text
    assert "Started" not in text


def test_what_was_deployed_before_its_authorisation_is_marked() -> None:
    assert "not yet authorised" in words(release_card(release(unauthorised_start=True), name, ()))


def test_the_full_card_has_everything() -> None:
    found = release(
        goal="In a day",
        reason="INC-77",
        change_requests=[ChangeRequest(ref="CHG-1"), ChangeRequest(ref="CHG-2")],
        hold="look",
    )
    text = words(full_card(found, name, ()))
    for fragment in ("In a day", "INC-77", "CHG-1", "CHG-2", "On hold: look"):
        assert fragment in text


def test_what_is_empty_has_no_heading() -> None:
    text = words(full_card(release(change_requests=[], plan=[], back_out=[]), name, ())).lower()
    assert "change requests" not in text
    assert "plan\n" not in text


@pytest.mark.parametrize(
    "services, text",
    [
        ([], "—"),
        ([ServiceVersion(name="web")], "web"),
        ([ServiceVersion(name="web", version="2"), ServiceVersion(name="mail")], "web 2, mail"),
    ],
)
def test_services_in_a_line(services: list[ServiceVersion], text: str) -> None:
    assert services_text(release(services=services)) == text


@pytest.mark.parametrize(
    "changed, text",
    [
        ({"stage": 0}, "Pilot (stage 1 of 2)"),
        ({"stage": 1}, "Full (stage 2 of 2)"),
        ({"stages": []}, "Full (stage 1 of 1)"),
    ],
)
def test_a_stage_in_words(changed: dict[str, object], text: str) -> None:
    assert stage_text(release(**changed)) == text


def test_of_a_long_plan_the_rest_is_counted() -> None:
    card = changed_card(release(), "x", "y")
    parts = numbered("Plan", [f"step {number}" for number in range(8)], most=5)
    text = words(type(card)("x", tuple(parts)))
    assert "step 4" in text
    assert "step 5" not in text
    assert "… and 3 more lines" in text
    assert numbered("Plan", []) == []


def test_an_event_is_a_line_and_the_words_of_who_caused_it() -> None:
    card = event_card(release(), ["REL-42 begins at ", Moment(START, zone="UTC"), "."], "mind the cache")
    assert words(card) == "REL-42 begins at Tue 1 Dec 2026, 21:00 UTC.\n\n> mind the cache"
    assert card.title == ""


def test_a_list_has_a_row_and_a_button_for_each() -> None:
    found = [release(), release(number=41, key="REL-41", title="Other", hold="look", state=State.APPROVED)]
    card = list_card("Releases", found, name, Button("Older", "list all before=41"), "none")
    assert labels(card) == ["REL-42", "REL-41", "Older"]
    text = words(card)
    assert "REL-42 Faster refunds — Draft, payments 2.4.0, Ana" in text
    assert "REL-41 Other — Approved, on hold" in text


def test_an_empty_list_says_what_to_do() -> None:
    assert (
        words(list_card("Mine", [], name, None, "You coordinate no release.")) == "Mine\n\nYou coordinate no release."
    )


def test_the_summary_is_one_plain_line() -> None:
    assert headline(release()) == "REL-42 Faster refunds"
    assert release_card(release(), name, ()).summary == "REL-42 Faster refunds: Draft"
    assert any(isinstance(part, Stepper) for part in release_card(release(), name, ()).parts)
