"""What falls due is said once, whoever ticks; what can't be said is tried again, and given up for all to see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.due_work import AT_ONCE, FIRST_WAIT, PAGE, TRIES, DueWork
from handlers.kit.call import Refused
from storage.due import DUES, next_due
from storage.records import Records
from storage.statement import Transaction, Unavailable
from storage.store import Store
from storage.terms import DueState, Outcome
from tests.fakes.door import Door, plan
from tests.fakes.outbox import organisation


def states(store: Store, owner: int) -> dict[str, DueState]:
    def read(tx: Transaction) -> dict[str, DueState]:
        return {each.key: each.state for each in DUES.query().all(tx, owner)}

    return store.write_now(read)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def door(store: Store, clock: MovableClock) -> Door:
    return Door(store, clock)


@pytest.fixture
def work(store: Store, clock: MovableClock, door: Door) -> DueWork:
    return DueWork(store, clock, door)


async def test_what_is_due_is_said_and_what_is_not_waits(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner, now = organisation(store), clock.now()
    plan(store, owner, ("past", now - timedelta(hours=1)), ("future", now + timedelta(hours=1)))
    await work.run()
    assert door.said == ["past"]
    clock.forward(timedelta(hours=2))
    await work.run()
    assert door.said == ["past", "future"]
    assert store.write_now(next_due) is None


async def test_after_a_day_asleep_late_ones_come_once_or_are_dropped(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner, now = organisation(store), clock.now()
    plan(store, owner, ("reminder", now + timedelta(hours=1)), until=now + timedelta(hours=2))
    plan(store, owner, ("deadline", now + timedelta(hours=1)))
    clock.forward(timedelta(days=1))
    await work.run()
    await work.run()
    assert door.said == ["deadline"]
    assert states(store, owner) == {"reminder": DueState.DROPPED, "deadline": DueState.SAID}


async def test_hundreds_due_at_once_are_all_said_a_few_at_a_time(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner, count = organisation(store), 2 * PAGE + 50
    plan(store, owner, *((f"d{n}", clock.now() - timedelta(seconds=n)) for n in range(count)))
    await work.run()
    assert sorted(door.said) == sorted(f"d{n}" for n in range(count))
    assert 1 < door.most_at_once <= AT_ONCE


@pytest.mark.postgres
async def test_replicas_that_tick_together_say_each_once(
    postgres_url: str, open_stores: Callable[[str], Store], clock: MovableClock
) -> None:
    doors = [Door(open_stores(postgres_url), clock) for _ in range(3)]
    owner = organisation(doors[0].store)
    plan(doors[0].store, owner, *((f"d{n}", clock.now() - timedelta(seconds=n)) for n in range(100)))
    await asyncio.gather(*(DueWork(door.store, clock, door).run() for door in doors))
    said = [key for door in doors for key in door.said]
    assert sorted(said) == sorted(f"d{n}" for n in range(100))
    waiting = doors[0].store.write_now(lambda tx: Records(tx, owner).postings.of("REL-1"))
    assert len(waiting) == 100


async def test_one_that_fails_blocks_no_other_and_is_tried_again_later(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner, now = organisation(store), clock.now()
    plan(store, owner, ("bad", now - timedelta(hours=2)), ("good", now - timedelta(hours=1)))
    door.trouble = lambda due: ZeroDivisionError("mistake") if due.key == "bad" else None
    await work.run()
    assert door.said == ["good"]
    [bad] = store.write_now(lambda tx: Records(tx, owner).dues.of("REL-1"))
    assert (bad.attempts, bad.state) == (1, DueState.WAITING)
    assert "ZeroDivisionError" in bad.error
    assert "mistake" not in bad.error  # whose text may hold anything
    assert bad.retry_at is not None
    assert bad.retry_at - now > timedelta(seconds=FIRST_WAIT * 0.9)
    door.trouble = lambda _due: None
    await work.run()
    assert door.said == ["good"]  # not yet
    _age(store)
    await work.run()
    assert door.said == ["good", "bad"]


async def test_in_the_end_it_is_given_up_and_the_trail_says_so(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner = organisation(store)
    plan(store, owner, ("bad", clock.now()))
    door.trouble = lambda _due: ZeroDivisionError()
    for _ in range(TRIES):
        await work.run()
        _age(store)
    await work.run()
    [failed] = store.write_now(lambda tx: Records(tx, owner).dues.failed())
    assert (failed.key, failed.attempts, failed.ended_at is not None) == ("bad", TRIES, True)
    [entry] = store.write_now(lambda tx: Records(tx, owner).journal.of("REL-1"))
    assert (entry.outcome, entry.call_id) == (Outcome.REFUSED, "due:bad")
    assert "reference" in entry.why


async def test_what_the_process_refuses_is_dropped_at_once_with_its_sentence(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner = organisation(store)
    plan(store, owner, ("lapse", clock.now()))
    door.trouble = lambda _due: Refused("REL-1 has been decided.")
    await work.run()
    assert states(store, owner) == {"lapse": DueState.DROPPED}
    [entry] = store.write_now(lambda tx: Records(tx, owner).journal.of("REL-1"))
    assert entry.why == "REL-1 has been decided."


async def test_a_database_that_is_away_counts_as_no_try(
    store: Store, clock: MovableClock, door: Door, work: DueWork
) -> None:
    owner = organisation(store)
    plan(store, owner, ("d", clock.now()))
    door.trouble = lambda _due: Unavailable("gone")
    with pytest.raises(Unavailable):
        await work.run()
    [due] = store.write_now(lambda tx: Records(tx, owner).dues.of("REL-1"))
    assert (due.attempts, due.retry_at) == (0, None)


async def test_an_occurrence_has_one_key_however_often_it_is_planned(store: Store, clock: MovableClock) -> None:
    owner = organisation(store)
    for hour in (1, 2):
        plan(store, owner, ("daily:2026-10-25T02:30", clock.now() + timedelta(hours=hour)))
    assert len(states(store, owner)) == 1


def _age(store: Store) -> None:
    """As if the wait were over."""

    def write(tx: Transaction) -> None:
        tx.raw("UPDATE due SET retry_at = NULL")

    store.write_now(write)
