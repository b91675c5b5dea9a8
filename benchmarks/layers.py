"""What a layer costs over the same statement on SQLite: `python -m benchmarks.layers`. ADR 0004 rests on it.

Every way runs in one process, in rotation; the figure is the median of the rounds, in microseconds of CPU.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session
from sqlmodel import select as select_models

from storage.content import Content
from storage.migrate import migrate
from storage.organisation import Organisation, Organisations
from storage.people import PEOPLE, Person
from storage.records import Records
from storage.release import RELEASES, Release, ReleaseTable
from storage.sqlite_store import sqlite_engine
from storage.statement import Transaction
from storage.terms import ReleaseType, State

ROUNDS, TIMES = 15, 200
NOW = datetime(2026, 12, 1, tzinfo=UTC)
FOUND_BY = {
    "title": "Faster refunds for card payments",
    "goal": "Refunds within a day, for all cards and all currencies; nothing changes for transfers",
    "back_out": ["Deploy 2.3.9", "Tell the service desk"],
}
"""Texts of a usual length: 26 words."""


class Ways:
    """The same insert and the same page of twenty, through each layer, on one connection within one transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.tx, self.number = connection, Transaction(connection), 1000
        self.session = Session(connection)
        self.owner = Organisations(self.tx).add(Organisation(name="Acme", created_at=NOW)).id
        self.person = PEOPLE.add(self.tx, Person(organisation_id=self.owner, name="Ana", joined_at=NOW)).id
        self.core_insert = insert(RELEASES.table)
        self.core_page = (
            select(RELEASES.table)
            .where(RELEASES.c.organisation_id == bindparam("owner"), RELEASES.c.state == bindparam("state"))
            .order_by(RELEASES.c.number.desc())
            .limit(20)
        )
        for _ in range(500):
            self.insert_prepared()

    def values(self) -> dict[str, Any]:
        self.number += 1
        return {
            "organisation_id": self.owner,
            "number": self.number,
            "key": f"REL-{self.number}",
            "title": "t",
            "goal": "",
            "type": ReleaseType.NORMAL,
            "state": State.DRAFT,
            "hold": "",
            "zone": "UTC",
            "impact": "",
            "coordinator_id": self.person,
            "requester_id": self.person,
            "services": [],
            "change_requests": [],
            "starts_at": None,
            "ends_at": None,
            "stages": [],
            "plan": [],
            "back_out": [],
            "content": Content(),
            "template": "",
            "reason": "",
            "revision": 1,
            "digest": "",
            "stage": 0,
            "created_at": NOW,
            "first_planned_at": None,
            "started_at": None,
            "completed_at": None,
            "unauthorised_start": False,
            "coordinated_before": [],
        }

    def insert_driver(self) -> None:
        given = self.values() | {
            "services": "[]",
            "change_requests": "[]",
            "stages": "[]",
            "plan": "[]",
            "coordinated_before": "[]",
        }
        given |= {"back_out": "[]", "content": "{}", "created_at": "2026-12-01T00:00:00.000000+00:00"}
        names = ", ".join(given)
        marks = ", ".join("?" * len(given))
        cursor = self.connection.connection.cursor()
        cursor.execute(f"INSERT INTO release ({names}) VALUES ({marks})", [*given.values()])  # noqa: S608  # names of our own tables

    def insert_prepared(self) -> None:
        RELEASES.add(self.tx, Release.model_construct(**self.values()))

    def insert_found(self) -> None:
        """The prepared insert, and the words by which the release is found; a savepoint each, as a command has."""
        self.tx.raw("SAVEPOINT one")
        Records(self.tx, self.owner).releases.add(Release.model_construct(**self.values() | FOUND_BY))
        self.tx.raw("RELEASE one")

    def insert_core(self) -> None:
        self.connection.execute(self.core_insert, self.values())

    def insert_session(self) -> None:
        self.session.add(ReleaseTable(**self.values() | {"id": None}))
        self.session.flush()
        self.session.expunge_all()

    def page_driver(self) -> None:
        cursor = self.connection.connection.cursor()
        where = "organisation_id = ? AND state = ? ORDER BY number DESC LIMIT 20"
        cursor.execute(f"SELECT * FROM release WHERE {where}", (self.owner, "draft")).fetchall()  # noqa: S608  # names of our own tables

    def page_prepared(self) -> None:
        Records(self.tx, self.owner).releases.in_state(State.DRAFT)

    def page_core(self) -> None:
        rows = self.connection.execute(self.core_page, {"owner": self.owner, "state": State.DRAFT}).all()
        [Release.model_construct(**row._mapping) for row in rows]

    def page_session(self) -> None:
        query = select_models(ReleaseTable).where(
            ReleaseTable.organisation_id == self.owner, ReleaseTable.state == State.DRAFT
        )
        list(self.session.exec(query.order_by(RELEASES.c.number.desc()).limit(20)))
        self.session.expunge_all()


def microseconds(way: Callable[[], None]) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        way()
    return (time.process_time() - began) / TIMES * 1e6


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cabbot-layers-") as folder:
        url = f"sqlite:///{folder}/a.db"
        migrate(url)
        with sqlite_engine(url).connect() as connection, connection.begin() as begun:
            ways = Ways(connection)
            for what in ("insert", "page"):
                names = ("driver", "prepared", "found", "core", "session")
                layers = {name: way for name in names if (way := getattr(ways, f"{what}_{name}", None)) is not None}
                found: dict[str, list[float]] = {layer: [] for layer in layers}
                for _ in range(ROUNDS):
                    for layer, way in layers.items():
                        found[layer].append(microseconds(way))
                medians = {layer: statistics.median(times) for layer, times in found.items()}
                for layer, median in medians.items():
                    sys.stdout.write(f"{what:8} {layer:10} {median:8.0f} us {median / medians['driver']:6.1f} x\n")
            begun.rollback()


if __name__ == "__main__":
    main()
