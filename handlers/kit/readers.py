"""Whose release card looks different from everybody's, because there may be an act in it that is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handlers.kit.boards import members
from messages.card import PersonRef, Refresh
from messages.own_release import asking
from storage.records import Records
from storage.release import ACTIVE, Release
from storage.step_owner import owners
from storage.terms import BallotState, ReleaseType, Role, State

MOST = 60
"""The most people for whom a card refreshes itself (Teams, Universal Actions)."""


def own_versions(found: Release, records: Records, name: Callable[[int], str]) -> Refresh | None:
    """None when nobody has anything to do with it any more."""
    if found.state not in ACTIVE:
        return None
    people = list(dict.fromkeys(_concerned(found, records)))[:MOST]
    return Refresh(asking(found), tuple(PersonRef(each, name(each)) for each in people))


def _concerned(found: Release, records: Records) -> Iterator[int]:
    """Those who are most likely to act first: there is a limit."""
    yield found.coordinator_id
    if found.state is State.IN_REVIEW:
        ballot = records.ballots.latest(found.id)
        if ballot is not None and ballot.state is BallotState.OPEN:
            yield from members(records, ballot.board)
    yield from (each.person_id for each in records.evidence.participants.of(found.id))
    yield from sorted(owners(found.plan))
    for role in _acting(found):
        yield from (person.id for person in records.people.holders(role))


def _acting(found: Release) -> Iterator[Role]:
    """The roles that may make a move of it."""
    if found.type is ReleaseType.EMERGENCY:
        yield Role.ON_CALL
    yield Role.RELEASE_MANAGER
    if found.hold:
        yield Role.CHANGE_MANAGER
