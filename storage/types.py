"""Column types of our own: instants that keep their zone on both databases, enumerations as text, values as JSON.

And the one condition that both databases spell differently.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Boolean, ColumnElement, DateTime, Dialect, Integer, String, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)


NAIVE = "a time without a zone can't be stored; pass an aware datetime"


def utc_text(at: datetime) -> str:
    """A sortable text of fixed length for an aware instant, microseconds, UTC. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError(NAIVE)
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")


Convert = Callable[[Any], Any]


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, sortable text on SQLite (which drops an offset silently)."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    # The processors themselves instead of process_bind_param and its kin: those are called through two wrappers,
    # and a command converts a hundred values.
    def bind_processor(self, dialect: Dialect) -> Convert:
        convert = utc_text if dialect.name == "sqlite" else _utc
        return lambda value: None if value is None else convert(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert:
        convert: Convert = datetime.fromisoformat if dialect.name == "sqlite" else _utc
        return lambda value: None if value is None else convert(value)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(NAIVE)
    return at.astimezone(UTC)


class _Texts(dict[Any, Any]):
    """The text of each member, and of None; the enumeration itself refuses what is none of them."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__({None: None} | {member: member.value for member in kind})
        self._kind = kind

    def __missing__(self, value: str) -> str:
        return self._kind(value).value


class _Members(dict[Any, Any]):
    """The member of each text, and None for none."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__({None: None} | {member.value: member for member in kind})
        self._kind = kind

    def __missing__(self, value: str) -> StrEnum:
        return self._kind(value)


class Term(TypeDecorator[E], Generic[E]):
    """One of our enumerations, stored as its text. ValueError for what isn't one of them."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> Convert:
        return _Texts(self.kind).__getitem__

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert:
        return _Members(self.kind).__getitem__


class Json(TypeDecorator[Any]):
    """A value of a declared Python type as JSON text, the same on both databases."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def bind_processor(self, dialect: Dialect) -> Convert:
        to_json = self._adapter.serializer.to_json
        return lambda value: None if value is None else to_json(value).decode()

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert:
        validate = self._adapter.validator.validate_json
        return lambda value: None if value is None else validate(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the form over which digests are taken."""
    return _CANONICAL(value)


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
