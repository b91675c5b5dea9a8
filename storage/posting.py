"""The outbox: what should be shown where, and what is shown. Written in the transaction of the change it tells of."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field

from storage.statement import Transaction
from storage.table import Record, RecordTable
from storage.terms import Delivery, Platform, PostingState
from storage.types import Instant, term


class Posting(Record):
    """A card in one place. Saying something new in its slot raises `wanted`; the courier closes the difference.

    `channel` is the platform's own id of a channel, or of the person when `direct`. `parent` is the slot of
    the card in whose thread a REPLY hangs. Lower `priority` goes first. `until` is when it's not worth sending any
    more. Lease, token and `started_at` belong to the courier (docs/decisions: delivery).
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
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    token: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=Instant)


class PostingTable(Posting, table=True):
    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("organisation_id", "platform", "workspace", "channel", "slot"),
        Index("posting_slot", "organisation_id", "slot"),
        Index("posting_state", "state", "due_at"),
        Index("posting_subject", "organisation_id", "subject", "id"),
    )


class Told(Record):
    """A line of the delivery ledger: who was told what, where, when, or why not. Never rewritten."""

    posting_id: int = Field(foreign_key="posting.id", index=True)
    at: datetime = Field(sa_type=Instant)
    outcome: str
    revision: int
    detail: str = ""


class ToldTable(Told, table=True):
    __tablename__ = "told"


POSTINGS = RecordTable(Posting, PostingTable)
TOLD = RecordTable(Told, ToldTable)
_p = POSTINGS.c
_AT = POSTINGS.query(
    _p.slot == bindparam("slot"),
    _p.platform == bindparam("platform"),
    _p.workspace == bindparam("workspace"),
    _p.channel == bindparam("channel"),
)
_IN_SLOT = POSTINGS.query(_p.slot == bindparam("slot"), order=(_p.id,))
_OF_SUBJECT = POSTINGS.query(_p.subject == bindparam("subject"), order=(_p.id,))
_OF_POSTING = TOLD.query(TOLD.c.posting_id == bindparam("posting"), order=(TOLD.c.id,))


class Postings:
    """The outbox of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def say(self, posting: Posting) -> Posting:
        """Show a card in its slot and place: a new message there, or the next revision of the one that hangs there."""
        known = _AT.first(
            self._tx,
            self._organisation,
            slot=posting.slot,
            platform=posting.platform,
            workspace=posting.workspace,
            channel=posting.channel,
        )
        self._tx.wakes_courier = True
        return POSTINGS.add(self._tx, posting) if known is None else self.change(known, posting.card, posting.due_at)

    def change(self, posting: Posting, card: str, now: datetime) -> Posting:
        """Want another card in a place where one hangs; the same card changes nothing."""
        if posting.card == card or posting.state in (PostingState.DEAD, PostingState.EXPIRED):
            return posting
        posting.card, posting.wanted = card, posting.wanted + 1
        if posting.state is PostingState.SHOWN:
            posting.state, posting.due_at, posting.attempts = PostingState.WAITING, now, 0
        self._tx.wakes_courier = True
        return POSTINGS.save(self._tx, posting)

    def in_slot(self, slot: str) -> list[Posting]:
        return _IN_SLOT.all(self._tx, self._organisation, slot=slot)

    def of(self, subject: str) -> list[Posting]:
        return _OF_SUBJECT.all(self._tx, self._organisation, subject=subject)

    def ledger(self, posting: int) -> list[Told]:
        return _OF_POSTING.all(self._tx, self._organisation, posting=posting)


def card_text(card: Any) -> str:
    """A card's JSON as it is kept."""
    return json.dumps(card, separators=(",", ":"), ensure_ascii=False)
