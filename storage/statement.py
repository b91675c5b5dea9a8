"""Statements built once, compiled once for each database, and run on the driver's own cursor.

SQLAlchemy writes the SQL and converts the values; its per-execution machinery, several times the cost of the statement
itself on SQLite, is left out of the hot way (ADR 0004 has the figures).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement, Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

T = TypeVar("T")
Convert = Callable[[Any], Any]
Values = Mapping[str, Any]


class Conflict(Exception):
    """A unique key or another constraint refused the row: somebody was first."""


class Unavailable(Exception):
    """The database can't be used now (down, locked, full, read-only); nothing was written."""


class _Prepared(NamedTuple):
    """`order`: each value that the driver wants, by name, and how it is converted. `constants` are converted already."""

    sql: str
    order: tuple[tuple[str, Convert | None], ...]
    positional: bool
    constants: dict[str, Any]
    results: tuple[tuple[int, Convert], ...]

    def given(self, values: Values) -> Any:
        """The values as the driver wants them. Raises KeyError for one that is missing."""
        if self.constants:
            bound = [self.constants[name] if name in self.constants and name not in values else _as(convert, values[name])
                     for name, convert in self.order]  # fmt: skip
        else:
            bound = [values[name] if convert is None else convert(values[name]) for name, convert in self.order]
        return bound if self.positional else {name: value for (name, _), value in zip(self.order, bound, strict=True)}


def _as(convert: Convert | None, value: Any) -> Any:
    return value if convert is None else convert(value)


class Statement:
    """A clause of SQLAlchemy Core, ready to run with named values.

    Every `bindparam` without a value must be given at each run; KeyError otherwise.
    """

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._by_dialect: dict[str, _Prepared] = {}

    def prepared(self, dialect: Dialect) -> _Prepared:
        found = self._by_dialect.get(dialect.name)
        if found is None:
            found = self._by_dialect[dialect.name] = _prepare(self._clause, dialect)
        return found


def _prepare(clause: ClauseElement, dialect: Dialect) -> _Prepared:
    compiled = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("only a statement that compiles to SQL text can be prepared")
    positional = bool(compiled.positiontup)
    names = tuple(compiled.positiontup or compiled.params)
    binds: dict[str, Convert] = {
        name: convert
        for bind, name in compiled.bind_names.items()
        if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    constants = {name: _as(binds.get(name), value) for name, value in compiled.params.items() if value is not None}
    order = tuple((name, binds.get(name)) for name in names)
    return _Prepared(compiled.string, order, positional, constants, _results(clause, dialect))


def _results(clause: ClauseElement, dialect: Dialect) -> tuple[tuple[int, Convert], ...]:
    """The columns whose values are converted, by their place in the row."""
    if isinstance(clause, Select):
        columns = list(clause.selected_columns)
    elif isinstance(clause, UpdateBase):
        columns = list(clause.exported_columns)
    else:
        return ()
    converts = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return tuple((place, convert) for place, convert in enumerate(converts) if convert is not None)


def _converted(row: tuple[Any, ...], converts: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converts:
        if (value := values[place]) is not None:
            values[place] = convert(value)
    return tuple(values)


class Transaction:
    """An open transaction on one connection. Not shared between threads.

    A statement that fails breaks it: whatever follows raises the same again, and it can't be committed. PostgreSQL
    behaves so by itself, except that it takes COMMIT for ROLLBACK without a word; here both databases say it.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self._cursor: Any = connection.connection.cursor()
        self._driver: Any = self.dialect.dbapi
        self.broken: Exception | None = None
        self.wakes_courier = False
        """Set when a posting was written, so that the courier is woken after the commit."""

    def rows(self, statement: Statement, record: Values | None = None, /, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query or of a RETURNING clause, values converted.

        In place of values by name, a record's own mapping may be given; what the statement doesn't ask for is left out.
        """
        prepared = self._run(statement, record or values)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        if not found or not prepared.results:
            return found
        return [_converted(row, prepared.results) for row in found]

    def first(self, statement: Statement, record: Values | None = None, /, **values: Any) -> tuple[Any, ...] | None:
        found = self.rows(statement, record or values)
        return found[0] if found else None

    def execute(self, statement: Statement, record: Values | None = None, /, **values: Any) -> int:
        """The number of rows that were changed."""
        self._run(statement, record or values)
        count: int = self._cursor.rowcount
        return count

    def raw(self, sql: str) -> None:
        """A literal statement of ours without values, such as SAVEPOINT."""
        self._guarded(sql, ())

    def must_be_whole(self) -> None:
        """Raises what broke the transaction."""
        if self.broken is not None:
            raise self.broken

    def _run(self, statement: Statement, values: Values) -> _Prepared:
        if self.broken is not None:
            raise self.broken
        prepared = statement.prepared(self.dialect)
        self._guarded(prepared.sql, prepared.given(values))
        return prepared

    def _guarded(self, sql: str, given: Any) -> None:
        try:
            self._cursor.execute(sql, given)
        except self._driver.Error as failed:
            self.broken = translated(failed, self._driver)
            raise self.broken from failed


def translated(failed: Exception, driver: Any) -> Exception:
    """A driver's error in our words: somebody was first, the database can't, or (unchanged) a mistake of ours."""
    ours: tuple[type[Exception], ...] = (driver.ProgrammingError, driver.DataError, driver.NotSupportedError)
    if isinstance(failed, driver.IntegrityError):
        return Conflict(first_line(failed))
    if isinstance(failed, ours):
        return failed
    return Unavailable(first_line(failed))


def first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


Work = Callable[[Transaction], T]
"""A piece of work within one transaction: synchronous, and without a wait on anything but the database."""


def done(work: Work[T], tx: Transaction) -> T:
    """Do a piece of work. Raises what it raises, and what it swallowed if that broke the transaction."""
    try:
        result = work(tx)
    except StopIteration:  # no future could carry it to its caller
        raise RuntimeError("the work raised StopIteration") from None
    tx.must_be_whole()
    return result
