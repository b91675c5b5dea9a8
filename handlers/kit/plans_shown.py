"""The plans of a release where everything of it is shown: deployment, back-out, tests."""

from __future__ import annotations

from handlers.kit.call import Call
from handlers.kit.tested import tested_of
from handlers.policy.proof import back_out_validated, statement
from messages.card import Part
from messages.plan import back_out_parts, plan_pages, plan_parts
from messages.release import Name
from messages.section import SHOWN
from messages.testing import how_tested_parts
from storage.evidence import Topic
from storage.records import Records
from storage.release import Release

STEPS, CHARACTERS = 10, 2500
"""How much of a long plan is shown beside everything else; its button leads to the rest."""


def plan_sections(call: Call, found: Release, records: Records, name: Name) -> list[Part]:
    stated = records.evidence.statements.of(found.id)
    first = plan_pages(found.plan, STEPS, CHARACTERS)[:1]
    holds = back_out_validated(found, stated) is not None
    return [
        *plan_parts(found, first[0]),
        *back_out_parts(found, statement(stated, Topic.BACK_OUT_VALIDATED), holds, name, SHOWN),
        *how_tested_parts(found, tested_of(call, found, records), name),
    ]
