"""The outbox: what should be shown where, and what is shown. Written in the transaction of the change it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Index,
    UniqueConstraint,
    bindparam,
    case,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable, record_of
from storage.terms import Delivery, Platform, PostingState, ToldHow
from storage.types import Instant, term

_OPEN_ROWS = text("state = 'waiting' OR state = 'doubtful'")


class Posting(Record):
    """A card in one place. Saying something new in its slot raises `wanted`; the courier closes the difference.

    `channel` is the platform's own id of a channel, or of the person when `direct`. `parent` is the slot of
    the card in whose thread a REPLY hangs. Lower `priority` goes first. `due_at` is when it may go out, `until` when
    it's not worth sending any more; both by the organisation's clock, and neither holds back the edit of a card that
    hangs already. `retry_at`, lease, token and `started_at` belong to the courier and run on the database's clock
    (docs/decisions/0005). `started_at` is set while a send may have reached the platform without our knowing.
    """

    subject: str
    slot: str
    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    channel: str
    direct: bool = False
    delivery: Delivery = Field(sa_type=term(Delivery))
    parent: str = ""
    card: str
    priority: int = 5
    wanted: int = 1
    shown: int = 0
    message: str = ""
    state: PostingState = Field(default=PostingState.WAITING, sa_type=term(PostingState))
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    error: str = ""
    retry_at: datetime | None = Field(default=None, sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    token: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=Instant)


class PostingTable(Posting, table=True):
    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("organisation_id", "slot", "platform", "workspace", "channel"),
        Index("posting_state", "organisation_id", "state", "id"),
        Index("posting_subject", "organisation_id", "subject", "id"),
        # Holds only what is still to be delivered, so the courier's questions cost what waits, not what was ever sent.
        Index(
            "posting_open",
            *("platform", "workspace", "channel", "shown", "id", "due_at"),
            sqlite_where=_OPEN_ROWS,
            postgresql_where=_OPEN_ROWS,
        ),
    )


class Told(Record):
    """A line of the delivery ledger: who was told what, where, when, or why not. Never rewritten."""

    posting_id: int = Field(foreign_key="posting.id", index=True)
    at: datetime = Field(sa_type=Instant)
    outcome: ToldHow = Field(sa_type=term(ToldHow))
    revision: int
    detail: str = ""


class ToldTable(Told, table=True):
    __tablename__ = "told"


class Telling(NamedTuple):
    """A line of the ledger and the posting that it tells of."""

    told: Told
    posting: Posting


POSTINGS = RecordTable(Posting, PostingTable)
TOLD = RecordTable(Told, ToldTable)
_p, _t = POSTINGS.c, TOLD.c


def still_open(state: ColumnElement[Any]) -> ColumnElement[bool]:
    """True for rows that wait for the courier. Spelled as the partial index spells it, or it would not be used."""
    return or_(state == literal_column("'waiting'"), state == literal_column("'doubtful'"))


_IN_SLOT = POSTINGS.query(_p.slot == bindparam("slot"), order=(_p.id,))
_OF_SUBJECT = POSTINGS.query(_p.subject == bindparam("subject"), order=(_p.id,))
_IN_STATE = POSTINGS.query(
    _p.state == bindparam("state"), _p.id < bindparam("before"), order=(_p.id.desc(),), limit="limit"
)
_LATE = POSTINGS.query(
    still_open(_p.state),
    _p.due_at < bindparam("due_before"),
    _p.id < bindparam("before"),
    order=(_p.id.desc(),),
    limit="limit",
)
_THIS_ROW = (_p.id == bindparam("this_row"), _p.organisation_id == bindparam("this_owner"))
_WAITS = still_open(_p.state)
_DOUBTFUL = _p.state == PostingState.DOUBTFUL
_WAITING = literal(PostingState.WAITING, term(PostingState))
# Only what the change is about is written: the courier may be finishing the same row at this moment.
_CHANGE = Statement(
    update(POSTINGS.table)
    .where(
        _p.organisation_id == bindparam("organisation"),
        _p.slot == bindparam("this_slot"),
        _p.id >= bindparam("first"),
        _p.id <= bindparam("last"),
        _p.card != bindparam("card"),
    )
    .values(
        card=bindparam("card"),
        wanted=_p.wanted + 1,
        until=bindparam("until", type_=Instant()),
        state=case((_DOUBTFUL, _p.state), else_=_WAITING),
        due_at=case((_WAITS, _p.due_at), else_=bindparam("now", type_=Instant())),
        attempts=case((_WAITS, _p.attempts), else_=0),
        retry_at=case((_WAITS, _p.retry_at), else_=null()),
    )
    .returning(_p.id)
)
_RETRY = Statement(
    update(POSTINGS.table)
    .where(*_THIS_ROW, _p.state != PostingState.DOUBTFUL, _p.state != PostingState.SHOWN)
    .values(
        state=PostingState.WAITING,
        attempts=0,
        retry_at=null(),
        until=null(),
        due_at=case((_WAITS, _p.due_at), else_=bindparam("now", type_=Instant())),
    )
    .returning(*POSTINGS.table.columns)
)
_LEDGER = Statement(
    select(*TOLD.table.columns, *POSTINGS.table.columns)
    .join_from(POSTINGS.table, TOLD.table, _t.posting_id == _p.id)
    .where(_p.organisation_id == bindparam("organisation"), _p.subject == bindparam("subject"))
    .order_by(_t.id)
)
_TOLD_IN_SLOT = Statement(
    select(*TOLD.table.columns)
    .join_from(POSTINGS.table, TOLD.table, _t.posting_id == _p.id)
    .where(_p.organisation_id == bindparam("organisation"), _p.slot == bindparam("slot"))
    .order_by(_t.id)
)
BEFORE_ALL = 2**31 - 1
"""A number above every posting's: the first page."""


