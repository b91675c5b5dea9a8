"""What an edge does by itself as long as it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger("cabbot.edge")


class Chores:
    """A set of tasks that end with the edge. One that fails is logged, and ends no other."""

    def __init__(self, edge: str) -> None:
        """`edge` is whose they are, for the log."""
        self._edge, self._tasks = edge, set[asyncio.Task[None]]()

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], *, first: float = 0.0) -> None:
        """Do it again and again, so many seconds after it has ended; a round that fails is logged."""
        self.keep(self._rounds(seconds, work, first))

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()) is not None:
            log.error("what an edge does by itself failed", edge=self._edge, exc_info=failed)

    async def _rounds(self, seconds: float, work: Callable[[], Awaitable[None]], first: float) -> None:
        await asyncio.sleep(first)
        while True:
            try:
                await work()
            except Exception:
                log.exception("a round of what an edge does by itself failed; the next one comes", edge=self._edge)
            await asyncio.sleep(seconds)
