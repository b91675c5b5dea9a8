"""A courier that is stopped finishes what it can, leaves the rest in doubt, and lets others go on."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable

from bot.clock import SystemClock
from bot.courier.courier import Courier
from storage.outbox import Holder, claim
from storage.store import Store
from storage.terms import Platform, PostingState
from tests.fakes.chat import FakeChat, FakePlatform
from tests.fakes.claims import look
from tests.fakes.outbox import (
    QUICK,
    UNLIMITED,
    delivering,
    now,
    organisation,
    posting,
    reword,
    rows,
    say,
    settled,
    until,
)


def courier(store: Store, platform: FakePlatform, **timing: float) -> Courier:
    chats = {Platform.SLACK: FakeChat(platform)}
    return Courier(store, SystemClock(), chats, paces=UNLIMITED, timing=dataclasses.replace(QUICK, **timing))


async def test_what_is_under_way_is_finished_and_nothing_new_begun(store: Store) -> None:
    owner = organisation(store)
    first, second = say(store, posting(owner, "C1", "a"), posting(owner, "C1", "b"))
    platform = FakePlatform(latency=0.1)
    one = courier(store, platform)
    running = asyncio.create_task(one.run())
    await until(lambda: platform.at_once == 1)
    await one.stop()
    await running
    assert [row.state for row in rows(store, [first, second])] == [PostingState.SHOWN, PostingState.WAITING]
    assert len(platform.requests) == 1


async def test_what_cannot_be_finished_in_time_is_looked_for_by_the_next(store: Store) -> None:
    owner = organisation(store)
    sent, edited = say(store, posting(owner, "C1", "a"), posting(owner, "C2", "b", title="old"))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [sent, edited])
    [late] = say(store, posting(owner, "C1", "late"))
    reword(store, edited, "new")
    platform.thawed.clear()
    one = courier(store, platform, request=3600, lease=7200, stop=0.05)
    running = asyncio.create_task(one.run())
    await until(lambda: platform.at_once == 2)
    await one.stop()
    await running
    assert [row.state for row in rows(store, [late, edited])] == [PostingState.DOUBTFUL, PostingState.WAITING]
    platform.thawed.set()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [late, edited])
    assert (platform.lost([late]), platform.doubled()) == ([], [])
    assert platform.of(edited)[0].title == "new"


async def test_another_replica_goes_on_at_once(postgres_url: str, open_stores: Callable[[str], Store]) -> None:
    here, there = open_stores(postgres_url), open_stores(postgres_url)
    owner = organisation(here)
    [first] = say(here, posting(owner, "C1", "a"))
    platform = FakePlatform()
    async with delivering(here, FakeChat(platform)):
        await settled(here, [first])
    [second] = say(here, posting(owner, "C1", "b"))
    async with delivering(there, FakeChat(platform)):
        await settled(there, [second], seconds=5)  # the lease alone would last 15


async def test_stopping_a_courier_that_never_ran_does_no_harm(store: Store) -> None:
    await courier(store, FakePlatform()).stop()


async def test_a_stopped_courier_can_still_be_woken(store: Store) -> None:
    owner = organisation(store)
    async with delivering(store, FakeChat(FakePlatform())) as one:
        pass
    one.wake()
    say(store, posting(owner, "C1", "a"))


async def test_the_only_process_does_not_wait_for_the_leases_of_the_one_that_died(sqlite_store: Store) -> None:
    owner = organisation(sqlite_store)
    keys = say(sqlite_store, posting(owner, "C1", "a"), posting(owner, "C2", "b"))
    heads = look(sqlite_store).heads
    holder = Holder("died", "t", 3600, 3600)
    sqlite_store.write_now(lambda tx: claim(tx, heads, holder=holder, now=now()))
    platform = FakePlatform()
    async with delivering(sqlite_store, FakeChat(platform)):
        await settled(sqlite_store, keys)
    assert len(platform.made("find")) == 2


async def test_a_claim_that_is_under_way_is_delivered_before_the_end(store: Store) -> None:
    """Else it would be sent after its way out was closed, and nobody would know how it ended."""
    [key] = say(store, posting(organisation(store), "C1", "a"))
    loop, platform, stopping = asyncio.get_running_loop(), FakePlatform(latency=0.1), threading.Event()
    stops: list[asyncio.Task[None]] = []

    def begin() -> None:
        stops.append(asyncio.create_task(one.stop()))
        loop.call_soon(loop.call_soon, stopping.set)  # once `stop` has gone as far as it can without waiting

    def probe(step: str) -> None:
        if step == "claiming":  # in the store's thread
            loop.call_soon_threadsafe(begin)
            assert stopping.wait(10)

    one = Courier(
        store, SystemClock(), {Platform.SLACK: FakeChat(platform)}, paces=UNLIMITED, timing=QUICK, probe=probe
    )
    await one.run()
    [stop] = stops
    await stop
    assert not one.busy
    assert [row.state for row in rows(store, [key])] == [PostingState.SHOWN]
