"""The risk command, and what the level decides (process sections 6 and 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.service import Service
from storage.terms import BallotState, Role, State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told

LOW = "risk REL-1 users=1 tier=1 reversibility=1 novelty=1 coverage=1 dependencies=1"
HIGH = "risk REL-1 users=3 tier=3 reversibility=3 novelty=2 coverage=2 dependencies=2"
CRITICAL = "risk REL-1 users=4 tier=4 reversibility=4 novelty=4 coverage=4 dependencies=4"
"""The town's window opens inside 48 hours and nobody validated the back-out plan: two signals are lit."""
FAR = 'edit REL-1 start="2026-12-21 21:00"'


async def test_s6_a_short_questionnaire_in_choices(town: Town) -> None:
    await stories.drafted(town)
    form = (await town.say("ana", "risk REL-1")).form
    assert form is not None
    assert [(field.name, len(field.choices)) for field in form.fields] == [
        (name, 4) for name in ("users", "tier", "reversibility", "novelty", "coverage", "dependencies")
    ]


async def test_s6_it_begins_with_what_the_services_say(town: Town) -> None:
    web = town.look(lambda records: records.services.by_name("payments"))
    assert web is not None
    changed = Service.model_validate(web.model_dump() | {"tier": 1, "dependencies": ["web"]})
    town.write(lambda records: records.services.save(changed))
    await stories.drafted(town)
    form = (await town.say("ana", "risk REL-1")).form
    assert form is not None
    assert {field.name: field.value for field in form.fields if field.value} == {"tier": "4", "dependencies": "2"}


