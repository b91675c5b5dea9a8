"""The back-out plan with its trigger and time, and its validation by somebody with a date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.evidence import Stated
from storage.terms import BallotState, State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import Town, sentence_of, told

FULL = 'backout REL-1 lines="1. redeploy 2.3.9\n2. check refunds" trigger="errors over 2 %" minutes="20 min"'
VALIDATED = 'backout validated REL-1 on=2026-11-20 words="restored in staging"'


async def planned(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", FULL))


def statements(town: Town) -> list[Stated]:
    found = town.release()
    return town.look(lambda records: records.evidence.statements.of(found.id))


async def test_s3_steps_trigger_and_time(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", FULL)
    assert sentence_of(answer) == ("REL-1 is at revision 2: back-out plan, back-out trigger, back-out minutes changed.")
    found = town.release()
    assert found.back_out == ["redeploy 2.3.9", "check refunds"]
    assert (found.content.back_out_trigger, found.content.back_out_minutes) == ("errors over 2 %", 20)


async def test_it_is_shown(town: Town) -> None:
    await planned(town)
    for who, line in (("ana", "backout REL-1"), ("st", "backout show REL-1"), ("st", "show REL-1")):
        text = told(await town.say(who, line))
        assert "1. redeploy 2.3.9\n2. check refunds" in text
        assert "Used when: errors over 2 %\nTakes: 20 min\nValidated: not yet" in text


async def test_one_part_alone_leaves_the_others(town: Town) -> None:
    await planned(town)
    await town.all(("ana", "backout REL-1 minutes=30"), ("rm", 'backout REL-1 trigger="any error"'))
    found = town.release()
    assert (found.back_out[0], found.content.back_out_trigger, found.content.back_out_minutes) == (
        "redeploy 2.3.9", "any error", 30,
    )  # fmt: skip


async def test_the_form_begins_with_what_stands(town: Town) -> None:
    await planned(town)
    form = (await town.say("ana", "backout REL-1 form=yes")).form
    assert form is not None
    assert {field.name: field.value for field in form.fields} == {
        "lines": "redeploy 2.3.9\ncheck refunds", "trigger": "errors over 2 %", "minutes": "20",
    }  # fmt: skip
    assert sentence_of(await town.fill("ana", form)) == "Nothing is different, so REL-1 stays as it is."
    await town.fill("ana", form, trigger="", minutes="")
    assert (town.release().content.back_out_trigger, town.release().content.back_out_minutes) == ("", 0)


async def test_s3_a_change_to_the_back_out_plan_makes_a_new_revision_and_voids_the_approval(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "backout REL-1 minutes=30"))
    assert (town.release().revision, town.release().state) == (2, State.DRAFT)
    assert town.ballot().state is BallotState.VOID


async def test_s5_somebody_validates_it_with_a_date(town: Town) -> None:
    await planned(town)
    revision = town.release().revision
    answer = await town.say("ana", VALIDATED)
    assert sentence_of(answer).startswith("The back-out plan of REL-1 was validated by Ana.")
    (stated,) = statements(town)
    assert (stated.person_id, stated.words) == (town.people["ana"], "restored in staging")
    assert stated.at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert town.release().revision == revision
    text = told(await town.say("st", "backout show REL-1"))
    assert "Validated: Ana, " in text
    assert "2026" in text
    assert ": restored in staging" in text
    entry = town.last()
    assert (entry.command, entry.after) == ("backout validated", {"back_out_validated": "2026-11-20"})


async def test_s5_a_later_change_of_the_back_out_plan_ends_its_validation(town: Town) -> None:
    await planned(town)
    await town.all(("rm", VALIDATED), ("ana", "edit REL-1 title=Other"))
    assert "Validated: Rm" in told(await town.say("ana", "backout REL-1"))
    await town.all(("ana", "backout REL-1 minutes=25"))
    answer = await town.say("ana", "backout REL-1")
    assert "Validated: no more, the plan was changed since (Rm, " in told(answer)
    assert labels(answer.card) == ["Change the back-out plan", "Record its validation"]
    await town.all(("ana", "backout validated REL-1"))
    assert "Validated: Ana" in told(await town.say("ana", "backout REL-1"))
    assert len(statements(town)) == 1
    assert town.last().before == {"back_out_validated": "2026-11-20", "by": "Rm"}


async def test_it_may_be_validated_after_the_approval_which_stays(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "backout validated REL-1 tried it"))
    assert town.release().state is State.APPROVED


async def test_those_who_follow_everything_hear_of_it(town: Town) -> None:
    await planned(town)
    await town.all(("st", "follow REL-1 all"), ("rm", VALIDATED))
    assert "The back-out plan of REL-1 was validated by Rm" in town.heard("st")[-1]


@pytest.mark.parametrize(
    "who, line, sentence",
    [
        ("st", VALIDATED, "That is for the coordinator of REL-1 or a release manager."),
        ("ana", "backout validated REL-1 on=2026-12-24", "2026-12-24 lies ahead; record it when it was done."),
        ("ana", "backout validated REL-1 on=soon", "A day is written like 2026-11-20; “soon” isn't one."),
        ("st", "backout REL-1 minutes=5", "That is for the coordinator (Ana) or the release manager."),
        ("ana", "backout REL-1 minutes=soon",
         "That takes minutes such as 10 or 10 min, or hours such as 1.5 h; “soon” is neither."),
    ],
)  # fmt: skip
async def test_what_cannot_be(town: Town, who: str, line: str, sentence: str) -> None:
    await planned(town)
    answer = await town.say(who, line)
    assert answer.refused
    assert sentence_of(answer) == sentence
    assert statements(town) == []


async def test_without_a_plan_there_is_nothing_to_validate(town: Town) -> None:
    await town.all(("ana", "new Other service=web"))
    answer = await town.say("ana", VALIDATED)
    assert sentence_of(answer) == "REL-1 has no back-out plan yet that could be validated."
    assert labels(answer.card) == ["Write it"]
    assert "REL-1 has no back-out plan yet." in told(await town.say("ana", "backout REL-1"))


async def test_s6_the_signal_that_a_validation_puts_out_is_out_on_every_card_at_once(town: Town) -> None:
    await planned(town)
    await town.all(("ana", "risk REL-1 users=2 tier=2 reversibility=2 novelty=2 coverage=2 dependencies=2"))
    await town.all(("ana", "submit REL-1"))
    for channel, slot in (("releases", "release:"), ("cab", "ballot:")):
        assert "the back-out plan isn't validated" in town.heard(channel, slot)[0]
    await town.all(("ana", VALIDATED))
    for channel, slot in (("releases", "release:"), ("cab", "ballot:")):
        assert "Risk: medium" in town.heard(channel, slot)[0]
        assert "validated" not in town.heard(channel, slot)[0]
