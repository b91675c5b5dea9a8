"""What must be there before a release goes to the CAB (process section 5, column "to submit")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.release import Release
from storage.terms import ReleaseType


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row: what is asked for, the argument of /release edit that gives it, and whether it's there."""

    label: str
    argument: str
    there: Callable[[Release], bool]
    emergency: bool


_ROWS = (
    Evidence("a service", "service", lambda release: bool(release.services), True),
    Evidence("a window", "start", lambda release: release.starts_at is not None, False),
    Evidence("a deployment plan", "plan", lambda release: bool(release.plan), False),
    Evidence("a back-out plan", "backout", lambda release: bool(release.back_out), True),
)


def missing_to_submit(release: Release) -> list[Evidence]:
    """The rows that are missing; an emergency's paperwork is due later, its back-out plan is not."""
    emergency = release.type is ReleaseType.EMERGENCY
    return [row for row in _ROWS if (row.emergency or not emergency) and not row.there(release)]
