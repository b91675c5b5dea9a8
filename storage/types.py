"""Column types of our own: instants that keep their zone on both databases, enumerations as text, values as JSON.

And the one condition that both databases spell differently.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Boolean, ColumnElement, DateTime, Dialect, Integer, String, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)


def utc_text(at: datetime) -> str:
    """A sortable text of fixed length for an aware instant, microseconds, UTC. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone can't be stored; pass an aware datetime")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, sortable text on SQLite (which drops an offset silently)."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = utc_text(value)
        return text if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


class Term(TypeDecorator[E], Generic[E]):
    """One of our enumerations, stored as its text."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.kind(value)


class Json(TypeDecorator[Any]):
    """A value of a declared Python type as canonical JSON text, the same on both databases."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self._adapter.dump_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self._adapter.validate_json(value)


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the form over which digests are taken."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def term(kind: type[StrEnum]) -> Any:
    """The column type of an enumeration, for a SQLModel field."""
    return Term(kind)


def json_of(kind: Any) -> Any:
    """The column type of a JSON value, for a SQLModel field."""
    return Json(kind)


class Numbers(TypeDecorator[list[int]]):
    """A list of row numbers as one value: an array on PostgreSQL, JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class one_of(ColumnElement[bool]):  # noqa: N801 - reads as a condition: one_of(table.c.id, "ids")
    """The column is one of the numbers that are given, as a list, under this name at each run."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[int], name: str) -> None:
        self.column, self.given = column, bindparam(name, type_=Numbers())


@compiles(one_of, "postgresql")
def _one_of_array(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY ({compiler.process(element.given, **options)})"


@compiles(one_of, "sqlite")
def _one_of_json(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(element.given, **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - compiled parts
