"""Roles held by chat groups: a Slack user group, a Teams team; and who was in the group when it was last read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, and_, bindparam, delete, select
from sqlmodel import Field

from storage.organisation import Organisation
from storage.people import ACCOUNTS
from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable
from storage.terms import Platform, Role
from storage.types import Instant, term


class GroupGrant(Record):
    """A role that every member of a chat group holds. `external` is the platform's id; `read_at` when it last told us who.

    `granted_by` is a person, or 0 for the policy file: what the file says isn't taken back in chat. `trouble` is the
    platform's word for why the group couldn't be read when that was last tried, empty when it could.
    """

    role: Role = Field(sa_type=term(Role))
    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    external: str
    name: str = ""
    granted_by: int
    granted_at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    trouble: str = ""

    @property
    def by_policy(self) -> bool:
        return not self.granted_by


class GroupGrantTable(GroupGrant, table=True):
    __tablename__ = "group_grant"
    __table_args__ = (UniqueConstraint("organisation_id", "role", "platform", "workspace", "external"),)


class GroupMember(Record):
    """An account that was in the group when it was read."""

    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    group_id: str
    external: str


class GroupMemberTable(GroupMember, table=True):
    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("organisation_id", "platform", "workspace", "group_id", "external"),
        Index("member_account", "organisation_id", "platform", "workspace", "external"),
    )


GROUP_GRANTS = RecordTable(GroupGrant, GroupGrantTable)
GROUP_MEMBERS = RecordTable(GroupMember, GroupMemberTable)
_g, _m, _a = GROUP_GRANTS.c, GROUP_MEMBERS.c, ACCOUNTS.c
_GRANTS = GROUP_GRANTS.query(order=(_g.role, _g.id))
_MEMBERS = GROUP_MEMBERS.query(
    _m.platform == bindparam("platform"),
    _m.workspace == bindparam("workspace"),
    _m.group_id == bindparam("group"),
    order=(_m.id,),
)
_FORGET = Statement(
    delete(GROUP_MEMBERS.table).where(
        _m.organisation_id == bindparam("organisation"),
        _m.platform == bindparam("platform"),
        _m.workspace == bindparam("workspace"),
        _m.group_id == bindparam("group"),
    )
)
_UNGRANT = Statement(
    delete(GROUP_GRANTS.table).where(_g.organisation_id == bindparam("organisation"), _g.id == bindparam("key"))
)
_IN_GROUP = and_(_g.platform == _m.platform, _g.workspace == _m.workspace, _g.external == _m.group_id)
_WITH_ACCOUNT = and_(_a.platform == _m.platform, _a.workspace == _m.workspace, _a.external == _m.external)
_HELD = GROUP_GRANTS.table.join(GROUP_MEMBERS.table, _IN_GROUP).join(ACCOUNTS.table, _WITH_ACCOUNT)
"""Every role that an account holds through a group."""

_OURS = (
    _g.organisation_id == bindparam("organisation"),
    _m.organisation_id == bindparam("organisation"),
    _a.organisation_id == bindparam("organisation"),
    _a.active.is_(True),
    _a.kind == "member",
)
_ROLES_OF = Statement(select(_g.role).distinct().select_from(_HELD).where(*_OURS, _a.person_id == bindparam("person")))
_HOLDERS = Statement(select(_a.person_id).distinct().select_from(_HELD).where(*_OURS, _g.role == bindparam("role")))


class Groups:
    """The chat groups that hold roles in one organisation.

    Where there are none (`Organisation.group_grants` counts them), who holds what costs no query. `changed` is called
    after a change of who holds what.
    """

    def __init__(self, tx: Transaction, owner: Organisation, changed: Callable[[], None]) -> None:
        self._tx, self._owner, self._changed = tx, owner, changed
        self._organisation = owner.id

    def grants(self) -> list[GroupGrant]:
        return _GRANTS.all(self._tx, self._organisation) if self._owner.group_grants else []

    def grant(self, grant: GroupGrant) -> GroupGrant:
        """Raises Conflict when the group holds the role already."""
        made = GROUP_GRANTS.add(self._tx, grant)
        self._owner.group_grants += 1
        self._changed()
        return made

    def save(self, grant: GroupGrant) -> GroupGrant:
        """Another name, or another giver; who holds what stays as it is."""
        return GROUP_GRANTS.save(self._tx, grant)

    def revoke(self, grant: GroupGrant) -> bool:
        """Take the role back; who was in the group is forgotten with its last role."""
        if not self._tx.execute(_UNGRANT, organisation=self._organisation, key=grant.id):
            return False
        self._owner.group_grants -= 1
        if not self.of(grant.platform, grant.workspace, grant.external):
            self._tx.execute(_FORGET, **self._named(grant.platform, grant.workspace, grant.external))
        self._changed()
        return True

    def of(self, platform: Platform, workspace: str, group: str) -> list[GroupGrant]:
        """The roles of one chat group."""
        wanted = (platform, workspace, group)
        return [each for each in self.grants() if (each.platform, each.workspace, each.external) == wanted]

    def read(self, platform: Platform, workspace: str, group: str, accounts: list[str], at: datetime) -> bool:
        """Who is in the group, as the platform told it now; whether that is news. Nothing for a group without a role."""
        held = self.of(platform, workspace, group)
        if not held:
            return False
        for grant in held:
            grant.read_at, grant.trouble = at, ""
            GROUP_GRANTS.save(self._tx, grant)
        before = {each.external for each in self.members(platform, workspace, group)}
        if before != set(accounts):
            self.set_members(platform, workspace, group, accounts)
            return True
        return False

    def unread(self, platform: Platform, workspace: str, group: str, trouble: str) -> None:
        """The group couldn't be read now; who was in it before still is."""
        for grant in self.of(platform, workspace, group):
            grant.trouble = trouble
            GROUP_GRANTS.save(self._tx, grant)

    def _named(self, platform: Platform, workspace: str, group: str) -> dict[str, Any]:
        return {"organisation": self._organisation, "platform": platform, "workspace": workspace, "group": group}

    def members(self, platform: Platform, workspace: str, group: str) -> list[GroupMember]:
        return _MEMBERS.all(self._tx, self._organisation, platform=platform, workspace=workspace, group=group)

    def set_members(self, platform: Platform, workspace: str, group: str, accounts: list[str]) -> None:
        """Who is in the group as the platform tells it now."""
        self._tx.execute(_FORGET, **self._named(platform, workspace, group))
        for external in dict.fromkeys(accounts):
            GROUP_MEMBERS.add(
                self._tx,
                GroupMember.model_construct(
                    organisation_id=self._organisation,
                    platform=platform,
                    workspace=workspace,
                    group_id=group,
                    external=external,
                ),
            )
        self._changed()

    def roles_of(self, person: int) -> frozenset[Role]:
        """The roles that a person holds through groups, with accounts that are active and full members."""
        if not self._owner.group_grants:
            return frozenset()
        return frozenset(row[0] for row in self._tx.rows(_ROLES_OF, organisation=self._organisation, person=person))

    def holders(self, role: Role) -> frozenset[int]:
        """The people who hold a role through groups."""
        if not self._owner.group_grants:
            return frozenset()
        return frozenset(row[0] for row in self._tx.rows(_HOLDERS, organisation=self._organisation, role=role))
