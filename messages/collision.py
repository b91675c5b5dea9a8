"""Collisions as people see them: which releases overlap with one, who has accepted it, and the question to who hasn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Moment,
    Part,
    PersonRef,
    Piece,
    Tone,
    button,
    note,
    quote,
    text,
)
from messages.release import Name, headline, services_text
from messages.words import STATES, count
from storage.collision import CollisionAccepted
from storage.release import Release

SHOWN = 10
"""Collisions on one card; who has more of them moves the window first."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Another release that overlaps, what was `said` of it, and the releases of the two whose coordinator hasn't said so."""

    other: Release
    said: tuple[CollisionAccepted, ...]
    owing: tuple[Release, ...]


def collisions_card(found: Release, rows: Sequence[Collision], name: Name) -> Card:
    """Each with its window and services, and the button that accepts it."""
    open_ = [each for each in rows if each.owing]
    if not rows:
        sentence = f"{found.key} overlaps with no release of the same or a dependent service."
    elif open_:
        which = "" if len(open_) == len(rows) else f"; {len(open_)} of them"
        sentence = f"{found.key} overlaps with {count(len(rows), 'release')}{which or ','} not accepted yet."
    else:
        sentence = f"{found.key} overlaps with {count(len(rows), 'release')}, and everybody accepts that."
    parts: list[Part] = [text(sentence)]
    for each in rows[:SHOWN]:
        parts += _row(found, each, name)
    if len(rows) > SHOWN:
        parts.append(note(f"… and {len(rows) - SHOWN} more; another window would overlap with fewer."))
    ways = [Button("What blocks us", f"checklist {found.key}"), Button(f"Show {found.key}", f"show {found.key}")]
    if open_:
        ways.insert(0, Button("Move the window", f"edit {found.key} form=yes"))
    parts.append(Buttons(tuple(ways)))
    return Card(f"Collisions: {headline(found)}", tuple(parts), Tone.WARNING if open_ else Tone.GOOD, sentence)


def _row(found: Release, row: Collision, name: Name) -> list[Part]:
    other = row.other
    parts: list[Part] = [
        text(Bold(headline(other)), f" — {STATES[other.state]}, {services_text(other)}, ", *_window(other))
    ]
    for each in row.said:
        parts += [note("Accepted by ", PersonRef(each.person_id, name(each.person_id))), quote(each.reason)]
    if row.owing:
        owed: list[Piece | str] = []
        for one in row.owing:
            owed += [" and" if owed else "Not accepted yet", f" for {one.key} by "]
            owed.append(PersonRef(one.coordinator_id, name(one.coordinator_id)))
        parts += [note(*owed), Buttons((accept_button(found, other),))]
    else:
        parts.append(Buttons((button("Take it back", "collision", "undo", found.key, other.key),)))
    return parts


def _window(release: Release) -> list[Piece | str]:
    if release.starts_at is None or release.ends_at is None:  # it collides by its window
        return []
    return [Moment(release.starts_at, zone=release.zone), " to ", Moment(release.ends_at, zone=release.zone)]


def accept_button(found: Release, other: Release) -> Button:
    return button("Accept it", "collision", "accept", found.key, other.key, form="yes")


def asked_card(asked: Release, other: Release, by: tuple[int, str], reason: str) -> Card:
    """To the coordinator of `asked`, when the other's has accepted that the two overlap."""
    sentence = f"{by[1]} accepts that {other.key} overlaps with your {asked.key}. Do you?"
    parts: tuple[Part, ...] = (
        text(PersonRef(*by), f" accepts that {headline(other)} overlaps with your {headline(asked)}. Do you?"),
        quote(reason),
        text("Window of ", Bold(other.key), ": ", *_window(other)),
        text("Window of ", Bold(asked.key), ": ", *_window(asked)),
        Buttons((accept_button(asked, other), Button("Collisions", f"collision {asked.key}"))),
    )
    return Card("Two releases overlap", parts, Tone.WARNING, sentence)
