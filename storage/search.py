"""What can be found by words: releases, services, and what people said of releases; newest first, on both databases.

An entry is a row of plain words, kept in the transaction of what it's about. SQLite finds them by an FTS5 table that
triggers keep beside it, PostgreSQL by a GIN index. Words of a person are only ever compared: they are cut to letters and
digits before a query is made of them, so nothing that they type is an operator.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import DDL, Index, UniqueConstraint, bindparam, delete, event, text, update
from sqlmodel import Field

from storage.search_text import MOST, words_of
from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable
from storage.types import term


class Found(StrEnum):
    """What an entry is about; its `target` is a release's number, a service's id, an update's id."""

    RELEASE = "release"
    SERVICE = "service"
    UPDATE = "update"


class SearchEntry(Record):
    """The words by which something is found. They begin with the organisation's own, which nobody can type."""

    kind: Found = Field(sa_type=term(Found))
    target: int
    words: str


class SearchEntryTable(SearchEntry, table=True):
    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "target"),
        Index("search_entry_newest", "organisation_id", "id"),
    )


class Hit(NamedTuple):
    """An entry that has all the words; `id` orders them by age."""

    id: int
    kind: Found
    target: int


ENTRIES = RecordTable(SearchEntry, SearchEntryTable)
_e = ENTRIES.c

# ---- what each database needs beside the table. The migration says the same; a test compares the two.

