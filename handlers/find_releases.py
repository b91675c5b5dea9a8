"""`/release find`: releases, services and words about releases, by words."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command
from handlers.kit.living import namer
from messages.card import Button
from messages.found import FoundRow, found_card
from messages.line import compose
from storage.records import Records
from storage.search import BEFORE_ALL, Found, Hit
from storage.search_text import words_of

PAGE = 10


@dataclass(frozen=True, slots=True)
class Find:
    words: str = argument(
        "Words", rest=True, limit=200, hint="Words or beginnings of words, in any order", example="refunds pay"
    )
    before: int = argument("Before", read.whole, default=BEFORE_ALL, hidden=True)


@command(
    "find",
    "Find releases by words",
    group="Look",
    reads=True,
    submit="Find",
    example="/release find refunds CHG-101",
)
def find_releases(call: Call, arguments: Find, records: Records) -> Reply:
    """Titles, goals, change requests, plans, services and what people said; the newest first, in pages."""
    if not words_of([arguments.words]):
        raise Refused("A word has letters or digits; name at least one.", field="words")
    hits = records.search.find(arguments.words, arguments.before, PAGE + 1)
    more = None
    if len(hits) > PAGE:
        hits = hits[:PAGE]
        more = Button("Older", compose("find", arguments.words, before=hits[-1].id))
    rows = [row for hit in hits if (row := _row(hit, records)) is not None]
    if arguments.before == BEFORE_ALL:
        rows = _named(arguments.words, records, rows)
    return Reply(card=found_card(arguments.words, rows, namer(records), more))


def _row(hit: Hit, records: Records) -> FoundRow | None:
    match hit.kind:
        case Found.RELEASE:
            release = records.releases.by_number(hit.target)
            return FoundRow(release=release) if release else None
        case Found.SERVICE:
            service = records.services.get(hit.target)
            return FoundRow(service=service) if service else None
        case Found.UPDATE:
            said = records.releases.get_update(hit.target)
            return FoundRow(release=records.releases.get(said.release_id), said=said) if said else None


def _named(words: str, records: Records, rows: list[FoundRow]) -> list[FoundRow]:
    """Whoever writes a key means that release, whatever else has the same words."""
    try:
        release = records.releases.by_number(read.release_number(words))
    except ValueError:
        return rows
    if release is None:
        return rows
    rest = [row for row in rows if row.said is not None or row.release is None or row.release.number != release.number]
    return [FoundRow(release=release), *rest]
