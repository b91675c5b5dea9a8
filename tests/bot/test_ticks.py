"""The beats of a process."""

import asyncio
import logging

import pytest

from bot.ticks import Ticks


async def test_a_beat_that_is_cut_off_by_the_end_is_no_mistake(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Event()

    async def beat() -> None:
        begun.set()
        await asyncio.sleep(60)

    ticks = Ticks()
    ticks.every(1.0, "long", beat)
    with caplog.at_level(logging.ERROR):
        ticks.start()
        await begun.wait()
        ticks.stop()
        await asyncio.sleep(0.05)
    assert caplog.records == []
