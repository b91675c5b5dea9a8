"""PostgreSQL through psycopg 3: each piece of work in a worker thread with a connection of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine, make_url

from storage.notify import Notices
from storage.reading import in_our_words, read_once
from storage.statement import Transaction, Unavailable, Work, done

T = TypeVar("T")


class PostgresStore:
    """See storage.store.Store. Several replicas may serve one database."""

    def __init__(self, url: str, *, workers: int = 8) -> None:
        self.engine = postgres_engine(url, workers)
        self._workers = ThreadPoolExecutor(workers, "cabbot-db")
        self._notices = Notices(self.engine)
        self._closed = threading.Event()

    async def write(self, work: Work[T]) -> T:
        self._must_be_open()
        return await asyncio.get_running_loop().run_in_executor(self._workers, self.write_now, work)

    async def read(self, work: Work[T]) -> T:
        self._must_be_open()
        return await asyncio.get_running_loop().run_in_executor(self._workers, read_once, self.engine, work)

    def write_now(self, work: Work[T]) -> T:
        self._must_be_open()
        with in_our_words(self.engine), self.engine.connect() as connection, connection.begin():
            tx = Transaction(connection)
            result = done(work, tx)
        if tx.wakes_courier:
            self._notices.posted()
        return result

    def on_posted(self, wake: Callable[[], None]) -> None:
        self._notices.call(wake)

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        self._workers.shutdown()
        self._notices.close()
        self.engine.dispose()

    def _must_be_open(self) -> None:
        if self._closed.is_set():
            raise Unavailable("the database is being closed")


def postgres_engine(url: str, connections: int = 8) -> Engine:
    """Times in UTC, every wait bounded; a connection that died in the pool is noticed before it is used."""
    options: dict[str, Any] = {
        "connect_timeout": 2,  # an answer is owed within 3 s
        "tcp_user_timeout": 3_000,
        "options": "-c timezone=UTC -c statement_timeout=15000 -c lock_timeout=5000"
        " -c idle_in_transaction_session_timeout=10000",
    }
    address = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(address, pool_size=connections, max_overflow=4, pool_pre_ping=True, connect_args=options)
