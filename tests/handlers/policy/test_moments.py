"""When time alone changes a row of the checklist, as a table of cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.policy.moments import next_moment
from handlers.policy.risk import QUESTIONS, RiskRules
from handlers.policy.rules import Rules
from storage.content import Content
from storage.terms import State
from tests.handlers.policy.releases import END, NOW, START, release

TOLERANCE = timedelta(minutes=Rules().deployment.tolerance_minutes)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ASSESSED: dict[str, Any] = {"content": Content(risk={question.name: 2 for question in QUESTIONS})}
LONG_AGO = START - 10 * DAY


@pytest.mark.parametrize(
    "changed, at, failed_at, expected",
    [
        ({}, LONG_AGO, None, START - TOLERANCE),
        ({}, START - TOLERANCE, None, END + TOLERANCE + SECOND),
        ({}, END + TOLERANCE, None, END + TOLERANCE + SECOND),
        ({}, END + TOLERANCE + SECOND, None, None),
        ({"starts_at": None, "ends_at": None}, NOW, None, None),
        (ASSESSED, LONG_AGO, None, START - 2 * DAY + SECOND),
        (ASSESSED, START - DAY, None, START - TOLERANCE),
        (ASSESSED, LONG_AGO, LONG_AGO - 25 * DAY, LONG_AGO + 5 * DAY + SECOND),
        (ASSESSED | {"starts_at": None, "ends_at": None}, NOW, NOW - DAY, NOW + 29 * DAY + SECOND),
        ({"starts_at": None, "ends_at": None}, NOW, NOW - DAY, None),
        ({"state": State.DEPLOYING}, LONG_AGO, None, None),
        ({"state": State.CANCELLED}, LONG_AGO, None, None),
    ],
)
def test_s5_the_next_moment_at_which_a_row_changes(
    changed: dict[str, Any], at: datetime, failed_at: datetime | None, expected: datetime | None
) -> None:
    assert next_moment(release(**{"state": State.APPROVED} | changed), at, Rules(), failed_at) == expected


def test_s6_by_the_policys_numbers() -> None:
    found = release(**ASSESSED, state=State.DRAFT)
    rules = Rules(risk=RiskRules(soon_hours=72, failed_within_days=7))
    assert next_moment(found, LONG_AGO, rules, None) == START - 3 * DAY + SECOND
    assert next_moment(found, LONG_AGO, rules, LONG_AGO - 6 * DAY) == LONG_AGO + DAY + SECOND
