"""A private answer shown in the card that was pressed."""

from __future__ import annotations

from dataclasses import replace

from messages.card import Buttons, Card, Part


def together(living: Card, answer: Card | None) -> Card:
    """All that is in both, for whoever looks up whom a card names; it's not drawn."""
    return replace(living, parts=(*living.parts, *answer.parts)) if answer else living


def without_twins(answer: Card, living: Card) -> Card:
    """The answer without the buttons that the living card offers already under the same name."""
    there = {(each.label, each.say) for part in living.parts if isinstance(part, Buttons) for each in part.buttons}
    kept = (_without(part, there) if isinstance(part, Buttons) else part for part in answer.parts)
    return replace(answer, parts=tuple(part for part in kept if part is not None))


def _without(part: Buttons, there: set[tuple[str, str]]) -> Part | None:
    kept = tuple(each for each in part.buttons if (each.label, each.say) not in there)
    return Buttons(kept) if kept else None
