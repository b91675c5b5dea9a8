"""The answer to "why may I not?"."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Button, Buttons, Card, Items, Mark, Part, Tone, item, note, text
from storage.release import Release


def may_card(found: Release, verb: str, way: Button, held: Sequence[str] = ()) -> Card:
    """They may, here and now; the button does it. `held` are the reader's roles with where they come from."""
    sentence = f"You may {verb} {found.key} now."
    parts = (text(sentence), *_roles(held), Buttons((way,)))
    return Card(f"May I {verb} {found.key}?", parts, Tone.GOOD, sentence)


def may_not_card(
    found: Release, verb: str, reasons: Sequence[str], ways: Sequence[Button], held: Sequence[str] = ()
) -> Card:
    """Every reason that stands in the way, and where to go."""
    sentence = f"You can't {verb} {found.key} now:"
    rows = Items(tuple(item(reason, mark=Mark.NO) for reason in reasons))
    parts = (text(sentence), rows, *_roles(held), Buttons(tuple(ways)))
    summary = f"{sentence} {' '.join(reasons)}"
    return Card(f"May I {verb} {found.key}?", parts, Tone.WARNING, summary[:300])


def _roles(held: Sequence[str]) -> tuple[Part, ...]:
    return (note(f"Your roles: {', '.join(held)}."),) if held else ()
