"""A workspace's organisation, made at its first word; and work on its records for those who remember which one it was.

It may have joined another since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from storage.organisation import Connection, Connections, Moved, Organisation, Organisations
from storage.records import Records, records_now
from storage.statement import Transaction
from storage.store import Store

T = TypeVar("T")


def connected(tx: Transaction, said: Connection, *, zone: str) -> Connection:
    """Write down that the workspace is connected, in the way that is said; its first connection makes its organisation."""
    connections = Connections(tx)
    known = connections.of(said.platform, said.workspace)
    if known is None:
        made = Organisation.model_construct(name=said.name, zone=zone, created_at=said.installed_at)
        said.organisation_id = Organisations(tx).add(made).id
        return connections.add(said)
    known.name, known.bot_account = said.name, said.bot_account
    known.secret, known.removed_at = said.secret, None
    return connections.save(known)


async def change(store: Store, organisation: int, work: Callable[[Records], T]) -> T:
    """Run the work on the locked records of the organisation, or of the one that it has joined."""
    while True:
        try:
            return await store.write(lambda tx: work(records_now(tx, organisation, lock=True)))
        except Moved:
            continue  # it joined between the look and the lock; the next look sees where it went


async def look(store: Store, organisation: int, work: Callable[[Records], T]) -> T:
    """The same for work that only reads."""
    return await store.read(lambda tx: work(records_now(tx, organisation)))
