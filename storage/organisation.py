"""The organisation that owns everything, its platform connections, and the channels its audiences hear through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, UniqueConstraint, bindparam, insert, select, update
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Plain, Record, RecordTable, record_of
from storage.terms import Platform
from storage.types import Instant, term


class Organisation(Plain):
    """A tenant. `last_number` counts its releases, `journal_seq` and `journal_head` are the end of its audit trail.

    `successor` is the organisation that this one has joined, 0 for none: its workspaces belong there now.
    `policy_digest` names what process owners have changed of the policy, empty for nothing; `group_grants` counts the
    roles that chat groups hold. Both stand here because this row is read by every command: nothing else need be.
    """

    id: int = Field(default=0, primary_key=True, sa_column_kwargs={"default": None, "autoincrement": True})
    name: str
    zone: str = "UTC"
    last_number: int = 0
    journal_seq: int = 0
    journal_head: str = ""
    successor: int = 0
    policy_digest: str = ""
    group_grants: int = 0
    created_at: datetime = Field(sa_type=Instant)


class OrganisationTable(Organisation, table=True):
    __tablename__ = "organisation"


class Moved(Exception):
    """The organisation has joined another one, its `successor`, and is closed: nothing is written into it any more."""

    def __init__(self, organisation: int, successor: int) -> None:
        super().__init__(f"organisation {organisation} has joined organisation {successor}")
        self.successor = successor


class Connection(Record):
    """A Slack workspace (or Teams tenant) that belongs to the organisation.

    `secret` is the platform's installation, encrypted by the edge that wrote it; storage never sees it in clear.
    """

    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    name: str = ""
    bot_account: str = ""
    secret: str = Field(default="", repr=False)
    installed_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)


class ConnectionTable(Connection, table=True):
    __tablename__ = "connection"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)


class Link(Record):
    """An audience and one channel through which it hears."""

    audience: str
    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    channel: str
    channel_name: str = ""
    linked_by: int
    linked_at: datetime = Field(sa_type=Instant)


class LinkTable(Link, table=True):
    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("organisation_id", "audience", "platform", "workspace", "channel"),)


_ORGANISATIONS: Table = vars(OrganisationTable)["__table__"]
_NAMES = tuple(column.name for column in _ORGANISATIONS.columns)
_COUNTED = ("name", "zone", "last_number", "journal_seq", "journal_head", "successor", "policy_digest", "group_grants")
_ADD = Statement(
    insert(_ORGANISATIONS)
    .values({name: bindparam(name) for name in _NAMES if name != "id"})
    .returning(_ORGANISATIONS.c.id)
)
_GET = select(*_ORGANISATIONS.columns).where(_ORGANISATIONS.c.id == bindparam("key"))
# FOR NO KEY UPDATE: a plain FOR UPDATE would stop every insert elsewhere that refers to the tenant, and with the
# courier's ledger lines it would end in deadlocks.
_BY_ID, _LOCKED = Statement(_GET), Statement(_GET.with_for_update(key_share=True))
_ALL = Statement(select(*_ORGANISATIONS.columns).order_by(_ORGANISATIONS.c.id))
_SAVE = Statement(
    update(_ORGANISATIONS)
    .where(_ORGANISATIONS.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in _COUNTED})
)


class Organisations:
    """All tenants; the only records that aren't inside one."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def add(self, organisation: Organisation) -> Organisation:
        values = organisation.__dict__
        row = self._tx.first(_ADD, **{name: values[name] for name in _NAMES if name != "id"})
        assert row is not None  # an INSERT … RETURNING answers with its row or raises
        organisation.id = row[0]
        return organisation

    def get(self, key: int, *, lock: bool = False) -> Organisation:
        """The tenant; locked, its changes wait for each other. Raises LookupError when there is none."""
        row = self._tx.first(_LOCKED if lock else _BY_ID, key=key)
        if row is None:
            raise LookupError(f"there is no organisation {key}")
        return _organisation(row)

    def all(self) -> list[Organisation]:
        return [_organisation(row) for row in self._tx.rows(_ALL)]

    def save(self, organisation: Organisation) -> None:
        values = organisation.__dict__
        self._tx.execute(_SAVE, key=organisation.id, **{name: values[name] for name in _COUNTED})


