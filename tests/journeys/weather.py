"""What may happen in the middle of a story without anybody noticing."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_faults import Fault
from tests.journeys.house import House


async def restarts(house: House) -> None:
    """Cabbot is stopped and started again, on the same database."""
    await house.restart()


class Storm:
    """Every third message or edit fails, each time in another way; what was done before an answer got lost, stays done."""

    KINDS = ("status", "drop_after", "ratelimited", "drop_before", "error")

    def __init__(self, slack: FakeSlack) -> None:
        self.struck = 0
        self._calls, self._kinds = itertools.count(1), itertools.cycle(self.KINDS)
        slack.faults.weather = self._strike

    def _strike(self, method: str, _arguments: dict[str, Any]) -> Fault | None:
        if method not in ("chat.postMessage", "chat.update") or next(self._calls) % 3:
            return None
        self.struck += 1
        return Fault(next(self._kinds), retry_after="0")
