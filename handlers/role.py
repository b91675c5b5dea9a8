"""`/release role`: who answers for what."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import group
from handlers.kit import find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Direct, Post, Refused, Reply, Trail
from handlers.kit.chat_group import chat_group, is_group
from handlers.kit.command import command
from handlers.kit.holdings import holdings
from messages.card import PersonRef
from messages.form import Choice, FieldKind
from messages.group import group_item, holder_item
from messages.people import roles_card
from messages.refusal import told
from messages.section import paged
from messages.words import ROLES
from storage.people import Grant
from storage.records import Records
from storage.terms import Role

_CHOICES = tuple(Choice(role.value, ROLES[role]) for role in Role)


@dataclass(frozen=True, slots=True)
class Granted:
    person: str = argument("Person", kind=FieldKind.PERSON, positional=True, example="@ana")
    role: Role = argument(
        "Role", read.one_of(Role), kind=FieldKind.CHOICE, positional=True, choices=_CHOICES, example="cab_member"
    )


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class From:
    after: int = argument("After so many", read.whole, default=0, hidden=True)


@command("role list", "List who holds which role", group="Set up", reads=True)
def list_roles(call: Call, arguments: Nothing, records: Records) -> Reply:
    return Reply(card=roles_card({role: records.people.holders(role) for role in Role}))


@command("role matrix", "See who holds what, and where from", group="Set up", reads=True)
def matrix(call: Call, arguments: From, records: Records) -> Reply:
    """Everybody who holds a role: granted by whom, or through which chat group; and the groups of which that isn't known."""
    rows = [holder_item(PersonRef(person.id, person.name), found) for person, found in holdings(records)]
    rows += [group_item(group.held_by(call, records, each)) for each in records.groups.grants() if each.read_at is None]
    return Reply(
        card=paged("Roles", rows, after=arguments.after, whole="role matrix", empty="Nobody holds a role yet.")
    )


@command(
    "role grant", "Grant a role", group="Set up", roles=(Role.PROCESS_OWNER,), submit="Grant",
    example="/release role grant @ana cab_member",
)  # fmt: skip
def grant(call: Call, arguments: Granted, records: Records) -> Reply:
    """It holds from now on; every press is checked against it. A chat group may be named in place of a person."""
    if is_group(arguments.person):
        return group.granted(call, records, chat_group(call, records, arguments.person), arguments.role)
    person = find.person(call, records, arguments.person)
    if arguments.role in records.people.own_roles(person.id):
        raise Refused(f"{person.name} holds the role “{ROLES[arguments.role]}” already.")
    records.people.grant(
        Grant(
            organisation_id=records.organisation.id,
            person_id=person.id,
            role=arguments.role,
            granted_by=call.person.id,
            granted_at=call.at,
        )
    )
    sentence = f"{person.name} holds the role “{ROLES[arguments.role]}” now."
    card = told("A role for you", f"You hold the role “{ROLES[arguments.role]}” now, granted by {call.person.name}.")
    posts = () if person.id == call.person.id else (Post(Direct(person.id), card, f"role:{call.id}", "roles"),)
    return Reply(
        card=told("Granted", sentence),
        posts=posts,
        trail=Trail("roles", after={"person": person.name, "granted": arguments.role.value}),
    )


@command(
    "role revoke", "Take a role back", group="Set up", roles=(Role.PROCESS_OWNER,), submit="Revoke",
    example="/release role revoke @ana cab_member",
)  # fmt: skip
def revoke(call: Call, arguments: Granted, records: Records) -> Reply:
    """The last process owner stays, or nobody could grant anything any more."""
    if is_group(arguments.person):
        return group.revoked(call, records, chat_group(call, records, arguments.person), arguments.role)
    person = find.person(call, records, arguments.person)
    last = [each.id for each in records.people.holders(Role.PROCESS_OWNER)] == [person.id]
    if arguments.role is Role.PROCESS_OWNER and last:
        raise Refused("There must be a process owner; grant the role to somebody else first.")
    if not records.people.revoke(person.id, arguments.role):
        if arguments.role in records.people.roles(person.id):
            raise Refused(
                f"{person.name} holds the role “{ROLES[arguments.role]}” through a group: /release group list"
            )
        raise Refused(f"{person.name} doesn't hold the role “{ROLES[arguments.role]}”.")
    return Reply(
        card=told("Revoked", f"{person.name} doesn't hold the role “{ROLES[arguments.role]}” any more."),
        trail=Trail("roles", before={"person": person.name, "granted": arguments.role.value}),
    )
