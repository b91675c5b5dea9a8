"""Where transactions run: one writer thread that groups commits on SQLite, a pool of workers on PostgreSQL.

Both answer the same two calls: `write` runs a piece of work in a durable transaction of its own, `read` in a
read-only one. The work is synchronous; the event loop never waits on the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.statement import Transaction, Unavailable

T = TypeVar("T")
Work = Callable[[Transaction], T]

BUSY_TIMEOUT_MS = 5_000
GROUP = 64
"""The most transactions that share one commit on SQLite: with 16 an fsync already costs a ninth of itself each."""


class Locked(Exception):
    """Another process serves this SQLite file."""


class Store(Protocol):
    """A database that can be written and read."""

    engine: Engine

    async def write(self, work: Work[T]) -> T: ...
    async def read(self, work: Work[T]) -> T: ...
    def write_now(self, work: Work[T]) -> T:
        """`write` for callers without an event loop."""
        ...

    def on_posted(self, wake: Callable[[], None]) -> None:
        """Have `wake` called, from any thread, after each commit that wrote postings."""
        ...

    def close(self) -> None: ...


def open_store(url: str, *, exclusive: bool = True) -> Store:
    """Open SQLite or PostgreSQL by its SQLAlchemy address.

    Raises Locked when `exclusive` and another process serves the SQLite file, ValueError for another database.
    """
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        return SqliteStore(url, exclusive=exclusive)
    if kind == "postgresql":
        return PostgresStore(url)
    raise ValueError(f"Cabbot keeps its records in SQLite or PostgreSQL, not in {kind}.")


class _Group:
    """The transactions that wait for one commit, and what to tell whom after it."""

    def __init__(self) -> None:
        self.ends: list[tuple[Future[Any], Any, BaseException | None]] = []

    def settle(self, failure: BaseException | None = None) -> None:
        for future, result, error in self.ends:
            trouble = failure or error
            if trouble is None:
                future.set_result(result)
            else:
                future.set_exception(trouble)


class SqliteStore:
    """SQLite in WAL mode with `synchronous=FULL`: one thread owns the only writing connection."""

    def __init__(self, url: str, *, exclusive: bool = True, readers: int = 2) -> None:
        path = make_url(url).database
        self._memory = path in (None, "", ":memory:")
        self._lock = None if self._memory or not exclusive else _lock_file(Path(str(path)))
        self.engine = sqlite_engine(url)
        self._queue: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._wakes: list[Callable[[], None]] = []
        self._writer = threading.Thread(target=self._serve, name="cabbot-writer", daemon=True)
        self._writer.start()
        self._readers = None if self._memory else ThreadPoolExecutor(readers, "cabbot-reader")

    async def write(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self._submit(work))

    def write_now(self, work: Work[T]) -> T:
        return self._submit(work).result()

    async def read(self, work: Work[T]) -> T:
        if self._readers is None:
            return await self.write(work)
        return await asyncio.get_running_loop().run_in_executor(self._readers, read_once, self.engine, work)

    def on_posted(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def close(self) -> None:
        """Finish what waits, then let the file go."""
        self._queue.put(None)
        self._writer.join(10)
        if self._readers is not None:
            self._readers.shutdown()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _submit(self, work: Work[T]) -> Future[T]:
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future

    def _serve(self) -> None:
        while (first := self._queue.get()) is not None:
            if self._commit_group(first):
                return

    def _commit_group(self, first: tuple[Work[Any], Future[Any]]) -> bool:
        """Run what waits in one durable commit; true when the store was asked to close meanwhile."""
        group, closing, posted = _Group(), False, False
        entry: tuple[Work[Any], Future[Any]] | None = first
        try:
            with self.engine.connect() as connection, connection.begin():
                tx = Transaction(connection)
                while entry is not None:
                    group.ends.append((entry[1], *_within_savepoint(tx, entry[0])))
                    posted |= tx.wakes_courier
                    tx.wakes_courier = False
                    entry, closing = self._next(len(group.ends))
        except Exception as failed:  # the commit itself failed: nobody of the group may be told "done"
            if entry is not None and all(future is not entry[1] for future, *_ in group.ends):
                group.ends.append((entry[1], None, None))
            group.settle(Unavailable(f"the database did not take the change: {_first_line(failed)}"))
            return closing
        group.settle()
        if posted:
            for wake in self._wakes:
                wake()
        return closing

    def _next(self, taken: int) -> tuple[tuple[Work[Any], Future[Any]] | None, bool]:
        if taken >= GROUP:
            return None, False
        try:
            entry = self._queue.get_nowait()
        except queue.Empty:
            return None, False
        return entry, entry is None


def _within_savepoint(tx: Transaction, work: Work[T]) -> tuple[T | None, BaseException | None]:
    tx.raw("SAVEPOINT call")
    try:
        result = work(tx)
    except Exception as failed:
        tx.wakes_courier = False
        tx.raw("ROLLBACK TO call")
        tx.raw("RELEASE call")
        return None, failed
    tx.raw("RELEASE call")
    return result, None


class PostgresStore:
    """PostgreSQL through psycopg 3: each piece of work in a worker thread with a connection of its own."""

    def __init__(self, url: str, *, workers: int = 8) -> None:
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(
            address,
            pool_size=workers,
            max_overflow=4,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 5,
                "options": "-c timezone=UTC -c statement_timeout=15000 -c lock_timeout=5000"
                " -c idle_in_transaction_session_timeout=30000",
            },
        )
        self._workers = ThreadPoolExecutor(workers, "cabbot-db")
        self._wakes: list[Callable[[], None]] = []

    async def write(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, self.write_now, work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._workers, read_once, self.engine, work)

    def write_now(self, work: Work[T]) -> T:
        with _translated(), self.engine.connect() as connection, connection.begin():
            tx = Transaction(connection)
            result = work(tx)
        if tx.wakes_courier:
            for wake in self._wakes:
                wake()
        return result

    def on_posted(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def close(self) -> None:
        self._workers.shutdown()
        self.engine.dispose()


def read_once(engine: Engine, work: Work[T]) -> T:
    """Run work that only reads, in a transaction that is rolled back."""
    with _translated(), engine.connect().execution_options(cabbot_reads=True) as connection, connection.begin() as begun:
        result = work(Transaction(connection))
        begun.rollback()
        return result


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as failed:
        raise Unavailable(_first_line(failed)) from failed


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def sqlite_engine(url: str) -> Engine:
    """An engine whose transactions begin IMMEDIATE for writers, so that two never deadlock on the way up."""
    memory = make_url(url).database in (None, "", ":memory:")
    pooled: dict[str, Any] = {"poolclass": StaticPool} if memory else {"pool_size": 4}
    engine = create_engine(url, connect_args={"check_same_thread": False}, **pooled)

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("cabbot_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _lock_file(database: Path) -> int:
    """Hold an advisory lock beside the database for as long as the process serves it."""
    import fcntl  # not on Windows, where several processes can't be told apart this way

    database.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise Locked(
            f"Another Cabbot process serves {database}. Stop it first, or use PostgreSQL to run several."
        ) from None
    return handle
