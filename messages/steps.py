"""What an owner of plan steps is told when the release is approved, and when that holds no more."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import (
    Button,
    Buttons,
    Card,
    Facts,
    Item,
    Items,
    Moment,
    Part,
    PersonRef,
    Piece,
    Tone,
    fact,
    item,
    note,
    text,
)
from messages.plan import stage_of
from messages.release import Name, headline
from messages.words import count
from storage.release import Release

SHOWN = 15
"""Steps that the message names; the plan has them all."""


def own_steps_card(found: Release, numbers: Sequence[int], name: Name, zone: str) -> Card:
    """Which steps of the approved plan are the reader's, and the window in their own time zone."""
    window: list[Piece | str] = ["none, it may start at any time"]
    if found.starts_at is not None and found.ends_at is not None:
        window = [Moment(found.starts_at, zone=zone), " until ", Moment(found.ends_at, zone=zone)]
    sentence = f"{found.key} is approved, revision {found.revision}; {count(len(numbers), 'step')} of its plan "
    sentence += "is yours." if len(numbers) == 1 else "are yours."
    facts = (fact("Window", *window), fact("Coordinator", PersonRef(found.coordinator_id, name(found.coordinator_id))))
    parts: list[Part] = [text(sentence), Items(tuple(_item(found, number) for number in numbers[:SHOWN]))]
    if len(numbers) > SHOWN:
        parts.append(note(f"… and {count(len(numbers) - SHOWN, 'more step')}; the plan has them all."))
    return _card(found, [*parts, Facts(facts)], Tone.INFO, sentence)


def void_steps_card(found: Release, revision: int) -> Card:
    """In its place once the approval of that revision holds no more."""
    if found.revision == revision:
        sentence = f"{found.key} was withdrawn; nothing of it has to be done any more."
    else:
        sentence = (
            f"{found.key} was changed, so the approval of revision {revision} is void: don't carry your steps out. You hear of "
            "them again when it is approved anew."
        )
    return _card(found, [text(sentence)], Tone.WARNING, sentence)


def _card(found: Release, parts: Sequence[Part], tone: Tone, sentence: str) -> Card:
    ways = (Button("See the plan", f"plan show {found.key}"), Button(f"Show {found.key}", f"show {found.key}"))
    return Card(f"Your steps in {headline(found)}", (*parts, Buttons(ways)), tone, sentence)


def _item(found: Release, number: int) -> Item:
    """`2. Drain the queue · Pilot · 10 min · check: depth is 0`."""
    step = found.plan[number - 1]
    stages = {stage_of(found, each) for each in found.plan}
    said = [f"{number}. {step.text}", *([stage_of(found, step)] if len(stages) > 1 else [])]
    said += [f"{step.minutes} min"] if step.minutes else []
    said += [f"check: {step.verify}"] if step.verify else []
    return item(" · ".join(said))
