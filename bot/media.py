"""The artifacts that wait to be read are read, one at a time; what came of each is put down for the clock to say.

Any number of replicas may do it: a row is held by one of them while it reads, and by another once that one is gone.
Nothing is read within a transaction. The sentence that says what was read stands in the transaction that ends the row.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import structlog

from bot.artifact import CantRead
from bot.clock import Clock
from messages.line import compose
from storage import medium_reading
from storage.due import Due
from storage.medium_reading import MediumReading
from storage.organisation import Moved
from storage.outbox import database_now
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store

log = structlog.get_logger("cabbot.media")

HELD_SECONDS = 60.0
"""How long a row stays with a replica that was killed; a third of it is how often a living one asks for more."""


class Reader(Protocol):
    """What reads an artifact (bot/artifact.py)."""

    async def digest(self, uri: str) -> str:
        """Its SHA-256. Raises CantRead."""
        ...


class Media:
    """Reads what waits, for one replica."""

    def __init__(self, store: Store, clock: Clock, reader: Reader, *, held: float = HELD_SECONDS) -> None:
        self._store, self._clock, self._reader, self._held = store, clock, reader, held
        self._name = secrets.token_hex(8)

    async def run(self) -> None:
        """Read everything that waits by now. Raises Unavailable when the database can't."""
        while await self._store.read(self._waits):
            reading = await self._store.write(self._claim)
            if reading is None:
                return  # another replica was first; the next beat comes soon
            with contextlib.suppress(Moved):
                await self._read(reading)

    async def _read(self, reading: MediumReading) -> None:
        said = await self._while_held(reading, self._said(reading))
        if said is not None:
            await self._store.write(partial(self._end, reading=reading, said=said))
            log.info("artifact", reading=reading.id, outcome=said.get("why", "read"))

    async def _said(self, reading: MediumReading) -> dict[str, str]:
        """What the sentence says of it."""
        try:
            return {"sha256": await self._reader.digest(reading.uri)}
        except CantRead as why:
            return {"why": str(why)}
        except Exception as mistake:
            reference = secrets.token_hex(4)
            log.exception("reading an artifact crashed", reference=reference)
            return {"why": f"Cabbot failed ({type(mistake).__name__}), reference {reference}"}

    async def _while_held(
        self, reading: MediumReading, work: Coroutine[Any, Any, dict[str, str]]
    ) -> dict[str, str] | None:
        """Hold the row for as long as the work takes; None when another replica has taken it over."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=self._held / 3))[0]:
                if not await self._store.write(partial(self._keep, reading=reading)):
                    return None
            return await task
        finally:
            task.cancel()

    # ---- short transactions

    def _waits(self, tx: Transaction) -> bool:
        return medium_reading.waits(tx, database_now(tx))

    def _claim(self, tx: Transaction) -> MediumReading | None:
        now = database_now(tx)
        return medium_reading.claim(tx, self._name, now, now + timedelta(seconds=self._held))

    def _keep(self, tx: Transaction, reading: MediumReading) -> bool:
        return medium_reading.keep(tx, reading, self._name, database_now(tx) + timedelta(seconds=self._held))

    def _end(self, tx: Transaction, reading: MediumReading, said: dict[str, str]) -> None:
        records = Records(tx, reading.organisation_id, lock=True)
        if not medium_reading.end(tx, reading, self._name):
            return
        key = records.releases.get(reading.release_id).key
        records.dues.plan(
            Due(
                organisation_id=reading.organisation_id,
                key=f"media:{reading.id}:{reading.asked_at.isoformat()}",
                subject=key,
                line=compose("media", "checked", key, reading.uri, **said),
                at=self._clock.now(),
            )
        )
