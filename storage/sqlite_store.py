"""SQLite in WAL mode with `synchronous=FULL`: one thread owns the only writing connection and groups commits."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

from storage.lock import lock_file
from storage.reading import read_once
from storage.statement import Transaction, Unavailable, Work, done, first_line
from storage.wakes import Wakes

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
GROUP = 64
"""The most transactions that share one commit: with 16 an fsync already costs a ninth of itself each."""


class _Entry:
    """A piece of work, who waits for it, and how it ended."""

    __slots__ = ("error", "future", "loop", "result", "work")

    def __init__(self, work: Work[Any], loop: asyncio.AbstractEventLoop | None) -> None:
        self.work, self.loop = work, loop
        self.future: asyncio.Future[Any] | Future[Any] = Future() if loop is None else loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self, tx: Transaction) -> bool:
        """Do the work within a savepoint; true when it wrote postings. Raises when the whole group is lost."""
        tx.wakes_courier, tx.broken = False, None
        tx.raw("SAVEPOINT call")
        try:
            self.result = done(self.work, tx)
        except BaseException as failed:  # whatever it is, the writer lives on and its caller hears it
            self.error = failed
            tx.broken = None
            tx.raw("ROLLBACK TO call")  # fails when SQLite itself gave the transaction up (disk full): all is lost
        tx.raw("RELEASE call")
        return tx.wakes_courier and self.error is None

    def resolve(self) -> None:
        if self.future.done():  # its caller was cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class SqliteStore:
    """See storage.store.Store. `exclusive` holds the file's lock for this process."""

    def __init__(self, url: str, *, exclusive: bool = True, readers: int = 2) -> None:
        path = make_url(url).database
        memory = path in (None, "", ":memory:")
        self._lock = None if memory or not exclusive else lock_file(Path(str(path)))
        self.engine = sqlite_engine(url)
        self._reading = None if memory else sqlite_engine(url, reads=True)
        self._readers = None if memory else ThreadPoolExecutor(readers, "cabbot-reader")
        self._queue: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._wakes = Wakes()
        self._gate, self._closed, self._ending = threading.Lock(), False, False
        self._writer = threading.Thread(target=self._serve, name="cabbot-writer", daemon=True)
        self._writer.start()

    async def write(self, work: Work[T]) -> T:
        entry = _Entry(work, asyncio.get_running_loop())
        self._submit(entry)
        result: T = await entry.future  # type: ignore[misc] # with a loop given it is an asyncio future
        return result

    def write_now(self, work: Work[T]) -> T:
        if threading.current_thread() is self._writer:
            raise RuntimeError("a transaction waits for another one of its own thread, which would never begin")
        entry = _Entry(work, None)
        self._submit(entry)
        result: T = entry.future.result()
        return result

    async def read(self, work: Work[T]) -> T:
        if self._readers is None or self._reading is None:
            return await self.write(work)
        if self._closed:
            raise Unavailable("the database is being closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, read_once, self._reading, work)

    def on_posted(self, wake: Callable[[], None]) -> None:
        self._wakes.add(wake)

    def close(self) -> None:
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._writer.join()
        if self._readers is not None and self._reading is not None:
            self._readers.shutdown()
            self._reading.dispose()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _submit(self, entry: _Entry) -> None:
        with self._gate:  # so that nothing is queued behind the end
            if self._closed:
                raise Unavailable("the database is being closed")
            self._queue.put(entry)

    def _serve(self) -> None:
        while not self._ending and (first := self._queue.get()) is not None:
            group: list[_Entry] = []
            posted = self._commit(first, group)
            _tell(group)
            if posted:
                self._wakes.all()

    def _commit(self, first: _Entry, group: list[_Entry]) -> bool:
        """Run what waits in one durable commit; true when postings were written. Who took part is added to `group`."""
        posted = False
        try:
            with self.engine.connect() as connection, connection.begin():
                tx = Transaction(connection)
                for entry in self._waiting(first):
                    group.append(entry)
                    if not entry.future.cancelled():
                        posted |= entry.run(tx)
        except Exception as failed:  # the commit itself failed: nobody of the group may be told "done"
            if not group:
                group.append(first)
            for entry in group:
                entry.error = entry.error or Unavailable(f"the database did not take the change: {first_line(failed)}")
            return False
        return posted

    def _waiting(self, first: _Entry) -> Iterator[_Entry]:
        """What stands in the queue, as long as the group has room."""
        yield first
        for _ in range(GROUP - 1):
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return
            if entry is None:
                self._ending = True
                return
            yield entry


def _tell(group: list[_Entry]) -> None:
    """Hand the ends out: one call into each event loop for the whole group, as a wake-up costs more than the rest."""
    loops: dict[asyncio.AbstractEventLoop, list[_Entry]] = {}
    for entry in group:
        if entry.loop is None:
            entry.resolve()
        else:
            loops.setdefault(entry.loop, []).append(entry)
    for loop, entries in loops.items():
        try:
            loop.call_soon_threadsafe(_resolve, entries)
        except RuntimeError:  # the loop is closed; nobody waits any more
            continue


def _resolve(entries: list[_Entry]) -> None:
    for entry in entries:
        entry.resolve()


def sqlite_engine(url: str, *, reads: bool = False) -> Engine:
    """An engine whose transactions begin IMMEDIATE for writers, so that two never deadlock on the way up.

    With `reads`, its connections refuse to write.
    """
    memory = make_url(url).database in (None, "", ":memory:")
    pooled: dict[str, Any] = {"poolclass": StaticPool} if memory else {"pool_size": 4}
    engine = create_engine(url, connect_args={"check_same_thread": False}, **pooled)
    pragmas = (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"query_only={'ON' if reads else 'OFF'}",
    )

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
