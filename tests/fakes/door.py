"""The door as the clock sees it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock
from storage.due import Due, claim
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import DueState
from tests.fakes.outbox import posting


class Door:
    """Says a due sentence as the real one does, claim and effect in one transaction; saying it twice would show twice."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.trouble: Callable[[Due], Exception | None] = lambda _due: None
        self.said: list[str] = []
        self.at_once = self.most_at_once = 0

    async def say_due(self, organisation: int, due: Due) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if await self.store.write(lambda tx: self._say(tx, organisation, due)):
                self.said.append(due.key)
        finally:
            self.at_once -= 1

    def _say(self, tx: Transaction, owner: int, due: Due) -> bool:
        records = Records(tx, owner, lock=True)
        now = self.clock.now()
        late = due.until is not None and now > due.until
        if not claim(tx, due, DueState.DROPPED if late else DueState.SAID, now):
            return False
        if trouble := self.trouble(due):
            raise trouble
        if not late:
            records.postings.say(posting(owner, "C1", f"{due.key} {secrets.token_hex(4)}"))
        return not late


def plan(store: Store, owner: int, *dues: tuple[str, datetime], until: datetime | None = None) -> None:
    def write(tx: Transaction) -> None:
        for key, at in dues:
            row = Due(organisation_id=owner, key=key, subject="REL-1", line="status post REL-1", at=at, until=until)
            Records(tx, owner).dues.plan(row)

    store.write_now(write)
