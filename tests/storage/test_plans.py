"""No question on the hot ways reads a whole table: every statement is explained by the database over 30,000 rows.

The statements are those that the records really run: a transaction that explains what it executes stands in.
"""

# ruff: noqa: S608 - rows are made by the thousand

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from storage import medium_reading, outbox
from storage.approval import Ballots
from storage.due import DUES, Due, claim, give_up, next_due, now_due
from storage.evidence import PARTICIPANTS, STAKEHOLDERS, Part
from storage.journal import JOURNAL
from storage.medium_reading import READINGS
from storage.organisation import Organisation, Organisations
from storage.outbox import Holder
from storage.people import PEOPLE, Person
from storage.posting import POSTINGS, TOLD
from storage.records import Records
from storage.release import RELEASES, SERVICES_OF, UPDATES, Release
from storage.search import ENTRIES, Found
from storage.statement import Transaction
from storage.step_owner import STEP_OWNERS
from storage.store import Store, open_store
from storage.table import RecordTable
from storage.terms import DueState, Platform, PostingState, ReleaseType, State, ToldHow
from storage.types import utc_text
from tests.conftest import fresh_database
from tests.fakes.outbox import now, posting
from tests.fakes.trail import entry

ROWS = 30_000
PARTS = ("participant", "stakeholder", "step_owner")
BIG = (
    *(*PARTS, "release", "release_service", "release_update", "medium_reading"),
    *("posting", "told", "due", "journal", "search_entry"),
)


