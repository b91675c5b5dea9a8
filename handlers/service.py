"""`/release service`: the configuration items that releases change."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import namer
from messages.form import FieldKind
from messages.people import services_card
from messages.refusal import told
from storage.records import Records
from storage.service import Service
from storage.terms import Role


@dataclass(frozen=True, slots=True)
class Added:
    name: str = argument("Name", read.service_name, positional=True, example="payments")
    version: str = argument("Version in production", read.version, default="", blank="", limit=60, example="2.3.9")
    owner: str = argument("Owner", kind=FieldKind.PERSON, default="me", hint="You, if left empty", example="@ana")


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@command(
    "service add",
    "Register a service",
    group="Set up",
    roles=(Role.CONFIGURATION_MANAGER, Role.RELEASE_MANAGER, Role.CHANGE_MANAGER, Role.PROCESS_OWNER),
    example="/release service add payments version=2.3.9 owner=@ana",
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    known = records.services.by_name(arguments.name)
    if known is not None:
        raise Refused(f"There is a service {known.name} already.", field="name")
    owner = find.person(call, records, arguments.owner, field="owner")
    made = records.services.add(
        Service(
            organisation_id=records.organisation.id,
            name=arguments.name,
            owner_id=owner.id,
            version=arguments.version,
            added_at=call.at,
        )
    )
    return Reply(
        card=told("Registered", f"{made.name} is registered, owned by {owner.name}."),
        trail=Trail(f"service {made.name}", after={"version": made.version, "owner": owner.name}),
    )


@command("service list", "List the services", group="Look", reads=True)
def list_services(call: Call, arguments: Nothing, records: Records) -> Reply:
    services = records.services.all()
    name = namer(records)
    return Reply(card=services_card(services, {each.owner_id: name(each.owner_id) for each in services}))
