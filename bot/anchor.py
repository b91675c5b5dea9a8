"""The head of every audit trail, told outside of the database: a chain alone can't show that its end was cut off.

To a file as JSON lines, to the channels of the organisation's `audit` audience, or both.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import datetime
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.postings import card_text
from messages.audit_head import audit_head
from storage.organisation import Link, Moved, Organisation, Organisations
from storage.posting import Posting
from storage.records import Records
from storage.statement import Conflict, Transaction
from storage.store import Store
from storage.terms import Delivery
from storage.verify import Head

log = structlog.get_logger("cabbot.audit")

AUDIENCE, DIGEST_PRIORITY = "audit", 9


class AnchorError(ValueError):
    """The anchor file holds something else than heads; the text says where."""


class Anchor:
    """Tells heads that have moved since they were last told. One per process."""

    def __init__(self, store: Store, clock: Clock, file: Path | None = None) -> None:
        self._store, self._clock, self._file = store, clock, file
        self._told: dict[int, int] = {}

    async def drop(self) -> None:
        """Tell every head that has moved."""
        now = self._clock.now()
        for organisation in await self._store.read(lambda tx: Organisations(tx).all()):
            if organisation.journal_seq > self._told.get(organisation.id, 0):
                await self._tell(organisation, now)
                self._told[organisation.id] = organisation.journal_seq

    async def _tell(self, organisation: Organisation, now: datetime) -> None:
        if self._file is not None:
            await asyncio.to_thread(append_head, self._file, organisation, now)
        try:
            await self._store.write(lambda tx: post_head(tx, organisation, now))
        except Conflict:
            log.debug("another replica has posted the head", organisation=organisation.id)
        except Moved:
            log.debug(
                "closed: its channels belong to the organisation that it has joined", organisation=organisation.id
            )


def post_head(tx: Transaction, organisation: Organisation, now: datetime) -> None:
    """A message of its own in each channel of the audience; the same head again is the same message."""
    records = Records(tx, organisation.id, lock=True)
    card = card_text(audit_head(organisation.journal_seq, organisation.journal_head, now))
    slot = f"audit-head:{organisation.journal_seq}"
    if not records.postings.in_slot(slot):
        for link in records.links.of(AUDIENCE):
            records.postings.say(_row(organisation, link, slot, card, now))


def _row(organisation: Organisation, link: Link, slot: str, card: str, now: datetime) -> Posting:
    return Posting.model_construct(
        organisation_id=organisation.id,
        subject="",
        slot=slot,
        platform=link.platform,
        workspace=link.workspace,
        channel=link.channel,
        delivery=Delivery.CARD,
        card=card,
        priority=DIGEST_PRIORITY,
        created_at=now,
        due_at=now,
    )


def append_head(file: Path, organisation: Organisation, now: datetime) -> None:
    """One line, written whole and on the disk when this returns."""
    line = {
        "at": now.isoformat(),
        "organisation": organisation.id,
        "seq": organisation.journal_seq,
        "hash": organisation.journal_head,
    }
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, json.dumps(line).encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def read_heads(file: Path) -> list[Head]:
    """The heads in an anchor file; a last line that was cut off in writing is passed over. Raises AnchorError."""
    *lines, unfinished = file.read_text(encoding="utf-8").split("\n")
    heads = []
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            heads.append(Head(int(told["organisation"]), int(told["seq"]), str(told["hash"])))
        except (KeyError, TypeError, ValueError):
            raise AnchorError(f"{file}, line {number}: this isn't a head of an audit trail.") from None
    if unfinished:
        log.warning("the last line of the anchor file is unfinished", file=str(file))
    return heads
