"""Chat groups that hold roles by the policy file (process sections 2 and 10)."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from storage.terms import Platform, Role

WHAT = "a list of chat groups: Slack's user groups (S0123ABCD), Teams' teams (19:…@thread.tacv2, or the id in Entra)"
_SLACK = re.compile(r"S[A-Z0-9]{6,30}\Z")
_TEAM = re.compile(r"19:[A-Za-z0-9_.-]{1,200}@thread\.(?:tacv2|skype)\Z")
_ENTRA = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class RoleGroups:
    """The groups of each role, by their platforms' own ids. An id that a workspace doesn't know gives nothing there."""

    process_owner: tuple[str, ...] = ()
    release_manager: tuple[str, ...] = ()
    change_manager: tuple[str, ...] = ()
    cab_member: tuple[str, ...] = ()
    ecab_member: tuple[str, ...] = ()
    configuration_manager: tuple[str, ...] = ()
    on_call: tuple[str, ...] = ()


def platform_of(group: str) -> Platform | None:
    """The platform that an id is of, None for what is no group's id."""
    if _SLACK.match(group):
        return Platform.SLACK
    return Platform.TEAMS if _TEAM.match(group) or is_entra(group) else None


def is_entra(group: str) -> bool:
    """It's the id of a team's group in Entra, by which Teams' own id isn't known until Teams was asked."""
    return _ENTRA.match(group.lower()) is not None


def on(platform: Platform, groups: RoleGroups) -> dict[str, frozenset[Role]]:
    """The roles of each group of a platform; ids of Entra are in small letters."""
    found: dict[str, frozenset[Role]] = {}
    for field in dataclasses.fields(groups):
        for group in getattr(groups, field.name):
            if platform_of(group) is platform:
                name = group.lower() if is_entra(group) else group
                found[name] = found.get(name, frozenset()) | {Role(field.name)}
    return found
