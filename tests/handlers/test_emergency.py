"""The expedited path."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.policy.rules import Approval, ApprovalRules, Emergency, Rules
from storage.store import Store
from storage.terms import BallotState, Board, ReleaseType, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import EMERGENCY, Town, card_of, sentence_of, told


@pytest.fixture
def deploys_first(database: Store) -> Town:
    return Town(database, Rules(emergency=Emergency(deploy_first=True, retroactive_hours=24)))


async def test_one_sentence_puts_it_before_the_ecab(town: Town) -> None:
    answer = await town.say("oc", EMERGENCY)
    found, ballot = town.release(), town.ballot()
    assert (found.type, found.state) == (ReleaseType.EMERGENCY, State.IN_REVIEW)
    assert (found.reason, found.back_out, found.stages) == ("INC-77", ["redeploy 2.3.9"], ["Full"])
    assert (ballot.board, ballot.quorum, ballot.digest) == (Board.ECAB, 1, found.digest)
    assert ballot.deadline_at - ballot.opened_at == timedelta(minutes=30)
    assert "REL-1 Card payments fail" in told(answer)
    assert labels(answer.card) == ["Recall", "Hold", "Cancel", "Details"]


async def test_the_ecab_is_told_in_its_channel_and_each_directly(town: Town) -> None:
    await stories.emergency(town)
    assert {each.channel for each in town.postings(slot="ballot:")} == {"ecab", "eve", "cm"}
    assert all(each.priority == 0 for each in town.postings(slot="ballot:"))
    assert town.heard("cab") == []


async def test_the_card_runs_a_clock(town: Town) -> None:
    await stories.emergency(town)
    card = town.heard("ecab")[0]
    for fragment in (
        "ECAB: REL-1 Card payments fail, decision asked",
        "approval of this emergency release, revision 1",
        "Clock: opened",
        "Deadline: Mon 30 Nov 2026, 12:30 UTC",
        "INC-77",
        "redeploy 2.3.9",
        "1 approval missing of 1",
    ):
        assert fragment in card


async def test_one_press_authorises(town: Town) -> None:
    await stories.emergency(town)
    press = next(buttons(card_of(town.postings("eve", "ballot:")[0])))
    assert press.confirm is None
    answer = await town.press("eve", press)
    assert sentence_of(answer) == "The ECAB approved REL-1, revision 1."
    assert town.release().state is State.APPROVED
    assert "The ECAB approved REL-1, revision 1." in town.heard("oc")


async def test_s2_on_call_starts_it_once_authorised_without_a_window(town: Town) -> None:
    await stories.emergency(town)
    await town.all(("eve", "approve REL-1"), ("oc", "start REL-1"))
    assert town.release().state is State.DEPLOYING
    assert not town.release().unauthorised_start
    await town.all(("oc", "complete REL-1"))


async def test_another_on_call_person_may_take_over(town: Town) -> None:
    await town.all(("own", "role grant <@st> on-call"), ("oc", EMERGENCY), ("eve", "approve REL-1"))
    assert not (await town.say("st", "start REL-1")).refused


async def test_who_follows_the_service_hears_of_it_even_of_problems_only(town: Town) -> None:
    await town.all(("st", "follow payments problems"))
    await stories.emergency(town)
    assert town.heard("st")[0].startswith("REL-1 is an emergency: Card payments fail.")
    assert "INC-77" in town.heard("st")[0]


async def test_the_form_is_one_and_asks_five_things(town: Town) -> None:
    form = (await town.say("oc", "emergency")).form
    assert form is not None
    assert [(field.name, field.required) for field in form.fields] == [
        ("title", True), ("service", True), ("reason", True), ("backout", True), ("plan", False),
    ]  # fmt: skip
    await town.fill("oc", form, title="Fails", service="payments", reason="INC-1", backout="back")
    assert town.release().state is State.IN_REVIEW


# ---- refusals


@pytest.mark.parametrize("who", ["ana", "bo", "eve", "st"])
async def test_who_may_not_open_one(town: Town, who: str) -> None:
    answer = await town.say(who, EMERGENCY)
    assert sentence_of(answer) == (
        "“emergency” is for the process owner or release manager or change manager or on-call. "
        "A process owner can grant that: /release role grant."
    )


@pytest.mark.parametrize("who", ["oc", "rm", "cm", "own"])
async def test_s2_who_may_open_one(town: Town, who: str) -> None:
    assert not (await town.say(who, EMERGENCY)).refused


@pytest.mark.parametrize(
    "line, sentence",
    [
        (EMERGENCY.replace("=payments", '=","'), "An emergency release needs a service."),
        (EMERGENCY.replace('"redeploy 2.3.9"', '";"'), "An emergency release needs a back-out plan."),
        (EMERGENCY.replace("=payments", "=paymints"),
         "There is no service “paymints”. Known are payments. Add it: /release service add paymints"),
    ],
)  # fmt: skip
async def test_what_even_an_emergency_needs(town: Town, line: str, sentence: str) -> None:
    answer = await town.say("oc", line)
    assert sentence_of(answer) == sentence
    assert labels(answer.card) == ["Open the form"]
    assert town.look(lambda records: records.releases.page()) == []


async def test_with_nobody_to_authorise_it_it_is_not_opened(town: Town) -> None:
    await town.all(("own", "role revoke <@eve> ecab_member"))
    answer = await town.say("cm", EMERGENCY)
    assert sentence_of(answer) == (
        "It takes 1 approval, and the ECAB has 0 members who may vote on it. "
        "A process owner can add more: /release role grant @name ecab_member."
    )
    assert town.look(lambda records: records.organisation.last_number) == 0


async def test_the_quorum_of_the_policy_holds_here_too(database: Store) -> None:
    town = Town(database, Rules(approval=Approval(emergency=ApprovalRules(3, 30, (), 0))))
    assert sentence_of(await town.say("oc", EMERGENCY)).startswith("It takes 3 approvals, and the ECAB has 2 members")


async def test_who_opened_it_does_not_authorise_it(town: Town) -> None:
    await town.all(("cm", EMERGENCY))
    assert (await town.say("cm", "approve REL-1")).refused
    assert {each.channel for each in town.postings(slot="ballot:")} == {"ecab", "eve"}


async def test_it_waits_for_the_ecab_unless_the_policy_deploys_first(town: Town) -> None:
    await stories.emergency(town)
    answer = await town.say("oc", "start REL-1")
    assert sentence_of(answer) == "REL-1 is in review; a start is possible while it's approved."


# ---- nobody decides


async def test_the_change_manager_is_paged_every_ten_minutes_until_somebody_decides(town: Town) -> None:
    await stories.emergency(town)
    await town.later(minutes=29)
    assert town.heard("cm", "escalation:") == []
    assert len(town.heard("eve", "reminder:")) == 1
    await town.later(minutes=2)
    assert len(town.heard("cm", "escalation:")) == 1
    await town.later(minutes=25)
    assert len(town.heard("cm", "escalation:")) == 3
    assert town.release().state is State.IN_REVIEW  # it never lapses
    await town.all(("eve", "approve REL-1"))
    assert await town.later(hours=2) == []


async def test_only_the_change_manager_is_paged_again_and_again(town: Town) -> None:
    await town.all(("st", "follow payments all"))
    await stories.emergency(town)
    await town.later(minutes=90)
    for channel in ("releases", "st"):
        assert len([text for text in town.heard(channel) if "didn't decide" in text]) == 1


async def test_after_an_outage_it_is_paged_once_and_not_for_each_time_missed(town: Town) -> None:
    await stories.emergency(town)
    await town.asleep(hours=5)
    assert len(town.heard("cm", "escalation:")) == 1


# ---- deploy first


async def test_deploy_first_is_recorded_as_such(deploys_first: Town) -> None:
    town = deploys_first
    card = (await town.say("oc", EMERGENCY)).card
    assert "Start" in labels(card)
    answer = await town.say("oc", "start REL-1")
    assert sentence_of(answer) == (
        "REL-1 has started before its authorisation, which is now due after the fact: Full (stage 1 of 1)."
    )
    assert (town.release().state, town.release().unauthorised_start) == (State.DEPLOYING, True)
    assert "not yet authorised" in town.heard("releases")[0]
    assert town.last().before == {"state": "in_review", "stage": 0}


async def test_s7_a_member_is_not_made_coordinator_to_lose_their_voice(deploys_first: Town) -> None:
    town = deploys_first
    await town.all(("oc", EMERGENCY), ("oc", "start REL-1"))
    assert "is being decided after the fact" in told(await town.say("oc", "coordinator REL-1 @eve"))
    await town.all(("eve", "reject REL-1 wrong"), ("oc", "coordinator REL-1 @ana"))


async def test_its_round_goes_on_and_is_due_within_a_day(deploys_first: Town) -> None:
    town = deploys_first
    await town.all(("oc", EMERGENCY), ("oc", "start REL-1"))
    ballot = town.ballot()
    assert (ballot.state, ballot.retroactive) == (BallotState.OPEN, True)
    assert ballot.deadline_at == town.clock.at + timedelta(hours=24)
    assert "retroactive approval of an emergency that was deployed first" in town.heard("ecab")[0]
    await town.all(("oc", "complete REL-1"))
    assert [due.line for due in town.waiting()] == [f"escalate REL-1 ballot={ballot.id}"]
    await town.later(hours=23, minutes=50)
    assert town.heard("cm", "escalation:") == []
    await town.later(minutes=31)
    assert len(town.heard("cm", "escalation:")) == 1
    await town.later(hours=24)
    assert len(town.heard("cm", "escalation:")) == 2
    assert town.ballot().state is BallotState.OPEN


async def test_approved_after_the_fact(deploys_first: Town) -> None:
    town = deploys_first
    await town.all(("oc", EMERGENCY), ("oc", "start REL-1"), ("oc", "complete REL-1"))
    answer = await town.say("eve", "approve REL-1")
    assert sentence_of(answer) == "The ECAB approved it after the fact: REL-1."
    assert (town.release().state, town.release().unauthorised_start) == (State.DEPLOYED, False)
    assert town.waiting() == []


async def test_rejected_after_the_fact(deploys_first: Town) -> None:
    town = deploys_first
    await town.all(("oc", EMERGENCY), ("oc", "start REL-1"))
    answer = await town.say("eve", "reject REL-1 too risky")
    assert sentence_of(answer) == "The ECAB rejected it after the fact; decide on rolling it back: REL-1."
    assert (town.release().state, town.release().unauthorised_start) == (State.DEPLOYING, True)
    assert "too risky" in town.heard("oc")[-1]
    await town.all(("oc", "rollback REL-1 the ECAB says no"))


async def test_a_normal_release_never_deploys_first(deploys_first: Town) -> None:
    town = deploys_first
    await stories.submitted(town)
    await town.later(hours=33)
    assert (await town.say("ana", "start REL-1")).refused


async def test_status_comes_twice_as_often(town: Town) -> None:
    await stories.emergency(town)
    await town.all(("eve", "approve REL-1"), ("oc", "start REL-1"))
    await town.later(minutes=46)
    assert len(town.heard("oc", "ask:")) == 3
