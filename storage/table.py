"""A record type and its table: add, get, save, and queries that always carry the organisation.

A *record* is a plain SQLModel (a value: no session, no lazy loading), its *table* the same class with `table=True`.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update
from sqlalchemy.sql.elements import UnaryExpression
from sqlmodel import Field, SQLModel

from storage.statement import Statement, Transaction

# Every constraint has a name, so that a later migration can speak of it (SQLite's batch mode needs one).
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Plain(SQLModel):
    """A value that nothing watches. SQLModel's ways to make one and to set a field cost twenty times as much."""

    if not TYPE_CHECKING:  # a type checker would take any name for assignable
        __setattr__ = object.__setattr__

        @classmethod
        def model_construct(cls, _fields_set=None, **values):
            """pydantic's, for classes without aliases and private attributes."""
            plain, made = _defaults(cls)
            return record_of(cls, plain | {name: make() for name, make in made if name not in values} | values)


class Record(Plain):
    """What every record has: its number, and the organisation that owns it."""

    id: int = Field(default=0, primary_key=True, sa_column_kwargs={"default": None, "autoincrement": True})
    organisation_id: int = Field(default=0, foreign_key="organisation.id")


R = TypeVar("R", bound=Record)


M = TypeVar("M", bound=SQLModel)


def record_of(kind: type[M], values: dict[str, Any]) -> M:
    """A record of values that the database gave, all of them, already converted."""
    record: M = object.__new__(kind)
    _set(record, "__dict__", values)
    _set(record, "__pydantic_fields_set__", _fields(kind))
    _set(record, "__pydantic_extra__", None)
    _set(record, "__pydantic_private__", None)
    return record


_set = object.__setattr__


@cache
def _fields(kind: type[SQLModel]) -> set[str]:
    """What pydantic calls the fields that were set: for a record all of them, so that all can share one set."""
    return set(kind.model_fields)


@cache
def _defaults(kind: type[SQLModel]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The defaults that can be shared, and what makes those that can't."""
    plain: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for name, field in kind.model_fields.items():
        if field.is_required():
            continue
        default = field.get_default(call_default_factory=True)
        if isinstance(default, list | dict):
            made.append((name, partial(copy, default)))
        else:
            plain[name] = default
    return plain, tuple(made)


class Query(Generic[R]):
    """A prepared select of whole records within one organisation."""

    def __init__(self, kind: type[R], names: tuple[str, ...], statement: Statement) -> None:
        self._kind, self._names, self._statement = kind, names, statement

    def all(self, tx: Transaction, organisation: int, **values: Any) -> list[R]:
        values["organisation"] = organisation
        rows = tx.rows(self._statement, values)
        return [record_of(self._kind, dict(zip(self._names, row, strict=True))) for row in rows]

    def first(self, tx: Transaction, organisation: int, **values: Any) -> R | None:
        found = self.all(tx, organisation, **values)
        return found[0] if found else None


class RecordTable(Generic[R]):
    """The table of one record type."""

    def __init__(self, kind: type[R], row: type[SQLModel]) -> None:
        self.kind = kind
        self.table: Table = vars(row)["__table__"]
        self.c = self.table.c
        self.names = tuple(column.name for column in self.table.columns)
        written = tuple(name for name in self.names if name != "id")
        self._insert = Statement(
            insert(self.table).values({name: bindparam(name) for name in written}).returning(self.c.id)
        )
        changed = tuple(name for name in written if name != "organisation_id")
        self._update = Statement(
            update(self.table)
            .where(self.c.id == bindparam("this_row"), self.c.organisation_id == bindparam("this_owner"))
            .values({name: bindparam(name) for name in changed})
        )
        self.by_id = self.query(self.c.id == bindparam("key"))

    def query(
        self,
        *where: ColumnElement[bool],
        order: tuple[ColumnElement[Any] | UnaryExpression[Any], ...] = (),
        limit: int | str | None = None,
        lock: bool = False,
    ) -> Query[R]:
        """A query within the organisation. `limit` may name a value that is given at each run."""
        statement = select(*self.table.columns).where(self.c.organisation_id == bindparam("organisation"), *where)
        if order:
            statement = statement.order_by(*order)
        if limit is not None:
            statement = statement.limit(bindparam(limit) if isinstance(limit, str) else limit)
        if lock:
            statement = statement.with_for_update(key_share=True)
        return Query(self.kind, self.names, Statement(statement))

    def add(self, tx: Transaction, record: R) -> R:
        """Insert; the record's id is filled in. Raises Conflict when a unique key is taken."""
        row = tx.first(self._insert, record.__dict__)
        assert row is not None  # an INSERT … RETURNING answers with its row or raises
        record.id = row[0]
        return record

    def save(self, tx: Transaction, record: R) -> R:
        """Write every column of a record that is already there."""
        given = {**record.__dict__, "this_row": record.id, "this_owner": record.organisation_id}
        tx.execute(self._update, given)
        return record