async def test_s6_the_answer_is_the_level_why_and_what_it_requires(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", HIGH)
    assert sentence_of(answer) == "The risk of REL-1 is critical (12 of 16), revision 2."
    for fragment in (
        "Users affected: Many",
        "Novelty: Done before",
        "The window starts within 48 hours, which raises the likelihood by one",
        "The back-out plan isn't validated, which raises the likelihood by one",
        "3 approvals of the CAB, the change manager's among them, within 72 h",
    ):
        assert fragment in told(answer)
    assert labels(answer.card) == ["What blocks us", "Details"]


async def test_s6_the_form_comes_back_with_what_was_answered(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", HIGH))
    form = (await town.say("ana", "risk REL-1 form=yes")).form
    assert form is not None
    assert [field.value for field in form.fields] == ["3", "3", "3", "2", "2", "2"]
    assert not (await town.fill("ana", form, users="1")).refused
    assert town.release().content.risk["users"] == 1


async def test_s6_signals_are_named_on_the_card(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", LOW))
    card = town.heard("releases", "release:REL-1")[0]
    assert (
        "Risk: low (impact 1 × likelihood 3): the back-out plan isn't validated; the window starts within 48 hours"
        in card
    )
    assert "Risk: low" in told(await town.say("st", "show REL-1"))


async def test_s6_a_collision_of_the_same_service_is_a_signal(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"{NEW} {PLANS}"))
    assert "Another release in the same window" in told(await town.say("ana", LOW))


async def test_s6_a_collision_of_a_dependent_service_is_a_signal(town: Town) -> None:
    web = town.look(lambda records: records.services.by_name("web"))
    assert web is not None
    changed = Service.model_validate(web.model_dump() | {"dependencies": ["payments"]})
    town.write(lambda records: records.services.save(changed))
    await stories.drafted(town)
    await town.all(("ana", f"{NEW} {PLANS}".replace("=payments", "=web")))
    for key in ("REL-1", "REL-2"):
        answer = await town.say("ana", LOW.replace("REL-1", key))
        assert "Another release in the same window" in told(answer)


async def test_s6_another_service_in_the_same_window_is_none(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"{NEW} {PLANS}".replace("=payments", "=web")))
    assert "Another release" not in told(await town.say("ana", LOW))


async def test_s6_a_release_that_is_cancelled_collides_with_nothing(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", "cancel REL-2 no"))
    assert "Another release" not in told(await town.say("ana", LOW))


async def test_s6_a_rolled_back_release_of_the_same_service_is_a_signal(town: Town) -> None:
    await stories.rolling_back(town)
    await town.all(("ana", "complete REL-1"), ("ana", NEW.replace("12-01", "12-20")))
    answer = await town.say("ana", LOW.replace("REL-1", "REL-2"))
    assert "A failed or rolled-back release of the same service in the last 30 days" in told(answer)
    await town.later(days=31)
    assert "rolled-back release" not in told(await town.say("ana", "show REL-2"))


async def test_s3_the_risk_is_approved_content(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("ana", LOW)
    assert "Its approval is void; submit it again." in sentence_of(answer)
    assert (town.release().revision, town.release().state) == (2, State.DRAFT)
    assert "Risk assessment" in town.heard("cab", "changed:")[0]


async def test_s3_who_may_not_change_the_release_does_not_assess_it(town: Town) -> None:
    await stories.drafted(town)
    for line in (LOW, "risk REL-1", "risk REL-1 form=yes"):
        assert sentence_of(await town.say("st", line)) == "That is for the coordinator (Ana) or the release manager."


async def test_s6_every_question_needs_its_answer(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", "risk REL-1 users=2 tier=2")
    assert sentence_of(answer).startswith("The risk of REL-1 isn't assessed yet: reversibility, novelty")
    assert labels(answer.card) == ["Answer them"]
    assert sentence_of(await town.say("ana", "risk REL-1 users=5")) == "Users affected is one of 1, 2, 3, 4; “5” isn't."


async def test_s6_the_same_answers_change_nothing(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", LOW))
    assert (await town.say("ana", LOW)).refused
    assert town.release().revision == 2


# ---- what the level decides


@pytest.mark.parametrize("line, quorum, hours, manager", [(LOW, 2, 48, False), (CRITICAL, 3, 72, True)])
async def test_s7_quorum_and_deadline_are_the_risks(
    town: Town, line: str, quorum: int, hours: int, *, manager: bool
) -> None:
    await stories.drafted(town)
    await town.all(("ana", line), ("ana", "submit REL-1"))
    ballot = town.ballot()
    assert (ballot.quorum, ballot.deadline_at - ballot.opened_at) == (quorum, timedelta(hours=hours))
    assert ballot.change_manager is manager


async def test_s7_at_high_risk_the_change_manager_must_be_among_them(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", CRITICAL), ("ana", "submit REL-1"))
    assert "3 approvals, the change manager's among them, missing of 3" in town.heard("cab", "ballot:")[0]
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    answer = await town.say("dee", "approve REL-1")
    assert sentence_of(answer) == ("You approved REL-1; 1 approval, the change manager's among them, still missing.")
    assert town.release().state is State.IN_REVIEW
    await town.all(("cm", "approve REL-1"))
    assert (town.release().state, town.ballot().state) == (State.APPROVED, BallotState.APPROVED)


async def test_s7_at_high_risk_two_and_the_change_manager_are_enough(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", CRITICAL), ("ana", "submit REL-1"))
    await town.all(("bo", "approve REL-1"), ("cm", "approve REL-1"), ("cy", "approve REL-1"))
    assert town.release().state is State.APPROVED


async def test_s7_without_a_change_manager_a_high_risk_is_not_put_to_the_vote(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", CRITICAL), ("own", "role revoke <@cm> change_manager"))
    answer = await town.say("ana", "submit REL-1")
    assert "the change manager must be among those who approve REL-1" in sentence_of(answer)
    assert town.release().state is State.DRAFT


async def test_s7_a_coordinator_who_is_the_change_manager_does_not_count(town: Town) -> None:
    await town.all(("cm", f"{NEW} {PLANS}"), ("cm", CRITICAL))
    assert (await town.say("cm", "submit REL-1")).refused
    town.add("second", Role.CHANGE_MANAGER)
    assert not (await town.say("cm", "submit REL-1")).refused


async def test_s7_a_running_round_keeps_what_it_asked_for(town: Town) -> None:
    """The window comes near while the CAB votes: the signal doesn't change the round."""
    await stories.drafted(town)
    medium = LOW.replace("users=1", "users=2")
    await town.all(("ana", FAR), ("ana", medium), ("ana", "submit REL-1"))
    asked = town.ballot().quorum
    card = town.heard("cab", "ballot:")[0]
    assert "within 48 hours" not in card
    town.clock.at += timedelta(days=20)
    await town.all(("bo", "approve REL-1"))
    assert town.ballot().quorum == asked
    assert "within 48 hours" not in town.heard("cab", "ballot:")[0]


async def test_s6_the_board_sees_the_risk(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", LOW), ("ana", "submit REL-1"))
    assert "Risk: low (impact 1 × likelihood 3)" in town.heard("cab", "ballot:")[0]


async def test_a_form_that_is_behind_does_not_overwrite_another_persons_answers(town: Town) -> None:
    await stories.drafted(town)
    form = (await town.say("rm", "risk REL-1 form=yes")).form
    await town.all(("ana", "risk REL-1 users=4 tier=4 reversibility=4 novelty=4 coverage=4 dependencies=4"))
    answer = await town.fill("rm", form, users="1", tier="1", reversibility="1", novelty="1", coverage="1")
    assert "was changed by somebody else meanwhile (revision 2 now)" in sentence_of(answer)
    assert town.release().content.risk["users"] == 4
