"""One measured run of one server, and what is made of several."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.load import Load, drive
from benchmarks.process import Server
from benchmarks.town import Town

BARE, BEFORE, NEW, PRESS = "bare Bolt", "bare Bolt, listener first", "/release new", "approve press"
TARGETS = (BARE, BEFORE, NEW, PRESS)


@dataclass(frozen=True, slots=True)
class Run:
    """Commands a second, milliseconds, and microseconds of the server's processor a command."""

    target: str
    connections: int
    rate: float
    median: float
    p99: float
    cpu: float


class Contest:
    """The servers that are driven in alternation."""

    def __init__(self, town: Town, bare: Server, before: Server, seconds: float, presses: int) -> None:
        self._town, self._bares, self._seconds = town, {BARE: bare, BEFORE: before}, seconds
        self._presses = presses
        self.runs: list[list[Run]] = []

    async def round(self, connections: tuple[int, ...]) -> None:
        """Every server at every number of connections; who begins changes from one to the next."""
        runs: list[Run] = []
        for place, count in enumerate(connections):
            shift = (len(self.runs) + place) % len(TARGETS)
            runs += [await self._run(target, count) for target in TARGETS[shift:] + TARGETS[:shift]]
        self.runs.append(runs)

    async def _run(self, target: str, connections: int) -> Run:
        if target in self._bares:
            return await self._measured(target, connections, self._bares[target], self._town.news())
        if target == NEW:
            return await self._measured(target, connections, self._town.running, self._town.news())
        presses = await self._town.presses(min(self._presses, 400 * connections))
        await asyncio.sleep(0.1)
        return await self._measured(target, connections, self._town.running, iter(presses))

    async def _measured(self, target: str, connections: int, server: Server, requests: Iterator[bytes]) -> Run:
        told, cpu = (await self._town.answers())["approved"], server.cpu()
        load = await drive(server.port, requests, connections, self._seconds)
        await self._check(target, load, told)
        spent = server.cpu() - cpu
        each = spent / len(load.took) * 1e6
        return Run(target, connections, load.rate, load.quantile(0.5), load.quantile(0.99), each)

    async def _check(self, target: str, load: Load, told: int) -> None:
        if load.failures or not load.took:
            raise RuntimeError(f"{target}: {len(load.failures)} of {len(load.took)} failed: {load.failures[:3]}")
        if target == NEW:
            self._town.registered(load.bodies)
        elif target == PRESS:
            self._town.acked["vote"] += len(load.bodies)
            await self._until_told(told + len(load.bodies))

    async def _until_told(self, wanted: int) -> None:
        """The answers behind the acknowledgements belong to the presses: their cost too."""
        end = time.monotonic() + 15
        while (told := (await self._town.answers())["approved"]) < wanted:
            if time.monotonic() > end:
                raise RuntimeError(f"{wanted - told} presses were acknowledged and not answered")
            await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds; `rate_ratio` and `cpu_ratio` are taken within each round first."""

    target: str
    connections: int
    rate: float
    rate_ratio: float
    median: float
    p99: float
    cpu: float
    cpu_ratio: float


def figures(rounds: list[list[Run]]) -> list[Figures]:
    keys = sorted({(run.connections, TARGETS.index(run.target)) for runs in rounds for run in runs})
    return [_figures(rounds, TARGETS[target], connections) for connections, target in keys]


def _figures(rounds: list[list[Run]], target: str, connections: int) -> Figures:
    mine = [_one(runs, target, connections) for runs in rounds]
    bare = [_one(runs, BARE, connections) for runs in rounds]
    pairs = list(zip(mine, bare, strict=True))
    return Figures(
        target,
        connections,
        rate=statistics.median(run.rate for run in mine),
        rate_ratio=statistics.median(run.rate / other.rate for run, other in pairs),
        median=statistics.median(run.median for run in mine),
        p99=statistics.median(run.p99 for run in mine),
        cpu=statistics.median(run.cpu for run in mine),
        cpu_ratio=statistics.median(other.cpu / run.cpu for run, other in pairs),
    )


def _one(runs: list[Run], target: str, connections: int) -> Run:
    return next(run for run in runs if (run.target, run.connections) == (target, connections))


async def idle(server: Server, seconds: float) -> float:
    """Milliseconds of processor time per second at rest."""
    spent, started = server.cpu(), time.monotonic()
    await asyncio.sleep(seconds)
    return (server.cpu() - spent) * 1000 / (time.monotonic() - started)
