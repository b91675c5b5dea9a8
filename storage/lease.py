"""Which replica delivers to which workspace: while it holds the lease, the platform's limits are its alone to keep."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import UniqueConstraint, bindparam, null, select, update
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable
from storage.terms import Platform
from storage.types import Instant, term

LEASE_SECONDS = 15.0
"""Longer than a posting's own lease, and than the time in which any bucket of bot/courier/pace.py is full again: whoever
takes over after that may begin with full ones."""


class CourierLease(Record):
    """One workspace's courier. Until `sends_from` and `edits_from` the platform wants no calls, whoever makes them."""

    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    owner: str = ""
    until: datetime | None = Field(default=None, sa_type=Instant)
    sends_from: datetime | None = Field(default=None, sa_type=Instant)
    edits_from: datetime | None = Field(default=None, sa_type=Instant)


class CourierLeaseTable(CourierLease, table=True):
    __tablename__ = "courier_lease"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)


LEASES = RecordTable(CourierLease, CourierLeaseTable)
_l = LEASES.c
_OF_WORKSPACE = (_l.platform == bindparam("platform"), _l.workspace == bindparam("workspace"))
_THERE = Statement(select(_l.id).where(*_OF_WORKSPACE))
_LOCKED = Statement(select(*LEASES.table.columns).where(*_OF_WORKSPACE).with_for_update(skip_locked=True))
_TAKE = Statement(
    update(LEASES.table)
    .where(_l.id == bindparam("row"))
    .values(owner=bindparam("new_owner"), until=bindparam("new_until", type_=Instant()))
)
_RELEASE = Statement(update(LEASES.table).where(_l.owner == bindparam("old_owner")).values(until=null()))
_RELEASE_ALL = Statement(update(LEASES.table).values(until=null()))
_REST = {
    edits: Statement(
        update(LEASES.table)
        .where(*_OF_WORKSPACE)
        .values({"edits_from" if edits else "sends_from": bindparam("rest_until", type_=Instant())})
    )
    for edits in (False, True)
}


class Workspace(NamedTuple):
    platform: Platform
    workspace: str


class Span(NamedTuple):
    begins: datetime
    ends: datetime


def take(tx: Transaction, place: Workspace, organisation: int, owner: str, span: Span) -> CourierLease | None:
    """Become or stay the courier of a workspace; None while another replica is, or is just about to be.

    Also keeps two replicas from claiming for one workspace at the same moment. Raises Conflict in the one case that
    two of them meet a workspace for the first time; the later one tries again.
    """
    row = tx.first(_LOCKED, platform=place.platform, workspace=place.workspace)
    if row is None:
        if tx.first(_THERE, platform=place.platform, workspace=place.workspace):
            return None
        fresh = CourierLease(organisation_id=organisation, **place._asdict(), owner=owner, until=span.ends)
        return LEASES.add(tx, fresh)
    lease = CourierLease.model_construct(**dict(zip(LEASES.names, row, strict=True)))
    if lease.owner != owner and lease.until is not None and lease.until >= span.begins:
        return None
    tx.execute(_TAKE, row=lease.id, new_owner=owner, new_until=span.ends)
    return lease


def rest(tx: Transaction, place: Workspace, until: datetime, *, edits: bool) -> None:
    """The platform wants no sends, or no edits, in the workspace before then; a restart doesn't forget it."""
    tx.execute(_REST[edits], platform=place.platform, workspace=place.workspace, rest_until=until)


def release_all(tx: Transaction) -> None:
    """Nobody holds anything: said by the only process that serves this database, when it starts."""
    tx.execute(_RELEASE_ALL)


def release(tx: Transaction, owner: str) -> None:
    """Let another replica go on at once."""
    tx.execute(_RELEASE, old_owner=owner)
