"""One-time codes with which another workspace joins an organisation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint, bindparam, select, update
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable, record_of
from storage.types import Instant


class JoinCode(Record):
    """A code shown once to a process owner of this organisation. Only its digest is kept; good until `until`, once."""

    digest: str
    made_by: int
    made_at: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class JoinCodeTable(JoinCode, table=True):
    __tablename__ = "join_code"
    __table_args__ = (UniqueConstraint("digest"),)


JOIN_CODES = RecordTable(JoinCode, JoinCodeTable)
_c = JOIN_CODES.c
_BY_DIGEST = Statement(select(*JOIN_CODES.table.columns).where(_c.digest == bindparam("digest")))
_USE = Statement(
    update(JOIN_CODES.table)
    .where(_c.id == bindparam("key"), _c.used_at.is_(None))
    .values(used_at=bindparam("now", type_=Instant()))
)


class JoinCodes:
    """Codes of every organisation: whoever types one doesn't belong to the organisation that showed it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, code: JoinCode) -> JoinCode:
        return JOIN_CODES.add(self._tx, code)

    def by_digest(self, digest: str) -> JoinCode | None:
        row = self._tx.first(_BY_DIGEST, digest=digest)
        return None if row is None else record_of(JoinCode, dict(zip(JOIN_CODES.names, row, strict=True)))

    def use(self, code: JoinCode, now: datetime) -> bool:
        """Mark the code as used; false when somebody else was first."""
        return self._tx.execute(_USE, key=code.id, now=now) == 1
