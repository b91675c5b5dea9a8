"""An organisation with years behind it: one release that was really carried out, and as many like it as are wanted."""

# ruff: noqa: S608 - rows are made by the million

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.sentence import Answer, Sentence, Speaker
from handlers.kit.call import Place
from handlers.policy.rules import Rules
from storage.organisation import Connection as Workspace
from storage.organisation import Connections, Organisation, Organisations
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.service import Service
from storage.statement import Transaction
from storage.store import Store
from storage.terms import AccountKind, Origin, Platform, Role

SERVICES = 40
OPEN = 200
"""How many of the newest releases are still on their way; the rest is closed, as it is in life."""
PEOPLE = {
    "ana": (Role.RELEASE_MANAGER,),
    "eve": (Role.ECAB_MEMBER, Role.CAB_MEMBER),
    "cm": (Role.CHANGE_MANAGER,),
    "oc": (Role.ON_CALL,),
}
EMERGENCY = 'emergency "Card payments fail" service=s1 reason="INC-77" backout="redeploy 2.3.9"'
COPIED = ("release", "release_service", "search_entry", "ballot", "vote", "posting", "journal")


class Organised:
    """One organisation in one database, in which people say things at its door."""

    def __init__(self, store: Store, size: int) -> None:
        self.store, self.size, self.name = store, size, f"w{size}"
        self.door = Door(store, SystemClock(), Rules())
        self.registered = 0
        """Releases that were registered here at the door."""

    async def say(self, who: str, line: str) -> Answer:
        self.registered += line.startswith(("new ", "emergency "))
        speaker = Speaker(Platform.PLAYGROUND, self.name, who, who, AccountKind.MEMBER)
        place = Place(Platform.PLAYGROUND, self.name, "releases", "releases")
        return await self.door.say(Sentence(secrets.token_hex(8), speaker, line, Origin.PRESSED, place))

    async def must(self, who: str, line: str) -> Answer:
        """Say it; RuntimeError when it's refused."""
        answer = await self.say(who, line)
        if answer.refused:
            raise RuntimeError(f"“{line}” was refused: {answer.card.summary if answer.card else ''}")
        return answer

    def found(self, tx: Transaction) -> int:
        now = datetime.now(UTC)
        made = Organisations(tx).add(Organisation(name=self.name, created_at=now))
        home: dict[str, Any] = {"organisation_id": made.id, "platform": Platform.PLAYGROUND, "workspace": self.name}
        Connections(tx).add(Workspace(**home, installed_at=now))
        records = Records(tx, made.id, lock=True)
        for handle, roles in PEOPLE.items():
            person = records.people.add(Person(organisation_id=made.id, name=handle.title(), joined_at=now))
            records.people.add_account(Account(**home, person_id=person.id, external=handle, handle=handle))
            for role in roles:
                owned: dict[str, Any] = {"organisation_id": made.id, "person_id": person.id}
                records.people.grant(Grant(**owned, role=role, granted_by=0, granted_at=now))
        for number in range(SERVICES):
            service = Service(organisation_id=made.id, name=f"s{number}", owner_id=1, version="1.0", added_at=now)
            records.services.add(service)
        return made.id


async def fill(store: Store, size: int) -> None:
    """An organisation with so many releases, each with a service, a round, a vote, a posting and a line of the trail."""
    made = Organised(store, size)
    owner = store.write_now(made.found)
    await made.must("ana", EMERGENCY)
    await made.must("eve", "approve REL-1")
    await asyncio.to_thread(_multiply, store, owner, size)


def _multiply(store: Store, owner: int, size: int) -> None:
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # each reference is good
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        for table in COPIED:
            _copy(connection, table, size - 1, _differs(owner, size))
        last = "SELECT max(seq) FROM journal"
        connection.execute(text(f"UPDATE organisation SET last_number = {size}, journal_seq = ({last})"))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _differs(owner: int, size: int) -> dict[str, dict[str, str]]:
    """What is different in each copy, as SQL over the running number n, which begins at 2."""
    state = f"CASE WHEN n <= {size - OPEN} THEN 'closed' WHEN n % 2 = 0 THEN 'approved' ELSE 'draft' END"
    service = f"'s' || (n % {SERVICES})"
    words = f"'/{owner} rel' || n || ' card payments fail inc77 redeploy s' || (n % {SERVICES}) || ' w' || (n % 997)"
    rare = "CASE WHEN n % 400 = 7 AND n < 2000 THEN ' zebra' ELSE '' END"
    release = {"number": "n", "key": "'REL-' || n", "state": state, "type": "'normal'", "coordinator_id": "1 + n % 4"}
    return {
        "release": release,
        "release_service": {"release_id": "n", "number": "n", "service": service},
        "search_entry": {"kind": "'release'", "target": "n", "words": f"{words} || {rare}"},
        "ballot": {"release_id": "n", "state": "'approved'"},
        "vote": {"ballot_id": "n"},
        "posting": {"subject": "'REL-' || n", "slot": "'release:REL-' || n", "state": "'shown'", "shown": "1", "card": "'{}'"},
        "journal": {"seq": "t.seq + n + 100", "call_id": "'fill-' || n", "subject": "'REL-' || n", "after": "'{}'"},
    }  # fmt: skip


def _copy(connection: Connection, table: str, count: int, differs: dict[str, dict[str, str]]) -> None:
    columns = [column for column in _columns(connection, table) if column != "id"]
    chosen = ", ".join(differs[table].get(column, f't."{column}"') for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    series = f"WITH RECURSIVE series(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM series WHERE n <= {count})"
    first = f"(SELECT min(id) FROM {table})" if table != "search_entry" else "(SELECT max(id) FROM search_entry)"
    source = f"SELECT {chosen} FROM {table} t, series WHERE t.id = {first}"
    connection.execute(text(f"INSERT INTO {table} ({listed}) {series} {source}"))


def _columns(connection: Connection, table: str) -> list[str]:
    return list(connection.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys())
