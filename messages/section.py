"""Parts of a record that may be long: a few rows with a way to the rest, and the rest in pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from messages.card import Button, Buttons, Card, Heading, Item, Items, Part, Tone, note, quote, text
from messages.limits import length
from messages.line import compose
from messages.plain_text import line
from messages.words import count

SHOWN = 5
"""Rows of each section where a whole release is shown: few enough that all of them fit into one message of Slack's."""
PAGE_ROWS = 10
PAGE_CHARACTERS = 2_700
"""A page whose rows have menus fits a message of either platform with nothing shortened: about 12,000 characters of JSON
on Slack, 28 KB on Teams."""

Page = tuple[int, int]
"""From which row up to which, counted from 1."""
Menu = Callable[[int], tuple[Button, ...]]
"""What can be done with the row of that number."""


def pages(sizes: Sequence[int], most: int = PAGE_ROWS, characters: int = PAGE_CHARACTERS) -> list[Page]:
    """The pages of rows that are so long; at least one row a page, none left out."""
    found: list[Page] = []
    first = room = 0
    for number, size in enumerate(sizes, 1):
        if first and (number - first >= most or size > room):
            found.append((first, number - 1))
            first = 0
        if not first:
            first, room = number, characters
        room -= size
    return [*found, (first, len(sizes))] if first else found


def pages_of(rows: Iterable[Item], most: int = PAGE_ROWS, characters: int = PAGE_CHARACTERS) -> list[Page]:
    """The pages of a list; an empty one has one. Signs that JSON writes as two count twice."""
    sizes = [length(json.dumps(line(row.pieces), ensure_ascii=False)) for row in rows]
    return pages(sizes, most, characters) or [(1, 0)]


def page_of(every: Sequence[Page], number: int) -> int:
    """The place, from 0, of the page on which the row of that number stands, or of the last."""
    return next((place for place, (_, last) in enumerate(every) if number <= last), len(every) - 1)


def turning(every: Sequence[Page], at: int, what: str, whole: str) -> list[Button]:
    """The buttons to the pages beside the one at that place: `Steps 11 to 20`."""
    near = [place for place in (at - 1, at + 1) if 0 <= place < len(every)]
    return [Button(_from_to(what, *every[place]), f"{whole} {compose(page=place + 1)}") for place in near]


def _from_to(what: str, first: int, last: int) -> str:
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"


def no_menu(number: int) -> tuple[Button, ...]:
    return ()


def section(title: str, rows: Sequence[Item], whole: str) -> list[Part]:
    """A heading and its first rows; where there are more, a button says `whole`, the command that shows all."""
    if not rows:
        return []
    parts: list[Part] = [Heading(title), Items(tuple(rows[:SHOWN]))]
    if len(rows) > SHOWN:
        parts.append(note(f"… and {len(rows) - SHOWN} more"))
        parts.append(Buttons((Button(f"{title}: all {len(rows)}", whole),)))
    return parts


def paged(
    title: str,
    rows: Sequence[Item],
    *,
    after: int,
    whole: str,
    empty: str,
    ways: Sequence[Button] = (),
    ordered: bool = False,
) -> Card:
    """The page on which the row behind the first `after` stands, with buttons to the pages beside it."""
    if not rows:
        parts: list[Part] = [text(empty)]
        return Card(title, (*parts, *_row_of(ways)), Tone.NEUTRAL, empty)
    every = pages_of(rows)
    # Rows may have gone since the button was made.
    at = page_of(every, after + 1) if after < len(rows) else 0
    first, last = every[at]
    turn = [Button(label, f"{whole} {compose(after=every[to][0] - 1 or None)}".rstrip())
            for label, to in (("Back", at - 1), ("More", at + 1)) if 0 <= to < len(every)]  # fmt: skip
    said = f"{first} to {last} of {len(rows)}" if turn else count(len(rows), "entry", "entries")
    shown = Items(tuple(rows[first - 1 : last]), ordered, first)
    return Card(title, (shown, note(said), *_row_of((*turn, *ways))), Tone.NEUTRAL, f"{title}: {said}")


def strike_card(title: str, words: str, price: str, buttons: Sequence[Button]) -> Card:
    """The question before a row of a list is struck."""
    parts: list[Part] = [quote(words), *([note(price)] if price else []), Buttons(tuple(buttons))]
    return Card(title, tuple(parts), Tone.WARNING, f"{title} {words}")


def _row_of(ways: Sequence[Button]) -> list[Part]:
    return [Buttons(tuple(ways))] if ways else []
