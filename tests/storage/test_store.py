"""A store runs pieces of work, whatever they do, and never says "done" of something that isn't."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select

from storage.organisation import LINKS, Link, Organisation, Organisations, OrganisationTable
from storage.people import PEOPLE
from storage.records import Records
from storage.statement import Conflict, Statement, Transaction, Unavailable
from storage.store import SqliteStore, Store, open_store
from storage.terms import Platform
from tests.fakes.outbox import now, organisation, posting

TABLE = vars(OrganisationTable)["__table__"]
_NAMES = Statement(select(TABLE.c.name).order_by(TABLE.c.id))
_BROKEN = Statement(select(TABLE.c.name).where(TABLE.c.zone == bindparam("zone")).limit(bindparam("limit")))


def add(name: str) -> Callable[[Transaction], int]:
    return lambda tx: Organisations(tx).add(Organisation(name=name, created_at=now())).id


def names(store: Store) -> list[str]:
    return store.write_now(lambda tx: [row[0] for row in tx.rows(_NAMES)])


async def test_what_is_written_can_be_read(store: Store) -> None:
    key = await store.write(add("Acme"))
    found = await store.read(lambda tx: Organisations(tx).get(key))
    assert (found.name, found.created_at.tzinfo is not None) == ("Acme", True)


async def test_work_that_raises_changes_nothing_and_its_caller_hears_it(store: Store) -> None:
    def work(tx: Transaction) -> None:
        add("Acme")(tx)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await store.write(work)
    assert names(store) == []


class Odd(BaseException):
    """Not even an Exception, as a test framework's own are."""


@pytest.mark.parametrize("raised", [Odd, asyncio.CancelledError, StopIteration, GeneratorExit])
async def test_whatever_work_raises_the_next_is_served(store: Store, raised: type[BaseException]) -> None:
    def work(tx: Transaction) -> None:
        add("lost")(tx)
        raise raised

    with pytest.raises(BaseException) as caught:
        await asyncio.wait_for(store.write(work), 5)
    assert not isinstance(caught.value, TimeoutError)
    await asyncio.wait_for(store.write(add("kept")), 5)
    assert names(store) == ["kept"]


async def test_a_caller_who_gives_up_takes_nobody_along(store: Store) -> None:
    gate = threading.Event()
    slow = asyncio.create_task(store.write(lambda tx: gate.wait(5) and add("slow")(tx)))
    queued = [asyncio.create_task(store.write(add(f"{n}"))) for n in range(20)]
    await asyncio.sleep(0.05)
    for task in [slow, *queued[::2]]:
        task.cancel()
    gate.set()
    ends = await asyncio.gather(slow, *queued, return_exceptions=True)
    if store.engine.dialect.name == "sqlite":  # elsewhere they need not have waited for the slow one
        assert all(isinstance(end, asyncio.CancelledError) for end in [ends[0], *ends[1::2]])
    assert all(isinstance(end, int) for end in ends[2::2])
    if store.engine.dialect.name == "sqlite":
        assert names(store) == [
            "slow",
            *(f"{n}" for n in range(1, 20, 2)),
        ]  # what was given up in the queue was not done
    assert await asyncio.wait_for(store.write(add("after")), 5)


async def test_commands_that_fail_do_not_take_those_of_their_group_along(sqlite_store: Store) -> None:
    gate = threading.Event()
    holds = asyncio.create_task(sqlite_store.write(lambda _tx: gate.wait(5)))
    await asyncio.sleep(0.05)

    def fails(tx: Transaction) -> None:
        add("lost")(tx)
        raise ValueError

    works = [sqlite_store.write(fails if n % 3 == 0 else add(f"{n}")) for n in range(30)]
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.sleep(0.05)
    gate.set()
    ends = await asyncio.gather(holds, *tasks, return_exceptions=True)
    assert [isinstance(end, ValueError) for end in ends[1:]] == [n % 3 == 0 for n in range(30)]
    assert names(sqlite_store) == [f"{n}" for n in range(30) if n % 3]


async def test_a_broken_transaction_cannot_be_committed_by_swallowing_the_error(store: Store) -> None:
    owner = organisation(store)

    def twice(tx: Transaction, *, then: str) -> str:
        records = Records(tx, owner)
        records.postings.say(posting(owner, "C1", "kept?"))
        try:
            link = Link(
                organisation_id=owner,
                audience="cab",
                platform=Platform.SLACK,
                workspace="T1",
                channel="C1",
                linked_by=1,
                linked_at=now(),
            )
            LINKS.add(tx, link)
            LINKS.add(tx, link)
        except Conflict:
            return then
        return "no conflict"

    with pytest.raises(Conflict):
        await store.write(lambda tx: twice(tx, then="done"))
    assert await store.read(lambda tx: Records(tx, owner).postings.in_slot("kept?")) == []


