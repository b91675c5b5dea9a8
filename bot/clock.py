"""The only place that knows what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs on and can be moved forward: for the playground and for tests."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = timedelta(0) if start is None else start - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        """Raises ValueError for a step backwards: what was said can't be unsaid."""
        if by < timedelta(0):
            raise ValueError("The clock only moves forward.")
        self._ahead += by
