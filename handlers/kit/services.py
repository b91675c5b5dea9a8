"""What changes a service: the same for one that is typed, filled in or imported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from handlers.kit.call import Call
from handlers.kit.living import namer
from storage.people import Person
from storage.records import Records
from storage.service import Service
from storage.terms import Role

KEEPERS = (Role.CONFIGURATION_MANAGER, Role.RELEASE_MANAGER, Role.CHANGE_MANAGER, Role.PROCESS_OWNER)
"""Who registers services and changes any of them; its owner changes one too."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a service; None where they say nothing."""

    owner: Person | None = None
    tier: int | None = None
    needs: tuple[str, ...] | None = None
    version: str | None = None


def known_names(records: Records, names: Collection[str], more: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """The names as they were registered (`more` are about to be), and those that nobody knows."""
    new = {each.lower(): each for each in more}
    found: list[str] = []
    unknown: list[str] = []
    for name in names:
        known = records.services.by_name(name)
        registered = known.name if known else new.get(name.lower())
        (unknown if registered is None else found).append(registered or name)
    return list(dict.fromkeys(found)), unknown


def registered(call: Call, records: Records, name: str, given: Given) -> Service:
    """A new service, owned by whoever registers it unless somebody else is named."""
    service = Service(
        organisation_id=records.organisation.id,
        name=name,
        owner_id=(given.owner or call.person).id,
        version=given.version or "",
        dependencies=list(given.needs or ()),
        added_at=call.at,
    )
    service.tier = given.tier or service.tier
    return records.services.add(service)


def changed(records: Records, service: Service, given: Given) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write what is said over what stands; answers what was different, before and after, for people to read."""
    before = facts_of(records, service)
    if given.owner is not None:
        service.owner_id = given.owner.id
    service.tier = given.tier or service.tier
    service.version = service.version if given.version is None else given.version
    service.dependencies = service.dependencies if given.needs is None else list(given.needs)
    after = facts_of(records, service)
    differ = [name for name in before if before[name] != after[name]]
    if differ:
        records.services.save(service)
    return {name: before[name] for name in differ}, {name: after[name] for name in differ}


def facts_of(records: Records, service: Service) -> dict[str, Any]:
    """What is known of a service, in words."""
    return {
        "owner": namer(records)(service.owner_id),
        "tier": service.tier,
        "needs": list(service.dependencies),
        "version": service.version,
    }