async def test_after_a_failed_statement_no_other_one_runs(store: Store) -> None:
    def work(tx: Transaction) -> None:
        with pytest.raises(Exception, match="nowhere"):
            tx.raw("SELECT * FROM nowhere")
        with pytest.raises(Exception, match="nowhere"):
            tx.rows(_NAMES)

    with pytest.raises(Exception, match="nowhere"):
        await store.write(work)


async def test_reading_refuses_to_write(store: Store) -> None:
    with pytest.raises(Unavailable, match="read"):
        await store.read(add("Acme"))
    await store.write(add("Globex"))
    assert names(store) == ["Globex"]


async def test_a_missing_value_is_a_mistake_of_ours_and_does_not_hurt_the_store(store: Store) -> None:
    with pytest.raises(KeyError):
        await store.write(lambda tx: tx.rows(_BROKEN, zone="UTC"))
    assert await store.write(add("Acme"))


async def test_couriers_are_woken_after_the_commit_and_only_for_postings(store: Store) -> None:
    seen: list[int] = []
    heard = threading.Event()

    def wake() -> None:
        seen.append(len(names(store)) if store.engine.dialect.name == "postgresql" else -1)
        heard.set()

    owner = organisation(store)
    store.on_posted(wake)
    if store.engine.dialect.name == "postgresql":  # its listener begins with a wake-up of its own
        assert heard.wait(5)
        heard.clear()
        seen.clear()
    await store.write(add("Globex"))
    with pytest.raises(ValueError):
        await store.write(lambda tx: _say_and_raise(tx, owner))
    assert seen == []
    await store.write(lambda tx: Records(tx, owner).postings.say(posting(owner, "C1", "a")))
    assert heard.wait(5)
    assert len(seen) == 1


def _say_and_raise(tx: Transaction, owner: int) -> None:
    Records(tx, owner).postings.say(posting(owner, "C1", "lost"))
    raise ValueError


async def test_a_wake_up_that_raises_hurts_nobody(store: Store) -> None:
    def wake() -> None:
        raise RuntimeError("deaf")

    store.on_posted(wake)
    owner = organisation(store)
    await store.write(lambda tx: Records(tx, owner).postings.say(posting(owner, "C1", "a")))
    assert await asyncio.wait_for(store.write(add("after")), 5)


async def test_replicas_wake_each_other(postgres_url: str, open_stores: Callable[[str], Store]) -> None:
    one, other = open_stores(postgres_url), open_stores(postgres_url)
    owner = organisation(one)
    heard = threading.Event()
    other.on_posted(heard.set)
    assert await asyncio.to_thread(heard.wait, 5)  # listening
    heard.clear()
    await one.write(lambda tx: Records(tx, owner).postings.say(posting(owner, "C1", "a")))
    assert await asyncio.to_thread(heard.wait, 5)


async def test_closing_finishes_what_waits_and_refuses_what_comes_later(database_url: str) -> None:
    store = open_store(database_url)
    gate = threading.Event()
    first = asyncio.create_task(store.write(lambda tx: gate.wait(5) and add("first")(tx)))
    rest = [asyncio.create_task(store.write(add(f"{n}"))) for n in range(5)]
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(asyncio.to_thread(store.close))
    await asyncio.sleep(0.05)
    with pytest.raises(Unavailable, match="closed"):
        await store.write(add("late"))
    with pytest.raises(Unavailable, match="closed"):
        await store.read(lambda tx: tx.rows(_NAMES))
    gate.set()
    assert all(isinstance(end, int) for end in await asyncio.gather(first, *rest))
    await closing
    store.close()  # twice is once


async def test_a_commit_that_fails_tells_nobody_done_and_the_store_goes_on(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url)
    owner = organisation(store)

    def dangling(tx: Transaction) -> None:
        """Passes every statement and is refused by COMMIT."""
        tx.raw("PRAGMA defer_foreign_keys = ON")
        tx.execute(_ORPHAN, organisation_id=owner + 99)

    gate = threading.Event()
    holds = asyncio.create_task(store.write(lambda tx: gate.wait(5) and add("same group")(tx)))
    await asyncio.sleep(0.05)
    orphan = asyncio.create_task(store.write(dangling))
    await asyncio.sleep(0.05)
    gate.set()
    ends = await asyncio.gather(holds, orphan, return_exceptions=True)
    assert [type(end) for end in ends] == [Unavailable, Unavailable]
    assert await store.write(add("after"))
    assert names(store) == ["Acme", "after"]
    store.close()


def _orphan() -> Statement:
    row: dict[str, Any] = {"name": "x", "email": "", "zone": "", "prefers": "", "active": True, "joined_at": now()}
    return Statement(insert(PEOPLE.table).values(organisation_id=bindparam("organisation_id"), **row))


_ORPHAN = _orphan()


def test_another_database_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL, not in mysql"):
        open_store("mysql://host/db")


def test_a_transaction_that_waits_for_another_in_itself_says_so(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url)
    with pytest.raises(RuntimeError, match="would never begin"):
        store.write_now(lambda _tx: store.write_now(lambda tx: tx.raw("SELECT 1")))
    store.close()
