"""Work that only reads, on either database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from storage.statement import Transaction, Unavailable, Work, done, translated

T = TypeVar("T")


def read_once(engine: Engine, work: Work[T], *, isolation: str = "") -> T:
    """Run work that only reads, in a transaction that is rolled back; `isolation` as SQLAlchemy names the levels."""
    options = {"isolation_level": isolation} if isolation else {}
    with (
        in_our_words(engine),
        engine.connect().execution_options(postgresql_readonly=True, **options) as connection,
        connection.begin() as begun,
    ):
        result = done(work, Transaction(connection))
        begun.rollback()
        return result


@contextlib.contextmanager
def in_our_words(engine: Engine) -> Iterator[None]:
    """What the driver or SQLAlchemy's pool raises, as Unavailable or Conflict."""
    try:
        yield
    except NoConnection as failed:
        raise Unavailable("every connection to the database is busy") from failed
    except DBAPIError as failed:
        cause = failed.orig if isinstance(failed.orig, Exception) else failed
        raise translated(cause, engine.dialect.dbapi) from failed
    except Exception as failed:
        driver: Any = engine.dialect.dbapi
        if isinstance(failed, driver.Error):  # from a connection that died under SQLAlchemy
            raise translated(failed, driver) from failed
        raise
