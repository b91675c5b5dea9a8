"""What a status post lists: everything on its way or waiting, and what was done lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import Records
from storage.release import Release
from storage.terms import State

LATELY = timedelta(hours=24)
MOST = 10
_OPEN = (State.DEPLOYING, State.ROLLING_BACK, State.IN_REVIEW, State.APPROVED)
_DONE = (State.DEPLOYED, State.ROLLED_BACK)


def overview(records: Records, now: datetime) -> list[Release]:
    """The newest releases of each state that a reader wants to hear of."""
    open_ = [release for state in _OPEN for release in records.releases.in_state(state, limit=MOST)]
    done = [release for state in _DONE for release in records.releases.in_state(state, limit=MOST)]
    return open_ + [each for each in done if each.completed_at is not None and now - each.completed_at <= LATELY]
