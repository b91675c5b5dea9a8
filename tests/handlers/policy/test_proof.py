"""What a statement proves, and when it doesn't any more; who may make it."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.policy.proof import (
    back_out_digest,
    back_out_validated,
    not_passed,
    planned_types,
    sign_off_digest,
    signed_off,
    signs_tests,
)
from storage.content import Content, PlannedTest, TestType
from storage.evidence import Part, Participant, Stated, TestOutcome, TestResult, Topic
from storage.release import Release
from storage.terms import Role
from tests.handlers.policy.releases import ANA, BO, CY, DEE, NOW, release

FULL = {
    "back_out": ["redeploy 2.3.9"],
    "content": Content(back_out_trigger="errors rise", back_out_minutes=20, tests=(PlannedTest(type=TestType.FUNCTIONAL, text="x"),)),
}  # fmt: skip


def stated(topic: Topic, digest: str) -> Stated:
    return Stated(release_id=7, topic=topic, digest=digest, person_id=BO, at=NOW)


def result(kind: TestType, outcome: TestOutcome, evidence: str = "") -> TestResult:
    return TestResult(release_id=7, type=kind, outcome=outcome, evidence=evidence, person_id=BO, at=NOW)


def changed(**more: Any) -> Release:
    return release(**(FULL | more))


@pytest.mark.parametrize(
    "now, stands",
    [
        (changed(), True),
        (changed(title="Other", impact="Much"), True),  # what isn't the back-out plan doesn't touch it
        (changed(back_out=["redeploy 2.3.8"]), False),
        (changed(back_out=["redeploy 2.3.9", "tell"]), False),
        (changed(content=Content(back_out_trigger="errors fall", back_out_minutes=20)), False),
        (changed(content=Content(back_out_trigger="errors rise", back_out_minutes=21)), False),
    ],
)
def test_s5_a_validation_holds_for_the_back_out_plan_as_it_was(now: Release, stands: bool) -> None:
    kept = [stated(Topic.TRAINING, ""), stated(Topic.BACK_OUT_VALIDATED, back_out_digest(changed()))]
    assert (back_out_validated(now, kept) is not None) == stands
    assert back_out_validated(now, kept[:1]) is None


PASSED = [result(TestType.FUNCTIONAL, TestOutcome.PASSED, "run 7")]


@pytest.mark.parametrize(
    "now, results, stands",
    [
        (changed(), PASSED, True),
        (changed(revision=9), PASSED, True),
        (changed(title="Other"), PASSED, False),
        (changed(), [result(TestType.FUNCTIONAL, TestOutcome.FAILED, "run 7")], False),
        (changed(), [result(TestType.FUNCTIONAL, TestOutcome.PASSED, "run 8")], False),
        (changed(), [result(TestType.UNIT, TestOutcome.PASSED, "run 7")], False),
        (changed(), [*PASSED, result(TestType.UNIT, TestOutcome.PASSED)], False),
        (changed(), [], False),
    ],
)
def test_s5_a_sign_off_holds_for_its_content_and_results(now: Release, results: list[TestResult], stands: bool) -> None:
    kept = [stated(Topic.TESTS_SIGNED_OFF, sign_off_digest(changed(), PASSED))]
    assert (signed_off(now, results, kept) is not None) == stands


def test_the_order_of_results_does_not_matter() -> None:
    two = [*PASSED, result(TestType.UNIT, TestOutcome.PASSED)]
    assert sign_off_digest(release(), two) == sign_off_digest(release(), two[::-1])


def test_types_that_are_asked_for_and_have_not_passed() -> None:
    kinds = (TestType.USER_ACCEPTANCE, TestType.UNIT, TestType.FUNCTIONAL, TestType.UNIT)
    tests = tuple(PlannedTest(type=kind, text="x") for kind in kinds)
    required = planned_types(release(content=Content(tests=tests)))
    assert required == [TestType.UNIT, TestType.FUNCTIONAL, TestType.USER_ACCEPTANCE]
    results = [result(TestType.UNIT, TestOutcome.FAILED), *PASSED]
    assert not_passed(required, results) == [(TestType.UNIT, TestOutcome.FAILED), (TestType.USER_ACCEPTANCE, None)]


TESTER = Participant(release_id=7, part=Part.TESTING, person_id=CY)
CODER = Participant(release_id=7, part=Part.APPLICATION, person_id=DEE)


@pytest.mark.parametrize(
    "person, roles, named, signs",
    [
        (CY, [], [TESTER], True),
        (ANA, [], [TESTER], False),  # the release's coordinator doesn't sign for the tests
        (BO, [Role.RELEASE_MANAGER], [TESTER], False),
        (DEE, [], [TESTER, CODER], False),
        (BO, [Role.RELEASE_MANAGER], [CODER], True),
        (BO, [Role.CHANGE_MANAGER], [], False),
        (ANA, [], [], False),
    ],
)
def test_s2_the_testing_coordinator_signs_off(
    person: int, roles: list[Role], named: list[Participant], signs: bool
) -> None:
    assert signs_tests(person, roles, named) == signs
