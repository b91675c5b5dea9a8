"""Is the audit trail whole? Finds rows that were edited, removed, moved or put in, and a trail that was cut or rewritten.

The chain shows what was done to rows in the middle. It can't show that its end is missing, or that all of it was made
anew: for that it is compared with the head that the organisation keeps, and with heads that were told outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, type_coerce
from sqlalchemy.types import NullType

from storage.journal import HASHED, JOURNAL, hash_of
from storage.organisation import Organisation, Organisations
from storage.statement import Statement, Transaction
from storage.types import utc_text

PAGE = 1000
MOST_MOVED = 300
"""Rows whose hash is wrong are tried at each other's places, as long as there are no more than these."""


class Trouble(StrEnum):
    EDITED = "edited"
    REMOVED = "removed"
    MOVED = "moved"
    INSERTED = "inserted"
    CUT = "cut"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with which entry; as a string, a sentence."""

    organisation: int
    seq: int
    trouble: Trouble
    what: str

    def __str__(self) -> str:
        return f"Organisation {self.organisation}, entry {self.seq} was {self.trouble}: {self.what}"


class Head(NamedTuple):
    """The end of a trail at some moment, as it was told outside of the database."""

    organisation: int
    seq: int
    hash: str


class _Row(NamedTuple):
    """An entry as it lies there, its values unread: somebody may have put anything into them."""

    seq: int
    values: dict[str, Any]

    @property
    def previous(self) -> str:
        return str(self.values["previous"])

    @property
    def hash(self) -> str:
        return str(self.values["hash"])

    @property
    def name(self) -> str:
        return f"{self.values['command']!r} on {self.values['subject']!r}, call {self.values['call_id']!r}"

    def belongs_at(self, seq: int) -> bool:
        """This content is what was written as the entry of that number."""
        try:
            form = {name: _form(name, self.values[name]) for name in HASHED}
            return hash_of({**form, "seq": seq}) == self.hash
        except (TypeError, ValueError):  # no entry ever looked like this
            return False


_raw = [type_coerce(column, NullType()).label(column.name) for column in JOURNAL.table.columns]
_PAGE = Statement(
    select(*_raw)
    .where(JOURNAL.c.organisation_id == bindparam("organisation"), JOURNAL.c.seq > bindparam("after"))
    .order_by(JOURNAL.c.seq)
    .limit(PAGE)
)


def verify(tx: Transaction, told: Iterable[Head] = ()) -> list[Finding]:
    """Everything that is wrong with the trails of all organisations; `told` are heads known from outside.

    Reads page by page; belongs into a transaction that sees one moment (REPEATABLE READ).
    """
    organisations = {each.id: each for each in Organisations(tx).all()}
    heads: dict[int, list[Head]] = {}
    for head in told:
        heads.setdefault(head.organisation, []).append(head)
    found = [
        Finding(key, max(head.seq for head in known), Trouble.CUT, "the organisation itself is missing")
        for key, known in sorted(heads.items())
        if key not in organisations
    ]
    for key, organisation in organisations.items():
        found += _trail(tx, organisation, sorted(heads.get(key, ()), key=lambda head: head.seq))
    return found


def _trail(tx: Transaction, organisation: Organisation, told: Sequence[Head]) -> list[Finding]:
    walk = _Walk(organisation.id, {head.seq for head in told})
    for row in _rows(tx, organisation.id):
        walk.step(row)
    walk.name_the_moved()
    walk.compare_with_own(organisation)
    walk.compare_with_told(told)
    return sorted(walk.found, key=lambda finding: finding.seq)


class _Walk:
    """One trail, row by row."""

    def __init__(self, organisation: int, wanted: set[int]) -> None:
        self.found: list[Finding] = []
        self._organisation, self._wanted = organisation, wanted
        self._last, self._hash = 0, ""
        self._hashes: dict[int, str] = {}
        self._wrong: list[_Row] = []
        self._unchained: dict[int, _Row] = {}

    def step(self, row: _Row) -> None:
        if row.seq > self._last + 1:
            first, last = self._last + 1, row.seq - 1
            which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
            self._find(first, Trouble.REMOVED, f"{which} missing before {row.name}.")
        elif row.seq <= self._last:
            self._find(row.seq, Trouble.INSERTED, f"no entry has this number; {row.name} was put in.")
        if not row.belongs_at(row.seq):
            self._wrong.append(row)
        elif row.previous != self._hash and row.seq == self._last + 1:
            self._unchained[row.seq] = row
        self._last, self._hash = max(row.seq, self._last), row.hash
        if row.seq in self._wanted:
            self._hashes[row.seq] = row.hash

    def name_the_moved(self) -> None:
        """Of rows whose hash is wrong, some are right at another place; the others were edited."""
        wrong = self._wrong
        places = {row.seq + shift for row in wrong for shift in (-1, 1)}
        if len(wrong) <= MOST_MOVED:
            places |= {row.seq for row in wrong}
        origins = {row.seq: _origin(row, places) for row in wrong}
        for row in wrong:
            origin = origins[row.seq]
            if origin is None:
                self._find(row.seq, Trouble.EDITED, f"{row.name} isn't what was written.")
            else:
                self._find(row.seq, Trouble.MOVED, f"{row.name} was written as entry {origin}.")
        pushed = {origin for origin in origins.values() if origin is not None} - set(origins)
        for seq, row in self._unchained.items():
            if seq - 1 in origins:
                continue  # named already
            what = f"{row.name} follows another entry than the one that is there."
            self._find(max(1, seq - 1), Trouble.REWRITTEN, what)
        for seq in pushed & set(range(1, self._last + 1)):
            self._find(seq, Trouble.INSERTED, f"the entry that was written as {seq} now stands elsewhere.")

    def compare_with_own(self, organisation: Organisation) -> None:
        known = organisation.journal_seq
        if known > self._last:
            self._find(self._last + 1, Trouble.CUT, f"the trail should reach to entry {known}.")
        elif known < self._last:
            self._find(known + 1, Trouble.INSERTED, f"the organisation knows of {known} entries.")
        elif organisation.journal_head != self._hash:
            self._find(known, Trouble.REWRITTEN, "its hash isn't the one that the organisation keeps.")

    def compare_with_told(self, told: Sequence[Head]) -> None:
        good = 0
        for head in told:
            if head.seq > self._last:
                self._find(self._last + 1, Trouble.CUT, f"entry {head.seq} was told outside, and isn't there.")
                return
            if self._hashes.get(head.seq, "") != head.hash:
                what = "its hash isn't the one that was told outside"
                self._find(head.seq, Trouble.REWRITTEN, f"{what}; it, or an entry after number {good}, was made anew.")
                return
            good = head.seq

    def _find(self, seq: int, trouble: Trouble, what: str) -> None:
        self.found.append(Finding(self._organisation, seq, trouble, what))


def _origin(row: _Row, places: set[int]) -> int | None:
    return next((seq for seq in sorted(places) if seq != row.seq and row.belongs_at(seq)), None)


def _rows(tx: Transaction, organisation: int) -> Iterator[_Row]:
    after = -(2**31)
    while page := tx.rows(_PAGE, organisation=organisation, after=after):
        for raw in page:
            values = dict(zip(JOURNAL.names, raw, strict=True))
            yield _Row(values["seq"], values)
        after = page[-1][JOURNAL.names.index("seq")]


def _form(name: str, value: Any) -> Any:
    """A value as it was hashed. Raises ValueError for JSON that isn't any."""
    if isinstance(value, datetime):
        return utc_text(value)
    return json.loads(value) if name in ("before", "after") else value
