"""What can go wrong on Slack's side, on order: each fault strikes the next calls of a method."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Fault:
    """`kind`: ratelimited, error (a word of Slack's), status, hang, drop_before or drop_after it was recorded."""

    kind: str
    method: str = "*"
    times: int = 1
    word: str = "internal_error"
    status: int = 500
    retry_after: str = "1"
    where: Callable[[Json], bool] = lambda arguments: True


@dataclass
class Faults:
    latency: float = 0.0
    """Seconds that every call of the Web API takes."""
    ordered: list[Fault] = field(default_factory=list)
    weather: Callable[[str, Json], Fault | None] = lambda method, arguments: None
    """Asked at every call on which no ordered fault strikes."""

    def order(self, kind: str, method: str = "*", **details: Any) -> Fault:
        """`slack.faults.order("drop_after", "chat.postMessage", times=2)`"""
        fault = Fault(kind, method, **details)
        self.ordered.append(fault)
        return fault

    def next(self, method: str, arguments: Json) -> Fault | None:
        for fault in self.ordered:
            if fault.times > 0 and fault.method in ("*", method) and fault.where(arguments):
                fault.times -= 1
                return fault
        return self.weather(method, arguments)

    def clear(self) -> None:
        self.ordered.clear()
        self.latency = 0.0
        self.weather = lambda method, arguments: None


PER_MINUTE = {
    "chat.update": 50,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "users.lookupByEmail": 50,
    "apps.connections.open": 50,
    "users.list": 20,
    "chat.postMessage": 600,
    "auth.test": 600,
}
DEFAULT_PER_MINUTE = 100
BURST = 5
"""Messages that a channel takes at once before one a second is all it takes."""


class Limits:
    """Slack's rate limits: counted always, refused when `refusing`."""

    def __init__(self) -> None:
        self.refusing = False
        self.exceeded: Counter[str] = Counter()
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._tokens: dict[str, tuple[float, float]] = {}

    def over(self, method: str, team: str, arguments: Json) -> float:
        """Seconds to wait when this call is one too many, else 0; counts it either way."""
        wait = self._per_minute(method, team)
        if method == "chat.postMessage":
            wait = max(wait, self._per_channel(str(arguments.get("channel"))))
        if wait:
            self.exceeded[method] += 1
        return wait if self.refusing else 0.0

    def _per_minute(self, method: str, team: str) -> float:
        now, calls = time.monotonic(), self._calls[method, team]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= PER_MINUTE.get(method, DEFAULT_PER_MINUTE):
            return 60 - (now - calls[0])
        calls.append(now)
        return 0.0

    def _per_channel(self, channel: str) -> float:
        now = time.monotonic()
        left, at = self._tokens.get(channel, (float(BURST), now))
        left = min(BURST, left + now - at)
        self._tokens[channel] = (max(left - 1, 0.0) if left >= 1 else left, now)
        return 0.0 if left >= 1 else 1 - left
