"""Whatever is there of a release and whatever the policy asks for: it is submitted when nothing is missing, and only then."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Set
from dataclasses import dataclass

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from handlers.policy.gate_table import GATES, WAIVABLE
from handlers.policy.rules import Gates, Rules
from handlers.policy.rules_file import WORDS
from storage.store import Store
from storage.terms import State
from tests.handlers.town import Town, sentence_of

GIVEN = {
    "goal": 'edit REL-1 goal="Refunds within a day"',
    "service": "edit REL-1 service=payments",
    "window": 'edit REL-1 start="2026-12-05 21:00"',
    "changes": "change add REL-1 CHG-1 authorised_by=Dana",
    "risk": "risk REL-1 users=1 tier=1 reversibility=1 novelty=1 coverage=1 dependencies=1",
    "plan": 'edit REL-1 plan="drain; deploy"',
    "back_out": 'edit REL-1 backout="redeploy 2.3.9"',
    "back_out_trigger": 'backout REL-1 trigger="errors over 1 %" minutes=10',
}
"""What a person says to give a row."""
ROWS = st.frozensets(st.sampled_from(WORDS["gates.submit"]))
BY_THE_BOOK = frozenset(Gates().submit)
MOSTLY_ALL = ROWS.map(lambda rows: frozenset(WORDS["gates.submit"]) - rows)


@dataclass(frozen=True, slots=True)
class Case:
    """Rows that the policy asks for, of a board or of a small team's; rows that are there, rows that are waived."""

    asked: Set[str]
    lean: Set[str]
    there: Set[str]
    waived: Set[str]
    small: bool

    @property
    def required(self) -> Set[str]:
        return self.lean if self.small and self.asked == BY_THE_BOOK else self.asked


CASES = st.builds(
    Case, asked=ROWS | st.just(BY_THE_BOOK), lean=ROWS, there=ROWS | MOSTLY_ALL, waived=ROWS, small=st.booleans()
)
LABELS = {gate.name: gate.label for gate in GATES}


def test_every_row_to_submit_can_be_given() -> None:
    assert set(GIVEN) == set(WORDS["gates.submit"])


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "30")), deadline=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(case=CASES)
def test_s5_nothing_is_submitted_while_a_required_row_is_missing_and_unwaived(database: Store, case: Case) -> None:
    """Where a small team's CAB decides, the short list is asked for, unless the policy says another long one."""
    submit = Gates().submit if case.asked == BY_THE_BOOK else tuple(sorted(case.asked))
    town = Town(database, Rules(gates=Gates(submit=submit, lean=tuple(sorted(case.lean)))), by_the_book=True)
    asyncio.run(_tried(town, case))


async def _tried(town: Town, case: Case) -> None:
    asked, there, waived = case.required, case.there, case.waived
    if case.small:
        await town.all(("own", "role revoke <@dee> cab_member"), ("own", "role revoke <@cy> cab_member"))
    await town.all(("ana", "new Refunds"), *(("ana", GIVEN[row]) for row in sorted(there)))
    let_go = sorted((waived & set(WAIVABLE)) - there)
    await town.all(*(("cm", f"waive REL-1 {row} small") for row in let_go))
    lacking = asked - there - set(let_go)
    answer = await town.say("ana", "submit REL-1")
    event(f"{'refused' if answer.refused else 'submitted'}, {len(lacking)} lacking")
    assert answer.refused is bool(lacking), sentence_of(answer)
    assert town.release().state is (State.DRAFT if lacking else State.IN_REVIEW)
    if lacking:
        needs = ", ".join(LABELS[row] for row in LABELS if row in lacking)
        assert sentence_of(answer) == f"REL-1 isn't ready for the CAB: it needs {needs}."
