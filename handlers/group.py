"""`/release group`: roles held by a chat group, whose members hold them as long as they are in it (process section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.chat_group import ChatGroup, chat_group, is_stale
from handlers.kit.command import command
from messages.form import Choice, FieldKind
from messages.group import HeldByGroup, groups_card
from messages.refusal import told
from messages.words import ROLES
from storage.group import GroupGrant
from storage.records import Records
from storage.terms import Role

_CHOICES = tuple(Choice(role.value, ROLES[role]) for role in Role)


@dataclass(frozen=True, slots=True)
class Granted:
    chat_group: str = argument("Group", positional=True, example="@cab", hint="A user group, or “this team” in Teams")
    role: Role = argument(
        "Role", read.one_of(Role), kind=FieldKind.CHOICE, positional=True, choices=_CHOICES, example="cab_member"
    )


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@command("group list", "List the roles that chat groups hold", group="Set up", reads=True)
def list_groups(call: Call, arguments: Nothing, records: Records) -> Reply:
    return Reply(card=groups_card([held_by(call, records, each) for each in records.groups.grants()]))


@command(
    "group grant", "Grant a role to a chat group", title="Role for a chat group", group="Set up",
    roles=(Role.PROCESS_OWNER,), submit="Grant", example="/release group grant @cab cab_member",
)  # fmt: skip
def grant(call: Call, arguments: Granted, records: Records) -> Reply:
    """Whoever is in the group holds the role, from when its members have been read."""
    return granted(call, records, chat_group(call, records, arguments.chat_group), arguments.role)


def granted(call: Call, records: Records, group: ChatGroup, role: Role) -> Reply:
    held = records.groups.of(group.platform, group.workspace, group.external)
    if role in {each.role for each in held}:
        raise Refused(f"{group.name} holds the role “{ROLES[role]}” already.")
    records.groups.grant(
        GroupGrant(
            organisation_id=records.organisation.id,
            role=role,
            platform=group.platform,
            workspace=group.workspace,
            external=group.external,
            name=group.name,
            granted_by=call.person.id,
            granted_at=call.at,
            read_at=next((each.read_at for each in held), None),
        )
    )
    sentence = f"The members of {group.name} hold the role “{ROLES[role]}”, as soon as I have read who they are."
    return Reply(
        card=told("Granted", sentence),
        trail=Trail("roles", after={"group": group.name, "id": group.external, "granted": role.value}),
    )


@command(
    "group revoke", "Take a role back from a chat group", title="Take a group's role", group="Set up",
    roles=(Role.PROCESS_OWNER,), submit="Revoke", example="/release group revoke @cab cab_member",
)  # fmt: skip
def revoke(call: Call, arguments: Granted, records: Records) -> Reply:
    """Its members keep what was granted to them themselves."""
    return revoked(call, records, chat_group(call, records, arguments.chat_group), arguments.role)


def revoked(call: Call, records: Records, group: ChatGroup, role: Role) -> Reply:
    held = records.groups.of(group.platform, group.workspace, group.external)
    found = next((each for each in held if each.role is role), None)
    if found is None:
        raise Refused(f"{group.name} doesn't hold the role “{ROLES[role]}”.")
    if found.by_policy:
        raise Refused(
            f"{found.name} holds the role “{ROLES[role]}” by the policy: it stands in the policy file, under [roles]. Whoever "
            "runs Cabbot takes it out there; it's gone at the next start."
        )
    records.groups.revoke(found)
    if role is Role.PROCESS_OWNER and not records.people.holders(role):
        raise Refused("There must be a process owner; grant the role to somebody else first.")
    return Reply(
        card=told("Revoked", f"{group.name} doesn't hold the role “{ROLES[role]}” any more."),
        trail=Trail("roles", before={"group": group.name, "id": group.external, "granted": role.value}),
    )


def held_by(call: Call, records: Records, grant: GroupGrant) -> HeldByGroup:
    """What is known of a group that holds a role."""
    members = records.groups.members(grant.platform, grant.workspace, grant.external)
    known = [records.people.account(each.platform, each.workspace, each.external) for each in members]
    return HeldByGroup(grant, len(members), sum(each is not None for each in known), is_stale(grant, call.at))
