"""Whoever reads artifacts is killed all the while; what came of each is said once, and none is missed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable

import pytest

from handlers.policy.may_read import MayRead
from storage.store import Store
from tests.faults.media_process import MediaProcess, digest_of
from tests.handlers import stories
from tests.handlers.town import Town

ARTIFACTS, KILLS = 40, 5
URIS = [f"https://artifacts.example.org/{number}.tar" for number in range(ARTIFACTS)]


@pytest.mark.parametrize(
    "kind, replicas", [("sqlite_url", 1), pytest.param("postgres_url", 3, marks=pytest.mark.postgres)]
)
async def test_each_artifact_is_read_and_told_once_over_many_kills(
    request: pytest.FixtureRequest, open_stores: Callable[..., Store], kind: str, replicas: int
) -> None:
    url, chance = str(request.getfixturevalue(kind)), random.Random(7)
    town = Town(open_stores(url, exclusive=False))
    town.door.may_read = MayRead(("https://artifacts.example.org",))
    await stories.drafted(town)
    for uri in URIS:
        await town.all(("ana", f"media add REL-1 {uri} sha256={digest_of(uri)} licence=MIT"))
    await town.all(("ana", "media check REL-1"))
    readers = [MediaProcess(url) for _ in range(replicas)]
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.4))
        which = chance.randrange(replicas)
        readers[which].kill()
        readers[which] = MediaProcess(url)
    await _all_told(town)
    for reader in readers:
        reader.kill()
    said = Counter(entry.after["media"] for entry in town.journal() if entry.command == "media checked")
    assert said == Counter(URIS)
    [told] = town.heard("ana", "media:")
    assert "Media of REL-1: every entry is right." in told


async def _all_told(town: Town) -> None:
    async with asyncio.timeout(60):
        while not town.heard("ana", "media:"):  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.1)
