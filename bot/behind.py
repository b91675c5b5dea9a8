"""Work that goes on behind an acknowledgement: held strongly, its failures logged, waited for at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from bot.chat import Never, NotSent, PerhapsSent

T = TypeVar("T")
log = structlog.get_logger("cabbot.edge")

MOST_PATIENCE = 30.0
"""Seconds that an answer waits for a platform's Retry-After; after that it would come too late to be of use."""


class Behind:
    """A set of tasks. asyncio itself holds a task only weakly, so a forgotten one can vanish half done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def busy(self) -> bool:
        """Something is under way."""
        return bool(self._tasks)

    async def finish(self, seconds: float) -> None:
        """Give what is under way that much time, then stop it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (failed := task.exception()) is None:
            return
        if isinstance(failed, NotSent | PerhapsSent | Never):
            log.warning("the platform did not take it", word=str(failed))
        else:
            log.error("went wrong behind an acknowledgement", exc_info=failed)
