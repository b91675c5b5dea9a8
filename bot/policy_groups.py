"""Roles that the policy file gives to chat groups: written down where the group is known, gone when the file drops them.

They are rows like those that are granted in chat, so who holds what is read from one place at every press.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.groups import Home
from bot.joining import by_installation
from bot.organisations import change, look
from handlers.policy import role_groups
from handlers.policy.role_groups import RoleGroups
from storage.group import GroupGrant
from storage.organisation import Organisations
from storage.records import Records
from storage.store import Store
from storage.terms import Platform, Role

WHY = "[roles] of policy.toml"

Roles = Mapping[str, frozenset[Role]]
"""Roles by the id of a chat group."""


async def withdraw(store: Store, groups: RoleGroups, now: datetime) -> None:
    """Take back what the file doesn't say any more, everywhere and before anybody is served. No platform is asked."""
    organisations = await store.read(lambda tx: Organisations(tx).all())
    for each in organisations:
        if each.group_grants and not each.successor:
            await change(store, each.id, partial(_withdraw, groups, now))


async def settle(store: Store, home: Home, roles: Roles, names: Mapping[str, str], now: datetime) -> None:
    """Write down the roles of the groups that a workspace really has: `names` by their ids, as the platform tells them.

    A role that was granted in chat is the file's from now on if the file says it too.
    """
    if await look(store, home.organisation, lambda records: _differs(records, home, roles, names)):
        await change(store, home.organisation, partial(_settle, home, roles, names, now))


def _withdraw(groups: RoleGroups, now: datetime, records: Records) -> None:
    for grant in records.groups.grants():
        if grant.by_policy and not _may_be_said(grant, role_groups.on(grant.platform, groups)):
            _revoke(records, grant, now)


def _may_be_said(grant: GroupGrant, roles: Roles) -> bool:
    """A team may be named by its group's id in Entra, which only Teams knows: `settle` decides on that one."""
    by_entra = grant.platform is Platform.TEAMS and any(
        grant.role in held for group, held in roles.items() if role_groups.is_entra(group)
    )
    return by_entra or grant.role in roles.get(grant.external, ())


def _differs(records: Records, home: Home, roles: Roles, names: Mapping[str, str]) -> bool:
    held = {(each.external, each.role): each.name for each in _held(records, home, names) if each.by_policy}
    return held != {pair: names[pair[0]] for pair in _wanted(roles, names)}


def _settle(home: Home, roles: Roles, names: Mapping[str, str], now: datetime, records: Records) -> None:
    held = {(each.external, each.role): each for each in _held(records, home, names)}
    wanted = _wanted(roles, names)
    for pair in wanted:
        grant, name = held.get(pair), names[pair[0]]
        if grant is None:
            _grant(records, _new(records, home, pair, name, now))
        elif not grant.by_policy or grant.name != name:
            _take_over(records, grant, name, now)
    for pair, grant in held.items():
        if grant.by_policy and pair not in wanted:
            _revoke(records, grant, now)


def _held(records: Records, home: Home, names: Mapping[str, str]) -> list[GroupGrant]:
    here = (home.platform, home.workspace)
    return [
        each for each in records.groups.grants() if (each.platform, each.workspace) == here and each.external in names
    ]


def _wanted(roles: Roles, names: Mapping[str, str]) -> list[tuple[str, Role]]:
    return sorted((group, role) for group in names for role in roles.get(group, ()))


def _new(records: Records, home: Home, pair: tuple[str, Role], name: str, now: datetime) -> GroupGrant:
    group, role = pair
    return GroupGrant(
        organisation_id=records.organisation.id,
        role=role,
        platform=home.platform,
        workspace=home.workspace,
        external=group,
        name=name,
        granted_by=0,
        granted_at=now,
        read_at=next((each.read_at for each in records.groups.of(home.platform, home.workspace, group)), None),
    )


def _grant(records: Records, grant: GroupGrant) -> None:
    _journal(records, "granted", records.groups.grant(grant), grant.granted_at)


def _take_over(records: Records, grant: GroupGrant, name: str, now: datetime) -> None:
    was_granted_in_chat, grant.name = not grant.by_policy, name
    if was_granted_in_chat:
        grant.granted_by, grant.granted_at = 0, now
        _journal(records, "granted", grant, now)
    records.groups.save(grant)


def _revoke(records: Records, grant: GroupGrant, now: datetime) -> None:
    records.groups.revoke(grant)
    _journal(records, "revoked", grant, now)


_COMMANDS = {"granted": "group grant", "revoked": "group revoke"}


def _journal(records: Records, what: str, grant: GroupGrant, now: datetime) -> None:
    told = {"group": grant.name, "id": grant.external, what: grant.role.value}
    by_installation(records, _COMMANDS[what], "roles", after=told, why=WHY, now=now)
