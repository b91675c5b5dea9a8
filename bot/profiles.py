"""What a platform vouches for about an account, written to the person behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.joining import by_installation, joined, same_person
from handlers.kit.one_person import full_member
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.terms import AccountKind, Platform, Role


@dataclass(frozen=True, slots=True)
class Profile:
    """`email` only where the platform has seen it confirmed; `zone` an IANA name or empty.

    `directory_id` is what the organisation's own directory calls the account, empty on a platform without one.
    """

    platform: Platform
    user: str
    handle: str
    name: str
    email: str
    zone: str
    kind: AccountKind
    active: bool
    directory_id: str = ""


def noted(records: Records, workspace: str, profile: Profile, now: datetime) -> Account | None:
    """Write the profile to the account and its person; None for an account that never spoke and isn't named.

    The account's `profile_at` stays empty where its person has yet to be joined with another: look again then.
    """
    account = _account(records, workspace, profile, now)
    if account is None:
        return None
    account.handle, account.kind, account.active = profile.handle or account.handle, profile.kind, profile.active
    records.people.save_account(account)
    person = _person(records, account, profile, now)
    records.people.save_account(account)
    person.name, person.zone = profile.name or person.name, profile.zone or person.zone
    person.active = bool(records.people.accounts(person.id))
    records.people.save(person)
    return account


def met(records: Records, workspace: str, profile: Profile, now: datetime) -> Account:
    """The profile's account, written down if it is new."""
    account = noted(records, workspace, profile, now)
    if account is None:
        said = Account.model_construct(
            platform=profile.platform, workspace=workspace, external=profile.user, directory_id=profile.directory_id
        )
        records.people.newcomer(profile.name, said, now)
        account = noted(records, workspace, profile, now)
    assert account is not None  # it is there now
    return account


def made_owner(records: Records, account: Account, why: str, now: datetime) -> bool:
    """Give the person the process owner's role on the installation's own word; False when they hold it."""
    if not account.active or account.kind is not AccountKind.MEMBER:
        return False
    if Role.PROCESS_OWNER in records.people.roles(account.person_id):
        return False
    records.people.grant(
        Grant(
            organisation_id=records.organisation.id,
            person_id=account.person_id,
            role=Role.PROCESS_OWNER,
            granted_by=0,
            granted_at=now,
        )
    )
    name = records.people.get(account.person_id).name
    after = {"role": Role.PROCESS_OWNER.value, "person": name}
    by_installation(records, "role grant", name, after=after, why=why, now=now)
    return True


def _account(records: Records, workspace: str, profile: Profile, now: datetime) -> Account | None:
    """The account by the platform's own id or the directory's; where both were written down, they become one."""
    known = records.people.account(profile.platform, workspace, profile.user)
    named = records.people.by_directory_id(profile.platform, workspace, profile.directory_id)
    if known is not None and named is not None and known.id != named.id:
        if not same_person(records, known, named, now):
            return known
        # What was only ever named stays as a row, so that a later mention of it still finds the person.
        named.directory_id, named.active, named.person_id = "", False, known.person_id
        records.people.save_account(named)
    account = known or named
    if account is not None:
        account.external, account.directory_id = profile.user, profile.directory_id or account.directory_id
    return account


def _person(records: Records, account: Account, profile: Profile, now: datetime) -> Person:
    """Whose account it is, once the e-mail is known. Only a full member's e-mail says who somebody is."""
    person = records.people.get(account.person_id)
    if not full_member(records, person):
        account.profile_at = now
        person.email = ""
        return person
    email = profile.email if account.active and account.kind is AccountKind.MEMBER else ""
    known = records.people.by_email(email)
    if known is not None and known.id != person.id and not full_member(records, known):
        known.email = ""  # whoever had it has left, or was never a member: nothing of theirs goes to its next owner
        records.people.save(known)
        known = None
    if known is None or known.id == person.id:
        person.email = email or person.email
        account.profile_at = now
    elif joined(records, account, person, known, now):
        account.person_id, account.profile_at = known.id, now
        return known
    return person
