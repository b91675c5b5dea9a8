"""A playground whose story was told once, copied for each test: the telling takes seconds, a copy none."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bot.playground.demo import open_playground

OPENS = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock in Berlin."""


def told_in(directory: Path) -> Path:
    """The directory, with the whole story in it. In a thread of its own: this one may have a loop that runs."""

    async def tell() -> None:
        async with open_playground(directory, OPENS):
            pass

    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(tell())).result()
    return directory


def copied(told: Path, to: Path) -> Path:
    shutil.copytree(told, to)
    return to
