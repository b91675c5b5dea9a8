"""Numbers of the policy that process owners changed in chat: what stands above the file, change by change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.statement import Transaction
from storage.table import Record, RecordTable
from storage.types import Instant


class PolicyChange(Record):
    """`key` as policy.toml writes it (approval.normal.quorum), `value` as TOML; an empty one gives the file its word back."""

    key: str
    value: str
    why: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class PolicyChangeTable(PolicyChange, table=True):
    __tablename__ = "policy_change"
    __table_args__ = (Index("policy_change_owner", "organisation_id", "id"),)


CHANGES = RecordTable(PolicyChange, PolicyChangeTable)
_ALL = CHANGES.query(order=(CHANGES.c.id,))


class PolicyChanges:
    """The changes of one organisation, oldest first; the last one of a key holds."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def all(self) -> list[PolicyChange]:
        return _ALL.all(self._tx, self._organisation)

    def add(self, change: PolicyChange) -> PolicyChange:
        return CHANGES.add(self._tx, change)
