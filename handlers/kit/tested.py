"""The test plan of a release, and how its tests stand now."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.kit.call import Call, Refused, Reply
from handlers.kit.planned import TEXT_LIMIT
from handlers.kit.revise import revised
from handlers.policy.content import approved_content
from handlers.policy.proof import planned_types, signed_off, statement
from messages.limits import length
from messages.testing import HowTested
from messages.testing_lines import write_tests
from storage.content import PlannedTest, TestType
from storage.evidence import Topic
from storage.records import Records
from storage.release import Release


def required_types(call: Call, found: Release) -> list[TestType]:
    """The types that the test plan names and those that the policy asks of every release."""
    asked = {*planned_types(found), *(TestType(each) for each in call.rules.gates.tests)}
    return [kind for kind in TestType if kind in asked]


def with_tests(call: Call, found: Release, records: Records, tests: Sequence[PlannedTest]) -> Reply:
    """The release with this test plan, as a new revision. Raises Refused for one that no field of a form could show."""
    if length(write_tests(tests)) > TEXT_LIMIT:
        raise Refused(f"A test plan has at most {TEXT_LIMIT} characters, its types written out.", field="lines")
    before = approved_content(found)
    found.content = found.content.model_copy(update={"tests": tuple(tests)})
    return revised(call, found, records, before)


def tested_of(call: Call, found: Release, records: Records) -> HowTested:
    results, stated = records.evidence.results.of(found.id), records.evidence.statements.of(found.id)
    return HowTested(
        results=results,
        required=required_types(call, found),
        signed=statement(stated, Topic.TESTS_SIGNED_OFF),
        holds=signed_off(found, results, stated) is not None,
    )
