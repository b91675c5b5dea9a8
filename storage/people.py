"""People, their accounts on the platforms, and the roles that they hold."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Protocol

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, exists, func, select
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable, record_of
from storage.terms import AccountKind, Platform, Role
from storage.types import Instant, term


class Person(Record):
    """One human, one vote. `email` is empty until a platform has vouched for it.

    `prefers` is the platform on which they want to be written to; empty for the one they used first.
    """

    name: str
    email: str = ""
    zone: str = ""
    prefers: str = ""
    active: bool = True
    joined_at: datetime = Field(sa_type=Instant)


class PersonTable(Person, table=True):
    __tablename__ = "person"
    __table_args__ = (Index("person_email", "organisation_id", "email"),)


class Account(Record):
    """A person's account in one workspace. `profile_at` is when the platform last told us about it.

    `directory_id` is what the organisation's own directory calls the account (Entra's object id); Slack has none.
    """

    person_id: int = Field(foreign_key="person.id", index=True)
    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    external: str
    handle: str = ""
    directory_id: str = ""
    kind: AccountKind = Field(default=AccountKind.MEMBER, sa_type=term(AccountKind))
    active: bool = True
    profile_at: datetime | None = Field(default=None, sa_type=Instant)


class AccountTable(Account, table=True):
    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("organisation_id", "platform", "workspace", "external"),)


class Grant(Record):
    """A role held by a person; `granted_by` 0 is the installation itself."""

    person_id: int = Field(foreign_key="person.id")
    role: Role = Field(sa_type=term(Role))
    granted_by: int
    granted_at: datetime = Field(sa_type=Instant)


class GrantTable(Grant, table=True):
    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", "role"),
        Index("role_grant_role", "organisation_id", "role"),
    )


PEOPLE = RecordTable(Person, PersonTable)
ACCOUNTS = RecordTable(Account, AccountTable)
GRANTS = RecordTable(Grant, GrantTable)
_p, _a, _g = PEOPLE.c, ACCOUNTS.c, GRANTS.c

_ACCOUNT = ACCOUNTS.query(
    _a.platform == bindparam("platform"), _a.workspace == bindparam("workspace"), _a.external == bindparam("external")
)
_ACCOUNTS_OF = ACCOUNTS.query(_a.person_id == bindparam("person"), _a.active.is_(True), order=(_a.id,))
_BY_DIRECTORY_ID = ACCOUNTS.query(
    _a.platform == bindparam("platform"),
    _a.workspace == bindparam("workspace"),
    _a.directory_id == bindparam("directory_id"),
)
_IN_WORKSPACE = ACCOUNTS.query(_a.platform == bindparam("platform"), _a.workspace == bindparam("workspace"))
_BY_HANDLE = ACCOUNTS.query(
    _a.platform == bindparam("platform"),
    _a.workspace == bindparam("workspace"),
    func.lower(_a.handle) == bindparam("handle"),
)
_BY_EMAIL = PEOPLE.query(func.lower(_p.email) == bindparam("email"), order=(_p.id,))
_CALLED = PEOPLE.query(func.lower(_p.name) == bindparam("name"), _p.active.is_(True), order=(_p.id,))
_ALL = PEOPLE.query(_p.active.is_(True), order=(_p.name, _p.id))
_ROLES = Statement(
    select(_g.role).where(_g.organisation_id == bindparam("organisation"), _g.person_id == bindparam("person"))
)
_HOLDERS = Statement(
    select(*PEOPLE.table.columns)
    .join(GRANTS.table, _g.person_id == _p.id)
    .where(
        _p.organisation_id == bindparam("organisation"),
        _g.organisation_id == bindparam("organisation"),
        _g.role == bindparam("role"),
        _p.active.is_(True),
        exists().where(_a.person_id == _p.id, _a.kind == AccountKind.MEMBER, _a.active.is_(True)),
    )
    .order_by(_p.name, _p.id)
)
_GRANTED = GRANTS.query(order=(_g.role, _g.id))
_REVOKE = Statement(
    delete(GRANTS.table).where(
        _g.organisation_id == bindparam("organisation"),
        _g.person_id == bindparam("person"),
        _g.role == bindparam("role"),
    )
)


def _as_called(name: str) -> str:
    """A name without its case; Ö is one letter, however it's put together."""
    return unicodedata.normalize("NFC", name).casefold()


class HeldByGroup(Protocol):
    """What chat groups add to the roles that people hold."""

    def roles_of(self, person: int) -> frozenset[Role]: ...

    def holders(self, role: Role) -> frozenset[int]: ...


