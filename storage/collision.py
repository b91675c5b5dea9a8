"""Who accepts that two releases touch the same services at the same time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint, bindparam, delete, or_
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable
from storage.types import Instant


class CollisionAccepted(Record):
    """The word of a release's coordinator on its overlap with another one, or with `for_both` on both sides of it.

    `digest` is what the two were at that moment; `person_id` is who said so.
    """

    release_id: int = Field(foreign_key="release.id")
    other_id: int = Field(foreign_key="release.id", index=True)
    for_both: bool = False
    digest: str
    reason: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class CollisionAcceptedTable(CollisionAccepted, table=True):
    __tablename__ = "collision_accepted"
    __table_args__ = (UniqueConstraint("release_id", "other_id"),)


COLLISIONS = RecordTable(CollisionAccepted, CollisionAcceptedTable)
_c = COLLISIONS.c
_CONCERNING = COLLISIONS.query(
    or_(_c.release_id == bindparam("release"), _c.other_id == bindparam("release")), order=(_c.id,)
)
_REMOVE = Statement(
    delete(COLLISIONS.table).where(_c.organisation_id == bindparam("organisation"), _c.id == bindparam("key"))
)


class Collisions:
    """Accepted collisions of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def concerning(self, release: int) -> list[CollisionAccepted]:
        """Whichever side of the collision it is, in the order in which they were accepted."""
        return _CONCERNING.all(self._tx, self._organisation, release=release)

    def keep(self, said: CollisionAccepted) -> None:
        """A new word of the same release on the same other one stands in place of the old."""
        for each in self.concerning(said.release_id):
            if (each.release_id, each.other_id) == (said.release_id, said.other_id):
                self.remove(each)
        COLLISIONS.add(self._tx, said)

    def remove(self, said: CollisionAccepted) -> None:
        self._tx.execute(_REMOVE, organisation=self._organisation, key=said.id)
