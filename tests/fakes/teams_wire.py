"""How the fake reaches the app: each activity with a token that its issuer signed, replicas in turn."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

Json = dict[str, Any]

INVOKE_SECONDS = 5.0
"""After that Teams says “Unable to reach app” and sends it again."""


@dataclass
class Got:
    """What the app answered. `status` 0 is no answer in time."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def json(self) -> Json:
        return json.loads(self.body) if self.body.startswith(b"{") else {}


class Wire:
    """From Teams to the app."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self.app_urls: list[str] = []
        """Where the app listens; several are replicas behind one address, that take turns."""
        self.delivered: list[Json] = []
        self._turns = itertools.count()
        self.session: aiohttp.ClientSession | None = None

    async def deliver(self, activity: Json, *, token: str | None = None, seconds: float = INVOKE_SECONDS) -> Got:
        """Send an activity; `token` in place of a genuine one, empty for none."""
        self.delivered.append(activity)
        given = self._token() if token is None else token
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        return await self.post(json.dumps(activity).encode(), headers, seconds)

    async def post(self, body: bytes, headers: dict[str, str], seconds: float = INVOKE_SECONDS) -> Got:
        """Send bytes to the app as they are."""
        assert self.session is not None, "the fake isn't running"
        assert self.app_urls, "Teams doesn't know where the app listens"
        url = self.app_urls[next(self._turns) % len(self.app_urls)]
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        started, timeout = time.monotonic(), aiohttp.ClientTimeout(total=seconds)
        try:
            async with self.session.post(url, data=body, headers=headers, timeout=timeout) as response:
                read = await response.read()
                return Got(response.status, read, dict(response.headers), time.monotonic() - started)
        except TimeoutError:
            return Got(0, seconds=seconds)
