"""Which Entra tenants are served, and to which organisation each belongs."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import structlog

from bot.chat import Never
from bot.clock import Clock
from bot.organisations import connected
from storage.organisation import Connection, Connections
from storage.statement import Conflict, Transaction
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.teams")

KNOWN_SECONDS = 60.0
"""How long a replica goes on with what it has read: what another one changed is seen then."""


class Tenants:
    """The registration is for one tenant (`own`); without one, in a local trial, whichever comes is served."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        own: str,
        bot: str,
        zone: str,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """`bot` is our account in Teams, "28:" and the app id."""
        self._store, self._clock, self._ticks = store, clock, ticks
        self.own, self.bot, self._zone = own, bot, zone
        self._known: dict[str, tuple[int, float]] = {}

    async def begin(self) -> None:
        """Write our own tenant down, so that another workspace can join it before its first word."""
        if self.own:
            await self.organisation(self.own)

    async def organisation(self, tenant: str) -> int:
        """The tenant's organisation, made at its first word. Raises Never for a tenant that isn't served."""
        known = self._known.get(tenant)
        if known is not None and self._ticks() - known[1] <= KNOWN_SECONDS:
            return known[0]
        if not tenant or (self.own and tenant != self.own):
            raise Never("another tenant")
        found = await self._store.read(partial(_read, tenant))
        if found is None:
            found = await self._connected(tenant)
        self._known[tenant] = (found, self._ticks())
        return found

    async def _connected(self, tenant: str) -> int:
        try:
            return await self._store.write(partial(self._connect, tenant))
        except Conflict:  # another replica, or another word of the same moment, was first
            found = await self._store.read(partial(_read, tenant))
            if found is None:
                raise
            return found

    def forget(self, tenant: str) -> None:
        """Look it up again at the next use."""
        self._known.pop(tenant, None)

    async def all(self) -> list[str]:
        """Every tenant that is served."""
        connections = await self._store.read(lambda tx: Connections(tx).installed())
        return [each.workspace for each in connections if each.platform is Platform.TEAMS]

    def _connect(self, tenant: str, tx: Transaction) -> int:
        """Somebody may have been first, or it was taken away before."""
        said = Connection.model_construct(
            platform=Platform.TEAMS,
            workspace=tenant,
            name="Microsoft Teams",
            bot_account=self.bot,
            installed_at=self._clock.now(),
        )
        log.info("connected to the tenant", tenant=tenant)
        return connected(tx, said, zone=self._zone).organisation_id


def _read(tenant: str, tx: Transaction) -> int | None:
    connection = Connections(tx).of(Platform.TEAMS, tenant)
    return None if connection is None or connection.removed_at else connection.organisation_id
