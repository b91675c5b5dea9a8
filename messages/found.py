"""What was found by words, the newest first, each one press away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import Bold, Button, Buttons, Card, Item, Items, Mark, Part, Tone, item, text
from messages.line import compose
from messages.release import Name, headline, services_text
from messages.words import STATES, count
from storage.release import Release, Update
from storage.service import Service

QUOTED = 120
"""Characters of somebody's words that a row shows."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A release, a service, or what somebody said of a release."""

    release: Release | None = None
    service: Service | None = None
    said: Update | None = None


def found_card(words: str, rows: Sequence[FoundRow], name: Name, more: Button | None) -> Card:
    """A page of what was found."""
    if not rows:
        sentence = f"Nothing has all of these words: {words}."
        out = (Button("Other words", "find form=yes"), Button("All releases", "list"))
        return Card("Nothing found", (text(sentence), Buttons(out)), Tone.NEUTRAL, sentence)
    ways = tuple({way.say: way for row in rows for way in _way(row)}.values())
    parts: list[Part] = [Items(tuple(_item(row, name) for row in rows)), Buttons((*ways, more) if more else ways)]
    return Card(f"Found: {words}", tuple(parts), Tone.NEUTRAL, f"{count(len(rows), 'place')} with: {words}")


def _item(row: FoundRow, name: Name) -> Item:
    if row.said is not None and row.release is not None:
        said = row.said.words if len(row.said.words) <= QUOTED else f"{row.said.words[: QUOTED - 1]}…"
        return item(Bold(headline(row.release)), f" — {name(row.said.person_id)} said: “{said}”", mark=Mark.BULLET)
    if row.release is not None:
        return item(Bold(headline(row.release)), f" — {STATES[row.release.state]}, {services_text(row.release)}")
    assert row.service is not None  # a row is about something
    return item(Bold(row.service.name), f" — a service, {row.service.version or 'version not known'}")


def _way(row: FoundRow) -> list[Button]:
    if row.release is not None:
        return [Button(row.release.key, compose("show", row.release.key))]
    if row.service is not None:
        return [Button(f"Releases of {row.service.name}"[:40], compose("list", service=row.service.name))]
    return []
