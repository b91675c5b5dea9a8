"""Two accounts with the same confirmed e-mail are one person, who has one vote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.journal import Entry
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.service import Follow
from storage.terms import Origin, Outcome, Platform, State


def joined(records: Records, account: Account, new: Person, known: Person, now: datetime) -> bool:
    """Give the account, and what its person began in the meantime, to the person whose e-mail it has.

    An account's first words, or its first mention, make a person before the profile is known; that person is usually a
    moment old. One who has an e-mail already, a vote in an open round or a release before the board stays as it is for
    now: joining would move a vote, or make somebody's approval their own. The caller tries again.
    """
    if new.email or _involved(records, new):
        return False
    for release in records.releases.coordinated_by(new.id, limit=1_000):
        release.coordinator_id = known.id
        release.requester_id = known.id if release.requester_id == new.id else release.requester_id
        records.releases.save(release)
    _move_roles(records, new, known, now)
    for follow in records.follows.by(new.id):
        records.follows.remove(new.id, follow.subject)
        owner = records.organisation.id
        moved = Follow(organisation_id=owner, person_id=known.id, subject=follow.subject, level=follow.level, since=now)
        records.follows.set(moved)
    account.person_id, new.active = known.id, False
    records.people.save(new)
    after = {"account": account.external, "person": known.name}
    by_installation(records, "people join", known.name, after=after, why="the same confirmed e-mail", now=now)
    return True


def by_installation(
    records: Records, command: str, subject: str, *, after: dict[str, Any], why: str, now: datetime
) -> None:
    """An entry of the audit trail about something that nobody said: the installation's own doing."""
    seq = records.organisation.journal_seq + 1
    entry = Entry(
        seq=seq,
        at=now,
        call_id=f"installation:{seq}",
        person="Cabbot",
        platform=Platform.SYSTEM,
        origin=Origin.CLOCK,
        command=command,
        subject=subject,
        outcome=Outcome.DONE,
        after=after,
        why=why,
    )
    records.journal.append(records.organisation, entry)
    records.save_organisation()


def _involved(records: Records, person: Person) -> bool:
    releases = records.releases.coordinated_by(person.id, limit=1_000)
    if any(release.state is State.IN_REVIEW for release in releases):
        return True
    votes = (vote for ballot in records.ballots.open(limit=1_000) for vote in records.ballots.votes(ballot.id))
    return any(vote.person_id == person.id for vote in votes)


def _move_roles(records: Records, new: Person, known: Person, now: datetime) -> None:
    held = records.people.roles(known.id)
    for role in sorted(records.people.roles(new.id)):
        records.people.revoke(new.id, role)
        if role not in held:
            owner = records.organisation.id
            grant = Grant(organisation_id=owner, person_id=known.id, role=role, granted_by=0, granted_at=now)
            records.people.grant(grant)
