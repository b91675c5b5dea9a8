"""Work on an organisation's records for those who remember which one it was: it may have joined another since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from storage.organisation import Moved
from storage.records import Records, records_now
from storage.store import Store

T = TypeVar("T")


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
