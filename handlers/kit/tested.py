"""How the tests of a release stand now."""

from __future__ import annotations

from handlers.kit.call import Call
from handlers.policy.proof import planned_types, signed_off, statement
from messages.testing import HowTested
from storage.content import TestType
from storage.evidence import Topic
from storage.records import Records
from storage.release import Release


def required_types(call: Call, found: Release) -> list[TestType]:
    """The types that the test plan names and those that the policy asks of every release."""
    asked = {*planned_types(found), *(TestType(each) for each in call.rules.gates.tests)}
    return [kind for kind in TestType if kind in asked]


def tested_of(call: Call, found: Release, records: Records) -> HowTested:
    results, stated = records.evidence.results.of(found.id), records.evidence.statements.of(found.id)
    return HowTested(
        results=results,
        required=required_types(call, found),
        signed=statement(stated, Topic.TESTS_SIGNED_OFF),
        holds=signed_off(found, results, stated) is not None,
    )
