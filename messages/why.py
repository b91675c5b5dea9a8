"""The answer to "why may I not?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import (
    Button,
    Buttons,
    Card,
    Fact,
    Facts,
    Items,
    Mark,
    Part,
    PersonRef,
    Piece,
    Plain,
    Tone,
    item,
    note,
    text,
)

MOST_NAMED = 5
"""People who are named as those who may; the roles matrix has them all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one would do (`approve REL-42`), and who would; nobody named is the reader."""

    what: str
    who: str = ""

    @property
    def title(self) -> str:
        return f"May {self.who or 'I'} {self.what}?"


def may_card(asked: Asked, way: Button, held: Sequence[str] = ()) -> Card:
    """They may, here and now; the button does it, or leads there. `held` are their roles with where they come from."""
    sentence = f"{asked.who or 'You'} may {asked.what} now."
    return Card(asked.title, (text(sentence), *_roles(asked, held), Buttons((way,))), Tone.GOOD, sentence)


def may_not_card(
    asked: Asked,
    reasons: Sequence[str],
    ways: Sequence[Button],
    held: Sequence[str] = (),
    theirs: Sequence[PersonRef] | None = None,
) -> Card:
    """Every reason that stands in the way, who may (`theirs`; None where that isn't the matter), and where to go."""
    sentence = f"{asked.who} can't {asked.what} now, and would hear:" if asked.who else f"You can't {asked.what} now:"
    rows = Items(tuple(item(reason, mark=Mark.NO) for reason in reasons))
    whose = (Facts((Fact("Who may", _named(theirs)),)),) if theirs is not None else ()
    parts = (text(sentence), rows, *whose, *_roles(asked, held), Buttons(tuple(ways)))
    return Card(asked.title, parts, Tone.WARNING, f"{sentence} {' '.join(reasons)}"[:300])


def _named(people: Sequence[PersonRef]) -> tuple[Piece, ...]:
    if not people:
        return (Plain("nobody now"),)
    found: list[Piece] = []
    for each in people[:MOST_NAMED]:
        found += [Plain(", "), each] if found else [each]
    left = len(people) - MOST_NAMED
    return (*found, Plain(f" and {left} more")) if left > 0 else tuple(found)


def _roles(asked: Asked, held: Sequence[str]) -> tuple[Part, ...]:
    whose = f"Roles of {asked.who}" if asked.who else "Your roles"
    return (note(f"{whose}: {', '.join(held)}."),) if held else ()
