"""One organisation joins another: what comes along, who turns out to be known there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.kit.one_person import full_member, make_one
from storage.people import Person
from storage.records import Records
from storage.terms import Role


@dataclass(frozen=True, slots=True)
class Brought:
    """What came along, counted; `known` are the names of people who were there already, `roles` who held what before."""

    workspaces: tuple[str, ...]
    people: int
    known: tuple[str, ...]
    channels: int
    services: int
    roles: dict[str, list[str]]

    def as_trail(self) -> dict[str, Any]:
        return {
            "workspaces": list(self.workspaces),
            "people": self.people,
            "known": list(self.known),
            "channels": self.channels,
            "services": self.services,
        }


def unite(old: Records, new: Records, now: datetime) -> Brought:
    """Close the old organisation and give what it has to the new one; both are locked. Roles stay behind."""
    people = old.people.all()
    workspaces = tuple(each.name or each.workspace for each in old.workspaces.all())
    channels, services = len(old.links.all()), len(old.services.all())
    roles = {role.value: [each.name for each in old.people.holders(role)] for role in Role}
    old.hand_over(new, now)
    known = [person.name for person in people if _was_known(new, new.people.get(person.id), now)]
    held = {role: names for role, names in roles.items() if names}
    return Brought(workspaces, len(people), tuple(known), channels, services, held)


def _was_known(records: Records, person: Person, now: datetime) -> bool:
    """Joined with the person who has the same e-mail, if both are full members somewhere."""
    same = [each for each in records.people.all_by_email(person.email) if each.id != person.id]
    known = next((each for each in same if full_member(records, each)), None)
    if known is None or not full_member(records, person):
        return False
    make_one(records, known, person, now)
    return True
