"""The buttons of a card, and whether what they say is a sentence that the door understands."""

from __future__ import annotations

from collections.abc import Iterator

from bot.understood import UnknownWord, read_line
from handlers.kit.call import Refused
from messages.card import Button, Buttons, Card


def buttons(card: Card | None) -> Iterator[Button]:
    for part in card.parts if card else ():
        if isinstance(part, Buttons):
            yield from part.buttons


def labels(card: Card | None) -> list[str]:
    return [each.label for each in buttons(card)]


def unknown_buttons(card: Card) -> list[str]:
    """What is wrong with each button that can't be carried out or answered by its form."""
    return [wrong for each in buttons(card) if (wrong := _wrong(each.say))]


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
