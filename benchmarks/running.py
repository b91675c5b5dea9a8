"""What both benchmarks need to run: servers beside each other that are stopped whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.process import Server


def run(bench: Coroutine[Any, Any, list[str]]) -> list[str]:
    """Run it on uvloop; a SIGTERM stops its servers too. What it found wrong."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(bench)


def started(stack: contextlib.ExitStack, module: str, folder: Path, *more: str) -> Server:
    """`python -m benchmarks.MODULE PORT MORE`, listening; stopped with the stack."""
    command = [sys.executable, "-m", f"benchmarks.{module}", "{port}", *more]
    server = Server(command, {}, folder / f"{module}.log")
    stack.callback(server.stop)
    return server.listens()
