"""The answer to "why may I not?"."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Button, Buttons, Card, Items, Mark, Tone, item, text
from storage.release import Release


def may_card(found: Release, verb: str, way: Button) -> Card:
    """They may, here and now; the button does it."""
    sentence = f"You may {verb} {found.key} now."
    return Card(f"May I {verb} {found.key}?", (text(sentence), Buttons((way,))), Tone.GOOD, sentence)


def may_not_card(found: Release, verb: str, reasons: Sequence[str], ways: Sequence[Button]) -> Card:
    """Every reason that stands in the way, and where to go."""
    sentence = f"You can't {verb} {found.key} now:"
    rows = Items(tuple(item(reason, mark=Mark.NO) for reason in reasons))
    summary = f"{sentence} {' '.join(reasons)}"
    return Card(f"May I {verb} {found.key}?", (text(sentence), rows, Buttons(tuple(ways))), Tone.WARNING, summary[:300])
