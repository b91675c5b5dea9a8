"""What stakeholders read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messages.announcement import (
    announcement_card,
    ask_words_card,
    progress_card,
    schedule_card,
    schedules_card,
    status_card,
)
from messages.card import PersonRef, Tone
from storage.release import Update
from storage.terms import ReleaseType, State
from tests.handlers.policy.releases import BO, END, NOW, START
from tests.messages.records import COMPLETED, STARTED, labels, name, people, release, said, words

LATER = STARTED + timedelta(minutes=40)


def test_every_state_is_said_in_words_of_its_own() -> None:
    said_ = [announcement_card(release(state=state), name).summary for state in State]
    assert len(set(said_)) == len(State)
    assert all(each.startswith("REL-42 Faster refunds: ") and "_" not in each for each in said_)


def test_the_announcement_says_what_when_and_whom_to_ask() -> None:
    text = words(announcement_card(release(state=State.APPROVED, impact="Refunds pause"), name))
    for fragment in (
        "REL-42 Faster refunds",
        "Planned and approved",
        "Refunds within a day",
        "Services: payments 2.4.0",
        "Window: Tue 1 Dec 2026, 22:00 CET until Wed 2 Dec 2026, 00:00 CET",
        "What you may notice: Refunds pause",
        "Contact: Ana",
    ):
        assert fragment in text


def test_what_only_deployers_need_is_left_out() -> None:
    text = words(announcement_card(release(state=State.APPROVED), name))
    for fragment in ("drain", "redeploy", "CHG-101", "revision"):
        assert fragment not in text
    assert labels(announcement_card(release(), name)) == []


def test_a_hold_comes_before_everything() -> None:
    card = announcement_card(release(state=State.DEPLOYING, hold="a fix is tested"), name)
    assert "On hold: a fix is tested" in words(card)
    assert "under way" not in words(card)
    assert card.tone is Tone.WARNING


def test_the_newest_words_stand_with_who_said_them_and_when() -> None:
    latest = Update(release_id=7, person_id=BO, words="ten percent", at=START)
    text = words(announcement_card(release(state=State.DEPLOYING), name, "", latest))
    assert "> ten percent" in text
    assert "Bo, Tue 1 Dec 2026, 22:00 CET" in text
    assert "Stage: Pilot (stage 1 of 2)" in text


def test_an_announcement_rings_nobodys_bell() -> None:
    assert [ref for ref in people(announcement_card(release(), name)) if ref.notify] == []


# ---- progress


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"state": State.DRAFT}, "REL-42 is a draft."),
        ({"state": State.IN_REVIEW}, "REL-42 is in review."),
        ({"state": State.APPROVED}, "REL-42 is approved."),
        ({"state": State.DEPLOYING, "started_at": STARTED},
         "REL-42 is in Pilot (stage 1 of 2), 40 minutes after its start of 120 minutes planned."),
        ({"state": State.DEPLOYING, "stage": 1, "started_at": STARTED, "ends_at": None},
         "REL-42 is in Full (stage 2 of 2), 40 minutes after its start."),
        ({"state": State.ROLLING_BACK, "started_at": STARTED},
         "REL-42 is being rolled back, 40 minutes after its start of 120 minutes planned."),
        ({"state": State.DEPLOYED, "started_at": STARTED, "completed_at": COMPLETED},
         "REL-42 is deployed; it took 125 minutes of 120 minutes planned."),
        ({"state": State.ROLLED_BACK, "started_at": STARTED, "completed_at": COMPLETED},
         "REL-42 is rolled back; it took 125 minutes of 120 minutes planned."),
    ],
)  # fmt: skip
def test_the_facts(changed: dict[str, Any], sentence: str) -> None:
    assert words(progress_card(release(**changed), LATER, "", None)) == sentence


def test_words_stand_under_the_facts_with_who_said_them() -> None:
    card = progress_card(release(state=State.DEPLOYING, started_at=STARTED), LATER, "all fine", PersonRef(BO, "Bo"))
    assert words(card).endswith("> all fine\n\nBo")
    assert card.summary == "REL-42: all fine"


def test_the_coordinator_is_asked_with_a_form() -> None:
    card = ask_words_card(release(), 10)
    assert "If nothing comes in 10 minutes, the bare facts go out." in words(card)
    assert said(card) == ["status REL-42 form=yes"]


# ---- how all stand


def test_releases_stand_in_sections_by_what_happens_to_them() -> None:
    found = [
        release(key="REL-1", state=State.DEPLOYING, started_at=STARTED),
        release(key="REL-2", state=State.IN_REVIEW),
        release(key="REL-3", state=State.APPROVED, hold="look"),
        release(key="REL-4", state=State.DEPLOYED, completed_at=COMPLETED),
        release(key="REL-5", state=State.ROLLING_BACK),
        release(key="REL-6", state=State.ROLLED_BACK, completed_at=COMPLETED),
    ]
    text = words(status_card(found, NOW, "Europe/Berlin"))
    assert "As of Tue 1 Dec 2026, 13:00 CET" in text
    order = [
        "DEPLOYING",
        "REL-1",
        "REL-5",
        "WAITING FOR APPROVAL",
        "REL-2",
        "PLANNED",
        "REL-3",
        "DONE LATELY",
        "REL-4",
        "REL-6",
    ]
    assert sorted(order, key=text.index) == order
    assert "REL-1 Faster refunds — payments 2.4.0, Pilot (stage 1 of 2)" in text
    assert "REL-3 Faster refunds — payments 2.4.0, on hold: look, Tue 1 Dec 2026, 22:00 CET" in text
    assert "REL-4 Faster refunds — payments 2.4.0, Wed 2 Dec 2026, 00:10 CET" in text


def test_an_emergency_without_a_window_has_no_time() -> None:
    text = words(status_card([release(type=ReleaseType.EMERGENCY, state=State.IN_REVIEW, starts_at=None)], NOW, "UTC"))
    assert text.endswith("REL-42 Faster refunds — payments 2.4.0")


def test_nothing_to_tell_is_told() -> None:
    assert "Nothing is deploying, waiting or planned." in words(status_card([], NOW, "UTC"))
    assert "Nothing is deploying" in words(status_card([release(state=State.DRAFT)], NOW, "UTC"))


def test_a_schedule_shows_its_next_times_across_summer_time() -> None:
    times = [datetime(2027, 3, 27, 8, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)]
    text = words(schedule_card("0 9 * * *", "Europe/Berlin", times, number=3, where="#releases"))
    assert "Sat 27 Mar 2027, 09:00 CET" in text
    assert "Sun 28 Mar 2027, 09:00 CEST" in text
    assert "/release status stop 3" in text


def test_each_schedule_has_a_button_that_stops_it() -> None:
    card = schedules_card([(3, "0 9 * * *", "Europe/Berlin", "#releases", END), (5, "every 4h", "UTC", "#ops", END)])
    assert said(card) == ["status stop 3", "status stop 5"]
    assert "3 0 9 * * * (Europe/Berlin) in #releases, next Wed 2 Dec 2026, 00:00 CET" in words(card)
    assert said(schedules_card([])) == []
