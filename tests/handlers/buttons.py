"""The buttons of a card, and whether what they say is a sentence that the door understands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from bot.understood import UnknownWord, read_line
from handlers.kit.call import Refused
from messages.card import Button, Buttons, Card, Items


def buttons(card: Card | None) -> Iterator[Button]:
    for part in card.parts if card else ():
        if isinstance(part, Buttons):
            yield from part.buttons


def menus(card: Card | None) -> list[tuple[Button, ...]]:
    """What can be done with each row of the card's lists, in their order."""
    rows = [row for part in (card.parts if card else ()) if isinstance(part, Items) for row in part.rows]
    return [row.buttons for row in rows]


def act(card: Card | None, row: int, label: str) -> Button:
    """The button of that name in the menu of a row, counted from 1."""
    (found,) = [each for each in menus(card)[row - 1] if each.label == label]
    return found


def labels(card: Card | None) -> list[str]:
    return [each.label for each in buttons(card)]


def unknown_buttons(card: Card) -> list[str]:
    """What is wrong with each button that can't be carried out or answered by its form."""
    return [wrong for each in (*buttons(card), *chain(*menus(card))) if (wrong := _wrong(each.say))]


def _wrong(line: str) -> str:
    try:
        understood = read_line(line, {})
    except UnknownWord as unknown:
        return f"{line}: there is no command {unknown.word}"
    except Refused as refused:
        return f"{line}: {refused.sentence}"
    if understood.command.clock:
        return f"{line}: only the clock says that"
    if understood.wants_form:
        return ""
    return f"{line}: {understood.parsed}" if understood.parsed.missing or understood.parsed.errors else ""
