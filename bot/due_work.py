"""What has fallen due is said, each occurrence once; what can't be said is tried again, and in the end given up aloud."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.trail import given_up
from handlers.kit.call import Refused
from storage.due import Due, give_up, now_due, try_later
from storage.organisation import Moved
from storage.outbox import database_now
from storage.records import Records
from storage.statement import Transaction, Unavailable
from storage.store import Store
from storage.terms import DueState

log = structlog.get_logger("cabbot.due")

PAGE, AT_ONCE = 200, 16
TRIES = 8
"""With the waits between them, about a quarter of an hour."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0


class Sayer(Protocol):
    """The door, as the clock sees it."""

    async def say_due(self, organisation: int, due: Due) -> None:
        """Carry out what fell due, or drop it when its time has passed. Raises what the handler raises."""
        ...


class DueWork:
    """Says what is due, for one of any number of replicas: the row's state lets one of them win."""

    def __init__(self, store: Store, clock: Clock, door: Sayer) -> None:
        self._store, self._clock, self._door = store, clock, door
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Say everything that is due by now. Raises Unavailable when the database can't."""
        tried: set[int] = set()
        while dues := [due for due in await self._store.read(self._due) if due.id not in tried]:
            tried.update(due.id for due in dues)
            await asyncio.gather(*(self._say(due) for due in dues))

    def _due(self, tx: Transaction) -> list[Due]:
        return now_due(tx, self._clock.now(), database_now(tx), PAGE)

    async def _say(self, due: Due) -> None:
        async with self._slots:
            with contextlib.suppress(Moved):  # its organisation has joined another, which withdrew it
                await self._said(due)

    async def _said(self, due: Due) -> None:
        try:
            await self._door.say_due(due.organisation_id, due)
        except (Unavailable, Moved):
            raise
        except Refused as refused:
            # The clock's word is no longer to the point: what it was about has changed. Saying it again is no use.
            await self._store.write(partial(self._drop, due=due, why=refused.sentence))
        except Exception as mistake:
            await self._failed(due, mistake)

    async def _failed(self, due: Due, mistake: Exception) -> None:
        reference, last = secrets.token_hex(4), due.attempts + 1 >= TRIES
        log.error("due work crashed", key=due.key, line=due.line, last=last, reference=reference, exc_info=mistake)
        error = f"Cabbot failed ({type(mistake).__name__}), reference {reference}"
        end = self._give_up if last else self._later
        await self._store.write(partial(end, due=due, why=error))

    def _later(self, tx: Transaction, due: Due, why: str) -> None:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0**due.attempts)
        try_later(tx, due, why, database_now(tx) + timedelta(seconds=wait))

    def _give_up(self, tx: Transaction, due: Due, why: str) -> None:
        self._end(tx, due, why, DueState.FAILED)

    def _drop(self, tx: Transaction, due: Due, why: str) -> None:
        self._end(tx, due, why, DueState.DROPPED)

    def _end(self, tx: Transaction, due: Due, why: str, then: DueState) -> None:
        now: datetime = self._clock.now()
        records = Records(tx, due.organisation_id, lock=True)
        if give_up(tx, due, why, now, then=then):
            given_up(records, due, why, now)
