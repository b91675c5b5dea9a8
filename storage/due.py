"""What falls due: sentences that the clock will say. Each occurrence has a key of its own, so it happens once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam, or_, select, update
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable, record_of
from storage.terms import DueState
from storage.types import Instant, term


class Due(Record):
    """Say `line` at `at`; not any more after `until` (None: however late).

    `subject` groups what is withdrawn together. `key` names the occurrence: a recurring one by its local wall time,
    so that the hour which summer time repeats doesn't repeat it. `at` and `until` are by the organisation's clock;
    `retry_at`, after its handler raised `error`, by the real one.
    """

    key: str
    subject: str
    line: str
    at: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    state: DueState = Field(default=DueState.WAITING, sa_type=term(DueState))
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=Instant)
    error: str = ""


class DueTable(Due, table=True):
    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("due_waiting", "state", "at"),
        Index("due_subject", "organisation_id", "subject", "state"),
        Index("due_state", "organisation_id", "state", "id"),
    )


DUES = RecordTable(Due, DueTable)
_d = DUES.c
_OF_SUBJECT = DUES.query(_d.subject == bindparam("subject"), _d.state == DueState.WAITING, order=(_d.at,))
_BY_KEY = DUES.query(_d.key == bindparam("name"))
_WITHDRAW = Statement(
    update(DUES.table)
    .where(
        _d.organisation_id == bindparam("organisation"),
        _d.subject == bindparam("subject"),
        _d.state == DueState.WAITING,
    )
    .values(state=bindparam("ended", type_=term(DueState)), ended_at=bindparam("now", type_=Instant()))
)
_NOW_DUE = Statement(
    select(*DUES.table.columns)
    .where(
        _d.state == DueState.WAITING,
        _d.at <= bindparam("now"),
        or_(_d.retry_at.is_(None), _d.retry_at <= bindparam("real_now", type_=Instant())),
    )
    .order_by(_d.at, _d.id)
    .limit(bindparam("limit"))
)
_CLAIM = Statement(
    update(DUES.table)
    .where(_d.id == bindparam("row"), _d.state == DueState.WAITING)
    .values(state=bindparam("ended", type_=term(DueState)), ended_at=bindparam("now", type_=Instant()))
)
_NEXT = Statement(select(_d.at).where(_d.state == DueState.WAITING).order_by(_d.at).limit(1))
_RAISED = Statement(
    update(DUES.table)
    .where(_d.id == bindparam("row"), _d.state == DueState.WAITING)
    .values(
        attempts=_d.attempts + 1,
        retry_at=bindparam("retry_at", type_=Instant()),
        error=bindparam("error"),
        state=bindparam("then", type_=term(DueState)),
        ended_at=bindparam("ended_at", type_=Instant()),
    )
)
_IN_STATE = DUES.query(
    _d.state == bindparam("state"), _d.id < bindparam("before"), order=(_d.id.desc(),), limit="limit"
)
BEFORE_ALL = 2**31 - 1
"""A number above every occurrence's: the first page."""


class Dues:
    """What falls due in one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def plan(self, due: Due) -> Due:
        """Put down an occurrence; the one already there under its key stays as it is."""
        known = _BY_KEY.first(self._tx, self._organisation, name=due.key)
        return known or DUES.add(self._tx, due)

    def of(self, subject: str) -> list[Due]:
        """What waits for a subject, the next first."""
        return _OF_SUBJECT.all(self._tx, self._organisation, subject=subject)

    def withdraw(self, subject: str, now: datetime) -> int:
        """Take back what waits for a subject; the rows stay, as withdrawn."""
        return self._tx.execute(
            _WITHDRAW, organisation=self._organisation, subject=subject, ended=DueState.WITHDRAWN, now=now
        )

    def failed(self, before: int = BEFORE_ALL, limit: int = 20) -> list[Due]:
        """What could not be said, however often it was tried; the newest first."""
        return _IN_STATE.all(self._tx, self._organisation, state=DueState.FAILED, before=before, limit=limit)


def now_due(tx: Transaction, now: datetime, real_now: datetime, limit: int = 200) -> list[Due]:
    """What is due in all organisations, the longest due first."""
    rows = tx.rows(_NOW_DUE, now=now, real_now=real_now, limit=limit)
    return [record_of(Due, dict(zip(DUES.names, row, strict=True))) for row in rows]


def claim(tx: Transaction, due: Due, ended: DueState, now: datetime) -> bool:
    """Take an occurrence in the transaction that carries it out; false when another replica was first."""
    return tx.execute(_CLAIM, row=due.id, ended=ended, now=now) == 1


def try_later(tx: Transaction, due: Due, error: str, retry_at: datetime) -> None:
    """Its handler raised; leave it for another time."""
    tx.execute(_RAISED, row=due.id, error=error, retry_at=retry_at, then=DueState.WAITING, ended_at=None)


def give_up(tx: Transaction, due: Due, error: str, now: datetime, *, then: DueState = DueState.FAILED) -> bool:
    """End an occurrence that can't be carried out, saying why; false when another replica was first."""
    return tx.execute(_RAISED, row=due.id, error=error, retry_at=None, then=then, ended_at=now) == 1


def next_due(tx: Transaction) -> datetime | None:
    row = tx.first(_NEXT)
    return None if row is None else row[0]
