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
    account = _account(records, speaker)
    if account is None:
        return None if now is None else _added(records, speaker, now)
    if account.kind.value == "member" and speaker.kind is not account.kind:
        account.kind = speaker.kind
    return records.people.get(account.person_id), account


def _account(records: Records, speaker: Speaker) -> Account | None:
    """By the platform's own id, else by the directory's: a form may have named the account by that alone."""
    where = (speaker.platform, speaker.workspace)
    return records.people.account(*where, speaker.external) or records.people.by_directory_id(
        *where, speaker.directory_id
    )


def _added(records: Records, speaker: Speaker, now: datetime) -> tuple[Person, Account]:
    said = Account.model_construct(
        platform=speaker.platform,
        workspace=speaker.workspace,
        external=speaker.external,
        handle=speaker.handle,
        directory_id=speaker.directory_id,
        kind=speaker.kind,
    )
    account = records.people.newcomer(speaker.handle or speaker.external, said, now, zone=speaker.zone)
    return records.people.get(account.person_id), account
