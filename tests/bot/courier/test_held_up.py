"""The courier when it is held up itself: past its lease, without its database, after its posting was taken over."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.chat import Never
from bot.clock import MovableClock
from bot.courier.errand import TIMING
from storage.records import Records
from storage.statement import Conflict, Transaction, Unavailable
from storage.store import Store
from storage.terms import PostingState, ToldHow
from tests.fakes.chat import Behaviour, FakeChat, FakePlatform
from tests.fakes.outbox import (
    QUICK,
    delivering,
    ledger,
    manager,
    organisation,
    posting,
    reword,
    rows,
    say,
    settled,
    until,
)


class Stumbling:
    """A store that fails as told: `fails` gets the number of the call and answers what it raises."""

    def __init__(self, store: Store, fails: Callable[[str, int], Exception | None]) -> None:
        self.store, self.fails, self.engine = store, fails, store.engine
        self.calls = {"read": 0, "write": 0}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def write(self, work: Callable[[Transaction], Any]) -> Any:
        return await self._call("write", work)

    async def read(self, work: Callable[[Transaction], Any]) -> Any:
        return await self._call("read", work)

    async def _call(self, kind: str, work: Callable[[Transaction], Any]) -> Any:
        self.calls[kind] += 1
        if trouble := self.fails(kind, self.calls[kind]):
            raise trouble
        return await getattr(self.store, kind)(work)


def once(step: str, act: Callable[[], None]) -> Callable[[str], None]:
    left = [act]
    return lambda reached: left.pop()() if reached == step and left else None


@pytest.mark.parametrize("step", ["send", "edit"])
async def test_who_slept_past_the_lease_does_nothing(store: Store, step: str) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a", title="old"))
    platform = FakePlatform()
    if step == "edit":
        async with delivering(store, FakeChat(platform)):
            await settled(store, [key])
        reword(store, key, "new")
        platform.requests.clear()
    asked: list[int] = []

    def oversleep() -> None:
        asked.append(len(platform.requests))
        time.sleep(QUICK.lease)

    with structlog.testing.capture_logs() as logs:
        async with delivering(store, FakeChat(platform), probe=once(step, oversleep)):
            await settled(store, [key])
    assert asked == [0]
    assert "the worker was held up" in [each.get("error") for each in logs]
    assert [request.kind for request, _ in platform.requests] == [step]  # by the second claim
    assert platform.made("find") == []  # the first one did nothing, and knows it


async def test_the_default_times_leave_room_for_a_look_up_and_a_send_within_the_lease() -> None:
    assert 2 * TIMING.request < TIMING.lease < TIMING.workspace
    assert TIMING.settle > TIMING.lease


async def test_a_database_that_is_away_for_a_while_ends_no_courier(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    away = Stumbling(store, lambda kind, number: Unavailable("gone") if kind == "read" and number < 6 else None)
    platform = FakePlatform()
    with structlog.testing.capture_logs() as logs:
        async with delivering(away, FakeChat(platform)):
            await settled(store, [key])
    assert [each["event"] for each in logs].count("deliveries wait for the database") == 1


@pytest.mark.parametrize(
    "trouble", [Conflict("another was first"), ZeroDivisionError("mistake")], ids=lambda e: type(e).__name__
)
async def test_a_round_that_fails_ends_no_courier(store: Store, trouble: Exception) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    failing = Stumbling(store, lambda kind, number: trouble if kind == "write" and number in {1, 2} else None)
    async with delivering(failing, FakeChat(FakePlatform())):
        await settled(store, [key])


async def test_how_it_ended_is_written_down_as_soon_as_the_database_is_back(store: Store) -> None:
    """Nobody else knows of the message by then; so it is neither forgotten nor sent again."""
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform(can_find=False)
    gone: list[int] = []

    def fails(kind: str, _number: int) -> Exception | None:
        if kind == "write" and platform.messages and len(gone) < 4:
            gone.append(1)
            return Unavailable("gone")
        return None

    async with delivering(Stumbling(store, fails), FakeChat(platform)):
        await settled(store, [key])
    assert (len(gone), platform.doubled()) == (4, [])
    assert [line.outcome for line in ledger(store, key)] == [ToldHow.SENT]


async def test_what_another_replica_took_over_is_left_to_it(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform()

    def taken_over() -> None:
        store.write_now(lambda tx: tx.raw("UPDATE posting SET token = 'other'"))

    with structlog.testing.capture_logs() as logs:
        async with delivering(store, FakeChat(platform), probe=once("sent", taken_over)):
            await until(lambda: any("taken over" in each["event"] for each in logs))
    [row] = rows(store, [key])
    assert (row.token, row.message) == ("other", "")
    assert ledger(store, key) == []


async def test_who_was_overtaken_raises_no_alarm(store: Store) -> None:
    owner = organisation(store)
    manager(store, owner)
    [key] = say(store, posting(owner, "C1", "a"))

    def taken_over() -> None:
        store.write_now(lambda tx: tx.raw("UPDATE posting SET token = 'other'"))

    with structlog.testing.capture_logs() as logs:
        platform = FakePlatform(lambda _request: Behaviour.NEVER)
        async with delivering(store, FakeChat(platform), probe=once("send", taken_over)):
            await until(lambda: any("taken over" in each["event"] for each in logs))
    assert store.write_now(lambda tx: Records(tx, owner).postings.of("REL-1"))[1:] == []
    assert rows(store, [key])[0].state is PostingState.WAITING


async def test_a_delivery_that_crashes_is_reported_and_holds_up_nothing_else(store: Store) -> None:
    owner = organisation(store)
    crashing, fine = say(store, posting(owner, "C1", "a"), posting(owner, "C2", "b"))

    def mistake() -> None:
        raise ZeroDivisionError

    with structlog.testing.capture_logs() as logs:
        async with delivering(store, FakeChat(FakePlatform()), probe=once("finished", mistake)):
            await settled(store, [crashing, fine])
    assert "delivery crashed" in [each["event"] for each in logs]


async def test_an_edit_that_the_platform_will_never_take_is_dead_and_news_tries_again(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a", title="old"))
    platform = FakePlatform(lambda request: Behaviour.NEVER if request.number == 2 else Behaviour.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
        reword(store, key, "too long")
        await settled(store, [key])
        assert rows(store, [key])[0].state is PostingState.DEAD
        reword(store, key, "short")
        await settled(store, [key])
    assert platform.of(key)[0].title == "short"


async def test_what_expired_in_doubt_where_nothing_can_be_looked_for_is_not_repeated(store: Store) -> None:
    clock = MovableClock()
    until_then = clock.now() + timedelta(minutes=1)
    [key] = say(store, posting(organisation(store), "C1", "a", until=until_then))
    platform = FakePlatform(lambda _request: Behaviour.DROPPED, can_find=False)
    async with delivering(store, FakeChat(platform), clock):
        await until(lambda: len(platform.requests) == 1)
        clock.forward(timedelta(minutes=5))
        await settled(store, [key])
    assert [(line.outcome, line.detail) for line in ledger(store, key)] == [
        (ToldHow.EXPIRED, "it may have been sent before")
    ]
    assert len(platform.requests) == 1


async def test_a_connection_that_breaks_under_the_adapter_leaves_doubt(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform()

    class Breaking(FakeChat):
        broken = False

        async def _ask(self, kind: str, given: dict[str, Any]) -> Any:
            if kind == "send" and not self.broken:
                self.broken = True
                raise ConnectionResetError
            return await super()._ask(kind, given)

    async with delivering(store, Breaking(platform)):
        await settled(store, [key])
    assert [request.kind for request, _ in platform.requests] == ["find", "send"]


async def test_a_timer_of_the_adapter_s_own_is_not_mistaken_for_never(store: Store) -> None:
    assert not issubclass(TimeoutError, Never)
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform(lambda request: Behaviour.HUNG if request.number == 1 else Behaviour.OK)
    quick = dataclasses.replace(QUICK, request=0.05)
    async with delivering(store, FakeChat(platform), timing=quick):
        await asyncio.sleep(0)
        await settled(store, [key])
    assert len(platform.of(key)) == 1
