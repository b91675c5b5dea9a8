"""Where everybody's roles come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.kit.living import namer
from messages.group import Holding
from storage.group import GroupGrant
from storage.people import Grant, Person
from storage.records import Records
from storage.terms import AccountKind, Role

Grants = Mapping[tuple[int, Role], Grant]


def holdings(records: Records) -> list[tuple[Person, list[Holding]]]:
    """Every active person who holds a role, by name, with each of their roles and its sources."""
    own = {(each.person_id, each.role): each for each in records.people.grants()}
    through = _through_groups(records)
    people = {person.id: person for role in Role for person in records.people.holders(role)}
    name = namer(records)
    return [
        (person, [each for role in Role if (each := _held(person.id, role, own, through, name))])
        for person in sorted(people.values(), key=lambda each: (each.name.casefold(), each.id))
    ]


def held_by(records: Records, person: int) -> list[Holding]:
    """The roles of one person, each with its sources."""
    own = {(each.person_id, each.role): each for each in records.people.grants() if each.person_id == person}
    through = _through_own_groups(records, person)
    name = namer(records)
    return [each for role in Role if (each := _held(person, role, own, through, name))]


def _held(
    person: int, role: Role, own: Grants, through: Mapping[tuple[int, Role], list[str]], name: Callable[[int], str]
) -> Holding | None:
    grant, groups = own.get((person, role)), through.get((person, role), [])
    if grant is None and not groups:
        return None
    by = name(grant.granted_by) if grant is not None and grant.granted_by else "the installation"
    return Holding(role, grant, by, tuple(groups))


def _through_groups(records: Records) -> dict[tuple[int, Role], list[str]]:
    found: dict[tuple[int, Role], list[str]] = {}
    for grant in records.groups.grants():
        for member in records.groups.members(grant.platform, grant.workspace, grant.external):
            account = records.people.account(member.platform, member.workspace, member.external)
            if account is not None and account.active and account.kind is AccountKind.MEMBER:
                found.setdefault((account.person_id, grant.role), []).append(_named(grant))
    return found


def _through_own_groups(records: Records, person: int) -> dict[tuple[int, Role], list[str]]:
    accounts = records.people.accounts(person)
    own = {(each.platform, each.workspace, each.external) for each in accounts if each.kind is AccountKind.MEMBER}
    found: dict[tuple[int, Role], list[str]] = {}
    for grant in records.groups.grants():
        members = records.groups.members(grant.platform, grant.workspace, grant.external)
        if any((each.platform, each.workspace, each.external) in own for each in members):
            found.setdefault((person, grant.role), []).append(_named(grant))
    return found


def _named(grant: GroupGrant) -> str:
    return f"{grant.name}, by the policy" if grant.by_policy else grant.name
