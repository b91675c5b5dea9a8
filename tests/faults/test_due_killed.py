"""Whoever ticks is killed all the while; each occurrence is said once, and none is missed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from storage.due import next_due
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from tests.fakes.door import plan
from tests.fakes.outbox import organisation
from tests.faults.courier_process import DueProcess

OCCURRENCES, KILLS = 300, 6


@pytest.mark.parametrize(
    "kind, replicas", [("sqlite_url", 1), pytest.param("postgres_url", 3, marks=pytest.mark.postgres)]
)
async def test_each_occurrence_is_said_once_over_many_kills(
    request: pytest.FixtureRequest, open_stores: Callable[..., Store], kind: str, replicas: int
) -> None:
    url, chance, clock = str(request.getfixturevalue(kind)), random.Random(11), MovableClock()
    store = open_stores(url, exclusive=False)
    owner, start = organisation(store), clock.now()
    moments = [(f"d{n}", start + timedelta(seconds=n * 1.5 / OCCURRENCES)) for n in range(OCCURRENCES)]
    plan(store, owner, *moments)
    tickers = [DueProcess(url) for _ in range(replicas)]
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.4))
        which = chance.randrange(replicas)
        tickers[which].kill()
        tickers[which] = DueProcess(url)
    await _all_said(store)
    for ticker in tickers:
        ticker.kill()
    said = Counter(each.slot.split()[0] for each in store.write_now(lambda tx: Records(tx, owner).postings.of("REL-1")))
    assert said == Counter({key: 1 for key, _ in moments})


async def _all_said(store: Store) -> None:
    def left(tx: Transaction) -> bool:
        return next_due(tx) is not None

    async with asyncio.timeout(40):
        while await store.read(left):  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.05)
