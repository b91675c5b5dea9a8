"""What Cabbot asks of a bot framework for Teams; nothing else of one is used (docs/decisions/0013).

Microsoft's is archived. Its successor has to give these two, and `tests/bot/teams` holds the same contract on both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from bot.outbound import Outbound, Reply
from bot.teams.adapter import TeamsAdapter
from bot.teams.clients import Clients
from bot.teams.credentials import Credentials
from bot.teams.envelope import Activity, Answered


class Turns(Protocol):
    """Takes in what the guard let in."""

    async def take(self, activity: Activity, listen: Callable[[Activity], Awaitable[Answered]]) -> Answered:
        """One turn; an invoke that nothing of ours asks for is answered with 501. Raises what `listen` raises."""
        ...


class Service(Protocol):
    """Speaks with the Bot Connector at a service URL, signed with our token where there is one."""

    async def exchange(
        self, method: str, service_url: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """One request, never repeated but after a 401. Raises Never for a URL that isn't Teams', NotSent without a token,
        and what the way out raises.
        """
        ...


Framework = Callable[[Outbound, Credentials | None, Callable[[str], bool], str], tuple[Turns, Service]]
"""Makes both, from the way out, our login, which service URLs are allowed, and our app id."""


def bot_framework(
    outbound: Outbound, credentials: Credentials | None, allows: Callable[[str], bool], app_id: str
) -> tuple[Turns, Service]:
    """Microsoft's SDK, botbuilder-core."""
    clients = Clients(outbound, credentials, allows)
    return TeamsAdapter(clients, app_id), clients
