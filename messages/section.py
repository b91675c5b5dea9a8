"""Parts of a record that may be long: a few rows with a way to the rest, and the rest in pages."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Button, Buttons, Card, Heading, Item, Items, Part, Tone, note, text
from messages.line import compose
from messages.words import count

SHOWN = 5
"""Rows of each section where a whole release is shown: few enough that all of them fit into one message of Slack's."""
PAGE = 20


def section(title: str, rows: Sequence[Item], whole: str) -> list[Part]:
    """A heading and its first rows; where there are more, a button says `whole`, the command that shows all."""
    if not rows:
        return []
    parts: list[Part] = [Heading(title), Items(tuple(rows[:SHOWN]))]
    if len(rows) > SHOWN:
        parts.append(note(f"… and {len(rows) - SHOWN} more"))
        parts.append(Buttons((Button(f"{title}: all {len(rows)}", whole),)))
    return parts


def paged(title: str, rows: Sequence[Item], *, after: int, whole: str, empty: str, ways: Sequence[Button] = ()) -> Card:
    """The rows behind the first `after`, as many as a page takes, with a button to the next page."""
    if not rows:
        parts: list[Part] = [text(empty)]
        return Card(title, (*parts, *_row_of(ways)), Tone.NEUTRAL, empty)
    after = after if after < len(rows) else 0  # rows may have gone since the button was made
    shown = rows[after : after + PAGE]
    last = after + len(shown)
    more = (Button("More", f"{whole} {compose(after=last)}"),) if last < len(rows) else ()
    said = f"{after + 1} to {last} of {len(rows)}" if after or more else count(len(rows), "entry", "entries")
    return Card(title, (Items(tuple(shown)), note(said), *_row_of((*more, *ways))), Tone.NEUTRAL, f"{title}: {said}")


def _row_of(ways: Sequence[Button]) -> list[Part]:
    return [Buttons(tuple(ways))] if ways else []
