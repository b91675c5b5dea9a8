"""When time alone changes a row of the readiness checklist, or the risk that decides which rows there are (sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from handlers.policy import risk
from handlers.policy.rules import Rules
from storage.release import AHEAD, Release

CHECKED = AHEAD
"""The states in which anything is asked of a release."""
_BEHIND = timedelta(seconds=1)
"""What still holds at a moment is over behind it."""


def next_moment(found: Release, at: datetime, rules: Rules, failed_at: datetime | None) -> datetime | None:
    """The nearest one after `at`. `failed_at`: when a release of the same service last failed or was rolled back."""
    if found.state not in CHECKED:
        return None
    return min((each for each in _moments(found, rules, failed_at) if each > at), default=None)


def _moments(found: Release, rules: Rules, failed_at: datetime | None) -> Iterator[datetime]:
    tolerance = timedelta(minutes=rules.deployment.tolerance_minutes)
    if found.starts_at is not None and found.ends_at is not None:
        yield found.starts_at - tolerance
        yield found.ends_at + tolerance + _BEHIND
    if not risk.answered(found.content.risk):
        return
    if found.starts_at is not None:
        yield found.starts_at - timedelta(hours=rules.risk.soon_hours) + _BEHIND
    if failed_at is not None:
        yield failed_at + timedelta(days=rules.risk.failed_within_days) + _BEHIND
