"""The audit trail: append-only, each entry carrying the hash of the one before it in its organisation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field

from storage.organisation import Organisation
from storage.statement import Transaction
from storage.table import Record, RecordTable
from storage.terms import Origin, Outcome, Platform
from storage.types import Instant, canonical_json, json_of, term, utc_text


class Entry(Record):
    """Who (person, platform, account), when (UTC), what, before and after, why.

    `call_id` is unique in the organisation: it makes a retried delivery harmless. `answer` is what the person was
    told, in a line. `hash` is SHA-256 over the entry's canonical form, which holds `previous`.
    """

    seq: int
    at: datetime = Field(sa_type=Instant)
    call_id: str
    person_id: int = 0
    person: str = ""
    platform: Platform = Field(sa_type=term(Platform))
    account: str = ""
    origin: Origin = Field(sa_type=term(Origin))
    command: str
    subject: str = ""
    outcome: Outcome = Field(sa_type=term(Outcome))
    before: dict[str, Any] = Field(default={}, sa_type=json_of(dict[str, Any]))
    after: dict[str, Any] = Field(default={}, sa_type=json_of(dict[str, Any]))
    why: str = ""
    answer: str = ""
    previous: str = ""
    hash: str = ""


class EntryTable(Entry, table=True):
    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("organisation_id", "seq"),
        UniqueConstraint("organisation_id", "call_id"),
        Index("journal_subject", "organisation_id", "subject", "seq"),
    )


JOURNAL = RecordTable(Entry, EntryTable)
_j = JOURNAL.c
HASHED = tuple(name for name in JOURNAL.names if name not in ("id", "hash"))
"""What an entry's hash is taken over: everything but its row number and the hash itself."""
_BY_CALL = JOURNAL.query(_j.call_id == bindparam("call"))
_OF_SUBJECT = JOURNAL.query(_j.subject == bindparam("subject"), order=(_j.seq,))
_REFUSED = JOURNAL.query(
    _j.subject == bindparam("subject"),
    _j.outcome == Outcome.REFUSED,
    _j.at > bindparam("since"),
    order=(_j.seq.desc(),),
    limit="limit",
)
_AFTER = JOURNAL.query(_j.seq > bindparam("after"), order=(_j.seq,), limit="limit")


def entry_hash(entry: Entry) -> str:
    """The hash that belongs to the entry as it is."""
    values = entry.__dict__
    return hash_of({name: utc_text(values[name]) if name == "at" else values[name] for name in HASHED})


def hash_of(form: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of an entry's values, times as text."""
    return hashlib.sha256(canonical_json(form).encode()).hexdigest()


class Journal:
    """The audit trail of one organisation. Written only through `append`, under the organisation's lock."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def append(self, organisation: Organisation, entry: Entry) -> Entry:
        """Chain the entry to the head, which moves; the caller saves the organisation.

        Raises Conflict when this call is in the journal already.
        """
        entry.organisation_id = organisation.id
        entry.seq = organisation.journal_seq + 1
        entry.previous = organisation.journal_head
        entry.hash = entry_hash(entry)
        JOURNAL.add(self._tx, entry)
        organisation.journal_seq, organisation.journal_head = entry.seq, entry.hash
        return entry

    def by_call(self, call: str) -> Entry | None:
        return _BY_CALL.first(self._tx, self._organisation, call=call)

    def of(self, subject: str) -> list[Entry]:
        """Everything that happened to a subject, in order."""
        return _OF_SUBJECT.all(self._tx, self._organisation, subject=subject)

    def refused(self, subject: str, since: datetime, limit: int = 20) -> list[Entry]:
        """What was tried in vain about a subject since then, the newest first."""
        return _REFUSED.all(self._tx, self._organisation, subject=subject, since=since, limit=limit)

    def entries(self, page: int = 1000) -> Iterator[Entry]:
        """The whole trail in order, read in pages."""
        after = 0
        while found := _AFTER.all(self._tx, self._organisation, after=after, limit=page):
            yield from found
            after = found[-1].seq
