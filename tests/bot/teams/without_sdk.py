"""What Cabbot takes from the archived SDK, without it: its successor has to be no more than this (threats, row 39).

The edge's contract is held on both: see `cabbot` in conftest.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.chat import Never
from bot.outbound import Outbound, Reply
from bot.teams.clients import CONNECTOR, PATIENCE
from bot.teams.credentials import Credentials
from bot.teams.envelope import Activity, Answered, OtherInvoke
from bot.teams.framework import Service, Turns


class PlainTurns:
    async def take(self, activity: Activity, listen: Callable[[Activity], Awaitable[Answered]]) -> Answered:
        if isinstance(activity, OtherInvoke):
            return Answered(501)
        answered = await listen(activity)
        return answered if activity.invoke else Answered()


class PlainService:
    def __init__(self, outbound: Outbound, credentials: Credentials | None, allows: Callable[[str], bool]) -> None:
        self._outbound, self._credentials, self._allows = outbound, credentials, allows

    async def exchange(
        self, method: str, service_url: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        if not self._allows(service_url):
            raise Never("the service URL isn't one of Teams'")
        token = await self._credentials.token() if self._credentials else ""
        signed = {**headers, "Authorization": f"Bearer {token}"} if token else headers
        address = service_url.rstrip("/") + path
        return await self._outbound.exchange(method, CONNECTOR, address, signed, body, patience=PATIENCE)


def plain(
    outbound: Outbound, credentials: Credentials | None, allows: Callable[[str], bool], app_id: str
) -> tuple[Turns, Service]:
    """Implements bot.teams.framework.Framework."""
    return PlainTurns(), PlainService(outbound, credentials, allows)
