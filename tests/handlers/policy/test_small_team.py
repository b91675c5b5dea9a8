"""One approver for teams under four, unless somebody has said a number (process section 10)."""

from __future__ import annotations

import pytest

from handlers.policy.approval import for_team
from handlers.policy.rules import Approval, ApprovalRules, Rules
from handlers.policy.rules_file import parse_rules

_AS_HIGH = "approval.normal = {quorum = 3, deadline_minutes = 4320, change_manager = true}"
"""Two kinds of which the same is asked: what is set of one is set."""


@pytest.mark.parametrize(
    "policy, kind, seats, quorum",
    [
        ("", "normal", 4, 2),
        ("", "normal", 3, 1),
        ("", "normal", 0, 1),
        ("", "high", 4, 3),
        ("", "high", 3, 1),
        ("", "emergency", 1, 1),
        ("approval.normal.quorum = 2", "normal", 3, 2),
        ("approval.normal.quorum = 2", "high", 3, 1),
        ("approval.normal.quorum = 3", "normal", 2, 3),
        ("approval.high.quorum = 3", "high", 1, 3),
        ("approval.normal.deadline_minutes = 5", "normal", 3, 1),
        ("approval.emergency.quorum = 2", "emergency", 1, 2),
        (_AS_HIGH, "high", 3, 3),
        ("approval.small_team = 1", "normal", 1, 2),
        ("approval.small_team = 6", "normal", 5, 1),
    ],
)
def test_s10_one_approver_for_teams_under_four(policy: str, kind: str, seats: int, quorum: int) -> None:
    rules = parse_rules(policy)
    assert for_team(getattr(rules.approval, kind), seats, rules).quorum == quorum


def test_nothing_else_changes() -> None:
    rules = Rules()
    small = for_team(rules.approval.high, 2, rules)
    assert small.change_manager
    assert small.deadline_minutes == rules.approval.high.deadline_minutes


def test_another_number_than_the_built_in_one_was_said_by_somebody() -> None:
    rules = Rules(approval=Approval(normal=ApprovalRules(3, 60, (), 0)))
    assert for_team(rules.approval.normal, 2, rules).quorum == 3
