"""An audit trail, and somebody who tampers with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, text

from storage import guards
from storage.journal import Entry, entry_hash
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Origin, Outcome, Platform
from storage.verify import Head
from tests.fakes.outbox import now

LENGTH = 12


def entry(number: int, **given: Any) -> Entry:
    values: dict[str, Any] = {
        "seq": 0,
        "at": now(),
        "call_id": f"call-{number}",
        "person_id": number % 3,
        "person": "Ana",
        "platform": Platform.SLACK,
        "origin": Origin.PRESSED,
        "command": "approve",
        "subject": f"REL-{number % 4}",
        "outcome": Outcome.DONE,
        "before": {"state": "in_review", "votes": number},
        "after": {"state": "approved", "title": "Straße «1»", "nested": {"list": [1, 2.5, None, True]}},
        "why": "",
    }
    return Entry(**values | given)


def written(store: Store, owner: int, count: int = LENGTH) -> list[Head]:
    """A trail of so many entries; its head after each of them."""

    def write(tx: Transaction) -> list[Head]:
        records = Records(tx, owner, lock=True)
        heads = []
        for number in range(1, count + 1):
            made = records.journal.append(records.organisation, entry(number))
            heads.append(Head(owner, made.seq, made.hash))
        records.save_organisation()
        return heads

    return store.write_now(write)


class Intruder:
    """Somebody who owns the database: takes the triggers away, and knows how entries are hashed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with engine.begin() as connection:
            for name in guards.installed(connection):
                on = "" if connection.dialect.name == "sqlite" else f" ON {name.partition('_')[0]}"
                connection.execute(text(f"DROP TRIGGER {name}{on}"))

    def run(self, sql: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(sql), values)

    def rechain(self, store: Store, owner: int, since: int, *, head_too: bool) -> None:
        """Give every entry from there on the hash that fits what stands there now."""

        def write(tx: Transaction) -> None:
            records = Records(tx, owner, lock=True)
            previous, last = "", entry(0)
            for each in list(records.journal.entries()):
                if each.seq >= since:
                    each.previous = previous
                    each.hash = entry_hash(each)
                    put_hash(tx.connection, each)
                previous = each.hash
                last = each
            if head_too:
                records.organisation.journal_seq, records.organisation.journal_head = last.seq, last.hash
                records.save_organisation()

        store.write_now(write)


def put_hash(connection: Connection, each: Entry) -> None:
    connection.execute(
        text("UPDATE journal SET previous = :previous, hash = :hash WHERE id = :id"),
        {"previous": each.previous, "hash": each.hash, "id": each.id},
    )
