"""The ballot as one person should see it: their own vote, and only what they may still press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from messages.approval import Standing, ballot_buttons, ballot_for
from messages.card import Bold, Button, ButtonStyle, Card, Moment, MomentStyle, Part, PersonRef, Refresh, button, text
from messages.line import compose
from messages.release import Name
from storage.approval import Vote
from storage.people import Person
from storage.release import Release
from storage.terms import BallotState, Choice


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the ballot is for: their vote if they have voted, why they can't if they can't, their time zone."""

    person: Person
    vote: Vote | None
    why_not: str
    zone: str


def own_ballot_card(release: Release, standing: Standing, name: Name, reader: Reader) -> Card:
    """What decides who may vote stands in handlers/decide.py; a vote may be changed while the round is open."""
    is_open = standing.ballot.state is BallotState.OPEN
    card = ballot_for(release, standing, name, _buttons(release, standing, reader), *_own(reader, is_open=is_open))
    if not is_open:
        return card
    return replace(
        card, refresh=Refresh(compose("ballot", release.key), (PersonRef(reader.person.id, reader.person.name),))
    )


def _own(reader: Reader, *, is_open: bool) -> Iterator[Part]:
    if reader.vote is not None:
        said = "approved" if reader.vote.choice is Choice.APPROVE else "rejected"
        yield text(Bold(f"You {said}"), ", ", Moment(reader.vote.at, MomentStyle.TIME, reader.zone), ".")
    if is_open and reader.why_not:
        yield text(reader.why_not)


def _buttons(release: Release, standing: Standing, reader: Reader) -> tuple[Button, ...]:
    """Whoever has approved may add words or reject after all; whoever can't vote is offered to look."""
    every = ballot_buttons(release, standing.ballot)
    if reader.why_not:
        return (button("Show everything", "show", release.key),)
    if reader.vote is None:
        return every
    return tuple(each for each in every if each.style is not ButtonStyle.PRIMARY)
