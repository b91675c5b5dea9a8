"""Where transactions run: one writer thread that groups commits on SQLite, a pool of workers on PostgreSQL.

Both answer the same two calls: `write` runs a piece of work in a durable transaction of its own, `read` in a
read-only one. The work is synchronous; the event loop never waits on the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from storage.lock import Locked
from storage.postgres_store import PostgresStore
from storage.sqlite_store import SqliteStore
from storage.statement import Work

T = TypeVar("T")


class Store(Protocol):
    """A database that can be written and read."""

    engine: Engine

    async def write(self, work: Work[T]) -> T:
        """Run the work and commit it durably, or change nothing and raise what it raised.

        Raises Unavailable when the database can't. Who is cancelled while waiting doesn't know whether it was done.
        """
        ...

    async def read(self, work: Work[T]) -> T:
        """Run work that only reads; a statement that would write is refused."""
        ...

    def write_now(self, work: Work[T]) -> T:
        """`write` for callers without an event loop."""
        ...

    def on_posted(self, wake: Callable[[], None]) -> None:
        """Have `wake` called, from any thread, after each commit that wrote postings, by whichever replica."""
        ...

    def close(self) -> None:
        """Finish what waits, then let the database go; whoever comes later gets Unavailable."""
        ...


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


__all__ = ["Locked", "PostgresStore", "SqliteStore", "Store", "Work", "open_store"]
