"""What Cabbot saw when it read an artifact itself, and which artifacts it is still to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, and_, bindparam, null, or_, select, update
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable, record_of
from storage.types import Instant

WHY_LENGTH = 300


class Verdict(StrEnum):
    """What a reading says of the digest that is recorded."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    NEW = "new"
    """No digest is recorded to compare it with."""
    UNREAD = "unread"
    WAITING = "waiting"


class MediumReading(Record):
    """An artifact by its URI: the digest that was read of it last (`sha256`), and `why` it couldn't be read since.

    `unheard`: what came of it this time isn't said yet. It is to be read while it `waits`; `owner` is the replica that
    reads it, until `held_until` by the database's clock.
    """

    release_id: int = Field(foreign_key="release.id", index=True)
    uri: str
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=Instant)
    waits: bool = True
    unheard: bool = True
    owner: str = ""
    held_until: datetime | None = Field(default=None, sa_type=Instant)
    sha256: str = ""
    why: str = ""
    read_at: datetime | None = Field(default=None, sa_type=Instant)

    def verdict(self, recorded: str) -> Verdict:
        """On the artifact with that digest recorded, "" for none."""
        if self.unheard:
            return Verdict.WAITING
        if self.why or not self.sha256:
            return Verdict.UNREAD
        if not recorded:
            return Verdict.NEW
        return Verdict.DIFFERS if self.differs(recorded) else Verdict.VERIFIED

    def differs(self, recorded: str) -> bool:
        """Another digest was read of it the last time that anything was: also while it's read again, or when it can't be."""
        return bool(self.sha256 and recorded) and self.sha256 != recorded


class MediumReadingTable(MediumReading, table=True):
    __tablename__ = "medium_reading"
    __table_args__ = (UniqueConstraint("release_id", "uri"), Index("medium_reading_waiting", "waits", "asked_at"))


READINGS = RecordTable(MediumReading, MediumReadingTable)
_r = READINGS.c
_OF_RELEASE = READINGS.query(_r.release_id == bindparam("release"), order=(_r.id,))
_ASK = Statement(
    update(READINGS.table)
    .where(_r.organisation_id == bindparam("organisation"), _r.id == bindparam("row"), _r.waits.is_(False))
    .values(
        waits=True,
        unheard=True,
        asked_by=bindparam("person"),
        asked_at=bindparam("at", type_=Instant()),
        owner="",
        held_until=null(),
    )
)
# Only what was heard is written: who reads it meanwhile doesn't wait for the organisation's lock.
_HEARD = Statement(
    update(READINGS.table)
    .where(_r.organisation_id == bindparam("organisation"), _r.id == bindparam("row"))
    .values(
        unheard=False,
        sha256=bindparam("digest"),
        why=bindparam("reason"),
        read_at=bindparam("at", type_=Instant()),
    )
)
_FREE = and_(_r.waits.is_(True), or_(_r.held_until.is_(None), _r.held_until < bindparam("now", type_=Instant())))
_NEXT = Statement(select(*READINGS.table.columns).where(_FREE).order_by(_r.asked_at, _r.id).limit(1))
_until = bindparam("hold", type_=Instant())
_TAKE = Statement(
    update(READINGS.table).where(_r.id == bindparam("row"), _FREE).values(owner=bindparam("by"), held_until=_until)
)
_MINE = (_r.id == bindparam("row"), _r.waits.is_(True), _r.owner == bindparam("by"))
_KEEP = Statement(update(READINGS.table).where(*_MINE).values(held_until=_until))
_END = Statement(update(READINGS.table).where(*_MINE).values(waits=False, held_until=null()))


class MediumReadings:
    """What was read of one organisation's artifacts."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def of(self, release: int) -> dict[str, MediumReading]:
        """By the artifact's URI."""
        return {each.uri: each for each in _OF_RELEASE.all(self._tx, self._organisation, release=release)}

    def ask(self, release: int, uris: Sequence[str], person: int, at: datetime) -> list[str]:
        """Have artifacts read; answers those that don't wait for it already."""
        known = self.of(release)
        return [uri for uri in uris if self._ask(release, uri, known.get(uri), person, at)]

    def _ask(self, release: int, uri: str, known: MediumReading | None, person: int, at: datetime) -> bool:
        if known is not None:
            return self._tx.execute(_ASK, organisation=self._organisation, row=known.id, person=person, at=at) > 0
        asked = MediumReading(
            organisation_id=self._organisation, release_id=release, uri=uri, asked_by=person, asked_at=at
        )
        READINGS.add(self._tx, asked)
        return True

    def heard(self, reading: MediumReading) -> None:
        """Write down what was read of it, or why nothing was."""
        reading.why, reading.unheard = reading.why[:WHY_LENGTH], False
        self._tx.execute(
            _HEARD,
            organisation=self._organisation,
            row=reading.id,
            digest=reading.sha256,
            reason=reading.why,
            at=reading.read_at,
        )


# ---- whoever reads, across all organisations; leases run on the database's clock


def waits(tx: Transaction, now: datetime) -> bool:
    """Something is to be read that nobody reads. Only a hint: `claim` decides."""
    return tx.first(_NEXT, now=now) is not None


def claim(tx: Transaction, owner: str, now: datetime, until: datetime) -> MediumReading | None:
    """Take what waits longest and nobody reads; None when there is nothing, or another replica was first."""
    row = tx.first(_NEXT, now=now)
    if row is None:
        return None
    found = record_of(MediumReading, dict(zip(READINGS.names, row, strict=True)))
    return found if tx.execute(_TAKE, row=found.id, now=now, by=owner, hold=until) else None


def keep(tx: Transaction, reading: MediumReading, owner: str, until: datetime) -> bool:
    """Hold it longer; false when it isn't held any more."""
    return tx.execute(_KEEP, row=reading.id, by=owner, hold=until) > 0


def end(tx: Transaction, reading: MediumReading, owner: str) -> bool:
    """It was read, and what comes of it stands in the same transaction; false when another replica took it over."""
    return tx.execute(_END, row=reading.id, by=owner) > 0