def _organisation(row: tuple[Any, ...]) -> Organisation:
    return record_of(Organisation, dict(zip(_NAMES, row, strict=True)))


CONNECTIONS = RecordTable(Connection, ConnectionTable)
_c = CONNECTIONS.c
_OF_WORKSPACE = Statement(
    select(*CONNECTIONS.table.columns).where(
        _c.platform == bindparam("platform"), _c.workspace == bindparam("workspace")
    )
)
_ALL_CONNECTIONS = Statement(select(*CONNECTIONS.table.columns).where(_c.removed_at.is_(None)).order_by(_c.id))

_SWAP = Statement(
    update(CONNECTIONS.table)
    .where(_c.id == bindparam("key"), _c.secret == bindparam("old"))
    .values(secret=bindparam("new"))
)


class Connections:
    """Platform connections of every tenant: the edge finds the organisation by them."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of(self, platform: Platform, workspace: str) -> Connection | None:
        row = self._tx.first(_OF_WORKSPACE, platform=platform, workspace=workspace)
        return None if row is None else _connection(row)

    def installed(self) -> list[Connection]:
        return [_connection(row) for row in self._tx.rows(_ALL_CONNECTIONS)]

    def add(self, connection: Connection) -> Connection:
        return CONNECTIONS.add(self._tx, connection)

    def save(self, connection: Connection) -> Connection:
        return CONNECTIONS.save(self._tx, connection)

    def swap_secret(self, connection: Connection, new: str) -> bool:
        """Replace the secret if it is still the one that was read; false when another replica was first."""
        return self._tx.execute(_SWAP, key=connection.id, old=connection.secret, new=new) == 1


def _connection(row: tuple[Any, ...]) -> Connection:
    return record_of(Connection, dict(zip(CONNECTIONS.names, row, strict=True)))


_OWN = CONNECTIONS.query(order=(_c.id,))


class Workspaces:
    """The connections of one organisation, read once in a transaction."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation
        self._known: list[Connection] | None = None

    def all(self) -> list[Connection]:
        """Every one that there ever was, the oldest first; `removed_at` tells which are gone."""
        if self._known is None:
            self._known = _OWN.all(self._tx, self._organisation)
        return self._known

    def of(self, platform: Platform, workspace: str) -> Connection | None:
        return next((each for each in self.all() if (each.platform, each.workspace) == (platform, workspace)), None)

    def platforms(self) -> frozenset[Platform]:
        """The platforms that people speak from, or have spoken from: what was said through a removed one still stands."""
        return frozenset(each.platform for each in self.all())


LINKS = RecordTable(Link, LinkTable)
_l = LINKS.c
_BY_AUDIENCE = LINKS.query(_l.audience == bindparam("audience"), order=(_l.id,))
_LINKED = LINKS.query(order=(_l.audience, _l.id))
_UNLINK = Statement(
    LINKS.table.delete().where(
        _l.organisation_id == bindparam("organisation"),
        _l.audience == bindparam("audience"),
        _l.platform == bindparam("platform"),
        _l.workspace == bindparam("workspace"),
        _l.channel == bindparam("channel"),
    )
)


class Links:
    """Which channels an audience hears through."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def add(self, link: Link) -> Link:
        """Raises Conflict when the audience is linked to that channel already."""
        return LINKS.add(self._tx, link)

    def of(self, audience: str) -> list[Link]:
        return _BY_AUDIENCE.all(self._tx, self._organisation, audience=audience)

    def all(self) -> list[Link]:
        return _LINKED.all(self._tx, self._organisation)

    def remove(self, audience: str, platform: Platform, workspace: str, channel: str) -> bool:
        return (
            self._tx.execute(
                _UNLINK,
                organisation=self._organisation,
                audience=audience,
                platform=platform,
                workspace=workspace,
                channel=channel,
            )
            > 0
        )
