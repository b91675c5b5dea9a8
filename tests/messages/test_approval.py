"""The ballot and what is told around it."""

from __future__ import annotations

from typing import Any

import pytest

from messages.approval import (
    asked_no_more_card,
    ballot_buttons,
    ballot_card,
    escalation_card,
    reminder_card,
    what_changed_card,
)
from messages.card import Tone
from messages.line import read
from storage.content import ChangeRequest, Content, PlanStep
from storage.terms import BallotState, Board, Choice, ReleaseType
from tests.handlers.policy.releases import BO, CY, DEE, END, vote
from tests.messages.records import ballot, labels, name, people, release, said, standing, words

ECAB: dict[str, Any] = {"board": Board.ECAB, "quorum": 1}


def test_an_open_ballot_says_what_is_asked_by_when_and_of_whom() -> None:
    found = release(impact="A pause", change_requests=[ChangeRequest(ref="CHG-1"), ChangeRequest(ref="CHG-2")])
    text = words(ballot_card(found, standing(found), name))
    for fragment in (
        "CAB: REL-42 Faster refunds, decision asked",
        "Asked for: approval of this release, revision 1",
        "Services: payments 2.4.0",
        "Coordinator: Ana",
        "Window: Tue 1 Dec 2026, 22:00 CET until Wed 2 Dec 2026, 00:00 CET",
        "Customer impact: A pause",
        "Change requests: CHG-1; CHG-2",
        "Deadline: Wed 2 Dec 2026, 00:00 CET",
        "Refunds within a day",
        "drain",
        "redeploy 2.3.9",
        "Cy is awaited",
        "Dee is awaited",
        "2 approvals missing of 2. One rejection rejects. Silence is not consent.",
    ):
        assert fragment in text


def test_votes_stand_with_their_words() -> None:
    found = release()
    one, two = vote(BO), vote(DEE, Choice.REJECT)
    one.comment, two.comment = "fine", "no test"
    text = words(ballot_card(found, standing(found, [one, two]), name))
    assert "Bo approved: fine" in text
    assert "Dee rejected: no test" in text


def test_nobody_has_voted_in_a_round_that_is_over() -> None:
    found = release()
    assert "nobody has voted" in words(ballot_card(found, standing(found, state=BallotState.RECALLED), name))


@pytest.mark.parametrize("state", [state for state in BallotState if state is not BallotState.OPEN])
def test_a_round_that_is_over_keeps_its_votes_and_loses_its_buttons(state: BallotState) -> None:
    found = release()
    card = ballot_card(found, standing(found, [vote(BO)], state, decided_at=END), name)
    assert labels(card) == []
    text = words(card)
    assert "Bo approved" in text
    assert "awaited" not in text
    assert "Closed: Wed 2 Dec 2026, 00:00 CET" in text
    assert f"Revision 1, content {found.digest[:12]}" in text
    assert "decision asked" not in card.title


def test_an_emergency_shows_its_clock_and_reason() -> None:
    found = release(type=ReleaseType.EMERGENCY, reason="INC-77", starts_at=None)
    card = ballot_card(found, standing(found, **ECAB), name)
    text = words(card)
    assert card.tone is Tone.EMERGENCY
    assert "ECAB: REL-42" in text
    assert "Clock: opened" in text
    assert "INC-77" in text
    assert "Window" not in text


def test_what_is_asked_after_the_fact_says_so() -> None:
    found = release(type=ReleaseType.EMERGENCY)
    text = words(ballot_card(found, standing(found, retroactive=True, **ECAB), name))
    assert "retroactive approval of an emergency that was deployed first, revision 1" in text


def test_each_button_points_at_exactly_this_revision_and_content() -> None:
    found = release(revision=3)
    for line in said(ballot_card(found, standing(found), name))[:3]:
        given = read(line)
        assert given.bare[1] == "REL-42"
        assert given.named["revision"] == "3"
        assert len(given.named["digest"]) >= 16
        assert found.digest.startswith(given.named["digest"])


def test_a_normal_approval_is_confirmed_and_an_emergencys_is_one_press() -> None:
    found = release()
    assert ballot_buttons(found, ballot(found))[0].confirm is not None
    found = release(type=ReleaseType.EMERGENCY)
    assert ballot_buttons(found, ballot(found))[0].confirm is None


def test_a_title_of_any_length_fits_the_question() -> None:
    found = release(title="x" * 2000)
    confirm = ballot_buttons(found, ballot(found))[0].confirm
    assert confirm is not None
    assert len(confirm.text) <= 300


def test_a_long_plan_is_shown_in_brief() -> None:
    found = release(plan=[PlanStep(text=f"step {number}") for number in range(20)])
    text = words(ballot_card(found, standing(found), name))
    assert "step 4" in text
    assert "step 5" not in text
    assert "… and 15 more steps" in text


def test_s7_the_board_sees_stages_and_when_the_way_back_is_taken() -> None:
    steps = [PlanStep(text="drain", stage="Pilot", minutes=10), PlanStep(text="deploy", stage="Full")]
    content = Content(back_out_trigger="errors over 2 %", back_out_minutes=20)
    found = release(plan=steps, stages=["Pilot", "Full"], back_out=["redeploy"], content=content)
    text = words(ballot_card(found, standing(found), name))
    for fragment in ("Pilot · 1 step · 10 min", "Full · 1 step", "Used when: errors over 2 %", "Takes: 20 min"):
        assert fragment.lower() in text.lower(), text


# ---- around it


def test_a_reminder_mentions_who_owes_a_vote_and_nobody_else() -> None:
    found = release()
    card = reminder_card(found, ballot(found), [CY, DEE], name)
    assert {ref.name for ref in people(card) if ref.notify} == {"Cy", "Dee"}
    assert "Awaited: Cy, Dee" in words(card)
    assert labels(card)[0] == "Approve"


def test_a_living_ballot_mentions_nobody_so_that_an_edit_rings_no_bell() -> None:
    found = release()
    card = ballot_card(found, standing(found, [vote(BO)]), name)
    assert [ref for ref in people(card) if ref.notify] == []


def test_when_nobody_is_left_to_vote_a_reminder_says_whom_to_ask() -> None:
    found = release()
    assert "ask the change manager" in words(reminder_card(found, ballot(found), [], name))


def test_an_escalation_counts_what_is_missing() -> None:
    found = release()
    card = escalation_card(found, ballot(found), 1)
    assert "1 approval missing" in words(card)
    assert "Approve" in labels(card)


def test_what_is_asked_no_more_has_nothing_to_press() -> None:
    found = release()
    card = asked_no_more_card(found, ballot(found, state=BallotState.APPROVED))
    assert labels(card) == []
    assert "approved" in words(card)


def test_what_changed_is_shown_field_by_field_in_the_releases_zone() -> None:
    found = release(revision=2)
    text = words(what_changed_card(found, [("Customer impact", "—", "A pause"), ("Window end", END, END)]))
    assert "Customer impact: — → A pause" in text
    assert "Window end: Wed 2 Dec 2026, 00:00 CET → Wed 2 Dec 2026, 00:00 CET" in text
    assert "revision 2 comes back to you" in text
