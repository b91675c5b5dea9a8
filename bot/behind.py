"""Work that goes on behind an acknowledgement: held strongly, its failures logged, waited for at the end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

import structlog

from bot import notices
from bot.chat import Never, NotSent, PerhapsSent
from bot.sentence import Answer

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


class Tells(Protocol):
    """A way in which an answer reaches its reader behind the acknowledgement."""

    async def tell(self, answer: Answer) -> None: ...


async def tell(way: Tells, answer: Answer) -> None:
    """Tell the answer; one that can't be drawn is told of with its reference. Raises what the platform answers."""
    try:
        await way.tell(answer)
    except (NotSent, PerhapsSent, Never):
        raise
    except Exception as undrawn:
        await way.tell(unshowable(answer, undrawn))


def unshowable(answer: Answer, undrawn: Exception) -> Answer:
    """In place of an answer that couldn't be drawn; the log has the reason under the reference that it shows."""
    reference = secrets.token_hex(4)
    log.error("an answer can't be shown", reference=reference, exc_info=undrawn)
    return Answer(card=notices.unshowable(reference), refused=answer.refused)
