"""What the clock says about a round."""

from __future__ import annotations

import pytest

from storage.terms import BallotState, Delivery, DueState, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, card_of, sentence_of


async def test_a_reminder_goes_to_the_thread_of_the_ballot_and_to_who_owes_a_vote(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1"))
    said = await town.later(hours=24)
    assert [line.split()[0] for line in said] == ["remind"]
    reminders = town.postings(slot="reminder:")
    assert {each.channel for each in reminders} == {"cab", "cy", "dee", "cm"}
    in_channel = next(each for each in reminders if each.channel == "cab")
    assert (in_channel.delivery, in_channel.parent) == (Delivery.REPLY, f"ballot:REL-1:{town.ballot().id}")
    assert all(each.until == town.ballot().deadline_at for each in reminders)


async def test_one_can_vote_from_the_reminder(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=24)
    approve = next(buttons(card_of(town.postings("cy", "reminder:")[0])))
    assert not (await town.press("cy", approve)).refused
    assert len(town.votes()) == 1


async def test_once_it_is_decided_reminders_and_escalations_have_nothing_to_press(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=49)
    asked = [each for slot in ("reminder:", "escalation:") for each in town.postings(slot=slot)]
    assert all(labels(card_of(each)) for each in asked)
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    told = [each for slot in ("reminder:", "escalation:") for each in town.postings(slot=slot)]
    assert len(told) == len(asked) > 3
    assert not any(labels(card_of(each)) for each in told)


async def test_each_reminder_is_one_of_its_own(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=47)
    assert len(town.heard("cy", "reminder:")) == 2


async def test_after_the_decision_nobody_is_reminded(town: Town) -> None:
    await stories.approved(town)
    await town.later(hours=60)
    assert town.postings(slot="reminder:") == []
    assert town.postings(slot="escalation:") == []


async def test_at_the_deadline_the_change_manager_is_told_once(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=49)
    assert [each.channel for each in town.postings(slot="escalation:")] == ["cm"]
    assert "2 approvals missing" in town.heard("cm", "escalation:")[0]
    assert town.ballot().escalated_at is not None
    assert "The CAB didn't decide on REL-1 in time; the change manager was told." in town.heard("releases")
    assert town.release().state is State.IN_REVIEW
    await town.later(hours=20)
    assert len(town.postings(slot="escalation:")) == 1


async def test_after_the_deadline_the_round_is_still_open(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=49)
    await town.all(("cm", "approve REL-1"), ("bo", "approve REL-1"))
    assert town.release().state is State.APPROVED
    await town.later(hours=48)
    assert town.release().state is State.APPROVED


async def test_s4_a_day_after_the_escalation_it_lapses_to_a_draft(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=71, minutes=59)
    assert town.release().state is State.IN_REVIEW
    await town.later(minutes=2)
    assert (town.release().state, town.ballot().state) == (State.DRAFT, BallotState.LAPSED)
    assert "not decided in time" in town.heard("cab")[0]
    assert labels(card_of(town.postings("cab")[0])) == []
    assert town.waiting() == []
    entry = town.last()
    assert (entry.command, entry.person, entry.origin) == ("lapse", "Cabbot", "clock")


async def test_the_coordinator_hears_of_the_lapse(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=73)
    assert town.heard("ana") == [
        "The CAB didn't decide on REL-1 in time; the change manager was told.",
        "The CAB didn't decide on REL-1; it's a draft again and can be submitted anew.",
    ]


async def test_a_lapsed_round_takes_no_vote_and_a_new_one_does(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=73)
    assert sentence_of(await town.say("bo", "approve REL-1")) == ("That round is over: REL-1 was not decided in time.")
    await town.all(("ana", 'edit REL-1 start="2026-12-07 21:00"'), ("ana", "submit REL-1"), ("bo", "approve REL-1"))


async def test_without_a_change_manager_the_process_owner_is_told(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("own", "role revoke <@cm> change_manager"))
    await town.later(hours=49)
    assert [each.channel for each in town.postings(slot="escalation:")] == ["own"]
    assert "The CAB didn't decide on REL-1 in time; the process owner was told." in town.heard("releases")


# ---- an outage


async def test_a_reminder_whose_deadline_has_passed_is_dropped_and_the_trail_says_so(town: Town) -> None:
    await stories.submitted(town)
    await town.asleep(hours=49)
    assert town.postings(slot="reminder:") == []
    dropped = [entry for entry in town.journal() if entry.command == "remind"]
    assert len(dropped) == 2
    assert all(entry.why.startswith("dropped: it was due 2026-1") for entry in dropped)
    assert [due.state for due in town.dues()][:3] == [DueState.DROPPED, DueState.DROPPED, DueState.SAID]


async def test_an_escalation_comes_late_rather_than_never(town: Town) -> None:
    await stories.submitted(town)
    await town.asleep(hours=60)
    escalated = next(entry for entry in town.journal() if entry.command == "escalate")
    assert escalated.why.startswith("said late: it was due ")
    assert town.release().state is State.IN_REVIEW
    await town.later(hours=24)  # the day until it lapses runs from the escalation
    assert town.release().state is State.DRAFT


async def test_what_was_planned_for_a_round_that_is_over_says_nothing(town: Town) -> None:
    """Even where it was not taken back."""
    await stories.submitted(town)
    planned = [due.line for due in town.waiting()] + [f"lapse REL-1 ballot={town.ballot().id}"]
    await town.all(("ana", "recall REL-1"), ("ana", "submit REL-1"))
    before = len(town.postings())
    for line in planned:
        town.plan(line, town.clock.at)
    await town.later(seconds=1)
    assert len(town.postings()) == before
    assert [entry.why for entry in town.journal()[-4:]] == ["not said: that round is over"] * 4
    assert town.release().state is State.IN_REVIEW


@pytest.mark.parametrize("line", ["remind REL-1 ballot=1", "escalate REL-1 ballot=1", "lapse REL-1 ballot=1"])
async def test_people_do_not_say_what_the_clock_says(town: Town, line: str) -> None:
    await stories.submitted(town)
    answer = await town.say("own", line)
    assert answer.refused
    assert sentence_of(answer).startswith(f"I don't know “{line.split(maxsplit=1)[0]}”.")
    assert town.release().state is State.IN_REVIEW
