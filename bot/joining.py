"""Two accounts with the same confirmed e-mail are one person, who has one vote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.kit.one_person import MOST, hindrance, make_one
from storage.journal import Entry
from storage.people import Account, Person
from storage.records import Records
from storage.terms import Origin, Outcome, Platform, State


def joined(records: Records, account: Account, new: Person, known: Person, now: datetime) -> bool:
    """Give the account, and what its person began in the meantime, to the person whose e-mail it has.

    An account's first words, or its first mention, make a person before the profile is known; that person is usually a
    moment old. One who has an e-mail already, a vote in an open round or a release before the board stays as it is for
    now: joining would move a vote, or make somebody's approval their own. The caller tries again.
    """
    if new.email or _involved(records, new) or hindrance(records, known, new):
        return False
    make_one(records, known, new, now)
    after = {"account": account.external, "person": known.name}
    by_installation(records, "people join", known.name, after=after, why="the same confirmed e-mail", now=now)
    return True


def same_person(records: Records, known: Account, named: Account, now: datetime) -> bool:
    """One account of the directory was written down twice: by the platform's own id and by the directory's.

    False while the people behind them can't be made one yet.
    """
    if known.person_id == named.person_id:
        return True
    person, other = records.people.get(known.person_id), records.people.get(named.person_id)
    if hindrance(records, person, other):
        return False
    make_one(records, person, other, now)
    after = {"account": known.external, "person": person.name}
    by_installation(records, "people join", person.name, after=after, why="one account of the directory", now=now)
    return True


def by_installation(
    records: Records,
    command: str,
    subject: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
    why: str,
    now: datetime,
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
        before=before or {},
        after=after,
        why=why,
    )
    records.journal.append(records.organisation, entry)
    records.save_organisation()


def _involved(records: Records, person: Person) -> bool:
    releases = records.releases.coordinated_by(person.id, limit=MOST)
    if any(release.state is State.IN_REVIEW for release in releases):
        return True
    votes = (vote for ballot in records.ballots.open(limit=MOST) for vote in records.ballots.votes(ballot.id))
    return any(vote.person_id == person.id for vote in votes)
