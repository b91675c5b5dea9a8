"""Submit and recall."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.policy.rules import Approval, ApprovalRules, Rules
from handlers.policy.rules_file import parse_rules
from storage.store import Store
from storage.terms import BallotState, Board, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told


async def test_s4_exactly_this_revision_goes_before_the_cab(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", "submit REL-1")
    found, ballot = town.release(), town.ballot()
    assert sentence_of(answer) == "REL-1 is with the CAB, revision 1."
    assert labels(answer.card) == ["Recall"]
    assert found.state is State.IN_REVIEW
    assert (ballot.revision, ballot.digest, ballot.board) == (found.revision, found.digest, Board.CAB)
    assert (ballot.quorum, ballot.state, ballot.opened_by) == (2, BallotState.OPEN, town.people["ana"])
    assert ballot.deadline_at == town.clock.at + timedelta(hours=48)


async def test_the_cab_sees_what_it_is_asked(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS} impact=Pause changes=CHG-1"), ("ana", "submit REL-1"))
    ballot = town.heard("cab")[0]
    for fragment in (
        "CAB: REL-1 Faster refunds, decision asked",
        "approval of this release, revision 1",
        "payments 2.4.0",
        "Tue 1 Dec 2026, 21:00 UTC until Tue 1 Dec 2026, 23:00 UTC",
        "Customer impact: Pause",
        "Change requests: CHG-1",
        "Deadline: Wed 2 Dec 2026, 12:00 UTC",
        "drain",
        "redeploy 2.3.9",
        "Bo is awaited",
        "Dee is awaited",
        "Cm is awaited",
        "2 approvals missing of 2",
        "Approve: /release approve REL-1",
        "Reject: /release reject REL-1",
    ):
        assert fragment in ballot
    assert "Ana is awaited" not in ballot


async def test_each_member_who_owes_a_vote_is_asked_directly_and_nobody_else(town: Town) -> None:
    await stories.drafted(town)
    await town.say("ana", "submit REL-1")
    asked = {each.channel for each in town.postings(slot="ballot:REL-1:")}
    assert asked == {"cab", "bo", "cy", "dee", "cm"}


async def test_reminders_and_the_deadline_are_planned(town: Town) -> None:
    await stories.submitted(town)
    ballot = town.ballot()
    assert [(due.line, due.at) for due in town.waiting()] == [
        (f"remind REL-1 ballot={ballot.id} before=1440", ballot.deadline_at - timedelta(hours=24)),
        (f"remind REL-1 ballot={ballot.id} before=240", ballot.deadline_at - timedelta(hours=4)),
        (f"escalate REL-1 ballot={ballot.id}", ballot.deadline_at),
    ]


async def test_the_trail_names_revision_and_digest(town: Town) -> None:
    await stories.submitted(town)
    entry = town.last()
    assert (entry.before, entry.after) == (
        {"state": "draft"},
        {"state": "in_review", "revision": 1, "digest": town.release().digest},
    )


async def test_the_policy_says_what_a_round_asks_for(database: Store) -> None:
    town = Town(database, Rules(approval=Approval(normal=ApprovalRules(3, 60, (15, 30), 0))))
    await stories.submitted(town)
    ballot = town.ballot()
    assert (ballot.quorum, ballot.deadline_at - ballot.opened_at) == (3, timedelta(hours=1))
    assert len(town.waiting()) == 3


async def test_s2_release_manager_may_submit_too(town: Town) -> None:
    await stories.drafted(town)
    assert not (await town.say("rm", "submit REL-1")).refused


# ---- refusals


@pytest.mark.parametrize(
    "words, missing",
    [
        ("", "a service, a window, a deployment plan, a back-out plan"),
        ("service=payments", "a window, a deployment plan, a back-out plan"),
        (f'{PLANS} start="2026-12-01 21:00"', "a service"),
        (f"{PLANS} service=web", "a window"),
    ],
)
async def test_s5_what_is_missing_is_named_with_the_form_that_gives_it(town: Town, words: str, missing: str) -> None:
    await town.all(("ana", f'new "Refunds" {words}'))
    answer = await town.say("ana", "submit REL-1")
    assert sentence_of(answer) == f"REL-1 isn't ready for the CAB: it needs {missing}."
    own = ["Deployment plan", "Back-out plan"] if "plan" in missing else []
    assert labels(answer.card) == ["Add it", *own, "What blocks us"]
    for each in [*buttons(answer.card)][:-1]:
        form = (await town.press("ana", each)).form
        assert form is not None
        assert form.title in ("Change a release", *own)
    assert town.release().state is State.DRAFT


async def test_a_window_that_is_over_is_moved_first(town: Town) -> None:
    await stories.drafted(town)
    await town.later(hours=36)
    answer = await town.say("ana", "submit REL-1")
    assert sentence_of(answer) == "The window of REL-1 is over; move it first."
    assert labels(answer.card) == ["Move it"]
    assert town.release().state is State.DRAFT


async def test_a_round_that_could_never_reach_its_quorum_is_not_opened(database: Store) -> None:
    town = Town(database, parse_rules("approval.normal.quorum = 2"))
    await stories.drafted(town)
    for who in ("bo", "cy", "dee"):
        await town.all(("own", f"role revoke <@{who}> cab_member"))
    answer = await town.say("ana", "submit REL-1")
    assert sentence_of(answer) == (
        "It takes 2 approvals, and the CAB has 1 member who may vote on it. "
        "A process owner can add more: /release role grant @name cab_member."
    )
    assert town.waiting() == []


async def test_the_coordinators_own_seat_does_not_count_for_the_quorum(database: Store) -> None:
    town = Town(database, parse_rules("approval.normal.quorum = 2"))
    for who in ("cy", "dee"):
        await town.all(("own", f"role revoke <@{who}> cab_member"))
    await town.all(("own", "role grant <@ana> cab_member"))
    await stories.drafted(town)
    assert not (await town.say("ana", "submit REL-1")).refused
    await town.all(("ana", "recall REL-1"), ("own", "role revoke <@bo> cab_member"))
    assert (await town.say("ana", "submit REL-1")).refused


@pytest.mark.parametrize("line", ["submit REL-1", "recall REL-1"])
async def test_s2_strangers_neither_submit_nor_recall(town: Town, line: str) -> None:
    await stories.drafted(town)
    if line.startswith("recall"):
        await town.all(("ana", "submit REL-1"))
    for who in ("st", "bo", "cm", "oc"):
        answer = await town.say(who, line)
        assert sentence_of(answer) == "That is for the coordinator (Ana) or the release manager."


async def test_s4_it_is_submitted_once(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("ana", "submit REL-1")
    assert sentence_of(answer) == "REL-1 is in review; submitting is possible while it's a draft."
    assert len(town.postings("cab", "ballot:")) == 1


# ---- recall


async def test_s4_a_recall_ends_the_round_without_a_decision(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1"))
    answer = await town.say("ana", "recall REL-1")
    assert sentence_of(answer) == "REL-1 was recalled from the CAB."
    assert (town.release().state, town.ballot().state) == (State.DRAFT, BallotState.RECALLED)
    assert town.waiting() == []
    for channel in ("cab", "bo", "cy"):
        card = town.heard(channel, "ballot:")[0]
        assert "recalled" in card
        assert "/release approve" not in card


async def test_votes_of_a_recalled_round_do_not_come_back(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1"), ("ana", "recall REL-1"), ("ana", "submit REL-1"), ("cy", "approve REL-1"))
    assert town.release().state is State.IN_REVIEW
    assert len(town.votes()) == 1


async def test_s4_a_draft_is_not_recalled(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("ana", "recall REL-1")) == (
        "REL-1 is a draft; recalling is possible while it's in review."
    )


async def test_an_emergency_that_was_rejected_goes_to_the_ecab_again(town: Town) -> None:
    await stories.emergency(town)
    await town.all(("eve", "reject REL-1 unclear"))
    card = (await town.say("oc", "show REL-1")).card
    assert "Submit to the ECAB" in labels(card)
    answer = await town.say("oc", "submit REL-1")
    assert sentence_of(answer) == "REL-1 is with the ECAB, revision 1."
    assert town.ballot().board is Board.ECAB
    assert "ECAB" in told(answer)
