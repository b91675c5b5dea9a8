"""What goes from one organisation to another when it joins it, and from one person to another likewise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, literal, select, update

from storage.approval import VOTES
from storage.collision import COLLISIONS
from storage.conversation import CONVERSATIONS
from storage.due import DUES
from storage.evidence import NUDGES, PARTICIPANTS, RISK_ITEMS, STAKEHOLDERS, STATEMENTS, TEST_RESULTS, WAIVERS
from storage.group import GROUP_GRANTS, GROUP_MEMBERS
from storage.join_code import JOIN_CODES
from storage.lease import LEASES
from storage.medium_reading import READINGS
from storage.organisation import CONNECTIONS, LINKS
from storage.people import ACCOUNTS, GRANTS, PEOPLE
from storage.release import RELEASES
from storage.search import Found, Search
from storage.service import FOLLOWS, SCHEDULES, SERVICES, service_texts
from storage.statement import Statement, Transaction
from storage.step_owner import STEP_OWNERS
from storage.table import RecordTable
from storage.template import TEMPLATES
from storage.terms import DueState
from storage.types import Instant, term

_OLD: BindParameter[int] = bindparam("old")
_NEW: BindParameter[int] = bindparam("new")
_NOW: BindParameter[datetime] = bindparam("now", type_=Instant())

# ---- from organisation to organisation

_GO_ALONG: tuple[RecordTable[Any], ...] = (
    CONNECTIONS, PEOPLE, ACCOUNTS, FOLLOWS, SERVICES, LINKS, CONVERSATIONS, LEASES,
)  # fmt: skip
_s, _theirs = SERVICES.c, SERVICES.table.alias("theirs")
# A service that both know stays the other's: links and follows are about that one from now on, by its own spelling.
_KNOWN_SERVICES = Statement(
    select(_s.name, _theirs.c.name)
    .join_from(SERVICES.table, _theirs, func.lower(_s.name) == func.lower(_theirs.c.name))
    .where(_s.organisation_id == _OLD, _theirs.c.organisation_id == _NEW)
)
_SERVICES = SERVICES.query()
_DROP_SERVICE = Statement(delete(SERVICES.table).where(_s.organisation_id == _OLD, _s.name == bindparam("name")))
_RENAME = tuple(
    Statement(
        update(table.table)
        .where(table.c.organisation_id == _OLD, table.c[column] == bindparam("before"))
        .values({column: bindparam("after")})
    )
    for table, column in ((LINKS, "audience"), (FOLLOWS, "subject"))
)
_MOVE = tuple(
    Statement(update(each.table).where(each.c.organisation_id == _OLD).values(organisation_id=_NEW))
    for each in _GO_ALONG
)
_END = (
    *(
        Statement(delete(each.table).where(each.c.organisation_id == _OLD))
        for each in (GRANTS, GROUP_GRANTS, GROUP_MEMBERS)
    ),
    Statement(
        update(DUES.table)
        .where(DUES.c.organisation_id == _OLD, DUES.c.state == DueState.WAITING)
        .values(state=literal(DueState.WITHDRAWN, term(DueState)), ended_at=_NOW)
    ),
    Statement(
        update(SCHEDULES.table)
        .where(SCHEDULES.c.organisation_id == _OLD, SCHEDULES.c.stopped_at.is_(None))
        .values(stopped_at=_NOW)
    ),
    Statement(
        update(JOIN_CODES.table)
        .where(JOIN_CODES.c.organisation_id == _OLD, JOIN_CODES.c.used_at.is_(None))
        .values(used_at=_NOW)
    ),
)


def organisation(tx: Transaction, old: int, new: int, now: datetime) -> None:
    """Move what goes along; end roles, schedules, codes and what was due. Both organisations are locked by the caller.

    The audit trail and what was delivered stay where they were written.
    """
    for ours, theirs in tx.rows(_KNOWN_SERVICES, old=old, new=new):
        tx.execute(_DROP_SERVICE, old=old, name=ours)
        for rename in _RENAME:
            tx.execute(rename, old=old, before=f"service:{ours}", after=f"service:{theirs}")
    services = _SERVICES.all(tx, old)
    for move in _MOVE:
        tx.execute(move, old=old, new=new)
    Search(tx, old).forget(Found.SERVICE)
    for service in services:
        Search(tx, new).add(Found.SERVICE, service.id, service_texts(service))
    for end in _END:
        tx.execute(end, old=old, now=now)


# ---- from person to person

_HERE: BindParameter[int] = bindparam("organisation")
_GIVER: BindParameter[int] = bindparam("giver")
_TAKER: BindParameter[int] = bindparam("taker")
_NAMED: tuple[tuple[RecordTable[Any], str], ...] = (
    (ACCOUNTS, "person_id"),
    (RELEASES, "coordinator_id"),
    (RELEASES, "requester_id"),
    (SERVICES, "owner_id"),
    (RISK_ITEMS, "owner_id"),
    (READINGS, "asked_by"),
    (STEP_OWNERS, "person_id"),
    *((TEMPLATES, column) for column in ("made_by", "approved_by")),
    *((each, "person_id") for each in (TEST_RESULTS, STATEMENTS, WAIVERS, NUDGES, COLLISIONS)),
)
_GIVE = tuple(
    Statement(
        update(table.table).where(table.c.organisation_id == _HERE, table.c[column] == _GIVER).values({column: _TAKER})
    )
    for table, column in _NAMED
)
_v, _cast = VOTES.c, VOTES.table.alias("cast")
_GIVE_VOTES = Statement(
    update(VOTES.table)
    .where(
        _v.organisation_id == _HERE,
        _v.person_id == _GIVER,
        _v.ballot_id.not_in(select(_cast.c.ballot_id).where(_cast.c.person_id == _TAKER)),
    )
    .values(person_id=_TAKER)
)
_p, _h = PARTICIPANTS.c, STAKEHOLDERS.c
_held, _named = PARTICIPANTS.table.alias("held"), STAKEHOLDERS.table.alias("named")
# A part that both have in a release stays the taker's; one whose acceptance was asked for is asked for it still.
_DROP_PARTS = (
    Statement(
        update(STAKEHOLDERS.table)
        .where(
            _h.organisation_id == _HERE,
            _h.person_id == _TAKER,
            select(_named.c.id)
            .where(_named.c.release_id == _h.release_id, _named.c.person_id == _GIVER, _named.c.required.is_(True))
            .exists(),
        )
        .values(required=True)
    ),
    Statement(
        delete(PARTICIPANTS.table).where(
            _p.organisation_id == _HERE,
            _p.person_id == _GIVER,
            select(_held.c.id)
            .where(_held.c.release_id == _p.release_id, _held.c.part == _p.part, _held.c.person_id == _TAKER)
            .exists(),
        )
    ),
    Statement(
        delete(STAKEHOLDERS.table).where(
            _h.organisation_id == _HERE,
            _h.person_id == _GIVER,
            select(_named.c.id).where(_named.c.release_id == _h.release_id, _named.c.person_id == _TAKER).exists(),
        )
    ),
)
_GIVE_PARTS = tuple(
    Statement(
        update(table.table)
        .where(table.c.organisation_id == _HERE, table.c.person_id == _GIVER)
        .values(person_id=_TAKER)
    )
    for table in (PARTICIPANTS, STAKEHOLDERS)
)


def person(tx: Transaction, organisation: int, giver: int, taker: int) -> None:
    """Accounts, releases and parts in them, services and votes of one person become another's.

    Where both have voted in a round that is over, both votes stay as they were counted.
    """
    for statement in (*_GIVE, _GIVE_VOTES, *_DROP_PARTS, *_GIVE_PARTS):
        tx.execute(statement, organisation=organisation, giver=giver, taker=taker)
