"""What an edge does by itself: it goes on whatever fails, and ends with the edge."""

from __future__ import annotations

import asyncio

from bot.chores import Chores


async def test_what_fails_ends_no_other() -> None:
    chores, done = Chores("an edge"), asyncio.Event()

    async def fails() -> None:
        raise ValueError("no")

    async def works() -> None:
        done.set()

    chores.keep(fails())
    chores.keep(works())
    await done.wait()
    await asyncio.gather(*chores._tasks, return_exceptions=True)
    await chores.stop()


async def test_a_round_that_fails_is_followed_by_the_next() -> None:
    chores, rounds, third = Chores("an edge"), list[int](), asyncio.Event()

    async def work() -> None:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise ValueError("not yet")
        third.set()

    chores.every(0.0, work)
    await third.wait()
    await chores.stop()
    assert rounds[:3] == [0, 1, 2]


async def test_what_is_under_way_ends_with_the_edge() -> None:
    chores, begun, ended = Chores("an edge"), asyncio.Event(), asyncio.Event()

    async def waits() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    chores.keep(waits())
    await begun.wait()
    chores.keep(waits())  # this one hasn't begun
    await chores.stop()
    assert ended.is_set()
    assert not chores._tasks
