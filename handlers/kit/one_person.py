"""Two people turn out to be one human, who has one vote."""

from __future__ import annotations

from datetime import datetime

from handlers.policy import approval
from storage.people import Grant, Person
from storage.records import Records
from storage.release import Release
from storage.service import Follow
from storage.terms import AccountKind, BallotState, State

MOST = 1_000
"""Releases and rounds that are looked at: far more than are ever open at once."""

_UNDECIDED = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
_AUTHORISED = (State.APPROVED, State.DEPLOYING, State.ROLLING_BACK)


def full_member(records: Records, person: Person) -> bool:
    """An active full member of a workspace: nobody else's e-mail says who they are."""
    return any(account.kind is AccountKind.MEMBER for account in records.people.accounts(person.id))


def hindrance(records: Records, one: Person, other: Person) -> str:
    """Why the two can't be made one person now; "" when they can."""
    for release in _voted_on(records):
        ballot = records.ballots.latest(release.id)
        if ballot is None or ballot.state not in (BallotState.OPEN, BallotState.APPROVED):
            continue
        voters = {vote.person_id for vote in records.ballots.votes(ballot.id)}
        if why := approval.as_one(release, ballot, voters, (one.id, other.id)):
            return why
    return ""


def _voted_on(records: Records) -> list[Release]:
    """Releases whose votes still carry something: rounds that are open, approvals that aren't used up."""
    asked = [records.releases.get(ballot.release_id) for ballot in records.ballots.open(limit=MOST)]
    return asked + [each for state in _AUTHORISED for each in records.releases.in_state(state, limit=MOST)]


def make_one(records: Records, into: Person, other: Person, now: datetime) -> None:
    """Everything of the other is `into`'s from now on; the other stays as a name in the trail."""
    records.give_all(other.id, into.id)
    _move_roles(records, into, other, now)
    _move_follows(records, into, other, now)
    _keep_from_voting(records, into, other)
    into.email, into.zone = into.email or other.email, into.zone or other.zone
    into.prefers, into.active = into.prefers or other.prefers, into.active or other.active
    other.active, other.email, other.prefers = False, "", ""
    records.people.save(other)
    records.people.save(into)


def _keep_from_voting(records: Records, into: Person, other: Person) -> None:
    """Who coordinated a release before never votes on it, by whichever name."""
    for release in (each for state in _UNDECIDED for each in records.releases.in_state(state, limit=MOST)):
        if other.id in release.coordinated_before:
            release.coordinated_before = [*(set(release.coordinated_before) - {other.id} | {into.id})]
            records.releases.save(release)


def _move_roles(records: Records, into: Person, other: Person, now: datetime) -> None:
    held = records.people.own_roles(into.id)
    for role in sorted(records.people.own_roles(other.id)):
        records.people.revoke(other.id, role)
        if role not in held:
            owner = records.organisation.id
            grant = Grant(organisation_id=owner, person_id=into.id, role=role, granted_by=0, granted_at=now)
            records.people.grant(grant)


def _move_follows(records: Records, into: Person, other: Person, now: datetime) -> None:
    followed = {follow.subject for follow in records.follows.by(into.id)}
    for follow in records.follows.by(other.id):
        records.follows.remove(other.id, follow.subject)
        if follow.subject not in followed:
            owner = records.organisation.id
            records.follows.set(
                Follow(organisation_id=owner, person_id=into.id, subject=follow.subject, level=follow.level, since=now)
            )
