"""A card as plain text: for e-mail, logs, and the line that a notification or a screen reader gives."""

from __future__ import annotations

from typing import assert_never

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    ChannelRef,
    Code,
    Divider,
    Facts,
    Heading,
    Items,
    Link,
    Moment,
    Note,
    Part,
    PersonRef,
    Piece,
    Pieces,
    Plain,
    Quote,
    Stepper,
    Text,
)
from messages.moments import moment_text
from messages.safety import one_line, visible, web_address
from messages.tokens import ICONS, NO_VALUE, SIGNS, STEP_ARROW


def summary(card: Card) -> str:
    """One line: what a notification says. The title stands in for a summary that isn't given."""
    return one_line(card.summary) or title(card)


def title(card: Card) -> str:
    """The title as one line, with the icon of the card's tone before it; empty for a card without one."""
    words = one_line(card.title)
    return f"{ICONS[card.tone]} {words}".strip() if words else ""


def render(card: Card, *, commands: bool = True) -> str:
    """The whole card, parts set apart by empty lines. With `commands`, a button is the command to type instead.

    What stands in a row's own menu isn't said: a list stays one that can be copied.
    """
    drawn, gap = title(card), "\n\n"
    for part in card.parts:
        if words := _part(part, commands).rstrip():
            drawn += (gap if drawn else "") + words
            gap = "\n" if isinstance(part, Heading) else "\n\n"
    return drawn


def line(pieces: Pieces) -> str:
    """The pieces in a row; a moment shows in its own zone, a link with its address."""
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    match piece:
        case Plain() | Bold() | Code():
            return visible(piece.text)
        case Link():
            label, address = one_line(piece.label), web_address(piece.url)
            return f"{label} ({address})" if label and address and label != address else address or label
        case PersonRef():
            return one_line(piece.name)
        case ChannelRef():
            return "#" + one_line(piece.name).removeprefix("#")
        case Moment():
            return moment_text(piece)
        case _:
            assert_never(piece)


def _part(part: Part, commands: bool) -> str:
    match part:
        case Heading():
            return one_line(part.text).upper()
        case Text() | Note():
            return line(part.pieces)
        case Quote():
            return "\n".join(f"> {each}" for each in line(part.pieces).split("\n"))
        case Facts():
            return "\n".join(f"{one_line(row.label)}: {line(row.value) or NO_VALUE}" for row in part.rows)
        case Items():
            rows = enumerate(part.rows, part.first)
            signs = [f"{place}." if part.ordered else SIGNS[row.mark].text for place, row in rows]
            return "\n".join(f"{sign} {line(row.pieces)}" for sign, row in zip(signs, part.rows, strict=True))
        case Stepper():
            return STEP_ARROW.join(f"{SIGNS[step.mark].text} {one_line(step.label)}" for step in part.steps)
        case Divider():
            return "----"
        case Buttons():
            return "\n".join(_command(button) for button in part.buttons) if commands else ""
        case _:
            assert_never(part)


def _command(button: Button) -> str:
    return f"{one_line(button.label)}: /release {visible(button.say)}"
