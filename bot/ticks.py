"""The few fixed beats of a process, in memory; what is due when lies in the database, so nothing is lost with them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.anchor import Anchor
from bot.clock import Clock
from bot.due_work import DueWork, Sayer
from bot.media import Media
from storage.statement import Unavailable
from storage.store import Store

log = structlog.get_logger("cabbot.ticks")

DUE_SECONDS, MEDIA_SECONDS, ANCHOR_SECONDS = 1.0, 1.0, 3600.0

Beat = Callable[[], Awaitable[None]]


class Ticks:
    """Beats from `start` to `stop`. A beat that takes longer than its interval is not begun a second time."""

    def __init__(self) -> None:
        # Its own warnings would come every second while a long beat lasts.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, seconds: float, name: str, beat: Beat) -> None:
        """The first beat comes at once."""
        self._scheduler.add_job(
            _guarded, "interval", args=(name, beat), seconds=seconds, id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No further beat; one that is under way is cut off, which leaves its transaction done or undone as a whole."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def ticks(store: Store, clock: Clock, door: Sayer, media: Media, anchor_file: Path | None = None) -> Ticks:
    """The beats of Cabbot: due work and artifacts every second, the audit trail's head every hour."""
    made = Ticks()
    made.every(DUE_SECONDS, "due work", DueWork(store, clock, door).run)
    made.every(MEDIA_SECONDS, "media", media.run)
    made.every(ANCHOR_SECONDS, "audit anchor", Anchor(store, clock, anchor_file).drop)
    return made


async def _guarded(name: str, beat: Beat) -> None:
    try:
        await beat()
    except asyncio.CancelledError:
        log.info("a beat was cut off", beat=name)  # by `stop`; the scheduler would take it for a mistake
    except Unavailable as failed:
        log.warning("a beat waits for the database", beat=name, error=str(failed))
    except Exception:
        log.exception("a beat failed", beat=name)