class People:
    """The people of one organisation, their accounts and roles.

    Lives as long as one transaction: a person is read once in it, and so are the holders of a role. `by_group` answers
    the roles that a person holds, and the people who hold a role, through chat groups (storage/group.py).
    """

    def __init__(self, tx: Transaction, organisation: int, by_group: HeldByGroup | None = None) -> None:
        self._tx, self._organisation, self._by_group = tx, organisation, by_group
        self._known: dict[int, Person] = {}
        self._holders: dict[Role, list[Person]] = {}

    def get(self, key: int) -> Person:
        """Raises LookupError for a number that isn't a person of this organisation."""
        found = self._known.get(key) or PEOPLE.by_id.first(self._tx, self._organisation, key=key)
        if found is None:
            raise LookupError(f"there is no person {key}")
        self._known[key] = found
        return found

    def all(self) -> list[Person]:
        return _ALL.all(self._tx, self._organisation)

    def by_email(self, email: str) -> Person | None:
        return _BY_EMAIL.first(self._tx, self._organisation, email=email.lower()) if email else None

    def all_by_email(self, email: str) -> list[Person]:
        return _BY_EMAIL.all(self._tx, self._organisation, email=email.lower()) if email else []

    def called(self, name: str) -> list[Person]:
        """Active people of exactly that name, whatever its case."""
        if name.isascii():
            return _CALLED.all(self._tx, self._organisation, name=name.lower())
        wanted = _as_called(name)  # SQLite knows no case but that of A to Z
        return [each for each in self.all() if _as_called(each.name) == wanted]

    def add(self, person: Person) -> Person:
        return PEOPLE.add(self._tx, person)

    def newcomer(self, name: str, account: Account, at: datetime, *, zone: str = "") -> Account:
        """Write down somebody new behind an account of theirs. Whose it is needn't be said in it."""
        person = Person(organisation_id=self._organisation, name=name, zone=zone, joined_at=at)
        account.organisation_id, account.person_id = self._organisation, self.add(person).id
        return self.add_account(account)

    def save(self, person: Person) -> Person:
        self._known[person.id] = person
        self._holders.clear()
        return PEOPLE.save(self._tx, person)

    def account(self, platform: Platform, workspace: str, external: str) -> Account | None:
        return _ACCOUNT.first(self._tx, self._organisation, platform=platform, workspace=workspace, external=external)

    def by_directory_id(self, platform: Platform, workspace: str, directory_id: str) -> Account | None:
        if not directory_id:
            return None
        return _BY_DIRECTORY_ID.first(
            self._tx, self._organisation, platform=platform, workspace=workspace, directory_id=directory_id
        )

    def by_handle(self, platform: Platform, workspace: str, handle: str) -> Account | None:
        return _BY_HANDLE.first(
            self._tx, self._organisation, platform=platform, workspace=workspace, handle=handle.lower()
        )

    def accounts(self, person: int) -> list[Account]:
        """The person's active accounts, oldest first."""
        return _ACCOUNTS_OF.all(self._tx, self._organisation, person=person)

    def in_workspace(self, platform: Platform, workspace: str) -> list[Account]:
        return _IN_WORKSPACE.all(self._tx, self._organisation, platform=platform, workspace=workspace)

    def add_account(self, account: Account) -> Account:
        return ACCOUNTS.add(self._tx, account)

    def save_account(self, account: Account) -> Account:
        return ACCOUNTS.save(self._tx, account)

    def roles(self, person: int) -> frozenset[Role]:
        """Every role that the person holds, by a grant of their own or through a chat group."""
        own = self.own_roles(person)
        return own if self._by_group is None else own | self._by_group.roles_of(person)

    def own_roles(self, person: int) -> frozenset[Role]:
        """The roles that were granted to the person themself."""
        return frozenset(row[0] for row in self._tx.rows(_ROLES, organisation=self._organisation, person=person))

    def grants(self) -> list[Grant]:
        """Every role that was granted to a person."""
        return _GRANTED.all(self._tx, self._organisation)

    def holders(self, role: Role) -> list[Person]:
        """Active full members who hold the role, each once, by name: a guest's role is worth nothing."""
        found = self._holders.get(role)
        if found is None:
            rows = self._tx.rows(_HOLDERS, organisation=self._organisation, role=role)
            read = [record_of(Person, dict(zip(PEOPLE.names, row, strict=True))) for row in rows]
            found = [self._known.setdefault(each.id, each) for each in read]
            if self._by_group is not None:
                found = self._with_groups(found, self._by_group.holders(role))
            self._holders[role] = found
        return list(found)

    def _with_groups(self, own: list[Person], through_groups: frozenset[int]) -> list[Person]:
        more = [self.get(person) for person in through_groups - {each.id for each in own}]
        return sorted([*own, *(each for each in more if each.active)], key=lambda each: (each.name, each.id))

    def forget_holders(self) -> None:
        """Who holds what has changed: read it anew."""
        self._holders.clear()

    def grant(self, grant: Grant) -> Grant:
        """Raises Conflict when the person holds the role already."""
        self._holders.clear()
        return GRANTS.add(self._tx, grant)

    def revoke(self, person: int, role: Role) -> bool:
        self._holders.clear()
        return self._tx.execute(_REVOKE, organisation=self._organisation, person=person, role=role) > 0
