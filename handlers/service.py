"""`/release service`: the configuration items that releases change, and what is known of them (the CMDB)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.kit import find, read, service_lines
from handlers.kit.arguments import argument
from handlers.kit.call import Call, NotTheirs, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import namer
from handlers.kit.services import KEEPERS, Given, changed, facts_of, known_names, registered
from handlers.policy.services import circle, needed_by, needs_of
from messages.form import Choice, FieldKind
from messages.refusal import told
from messages.service import TIERS, change_line, service_card, services_card
from messages.words import ROLES, either
from storage.records import Records
from storage.service import Service

LATEST = 5
"""Releases of a service that its card shows."""
_TIERS = tuple(Choice(str(tier), words) for tier, words in TIERS.items())


def _tier_argument() -> Any:
    return argument("Tier", _tier, kind=FieldKind.CHOICE, default="", choices=_TIERS, example="1")


def _tier(word: str) -> str:
    return str(service_lines.tier(word))


def _needs_argument() -> Any:
    return argument(
        "Needs",
        service_lines.needs,
        default=None,
        limit=1000,
        example='"ledger, web"',
        hint="Other services; - for none",
    )


@dataclass(frozen=True, slots=True)
class Added:
    name: str = argument("Name", read.service_name, positional=True, example="payments")
    version: str = argument("Version in production", read.version, default="", blank="", limit=60, example="2.3.9")
    owner: str = argument("Owner", kind=FieldKind.PERSON, default="me", hint="You, if left empty", example="@ana")
    tier: str = _tier_argument()
    needs: tuple[str, ...] | None = _needs_argument()


@dataclass(frozen=True, slots=True)
class Edited:
    name: str = argument("Service", read.service_name, positional=True, pointer=True, example="payments")
    owner: str = argument("Owner", kind=FieldKind.PERSON, default="", hint="What is left empty stays", example="@ana")
    tier: str = _tier_argument()
    needs: tuple[str, ...] | None = _needs_argument()
    version: str | None = argument(
        "Version in production",
        service_lines.version,
        default=None,
        limit=60,
        example="2.3.9",
        hint="- if it isn't known",
    )


@dataclass(frozen=True, slots=True)
class One:
    name: str = argument("Service", read.service_name, rest=True, pointer=True, example="payments")


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@command(
    "service add",
    "Register a service",
    group="Set up",
    roles=KEEPERS,
    example="/release service add payments version=2.3.9 owner=@ana tier=1",
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    known = records.services.by_name(arguments.name)
    if known is not None:
        raise Refused(f"There is a service {known.name} already.", field="name")
    owner = find.person(call, records, arguments.owner, field="owner")
    needs = _needed(records, arguments.needs, arguments.name)
    tier = int(arguments.tier) if arguments.tier else None
    made = registered(call, records, arguments.name, Given(owner, tier, needs, arguments.version))
    return Reply(
        card=told("Registered", f"{made.name} is registered, owned by {owner.name}."),
        trail=Trail(f"service {made.name}", after=facts_of(records, made)),
    )


def _kept(call: Call, name: str, records: Records) -> Service:
    """The service, if this person may change what is known of it."""
    service = _service(records, name)
    if call.roles & set(KEEPERS) or service.owner_id == call.person.id:
        return service
    who = either([ROLES[role].lower() for role in KEEPERS])
    sentence = f"{service.name} is changed by its owner, {namer(records)(service.owner_id)}, or the {who}."
    raise NotTheirs(sentence, people=(service.owner_id,))


@command(
    "service edit",
    "Change what is known of a service",
    title="Change a service",
    group="Set up",
    example='/release service edit payments owner=@ana tier=1 needs="ledger, web"',
    whose=lambda call, values, records: _kept(call, values["name"], records),
)
def edit(call: Call, arguments: Edited, records: Records) -> Reply:
    """What isn't named stays as it is."""
    service = _kept(call, arguments.name, records)
    owner = find.person(call, records, arguments.owner, field="owner") if arguments.owner else None
    needs = _needed(records, arguments.needs, service.name)
    tier = int(arguments.tier) if arguments.tier else None
    before, after = changed(records, service, Given(owner, tier, needs, arguments.version))
    if not after:
        raise Refused(f"Nothing of {service.name} would change; name what is different, such as tier=1.", field="name")
    return Reply(
        card=told("Changed", f"{service.name}: {change_line(before, after)}."),
        trail=Trail(f"service {service.name}", before, after),
    )


@command("service show", "See a service", group="Look", reads=True, example="/release service show payments")
def show(call: Call, arguments: One, records: Records) -> Reply:
    """Who owns it, what it needs and what needs it, what is in production, and its latest releases."""
    service = _service(records, arguments.name)
    needs = needs_of(records.services.all())
    card = service_card(
        service,
        namer(records)(service.owner_id),
        needed_by=needed_by(service.name, needs),
        circle=circle(service.name, needs),
        latest=records.releases.of_service(service.name, limit=LATEST),
    )
    return Reply(card=card)


@command("service list", "List the services", group="Look", reads=True)
def list_services(call: Call, arguments: Nothing, records: Records) -> Reply:
    services = records.services.all()
    name = namer(records)
    return Reply(card=services_card(services, {each.owner_id: name(each.owner_id) for each in services}))


def _service(records: Records, name: str) -> Service:
    found = records.services.by_name(find.service(records, name))
    assert found is not None  # it was found by that very name
    return found


def _needed(records: Records, names: tuple[str, ...] | None, own: str) -> tuple[str, ...] | None:
    """The services that are named, as they were registered."""
    if names is None:
        return None
    found, unknown = known_names(records, names)
    if unknown:
        raise Refused(f"There is no service “{unknown[0]}”; add it first, or leave it out.", field="needs")
    if own.lower() in {each.lower() for each in found}:
        raise Refused(f"{own} can't need itself; name other services.", field="needs")
    return tuple(found)
