"""The test plan by type, results with evidence, and the sign-off."""

from __future__ import annotations

import pytest

from storage.content import TestType
from storage.evidence import Part, Participant, TestOutcome, TestResult
from storage.terms import BallotState, State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import Town, sentence_of, told

PLAN = 'test plan REL-1 lines="functional: refunds in the shop; regression: checkout"'
PASSED = (("ana", "test result REL-1 functional passed run 118"), ("ana", "test result REL-1 regression passed"))


async def planned(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", PLAN))


def name_tester(town: Town, handle: str, part: Part = Part.TESTING) -> None:
    found = town.release()
    town.write(lambda records: records.evidence.participants.add(Participant(
        organisation_id=town.organisation, release_id=found.id, part=part, person_id=town.people[handle]
    )))  # fmt: skip


def results(town: Town) -> dict[TestType, TestResult]:
    found = town.release()
    return {each.type: each for each in town.look(lambda records: records.evidence.results.of(found.id))}


async def test_s3_a_change_to_the_test_plan_makes_a_new_revision(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("ana", PLAN)
    assert sentence_of(answer) == ("REL-1 is at revision 2: test plan changed. Its approval is void; submit it again.")
    assert [(each.type, each.text) for each in town.release().content.tests] == [
        (TestType.FUNCTIONAL, "refunds in the shop"), (TestType.REGRESSION, "checkout"),
    ]  # fmt: skip
    assert town.ballot().state is BallotState.VOID


async def test_s3_a_result_does_not_touch_the_revision(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "test result REL-1 functional passed evidence=“run 118”"))
    assert (town.release().state, town.release().revision) == (State.APPROVED, 1)
    made = results(town)[TestType.FUNCTIONAL]
    assert (made.outcome, made.evidence, made.person_id) == (TestOutcome.PASSED, "run 118", town.people["ana"])


async def test_plan_results_and_sign_off_are_shown(town: Town) -> None:
    await planned(town)
    await town.all(("ana", PASSED[0][1]))
    for who, line in (("ana", "test plan REL-1"), ("st", "test show REL-1"), ("st", "show REL-1")):
        text = told(await town.say(who, line))
        assert "1. functional: refunds in the shop\n2. regression: checkout" in text
        assert "Functional tests passed, Ana, " in text
        assert ": run 118" in text
        assert "Regression tests: no result yet" in text
        assert "Signed off: not yet" in text


async def test_the_form_gives_the_same_lines_back(town: Town) -> None:
    await planned(town)
    form = (await town.say("ana", "test plan REL-1 form=yes")).form
    assert form is not None
    assert [field.value for field in form.fields] == ["functional: refunds in the shop\nregression: checkout"]
    assert sentence_of(await town.fill("ana", form)) == "Nothing is different, so REL-1 stays as it is."
    await town.fill("ana", form, lines="")
    assert town.release().content.tests == ()


async def test_the_newest_result_counts_and_the_trail_keeps_both(town: Town) -> None:
    await planned(town)
    await town.all(("ana", "test result REL-1 uat failed"), ("rm", 'test result REL-1 "user acceptance" passed again'))
    assert results(town)[TestType.USER_ACCEPTANCE].outcome is TestOutcome.PASSED
    assert town.last().before == {"user_acceptance": "failed", "evidence": ""}
    assert town.last().after == {"user_acceptance": "passed", "evidence": "again"}


async def test_a_failure_is_a_problem_that_followers_hear_of(town: Town) -> None:
    await planned(town)
    await town.all(("st", "follow REL-1 problems"), ("ana", "test result REL-1 functional failed run 9"), *PASSED)
    assert len(town.heard("st")) == 1
    assert town.heard("st")[0].startswith("REL-1: functional tests failed.")


# ---- the sign-off


async def test_s5_the_testing_coordinator_signs_off_content_and_results(town: Town) -> None:
    await planned(town)
    name_tester(town, "st")
    await town.all(*PASSED)
    answer = await town.say("st", "test signoff REL-1 all of it")
    assert sentence_of(answer) == "REL-1: the tests are signed off by St, for revision 2."
    text = told(await town.say("ana", "test plan REL-1"))
    assert "Signed off: St, " in text
    assert ": all of it" in text
    assert town.last().command == "test signoff"


@pytest.mark.parametrize("line", ["test result REL-1 regression passed run 2", "edit REL-1 title=Other", PLAN + " x"])
async def test_s5_a_sign_off_holds_for_the_content_and_the_results_of_that_moment(town: Town, line: str) -> None:
    await planned(town)
    await town.all(*PASSED, ("rm", "test signoff REL-1"))
    assert "Signed off: Rm" in told(await town.say("ana", "test plan REL-1"))
    line = 'test plan REL-1 lines="unit: x"' if line.endswith(" x") else line
    await town.all(("ana", line))
    text = told(await town.say("ana", "test plan REL-1"))
    assert "Signed off: no more, the release or a result was changed since (Rm, " in text


async def test_s5_a_failed_required_test_blocks_the_sign_off(town: Town) -> None:
    await planned(town)
    await town.all(*PASSED, ("ana", "test result REL-1 regression failed"))
    answer = await town.say("rm", "test signoff REL-1")
    assert sentence_of(answer) == (
        "REL-1 can't be signed off: regression tests failed. Record the result when they have passed: "
        '/release test result REL-1 "regression" passed.'
    )
    assert labels(answer.card) == ["Record a result"]


async def test_s5_so_does_a_type_without_a_result(town: Town) -> None:
    await planned(town)
    await town.all(PASSED[1])
    answer = await town.say("rm", "test signoff REL-1")
    assert "there is no result of its functional tests yet" in sentence_of(answer)


@pytest.mark.parametrize(
    "tester, who, sentence",
    [
        ("st", "ana", "The tests of REL-1 are signed off by the testing coordinator (St)."),
        ("st", "rm", "The tests of REL-1 are signed off by the testing coordinator (St)."),
        ("", "ana", "The tests of REL-1 are signed off by the release manager, as it has no testing coordinator yet."),
        ("", "st", "The tests of REL-1 are signed off by the release manager, as it has no testing coordinator yet."),
    ],
)
async def test_s2_nobody_else_signs_off(town: Town, tester: str, who: str, sentence: str) -> None:
    await planned(town)
    if tester:
        name_tester(town, tester)
    await town.all(*PASSED)
    answer = await town.say(who, "test signoff REL-1")
    assert answer.refused
    assert sentence_of(answer) == sentence


async def test_s2_an_application_coordinator_records_results_of_their_unit_tests(town: Town) -> None:
    await planned(town)
    name_tester(town, "st", Part.APPLICATION)
    await town.all(("st", "test result REL-1 unit passed"))
    assert results(town)[TestType.UNIT].person_id == town.people["st"]


@pytest.mark.parametrize(
    "who, line, sentence",
    [
        ("eve", PASSED[0][1], "That is for the coordinator of REL-1 or a release manager."),
        ("ana", "test result REL-1 load passed", "Type is one of unit, functional, regression, operational, user_acceptance; “load” isn't."),
        ("ana", "test result REL-1 unit maybe", "How it ended is one of passed, failed; “maybe” isn't."),
        ("eve", PLAN, "That is for the coordinator (Ana) or the release manager."),
    ],
)  # fmt: skip
async def test_what_cannot_be(town: Town, who: str, line: str, sentence: str) -> None:
    await stories.drafted(town)
    answer = await town.say(who, line)
    assert answer.refused
    assert sentence_of(answer) == sentence
    assert results(town) == {}


async def test_of_a_cancelled_release_nothing_more_is_recorded(town: Town) -> None:
    await planned(town)
    await town.all(("ana", "cancel REL-1 no"))
    for who, line in (PASSED[0], ("rm", "test signoff REL-1"), ("ana", "backout validated REL-1")):
        assert (await town.say(who, line)).refused


async def test_a_long_test_plan_is_paged(town: Town) -> None:
    await stories.drafted(town)
    lines = "\n".join(f"unit: case {number}" for number in range(1, 46))
    await town.all(("ana", f'test plan REL-1 lines="{lines}"'))
    seen = "".join([told(await town.say("ana", f"test show REL-1 page={page}")) for page in range(1, 6)])
    assert all(f"{number}. unit: case {number}\n" in seen + "\n" for number in range(1, 46))