# Every sign beyond ASCII is part of a word, so FTS5 sees exactly the words that it's handed. Neither places nor copies
# of the words are kept in it.
SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entry', content_rowid='id', detail='none', "
    "columnsize=0, tokenize=\"ascii tokenchars '/'\")",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF words ON search_entry BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words); END",
)
POSTGRES = (
    "CREATE INDEX search_entry_words ON search_entry USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)
for _dialect, _made in (("sqlite", SQLITE), ("postgresql", POSTGRES)):
    for _ddl in _made:
        event.listen(ENTRIES.table, "after_create", DDL(_ddl).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call] # SQLAlchemy's own

# ---- the questions

NEWEST = 2_000
"""How many of the newest entries are looked through before the index is asked.

A word of which there is a page among them is found there. Of the others the index knows few entries, so that asking it
costs the same at a thousand releases and at a million.
"""

COMMON = NEWEST // 100
"""A word that so many of the newest entries have isn't looked up in the index: its list there is long."""

FAR = 20_000
"""How many of the newest entries are looked through for words that are all common, and yet seldom together."""

MOST_WORDS = 8
"""Words of a question that count."""

BEFORE_ALL = 2**62
"""A number above every entry's: the first page."""

_CHANGE = Statement(
    update(ENTRIES.table)
    .where(
        _e.organisation_id == bindparam("organisation"),
        _e.kind == bindparam("this_kind", type_=term(Found)),
        _e.target == bindparam("this_target"),
        _e.words != bindparam("words"),
    )
    .values(words=bindparam("words"))
)
_FORGET = Statement(
    delete(ENTRIES.table).where(
        _e.organisation_id == bindparam("organisation"), _e.kind == bindparam("this_kind", type_=term(Found))
    )
)


class Search:
    """The entries of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def add(self, kind: Found, target: int, texts: Iterable[str]) -> None:
        words = entry_words(self._organisation, texts)
        entry = SearchEntry.model_construct(organisation_id=self._organisation, kind=kind, target=target, words=words)
        ENTRIES.add(self._tx, entry)

    def change(self, kind: Found, target: int, texts: Iterable[str]) -> None:
        """The same words write nothing."""
        words = entry_words(self._organisation, texts)
        owner = self._organisation
        self._tx.execute(_CHANGE, organisation=owner, this_kind=kind, this_target=target, words=words)

    def forget(self, kind: Found) -> None:
        """Nothing of that kind is found any more."""
        self._tx.execute(_FORGET, organisation=self._organisation, this_kind=kind)

    def find(self, words: str, before: int = BEFORE_ALL, limit: int = 20) -> list[Hit]:
        """Entries below a number that have words which begin with each of these, the newest first."""
        wanted = words_of([words])[:MOST_WORDS]
        if not wanted:
            return []
        given: dict[str, Any] = {"organisation": self._organisation, "before": before, "limit": limit}
        given |= {f"word{place}": f" {word}" for place, word in enumerate(wanted)}
        found = self._tx.rows(_among_newest(len(wanted), self._dialect), {**given, "newest": NEWEST})
        if len(found) < limit:
            found = self._among_all(wanted, given, found)
        return [Hit(number, Found(kind), target) for number, kind, target in found]

    def _among_all(self, wanted: list[str], given: dict[str, Any], found: list[Any]) -> list[Any]:
        seen = self._tx.first(_how_common(len(wanted), self._dialect), given)
        assert seen is not None  # sums have a row
        if seen[0] < NEWEST:
            return found  # there are no more entries
        rare = [word for word, count in zip(wanted, seen[1:], strict=True) if count < COMMON]
        if not rare:
            return self._tx.rows(_among_newest(len(wanted), self._dialect), {**given, "newest": FAR})
        return self._tx.rows(_by_index(len(wanted), self._dialect), {**given, "rare": self._asked(rare)})

    @property
    def _dialect(self) -> str:
        return self._tx.dialect.name

    def _asked(self, rare: list[str]) -> str:
        """The query of the index: words of letters and digits, each as a beginning."""
        if self._dialect == "sqlite":
            return " AND ".join([f'"{_scope(self._organisation)}"', *(f'"{word}"*' for word in rare)])
        return " & ".join([f"'{_scope(self._organisation)}'", *(f"'{word}':*" for word in rare)])


def entry_words(organisation: int, texts: Iterable[str]) -> str:
    """What an entry keeps of the texts."""
    return " ".join([_scope(organisation), *words_of(texts)[:MOST]])


def _scope(organisation: int) -> str:
    return f"/{organisation}"


# ---- the questions as SQL; all of it is ours, the words are values

_ENTRIES_BEFORE = (
    "SELECT id, kind, target, words FROM search_entry WHERE organisation_id = :organisation AND id < :before "
    "ORDER BY id DESC LIMIT :newest"
)
_BY_FTS = (
    "SELECT e.id, e.kind, e.target FROM search_words JOIN search_entry e ON e.id = search_words.rowid "
    "WHERE search_words MATCH :rare AND search_words.rowid < :before AND e.organisation_id = :organisation AND {has} "
    "ORDER BY search_words.rowid DESC LIMIT :limit"
)
# Without the fence PostgreSQL would walk all entries from the newest on in search of a rare word.
_BY_GIN = (
    "WITH found AS MATERIALIZED (SELECT id, kind, target, words FROM search_entry "
    "WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(:rare AS tsquery) AND id < :before "
    "AND organisation_id = :organisation) "
    "SELECT id, kind, target FROM found e WHERE {has} ORDER BY id DESC LIMIT :limit"
)


@cache
def _among_newest(count: int, dialect: str) -> Statement:
    has = " AND ".join(_has(count, dialect))
    return Statement(
        text(f"SELECT id, kind, target FROM ({_ENTRIES_BEFORE}) e WHERE {has} ORDER BY id DESC LIMIT :limit")  # noqa: S608 - ours
    )


@cache
def _how_common(count: int, dialect: str) -> Statement:
    """How many entries were looked through, and how many of them have each word."""
    sums = ", ".join(f"sum(CASE WHEN {has} THEN 1 ELSE 0 END)" for has in _has(count, dialect))
    return Statement(text(f"SELECT count(*), {sums} FROM ({_ENTRIES_BEFORE}) e").bindparams(newest=NEWEST))  # noqa: S608 - ours


@cache
def _by_index(count: int, dialect: str) -> Statement:
    by_index = _BY_FTS if dialect == "sqlite" else _BY_GIN
    return Statement(text(by_index.format(has=" AND ".join(_has(count, dialect)))))


def _has(count: int, dialect: str) -> list[str]:
    place = "instr" if dialect == "sqlite" else "strpos"
    return [f"{place}(e.words, :word{number}) > 0" for number in range(count)]
