"""Records for the builders, and what they draw as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from messages import plain_text
from messages.approval import Standing
from messages.card import Buttons, Card, PersonRef
from storage.approval import Vote
from storage.release import Release
from storage.terms import BallotState
from tests.handlers.policy.releases import CY, DEE, END, START, ballot, release

NAMES = {1: "Ana", 2: "Bo", 3: "Cy", 4: "Dee"}
STARTED, COMPLETED = START + timedelta(minutes=5), END + timedelta(minutes=10)


def name(person: int) -> str:
    return NAMES[person]


def words(card: Card) -> str:
    return plain_text.render(card)


def labels(card: Card) -> list[str]:
    return [each.label for part in card.parts if isinstance(part, Buttons) for each in part.buttons]


def said(card: Card) -> list[str]:
    return [each.say for part in card.parts if isinstance(part, Buttons) for each in part.buttons]


def people(value: Any) -> Iterator[PersonRef]:
    """Everybody whom a card names."""
    if isinstance(value, PersonRef):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from people(each)
    elif hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from people(getattr(value, field))


def standing(
    found: Release, votes: Sequence[Vote] = (), state: BallotState = BallotState.OPEN, **changed: Any
) -> Standing:
    """The round of a release; Cy and Dee are awaited while it's open."""
    awaited = [CY, DEE] if state is BallotState.OPEN else []
    return Standing(ballot(found, state=state, **changed), votes, awaited, 2 - len(votes))


__all__ = ["COMPLETED", "STARTED", "ballot", "labels", "name", "people", "release", "said", "standing", "words"]
