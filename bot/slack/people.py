"""What a platform vouches for about an account, written to the person behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.joining import by_installation, joined
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.terms import AccountKind, Platform, Role


@dataclass(frozen=True, slots=True)
class Profile:
    """`email` only where Slack has seen it confirmed; `zone` an IANA name or empty."""

    user: str
    handle: str
    name: str
    email: str
    zone: str
    kind: AccountKind
    active: bool


def profile_of(user: Mapping[str, Any]) -> Profile | None:
    """Slack's user object, None for one without an id."""
    details = user.get("profile")
    details = details if isinstance(details, Mapping) else {}
    key, handle = _text(user.get("id")), _text(user.get("name"))
    if not key:
        return None
    confirmed = user.get("is_email_confirmed", True) is not False
    return Profile(
        user=key,
        handle=handle,
        name=_text(details.get("real_name")) or _text(user.get("real_name")) or handle or key,
        email=_text(details.get("email")).lower() if confirmed else "",
        zone=_text(user.get("tz")),
        kind=kind_of(user),
        active=user.get("deleted") is not True,
    )


def kind_of(user: Mapping[str, Any]) -> AccountKind:
    if user.get("is_bot") is True or user.get("is_workflow_bot") is True or user.get("id") == "USLACKBOT":
        return AccountKind.BOT
    if user.get("is_stranger") is True:
        return AccountKind.FOREIGN
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return AccountKind.GUEST
    return AccountKind.MEMBER


def noted(records: Records, workspace: str, profile: Profile, now: datetime) -> Account | None:
    """Write the profile to the account and its person; None for an account that never spoke and isn't named."""
    account = records.people.account(Platform.SLACK, workspace, profile.user)
    if account is None:
        return None
    account.handle, account.kind, account.active = profile.handle or account.handle, profile.kind, profile.active
    person = records.people.get(account.person_id)
    known = records.people.by_email(profile.email)
    if known is None or known.id == person.id:
        person.email = profile.email or person.email
        account.profile_at = now
    elif joined(records, account, person, known, now):
        person, account.profile_at = known, now
    records.people.save_account(account)
    person.name, person.zone = profile.name or person.name, profile.zone or person.zone
    person.active = bool(records.people.accounts(person.id))
    records.people.save(person)
    return account


def met(records: Records, workspace: str, profile: Profile, now: datetime) -> Account:
    """The profile's account, written down if it is new."""
    if records.people.account(Platform.SLACK, workspace, profile.user) is None:
        owner = records.organisation.id
        person = records.people.add(Person(organisation_id=owner, name=profile.name, joined_at=now))
        records.people.add_account(
            Account(
                organisation_id=owner,
                person_id=person.id,
                platform=Platform.SLACK,
                workspace=workspace,
                external=profile.user,
            )
        )
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


def _text(value: object) -> str:
    return value.replace("\x00", "").strip()[:255] if isinstance(value, str) else ""
