"""What goes out to Teams, assembled beside the fake: real HTTP, real MSAL, a real store where one is needed."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.clock import MovableClock
from bot.outbound import Outbound
from bot.teams.clients import LOGIN_SECONDS, Clients, connector_purposes
from bot.teams.connector import Connector
from bot.teams.credentials import SERVICE, Credentials, login_purposes
from bot.teams.service_hosts import ServiceHosts
from tests.fakes.teams import APP_ID, APP_PASSWORD, TENANT, FakeTeams

ANA, BEN, ZOE = "29:ana", "29:ben", "29:zoe"


def teams_of_three() -> FakeTeams:
    fake = FakeTeams()
    fake.add_user(ANA, "Ana", email="ana@example.org")
    fake.add_user(BEN, "Ben", email="ben@example.org")
    fake.add_user(ZOE, "Zoe", email="zoe@example.org")
    fake.add_channel("#cab")
    fake.world.add_group("Planning", [ANA, BEN])
    return fake


class Ticks:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class NoNames(AbstractResolver):
    """Finds no name, and remembers that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        self.asked.append(host)
        raise OSError(None, f"no such name: {host}")

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Outgoing:
    teams: FakeTeams
    clock: MovableClock
    credentials: Credentials
    clients: Clients
    connector: Connector
    names: NoNames

    @property
    def url(self) -> str:
        return self.teams.service.url


@asynccontextmanager
async def outgoing(
    teams: FakeTeams,
    *,
    password: str = APP_PASSWORD,
    ticks: Callable[[], float] = time.monotonic,
    login_patience: float = LOGIN_SECONDS,
    service: str = SERVICE,
) -> AsyncIterator[Outgoing]:
    """`teams` is running. Its service is the only one that was named beside Microsoft's."""
    named, login, names = (teams.service.origin,), teams.authority.url, NoNames()
    hosts = ServiceHosts(named)
    outbound = Outbound({**connector_purposes(hosts.allows, named), **login_purposes(login)}, resolver=names)
    credentials = Credentials(outbound, APP_ID, password, TENANT, login_url=login, service=service, ticks=ticks)
    clients, clock = Clients(outbound, credentials, hosts.allows, login=login_patience), MovableClock()
    try:
        yield Outgoing(teams, clock, credentials, clients, Connector(clients, clock, APP_ID), names)
    finally:
        await outbound.close()
