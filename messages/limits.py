"""Making a card small enough: visible shortening of texts, rows and parts, never of a button before its surroundings.

Each platform names its own limits and asks for the next tighter `Squeeze` until what it draws fits.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, assert_never

from messages.card import (
    Bold,
    Buttons,
    Card,
    ChannelRef,
    Code,
    Divider,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Moment,
    Note,
    Part,
    PersonRef,
    Piece,
    Pieces,
    Plain,
    Quote,
    Step,
    Stepper,
    Text,
    note,
)
from messages.tokens import SHORTENED

_Each = TypeVar("_Each")
_JOINERS = "\u200d\ufe0e\ufe0f"  # zero-width joiner and the variation selectors


@dataclass(frozen=True, slots=True)
class Squeeze:
    """How much of a card is kept: characters of each text, rows of each list, content parts, buttons."""

    characters: int
    rows: int
    parts: int
    buttons: int = 1_000


def length(text: str) -> int:
    """UTF-16 units, as JavaScript and Teams count; never fewer than the characters that others count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """The text within `limit` UTF-16 units; a cut shows as “ … (shortened)”, or as “…” where there is little room."""
    if length(text) <= limit:
        return text
    ending = SHORTENED if limit >= 60 else "…"
    room = limit - len(ending)
    head = text[:room].encode("utf-16-le", "surrogatepass")[: 2 * room].decode("utf-16-le", "ignore")
    while head and _divides_a_character(text, len(head)):
        head = head[:-1]
    return head.rstrip() + ending


def _divides_a_character(text: str, at: int) -> bool:
    return text[at] in _JOINERS or text[at - 1] == "\u200d" or bool(unicodedata.combining(text[at]))


def squeezed(card: Card, by: Squeeze) -> Card:
    """The card with no more than `by` allows; whatever is left out is said where it stood."""
    kept: list[Part] = []
    content = 0
    left_out = sum(not isinstance(part, Buttons) for part in card.parts) - by.parts
    for part in card.parts:
        if isinstance(part, Buttons):
            kept.append(part)
            continue
        if content < by.parts:
            kept.append(_part(part, by))
        elif content == by.parts:
            kept.append(note(f"… and {left_out} more parts (shortened)"))
        content += 1
    return dataclasses.replace(card, parts=_with_fewer_buttons(kept, by.buttons))


def _with_fewer_buttons(parts: Sequence[Part], most: int) -> tuple[Part, ...]:
    kept: list[Part] = []
    seen = 0
    for part in parts:
        if isinstance(part, Buttons):
            kept.append(Buttons(part.buttons[: max(0, most - seen)]))
            seen += len(part.buttons)
        else:
            kept.append(part)
    if seen > most:
        kept.append(note(f"… and {seen - most} more buttons; type the command instead (shortened)"))
    return tuple(kept)


def _fits(part: Part, by: Squeeze) -> bool:
    """Most parts need no squeezing, and looking is cheaper than making them anew."""
    match part:
        case Text() | Quote() | Note():
            return _short(part.pieces, by)
        case Facts():
            rows = part.rows
            return len(rows) <= by.rows and all(
                length(row.label) <= by.characters and _short(row.value, by) for row in rows
            )
        case Items():
            return len(part.rows) <= by.rows and all(_short(row.pieces, by) for row in part.rows)
        case Stepper():
            return len(part.steps) <= by.rows and all(length(step.label) <= by.characters for step in part.steps)
        case _:
            return False


def _short(pieces: Pieces, by: Squeeze) -> bool:
    return len(pieces) <= by.rows and all(length(_words(piece)) <= by.characters for piece in pieces)


def _words(piece: Piece) -> str:
    match piece:
        case Plain() | Bold() | Code():
            return piece.text
        case Link():
            return piece.label
        case PersonRef() | ChannelRef():
            return piece.name
        case Moment():
            return ""
        case _:
            assert_never(piece)


def _part(part: Part, by: Squeeze) -> Part:
    if _fits(part, by):
        return part
    match part:
        case Heading():
            return Heading(shorten(part.text, by.characters))
        case Text() | Quote() | Note():
            return dataclasses.replace(part, pieces=fewer(part.pieces, by))
        case Facts():
            rows = [Fact(shorten(row.label, by.characters), fewer(row.value, by)) for row in part.rows]
            return Facts(_few(rows, by, lambda more: Fact("…", (Plain(more),))))
        case Items():
            items = [dataclasses.replace(row, pieces=fewer(row.pieces, by)) for row in part.rows]
            return Items(_few(items, by, lambda more: Item((Plain(more),))), part.ordered, part.first)
        case Stepper():
            steps = [Step(shorten(step.label, by.characters), step.mark) for step in part.steps]
            return Stepper(_few(steps, by, lambda more: Step(more, Mark.TODO)))
        case Divider() | Buttons():
            return part
        case _:
            assert_never(part)


def _few(rows: Sequence[_Each], by: Squeeze, ending: Callable[[str], _Each]) -> tuple[_Each, ...]:
    if len(rows) <= by.rows:
        return tuple(rows)
    return (*rows[: by.rows], ending(f"… and {len(rows) - by.rows} more (shortened)"))


def fewer(pieces: Pieces, by: Squeeze) -> Pieces:
    """The pieces of one paragraph, short enough and few enough."""
    return _few([_piece(piece, by.characters) for piece in pieces], by, Plain)


def _piece(piece: Piece, most: int) -> Piece:
    match piece:
        case Plain() | Bold() | Code():
            return dataclasses.replace(piece, text=shorten(piece.text, most))
        case Link():
            return dataclasses.replace(piece, label=shorten(piece.label, most))
        case PersonRef() | ChannelRef():
            return dataclasses.replace(piece, name=shorten(piece.name, most))
        case Moment():
            return piece
        case _:
            assert_never(piece)
