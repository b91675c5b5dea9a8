"""A real courier in a process of its own, to be killed, paused and stopped from outside or at one of its own steps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import MovableClock
from bot.courier.courier import Courier
from bot.courier.errand import Timing
from bot.due_work import DueWork
from storage.statement import Unavailable
from storage.store import open_store
from storage.terms import Platform
from tests.fakes.chat_wire import WireChat
from tests.fakes.door import Door

TIMING = Timing(request=0.4, lease=1.0, workspace=1.1, settle=0.7, poll=0.05, stop=1.0, backoff=0.02, backoff_cap=0.1)
STEPS = ("claiming", "claimed", "send", "sent", "finishing", "finished", "edit", "look up")

_fork = multiprocessing.get_context("forkserver")
_fork.set_forkserver_preload(["tests.faults.courier_process"])


@dataclass(frozen=True)
class Fate:
    """At its `nth` arrival at a step the courier is killed, or paused. `hours` its clock is ahead of the others'."""

    step: str = ""
    nth: int = 1
    sign: signal.Signals = signal.SIGKILL
    hours: float = 0.0


class CourierProcess:
    """Started at once; `kill`, `pause`, `resume` and `stop` are signals, as an operating system sends them."""

    def __init__(self, url: str, port: int, fate: Fate = Fate(), timing: Timing = TIMING) -> None:
        self._process = _fork.Process(target=_serve, args=(url, port, fate, timing), daemon=True)
        self._process.start()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    async def stop(self) -> int | None:
        """Ask it to end; its exit code. The platform goes on answering meanwhile."""
        self._signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.join, 10)
        return self._process.exitcode

    @property
    def dead(self) -> bool:
        return not self._process.is_alive()

    @property
    def paused(self) -> bool:
        with open(f"/proc/{self._process.pid}/stat") as stat:  # noqa: PTH123  # a path of the kernel
            return stat.read().rpartition(")")[2].split()[0] == "T"

    def _signal(self, sign: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, sign)


class DueProcess(CourierProcess):
    """Says what falls due, over and over."""

    def __init__(self, url: str) -> None:
        self._process = _fork.Process(target=_say_due, args=(url,), daemon=True)
        self._process.start()


def _say_due(url: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    store, clock = open_store(url), MovableClock()
    work = DueWork(store, clock, Door(store, clock))

    async def tick() -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await work.run()
            await asyncio.sleep(0.02)

    asyncio.run(tick())


def _serve(url: str, port: int, fate: Fate, timing: Timing) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_deliver(url, port, fate, timing))


async def _deliver(url: str, port: int, fate: Fate, timing: Timing) -> None:
    left = fate.nth

    def probe(step: str) -> None:
        nonlocal left
        if step == fate.step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), fate.sign)

    store = await asyncio.to_thread(open_store, url)
    clock = MovableClock(datetime.now().astimezone() + timedelta(hours=fate.hours))
    courier = Courier(store, clock, {Platform.SLACK: WireChat(port)}, paces={}, timing=timing, probe=probe)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    running = asyncio.create_task(courier.run())
    await stopping.wait()
    await courier.stop()
    await running
    await asyncio.to_thread(store.close)
