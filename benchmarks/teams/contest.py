"""The servers that are driven in turn with presses on Teams, and what is made of their figures."""

from __future__ import annotations

import itertools
import json
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.load import Load, all_of, drive
from benchmarks.process import Server
from benchmarks.teams.serving import drawn
from benchmarks.teams.signed import BEN, CAB, TENANT, Issuer, presses

PLAIN, EDGE, STOCK = "plain aiohttp handler", "Cabbot's edge", "stock adapter"
PLAIN_NEW, EDGE_NEW = "plain handler, each token new", "Cabbot's edge, each token new"
TEAMS_VOTE, SLACK_VOTE = "all of Cabbot: a vote on Teams", "all of Cabbot: a vote on Slack"
TARGETS = (PLAIN, EDGE, STOCK, PLAIN_NEW, EDGE_NEW, TEAMS_VOTE, SLACK_VOTE)
YARDSTICK = {PLAIN_NEW: PLAIN_NEW, EDGE_NEW: PLAIN_NEW}
"""Beside what a target is put; the plain handler unless named."""

NEW_TOKENS = 2_500
"""More than the edge remembers: when they come round again, each is new to it."""

PRESSED = {"type": "Action.Execute", "verb": "say", "title": "Approve", "data": {"say": "approve REL-42 revision=1"}}


@dataclass(frozen=True, slots=True)
class Run:
    """Milliseconds, and microseconds of the server's processor a press."""

    target: str
    rate: float
    median: float
    p99: float
    cpu: float


class Contest:
    """`alone` are the servers that answer every press alike, `cabbot` the whole of it with its presses by platform."""

    def __init__(
        self, alone: dict[str, Server], cabbot: Server, votes: dict[str, list[bytes]], issuer: Issuer, connections: int
    ) -> None:
        self._alone, self._cabbot, self._connections = alone, cabbot, connections
        self._votes = {target: iter(each) for target, each in votes.items()}
        self._press = issuer.pressed(BEN, CAB, "1700000000001", PRESSED)
        self._one, self._issuer = issuer.token(), issuer
        self._tokens = itertools.cycle([issuer.token() for _ in range(NEW_TOKENS)])
        self.runs: list[list[Run]] = []
        self.voted = 0

    async def begin(self) -> None:
        """Everybody gives the same answer, and none to a token that isn't good. Raises RuntimeError otherwise."""
        right, foreign = drawn(TENANT), Issuer(self._issuer.service_url).token()
        for target in (PLAIN, EDGE, STOCK):
            port = self._alone[target].port
            answers = await all_of(port, list(itertools.islice(presses(self._press, itertools.repeat(self._one)), 20)))
            refused = await drive(port, itertools.islice(presses(self._press, itertools.repeat(foreign)), 1), 1, 5)
            if any(json.loads(each) != right for each in answers) or refused.bodies:
                raise RuntimeError(f"{target} doesn't answer as it should: {answers[0][:300]!r} {refused.bodies}")

    async def round(self, seconds: float, votes: int) -> None:
        """Every server once; who begins changes from round to round."""
        shift = len(self.runs) % len(TARGETS)
        order = TARGETS[shift:] + TARGETS[:shift]
        self.runs.append([await self._run(target, seconds, votes) for target in order])

    async def _run(self, target: str, seconds: float, votes: int) -> Run:
        server, requests = self._cabbot, self._requests(target, votes)
        if target not in self._votes:
            server = self._alone[target]
        spent = server.cpu()
        load = await drive(server.port, requests, self._connections, 60 if target in self._votes else seconds)
        spent = server.cpu() - spent
        self._check(target, load)
        return Run(target, load.rate, load.quantile(0.5), load.quantile(0.99), spent / len(load.took) * 1e6)

    def _requests(self, target: str, votes: int) -> Iterator[bytes]:
        if target in self._votes:
            return itertools.islice(self._votes[target], votes)
        fresh = target in YARDSTICK
        return presses(self._press, self._tokens if fresh else itertools.repeat(self._one))

    def _check(self, target: str, load: Load) -> None:
        if load.failures or not load.took:
            raise RuntimeError(f"{target}: {len(load.failures)} of {len(load.took)} failed: {load.failures[:3]}")
        if target in self._votes:
            self.voted += len(load.bodies)
        if target == TEAMS_VOTE and (odd := [each for each in load.bodies if b"You approved REL-" not in each]):
            raise RuntimeError(f"{len(odd)} presses weren't counted: {odd[0][:500]!r}")


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds; `ratio` is the processor time over the yardstick's, taken within each round first."""

    target: str
    rate: float
    median: float
    p99: float
    cpu: float
    ratio: float


def figures(rounds: list[list[Run]]) -> list[Figures]:
    by_target = [{run.target: run for run in runs} for runs in rounds]
    return [_figures(target, by_target) for target in TARGETS]


def _figures(target: str, rounds: list[dict[str, Run]]) -> Figures:
    mine, beside = [runs[target] for runs in rounds], [runs[YARDSTICK.get(target, PLAIN)] for runs in rounds]
    return Figures(
        target,
        rate=statistics.median(run.rate for run in mine),
        median=statistics.median(run.median for run in mine),
        p99=statistics.median(run.p99 for run in mine),
        cpu=statistics.median(run.cpu for run in mine),
        ratio=statistics.median(run.cpu / other.cpu for run, other in zip(mine, beside, strict=True)),
    )
