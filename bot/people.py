"""Who speaks: the person behind an account, written down at their first word."""

from __future__ import annotations

from datetime import datetime

from bot.sentence import Speaker
from storage.people import Account, Person
from storage.records import Records


def known_person(records: Records, speaker: Speaker, now: datetime | None) -> tuple[Person, Account] | None:
    """The person and the account; a stranger is added when a moment is given, else None.

    What the envelope says of the account (a guest, an outsider) holds even where our record is older.
    """
    account = records.people.account(speaker.platform, speaker.workspace, speaker.external)
    if account is None:
        return None if now is None else _added(records, speaker, now)
    if account.kind.value == "member" and speaker.kind is not account.kind:
        account.kind = speaker.kind
    return records.people.get(account.person_id), account


def _added(records: Records, speaker: Speaker, now: datetime) -> tuple[Person, Account]:
    owner = records.organisation.id
    person = records.people.add(Person(organisation_id=owner, name=speaker.handle or speaker.external, joined_at=now))
    account = records.people.add_account(
        Account(
            organisation_id=owner,
            person_id=person.id,
            platform=speaker.platform,
            workspace=speaker.workspace,
            external=speaker.external,
            handle=speaker.handle,
            kind=speaker.kind,
        )
    )
    return person, account
