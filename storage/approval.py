"""Ballots of the CAB and ECAB, and the votes in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field

from storage.statement import Transaction
from storage.table import Record, RecordTable
from storage.terms import BallotState, Board, Choice
from storage.types import Instant, term


class Ballot(Record):
    """One round of authorisation, of exactly one revision and digest of a release.

    What it asks for (board, quorum, deadline, whether the `change_manager` must be among those who approve) is fixed when
    it opens; a later change of policy or risk doesn't touch it.
    `retroactive` rounds authorise an emergency that was deployed first.
    """

    release_id: int = Field(foreign_key="release.id")
    revision: int
    digest: str
    board: Board = Field(sa_type=term(Board))
    quorum: int
    change_manager: bool = False
    state: BallotState = Field(default=BallotState.OPEN, sa_type=term(BallotState))
    retroactive: bool = False
    opened_by: int = Field(foreign_key="person.id")
    opened_at: datetime = Field(sa_type=Instant)
    deadline_at: datetime = Field(sa_type=Instant)
    escalated_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)


class BallotTable(Ballot, table=True):
    __tablename__ = "ballot"
    __table_args__ = (
        Index("ballot_release", "organisation_id", "release_id", "id"),
        Index("ballot_state", "organisation_id", "state", "deadline_at"),
    )


class Vote(Record):
    """A person's word in a ballot. A changed vote overwrites it; the journal keeps both."""

    ballot_id: int = Field(foreign_key="ballot.id")
    person_id: int = Field(foreign_key="person.id")
    choice: Choice = Field(sa_type=term(Choice))
    comment: str = ""
    at: datetime = Field(sa_type=Instant)


class VoteTable(Vote, table=True):
    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("ballot_id", "person_id"),)


BALLOTS = RecordTable(Ballot, BallotTable)
VOTES = RecordTable(Vote, VoteTable)
_b, _v = BALLOTS.c, VOTES.c
_LATEST = BALLOTS.query(_b.release_id == bindparam("release"), order=(_b.id.desc(),), limit=1)
_OPEN = BALLOTS.query(_b.state == BallotState.OPEN, order=(_b.deadline_at, _b.id), limit="limit")
_CAST = VOTES.query(_v.ballot_id == bindparam("ballot"), order=(_v.id,))


class Ballots:
    """The ballots of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def add(self, ballot: Ballot) -> Ballot:
        return BALLOTS.add(self._tx, ballot)

    def save(self, ballot: Ballot) -> Ballot:
        return BALLOTS.save(self._tx, ballot)

    def latest(self, release: int) -> Ballot | None:
        """The newest round of a release, open or decided."""
        return _LATEST.first(self._tx, self._organisation, release=release)

    def open(self, limit: int = 50) -> list[Ballot]:
        """Open rounds, the nearest deadline first."""
        return _OPEN.all(self._tx, self._organisation, limit=limit)

    def votes(self, ballot: int) -> list[Vote]:
        return _CAST.all(self._tx, self._organisation, ballot=ballot)

    def cast(self, vote: Vote) -> Vote:
        """Write the vote of its person, over an earlier one of theirs."""
        return VOTES.save(self._tx, vote) if vote.id else VOTES.add(self._tx, vote)
