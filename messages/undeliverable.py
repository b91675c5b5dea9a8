"""What release managers hear of a channel that takes no messages any more."""

from __future__ import annotations

from messages.card import Bold, Card, Piece, Tone, button, note, text
from messages.card import Buttons as ButtonRow


def undeliverable(subject: str, place: Piece, word: str) -> Card:
    """Told once a day and place. `word` is the platform's own for why; `subject` the release it first hit."""
    return Card(
        "A message can't be delivered",
        (
            text("What Cabbot has to say in ", place, " about ", Bold(subject or "the process"), " doesn't arrive."),
            text("The platform says: ", Bold(word), "."),
            note("Invite Cabbot to the channel, or link another one (/release link). Then try again from the list."),
            ButtonRow((button("What is waiting", "deliveries"),)),
        ),
        Tone.BAD,
        summary=f"A message about {subject or 'the process'} can't be delivered: {word}",
    )
