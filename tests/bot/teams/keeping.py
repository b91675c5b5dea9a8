"""Conversation references over a real store, beside the fake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson

from bot.chat import Never
from bot.teams.envelope import Activity, read
from bot.teams.references import References
from storage.conversation import Conversation
from storage.organisation import Connection, Connections, Organisation, Organisations
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform
from tests.bot.teams.outgoing import ANA, Outgoing, outgoing
from tests.fakes.teams import TENANT, FakeTeams

T = TypeVar("T")


@dataclass
class Kept:
    """References, and what the database holds of them."""

    out: Outgoing
    store: Store
    references: References
    organisation: int

    async def hear(self, given: dict[str, Any]) -> None:
        await self.references.heard(self.organisation, activity(given))

    async def records(self, look: Callable[[Records], T]) -> T:
        return await self.store.read(lambda tx: look(Records(tx, self.organisation)))

    async def row(self, conversation: str) -> Conversation | None:
        return await self.records(lambda records: records.conversations.of(Platform.TEAMS, TENANT, conversation))

    def another(self) -> References:
        """Those of another replica."""
        return References(self.store, self.out.clock, self.out.connector, self.references.organisation_of)


@asynccontextmanager
async def keeping(teams: FakeTeams, store: Store) -> AsyncIterator[Kept]:
    """`teams` is running."""
    organisation = await store.write(_connected)

    async def organisation_of(tenant: str) -> int:
        if tenant != TENANT:
            raise Never("another tenant")
        return organisation

    async with outgoing(teams) as out:
        yield Kept(out, store, References(store, out.clock, out.connector, organisation_of), organisation)


def _connected(tx: Transaction) -> int:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    owner = Organisations(tx).add(Organisation.model_construct(name="Example", created_at=now))
    connection = Connection.model_construct(
        organisation_id=owner.id, platform=Platform.TEAMS, workspace=TENANT, installed_at=now
    )
    Connections(tx).add(connection)
    return owner.id


def activity(given: dict[str, Any]) -> Activity:
    return read(orjson.dumps(given))


def said(teams: FakeTeams, where: str, user: str = ANA, **changes: Any) -> dict[str, Any]:
    """Somebody's word as Teams sends it; `where="me"` is their own conversation."""
    found = teams.personal(user) if where == "me" else teams.conversation(where)
    return teams.activities.said(teams.world.users[user], found, "help") | changes