class Postings:
    """The outbox of one organisation.

    Lives as long as one transaction, in which nobody else of the organisation writes: a slot is read once in it.
    """

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation
        self._slots: dict[str, list[Posting]] = {}

    def say(self, posting: Posting) -> Posting:
        """Show a card in its slot and place: a new message there, or the next revision of the one that hangs there."""
        hanging = self._slot(posting.slot)
        known = next((each for each in hanging if _place(each) == _place(posting)), None)
        if known is not None:
            return self.change(known, posting.card, posting.due_at, until=posting.until)
        self._tx.wakes_courier = True
        hanging.append(POSTINGS.add(self._tx, posting))
        return posting

    def change(self, posting: Posting, card: str, now: datetime, *, until: datetime | None = None) -> Posting:
        """Want another card in a place where one hangs, worth sending until then; the same card changes nothing.

        What had died or expired there is tried again: it is news once more.
        """
        if self._change(posting.slot, (posting.id, posting.id), card=card, now=now, until=until):
            return next(each for each in self._slot(posting.slot) if each.id == posting.id)
        return posting

    def change_all(self, slot: str, card: str, now: datetime, *, until: datetime | None = None) -> None:
        """Want another card wherever the slot's hangs."""
        self._change(slot, (0, BEFORE_ALL), card=card, now=now, until=until)

    def retry(self, posting: Posting, now: datetime) -> Posting:
        """Deliver what died, expired or waits for its next try, now and however late; other postings stay as they are."""
        return self._written(_RETRY, posting, now=now)

    def get(self, key: int) -> Posting | None:
        return POSTINGS.by_id.first(self._tx, self._organisation, key=key)

    def in_slot(self, slot: str) -> list[Posting]:
        return list(self._slot(slot))

    def of(self, subject: str) -> list[Posting]:
        return _OF_SUBJECT.all(self._tx, self._organisation, subject=subject)

    def in_state(self, state: PostingState, before: int = BEFORE_ALL, limit: int = 20) -> list[Posting]:
        """Postings below a number, the newest first."""
        return _IN_STATE.all(self._tx, self._organisation, state=state, before=before, limit=limit)

    def late(self, due_before: datetime, before: int = BEFORE_ALL, limit: int = 20) -> list[Posting]:
        """What should have been shown by then and is not, the newest first."""
        return _LATE.all(self._tx, self._organisation, due_before=due_before, before=before, limit=limit)

    def told_in(self, slot: str) -> list[Told]:
        """The ledger of a slot, wherever its card hangs, in order."""
        rows = self._tx.rows(_TOLD_IN_SLOT, organisation=self._organisation, slot=slot)
        return [record_of(Told, dict(zip(TOLD.names, row, strict=True))) for row in rows]

    def tellings(self, subject: str) -> list[Telling]:
        """Who knows of a subject: every line of the ledger, with its posting, in order."""
        return [_telling(row) for row in self._tx.rows(_LEDGER, organisation=self._organisation, subject=subject)]

    def _slot(self, slot: str) -> list[Posting]:
        found = self._slots.get(slot)
        if found is None:
            found = self._slots[slot] = _IN_SLOT.all(self._tx, self._organisation, slot=slot)
        return found

    def _change(self, slot: str, ids: tuple[int, int], **values: Any) -> bool:
        given = {"organisation": self._organisation, "this_slot": slot, "first": ids[0], "last": ids[1]}
        if not self._tx.rows(_CHANGE, **given, **values):
            return False
        self._tx.wakes_courier = True
        self._slots.pop(slot, None)
        return True

    def _written(self, statement: Statement, posting: Posting, **values: Any) -> Posting:
        row = self._tx.first(statement, this_row=posting.id, this_owner=self._organisation, **values)
        if row is None:
            return posting
        self._tx.wakes_courier = True
        self._slots.pop(posting.slot, None)
        return as_posting(row)


def as_posting(row: tuple[Any, ...]) -> Posting:
    return record_of(Posting, dict(zip(POSTINGS.names, row, strict=True)))


def _place(posting: Posting) -> tuple[Platform, str, str]:
    return (posting.platform, posting.workspace, posting.channel)


def _telling(row: tuple[Any, ...]) -> Telling:
    width = len(TOLD.names)
    told = record_of(Told, dict(zip(TOLD.names, row[:width], strict=True)))
    return Telling(told, as_posting(row[width:]))
