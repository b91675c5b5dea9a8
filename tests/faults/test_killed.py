"""Couriers that are killed, paused, stopped: counted at the platform, nothing lost, doubled or out of order. Ever."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections.abc import Callable, Iterator

import pytest

from storage.store import Store
from storage.terms import PostingState
from tests.fakes.chat import Behaviour, FakePlatform, Request
from tests.fakes.chat_wire import listening
from tests.fakes.outbox import organisation, posting, reword, rows, say, settled, until
from tests.faults.courier_process import STEPS, CourierProcess, Fate

CHANNELS = 4


class Town:
    """Keeps saying things, so that whatever happens to a courier happens in the middle of something."""

    def __init__(self, store: Store) -> None:
        self.store, self.owner = store, organisation(store)
        self.keys: list[int] = []

    def say(self, count: int) -> None:
        start = len(self.keys)
        self.keys += say(
            self.store,
            *(posting(self.owner, f"C{n % CHANNELS}", f"s{n}", title="old") for n in range(start, start + count)),
        )

    def reword(self, count: int) -> None:
        for key in self.keys[-count:]:
            reword(self.store, key, f"new {key}")


@contextlib.contextmanager
def couriers(url: str, port: int) -> Iterator[Callable[..., CourierProcess]]:
    made: list[CourierProcess] = []

    def make(**fate: object) -> CourierProcess:
        made.append(CourierProcess(url, port, Fate(**fate)))  # type: ignore[arg-type]  # whatever Fate has
        return made[-1]

    try:
        yield make
    finally:
        for each in made:
            if not each.dead:
                each.kill()


@pytest.fixture
def observer(database_url: str, open_stores: Callable[..., Store]) -> Store:
    """The test's own way into the database, beside the courier that serves it."""
    return open_stores(database_url, exclusive=False)


def assert_all_arrived(platform: FakePlatform, town: Town) -> None:
    assert (platform.lost(town.keys), platform.doubled(), platform.out_of_order()) == ([], [], [])
    for row in rows(town.store, town.keys):
        [message] = platform.of(row.id)
        assert (row.state, row.message, message.revisions[-1]) == (PostingState.SHOWN, message.id, row.wanted)
        assert message.revisions == sorted(message.revisions)


async def test_killed_at_each_step_of_the_round(observer: Store, database_url: str) -> None:
    town, platform = Town(observer), FakePlatform()
    # The first look-up is answered with an error, so that a kill at "look up" comes in the middle of a doubt.
    async with listening(platform) as port:
        with couriers(database_url, port) as make:
            for step in STEPS:
                town.say(8)
                if step == "edit":
                    await _delivered(make, town)
                    town.reword(4)
                if step == "look up":
                    platform.plan = lambda request: Behaviour.DROPPED_AFTER if request.kind == "send" else Behaviour.OK
                doomed = make(step=step, nth=2)
                await until(lambda doomed=doomed: doomed.dead, 30)  # type: ignore[misc]  # mypy types no lambda that has a default
                platform.plan = lambda _request: Behaviour.OK
            await _delivered(make, town)
    assert_all_arrived(platform, town)


async def _delivered(make: Callable[..., CourierProcess], town: Town) -> None:
    last = make()
    await settled(town.store, town.keys, 40)
    assert await last.stop() == 0


async def test_killed_at_random_while_the_platform_stumbles(observer: Store, database_url: str) -> None:
    chance = random.Random(7)
    town, platform = Town(observer), FakePlatform(stumbling(chance, 0.06))
    async with listening(platform) as port:
        with couriers(database_url, port) as make:
            for _ in range(6):
                town.say(25)
                town.reword(5)
                one = make()
                await asyncio.sleep(chance.uniform(0.1, 0.6))
                one.kill()
            await _delivered(make, town)
    assert_all_arrived(platform, town)


def stumbling(chance: random.Random, share: float) -> Callable[[Request], Behaviour]:
    """Of so many requests each kind of trouble, equally often."""
    troubles = [Behaviour.LIMITED, Behaviour.BROKEN, Behaviour.BROKEN_AFTER, Behaviour.DROPPED, Behaviour.DROPPED_AFTER]
    return lambda _request: chance.choice(troubles) if chance.random() < share else Behaviour.OK


async def test_stopped_and_started_again_and_again(observer: Store, database_url: str) -> None:
    town, platform = Town(observer), FakePlatform(latency=0.01)
    async with listening(platform) as port:
        with couriers(database_url, port) as make:
            for _ in range(4):
                town.say(20)
                enough = len(platform.messages) + 6
                one = make()
                await until(lambda enough=enough: len(platform.messages) >= enough, 30)  # type: ignore[misc]  # mypy types no lambda that has a default
                assert await one.stop() == 0
            await _delivered(make, town)
    assert_all_arrived(platform, town)


@pytest.mark.postgres
@pytest.mark.parametrize("step", ["claimed", "send", "sent"])
async def test_a_replica_that_slept_past_its_lease_does_nothing_twice(
    postgres_url: str, open_stores: Callable[..., Store], step: str
) -> None:
    store = open_stores(postgres_url)
    town, platform = Town(store), FakePlatform()
    async with listening(platform) as port:
        with couriers(postgres_url, port) as make:
            town.say(12)
            zombie = make(step=step, nth=2, sign=signal.SIGSTOP)
            await until(lambda: zombie.paused, 30)
            heir = make()
            town.say(12)
            await settled(store, town.keys, 40)
            zombie.resume()
            town.say(4)
            await settled(store, town.keys, 40)
            assert (await zombie.stop(), await heir.stop()) == (0, 0)
    assert_all_arrived(platform, town)


@pytest.mark.postgres
async def test_replicas_whose_clocks_differ_share_the_work(
    postgres_url: str, open_stores: Callable[..., Store]
) -> None:
    store = open_stores(postgres_url)
    town, platform = Town(store), FakePlatform(stumbling(random.Random(3), 0.05))
    async with listening(platform) as port:
        with couriers(postgres_url, port) as make:
            replicas = [make(hours=hours) for hours in (0, 2 / 60, 5)]
            for _ in range(6):
                town.say(20)
                town.reword(3)
                await asyncio.sleep(0.1)
            await settled(store, town.keys, 40)
            assert [await each.stop() for each in replicas] == [0, 0, 0]
    assert_all_arrived(platform, town)


@pytest.mark.postgres
async def test_a_replica_that_never_returns_is_replaced(postgres_url: str, open_stores: Callable[..., Store]) -> None:
    store = open_stores(postgres_url)
    town, platform = Town(store), FakePlatform()
    async with listening(platform) as port:
        with couriers(postgres_url, port) as make:
            lives, dies = make(), make()
            town.say(30)
            dies.kill()
            town.say(30)
            await settled(store, town.keys, 40)
            assert await lives.stop() == 0
    assert_all_arrived(platform, town)


async def test_a_platform_that_freezes_gets_nothing_twice(observer: Store, database_url: str) -> None:
    """What came in before it froze is done when it thaws, long after everybody gave up waiting."""
    town, platform = Town(observer), FakePlatform()
    async with listening(platform) as port:
        with couriers(database_url, port) as make:
            one = make()
            town.say(20)
            await until(lambda: len(platform.messages) > 3)
            platform.thawed.clear()
            town.say(20)
            await asyncio.sleep(2.5)  # longer than a request and its settling
            platform.thawed.set()
            await settled(observer, town.keys, 40)
            assert await one.stop() == 0
    assert_all_arrived(platform, town)
