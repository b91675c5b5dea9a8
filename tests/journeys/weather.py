"""What may happen in the middle of a story without anybody noticing."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_faults import Fault
from tests.fakes.teams import FakeTeams
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


class TeamsStorm:
    """Every third message, answer or edit fails: a message in ways that say that it wasn't shown, an edit in every way.

    A message whose answer got lost can't be looked for in Teams, and is sent again: tests/journeys/test_teams_away.py.
    """

    MESSAGES = ("ratelimited", "error")
    EDITS = ("status", "drop_after", "ratelimited", "drop_before", "error")

    def __init__(self, teams: FakeTeams) -> None:
        self.struck = 0
        self._calls = itertools.count(1)
        self._messages, self._edits = itertools.cycle(self.MESSAGES), itertools.cycle(self.EDITS)
        teams.service.faults.weather = self._strike

    def _strike(self, method: str, body: dict[str, Any]) -> Fault | None:
        if method not in ("create", "send", "whisper", "edit") or next(self._calls) % 3:
            return None
        self.struck += 1
        kind = "ratelimited" if _answers(method, body) else next(self._edits if method == "edit" else self._messages)
        return Fault(kind, status=412, word="PreconditionFailed", retry_after="0")


def _answers(method: str, body: dict[str, Any]) -> bool:
    """It may be an answer to one person, which isn't tried for long: it comes again as soon as Teams says that it may."""
    return method == "whisper" or (method == "send" and not body["conversation"].startswith("19:"))
