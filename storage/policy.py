"""Numbers of the policy that process owners changed in chat: what stands above the file, change by change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.organisation import Organisation
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


DIGEST = 32
"""Characters of a hash by which two policies are told apart."""

CHANGES = RecordTable(PolicyChange, PolicyChangeTable)
_ALL = CHANGES.query(order=(CHANGES.c.id,))


class PolicyChanges:
    """The changes of one organisation, oldest first; the last one of a key holds."""

    def __init__(self, tx: Transaction, owner: Organisation, save: Callable[[], None]) -> None:
        self._tx, self._owner, self._save = tx, owner, save

    def all(self) -> list[PolicyChange]:
        return _ALL.all(self._tx, self._owner.id)

    def holding(self) -> dict[str, PolicyChange]:
        """The change that holds of each key; a key that the file has its word on again is left out."""
        last = {each.key: each for each in self.all()}
        return {key: change for key, change in sorted(last.items()) if change.value}

    def add(self, change: PolicyChange) -> PolicyChange:
        """It holds from the next command on: every replica sees by the organisation's row that something changed."""
        made = CHANGES.add(self._tx, change)
        holding = {key: each.value for key, each in self.holding().items()}
        words = json.dumps(holding, sort_keys=True)
        self._owner.policy_digest = hashlib.sha256(words.encode()).hexdigest()[:DIGEST] if holding else ""
        self._save()
        return made