class Explaining(Transaction):
    """Asks the database how it will do each statement before it does it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.plans: list[tuple[str, str]] = []

    def _guarded(self, sql: str, given: Any) -> None:
        if sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            ask = "EXPLAIN QUERY PLAN " if self.dialect.name == "sqlite" else "EXPLAIN "
            super()._guarded(ask + sql, given)
            self.plans.append((sql, "\n".join(str(row[-1]) for row in self._cursor.fetchall())))
        super()._guarded(sql, given)

    def bad(self) -> list[str]:
        """Statements that read a big table from end to end, or sort what an index should bring sorted."""
        return [f"{sql}\n{plan}" for sql, plan in self.plans for line in plan.splitlines() if _scans(line)]


def _scans(line: str) -> bool:
    line = line.strip()
    if line.startswith("SCAN"):  # SQLite, also of an index from end to end
        return any(line.split()[1] == table for table in BIG) and "posting_open" not in line
    found = re.search(r"Seq Scan on (\w+)", line)
    return found is not None and found[1] in BIG


@pytest.mark.parametrize(
    "plan, bad",
    [
        ("SCAN release", True),
        ("SCAN posting USING INDEX posting_state", True),
        ("SCAN q USING COVERING INDEX posting_open", False),  # holds only what waits
        ("SEARCH release USING INDEX release_state (organisation_id=? AND state=?)", False),
        ("  ->  Seq Scan on journal  (cost=0.00..1 rows=1 width=4)", True),
        ("->  Parallel Seq Scan on due", True),
        ("Index Scan using posting_pkey on posting", False),
    ],
)
def test_the_rule_itself_sees_a_scan(plan: str, bad: bool) -> None:
    assert any(_scans(line) for line in plan.splitlines()) is bad


def fill(store: Store) -> int:
    """An organisation with years behind it. Each table gets one row, and 30,000 like it but for what is given as SQL."""
    owner, person = store.write_now(_owner_and_person)
    release = Release(
        organisation_id=owner,
        number=0,
        key="REL-0",
        title="t",
        type=ReleaseType.NORMAL,
        coordinator_id=person,
        requester_id=person,
        created_at=now(),
    )
    told = {"organisation_id": owner, "posting_id": 1, "at": now(), "outcome": ToldHow.SENT, "revision": 1}
    words = {"organisation_id": owner, "release_id": 1, "person_id": person, "words": "", "at": now()}
    due = Due(organisation_id=owner, key="k0", subject="", line="status", at=now())
    states = " ".join(f"WHEN {n} THEN '{state}'" for n, state in enumerate(State))
    service = {"organisation_id": owner, "release_id": 1, "number": 0, "service": ""}
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SET LOCAL session_replication_role = replica")
            )  # each reference is good; don't look
        multiply(
            connection,
            RELEASES,
            dict(release),
            number="n",
            key="'REL-' || n",
            state=f"CASE n % {len(State)} {states} END",
        )
        multiply(connection, SERVICES_OF, service, release_id="n", number="n", service="'s' || (n % 40)")
        multiply(connection, UPDATES, words, release_id="n")
        part = {"organisation_id": owner, "release_id": ROWS + 1, "person_id": person}
        asked = {"platform": "", "workspace": "", "channel": "", "name": "", "required": False, "added_by": 1}
        multiply(connection, PARTICIPANTS, part | {"part": Part.APPLICATION, "area": ""}, release_id="n")
        multiply(connection, STAKEHOLDERS, part | asked | {"added_at": now()}, release_id="n")
        multiply(connection, STEP_OWNERS, part, release_id="n")
        read = {"organisation_id": owner, "release_id": ROWS + 1, "uri": "", "asked_by": person, "asked_at": now()}
        multiply(connection, READINGS, read | {"waits": False}, release_id="n")
        multiply(
            connection,
            POSTINGS,
            dict(posting(owner, "C0", "s0")),
            subject="'REL-' || (n / 3)",
            slot="'s' || n",
            channel="'C' || (n % 50)",
            shown="CASE WHEN n > 60 THEN 1 ELSE 0 END",
            state="CASE WHEN n <= 100 THEN 'waiting' WHEN n % 50 = 0 THEN 'dead' ELSE 'shown' END",
        )
        multiply(connection, TOLD, told, posting_id="n")
        multiply(
            connection,
            DUES,
            dict(due),
            key="'k' || n",
            subject="'REL-' || n",
            state="CASE WHEN n <= 100 THEN 'waiting' ELSE 'said' END",
        )
        found = {"organisation_id": owner, "kind": Found.RELEASE, "target": 0, "words": f"/{owner}"}
        multiply(connection, ENTRIES, found, target="n", words=f"'/{owner} common w' || n")
        trail = dict(entry(0, organisation_id=owner))
        multiply(connection, JOURNAL, trail, seq="n", call_id="'c' || n", subject="'REL-' || (n / 10)")
        connection.execute(text("ANALYZE"))
    return owner


def _owner_and_person(tx: Transaction) -> tuple[int, int]:
    owner = Organisations(tx).add(Organisation(name="Acme", created_at=now()))
    return owner.id, PEOPLE.add(tx, Person(organisation_id=owner.id, name="Ana", joined_at=now())).id


def multiply(connection: Connection, table: RecordTable[Any], like: dict[str, Any], **differs: str) -> None:
    row = {name: value for name, value in like.items() if name != "id"}
    connection.execute(insert(table.table).values(**{"detail": ""} | row if table is TOLD else row))
    names = [name for name in table.names if name != "id"]
    columns = ", ".join(differs.get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    series = f"WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {ROWS})"
    first = f"(SELECT min(id) FROM {table.table.name})"
    target = f"INSERT INTO {table.table.name} ({listed})"
    source = f"SELECT {columns} FROM {table.table.name} t, series WHERE t.id = {first}"
    connection.execute(text(f"{target} {series} {source}"))


@pytest.fixture(scope="module")
def big_sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[Store, int]]:
    path = tmp_path_factory.mktemp("big") / "big.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{path}")
    yield store, fill(store)
    store.close()


@pytest.fixture(scope="module")
def big_postgres(postgres_server: str, postgres_template: str) -> Iterator[tuple[Store, int]]:
    database = fresh_database(postgres_server, f" TEMPLATE {postgres_template}")
    store = open_store(next(database))
    yield store, fill(store)
    store.close()
    next(database, None)


BIG_STORES = ["big_sqlite", pytest.param("big_postgres", marks=pytest.mark.postgres)]
Ask = Callable[[Transaction, Records], object]
SLACK = (Platform.SLACK,)


def _claimed(tx: Transaction, _records: Records) -> object:
    look = outbox.look(tx, SLACK, now())
    assert len(look.heads) > 30
    return outbox.claim(tx, look.heads, holder=Holder("me", "t", 12), now=now())


QUESTIONS: dict[str, Ask] = {
    "release by number": lambda _tx, r: r.releases.by_number(777),
    "a page of releases": lambda _tx, r: r.releases.page(before=20_000),
    "releases in a state": lambda _tx, r: r.releases.in_state(State.APPROVED, before=20_000),
    "my releases": lambda _tx, r: r.releases.coordinated_by(1, before=20_000),
    "releases I take part in": lambda _tx, r: r.taking_part.of(1, 30),
    "releases of a service": lambda _tx, r: r.releases.of_service("s7", before=20_000),
    "releases in flight": lambda _tx, r: r.releases.in_flight(now(), now() + timedelta(hours=2)),
    "cards of a service's releases": lambda _tx, r: r.hanging.of_service("s7", "checklist:", 50),
    "last words": lambda _tx, r: r.releases.last_update(777),
    "latest ballot": lambda tx, r: Ballots(tx, r.organisation.id).latest(777),
    "postings of a subject": lambda _tx, r: r.postings.of("REL-777"),
    "postings in a slot": lambda _tx, r: r.postings.in_slot("s777"),
    "dead postings": lambda _tx, r: r.postings.in_state(PostingState.DEAD),
    "late postings": lambda _tx, r: r.postings.late(now()),
    "say": lambda _tx, r: r.postings.say(posting(r.organisation.id, "C1", "new")),
    "change": lambda _tx, r: [r.postings.change(each, "{}", now()) for each in r.postings.in_slot("s777")],
    "ledger of a slot": lambda _tx, r: r.postings.told_in("s777"),
    "who knows": lambda _tx, r: r.postings.tellings("REL-777"),
    "search: a common word": lambda _tx, r: r.search.find("common"),
    "search: a rare word": lambda _tx, r: r.search.find("w777"),
    "search: no hit": lambda _tx, r: r.search.find("common nothing"),
    "search: a later page": lambda _tx, r: r.search.find("common", before=9_000),
    "search: change": lambda _tx, r: r.search.change(Found.RELEASE, 777, ["new"]),
    "courier: look": lambda tx, _r: outbox.look(tx, SLACK, now()),
    "courier: claim": _claimed,
    "courier: recover": lambda tx, _r: outbox.recover(tx, 25),
    "courier: expire": lambda tx, _r: outbox.expire(tx, now()),
    "media: what waits": lambda tx, _r: medium_reading.waits(tx, now()),
    "media: claim": lambda tx, _r: medium_reading.claim(tx, "me", now(), now()),
    "media of a release": lambda _tx, r: r.readings.of(777),
    "due now": lambda tx, _r: now_due(tx, now(), now()),
    "due next": lambda tx, _r: next_due(tx),
    "due of a subject": lambda _tx, r: r.dues.of("REL-777"),
    "due: plan": lambda _tx, r: r.dues.plan(
        Due(organisation_id=r.organisation.id, key="new", subject="x", line="y", at=now())
    ),
    "due: withdraw": lambda _tx, r: r.dues.withdraw("REL-777", now()),
    "due: claim": lambda tx, _r: [claim(tx, each, DueState.SAID, now()) for each in now_due(tx, now(), now())],
    "due: give up": lambda tx, _r: [give_up(tx, each, "x", now()) for each in now_due(tx, now(), now())],
    "due that failed": lambda _tx, r: r.dues.failed(),
    "journal by call": lambda _tx, r: r.journal.by_call("c777"),
    "journal of a subject": lambda _tx, r: r.journal.of("REL-777"),
    "journal: a page": lambda _tx, r: next(r.journal.entries(100)),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("kind", BIG_STORES)
def test_no_question_reads_a_whole_table(request: pytest.FixtureRequest, kind: str, question: str) -> None:
    store, owner = request.getfixturevalue(kind)
    with store.engine.connect() as connection:
        tx = Explaining(connection)
        QUESTIONS[question](tx, Records(tx, owner))
        connection.rollback()
    assert tx.plans
    assert tx.bad() == []


@pytest.mark.parametrize("kind", BIG_STORES)
def test_an_explaining_transaction_does_see_a_scan(request: pytest.FixtureRequest, kind: str) -> None:
    store, _ = request.getfixturevalue(kind)
    with store.engine.connect() as connection:
        tx = Explaining(connection)
        tx.raw("SELECT count(*) FROM release WHERE title = 'x'")
        connection.rollback()
    assert len(tx.bad()) == 1


def test_moments_are_kept_with_their_zone() -> None:
    assert utc_text(now()).endswith("+00:00")
