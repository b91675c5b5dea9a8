"""The statements of storage/outbox.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)

from storage.posting import POSTINGS, still_open
from storage.statement import Statement
from storage.terms import Platform, PostingState
from storage.types import Instant, one_of, term

CHANNELS_AT_ONCE = 10_000
"""The most channels with something to deliver that one look takes in."""
EXPIRE_AT_ONCE = 500


class Head(NamedTuple):
    """The next posting of a channel, or a card that hangs there and should show something newer (`shown` > 0)."""

    id: int
    organisation_id: int
    platform: Platform
    workspace: str
    channel: str
    priority: int
    shown: int
    state: PostingState
    until: datetime | None
    retry_at: datetime | None
    started_at: datetime | None
    lease_until: datetime | None

    @property
    def is_edit(self) -> bool:
        return self.shown > 0


_p = POSTINGS.c
_q = POSTINGS.table.alias("q")
_HEAD_COLUMNS = tuple(_p[name] for name in Head._fields)
_NOW = bindparam("now", type_=Instant())
_DB_NOW = bindparam("db_now", type_=Instant())
_SAME_CHANNEL = and_(_q.c.platform == _p.platform, _q.c.workspace == _p.workspace, _q.c.channel == _p.channel)

CLOCK = Statement(select(func.clock_timestamp(type_=Instant())))
_PLATFORM: BindParameter[Any] = bindparam("platform")
_OPEN_HERE = (still_open(_q.c.state), _q.c.platform == _PLATFORM)


def _channels() -> CTE:
    """The channels in which something waits, each found by one step along the index from the one before it.

    However much waits, a look costs what the channels are: grouping would read every posting that waits, at each look.
    """
    by_channel = (_q.c.workspace, _q.c.channel)
    first = select(*by_channel).where(*_OPEN_HERE).order_by(*by_channel).limit(1).subquery()
    found = select(first.c.workspace, first.c.channel).cte("channels", recursive=True)
    beside = select(_q.c.id).where(*_OPEN_HERE, _q.c.workspace == found.c.workspace, _q.c.channel > found.c.channel)
    beyond = select(_q.c.id).where(*_OPEN_HERE, _q.c.workspace > found.c.workspace)
    # Two steps, as SQLite doesn't compare a pair of columns by their index.
    steps = [each.order_by(*by_channel).limit(1).scalar_subquery() for each in (beside, beyond)]
    after = func.coalesce(*steps)
    return found.union_all(select(_p.workspace, _p.channel).join_from(found, POSTINGS.table, _p.id == after))


_CHANNELS = _channels()
_FIRST = (
    select(_q.c.id)
    .where(
        *_OPEN_HERE,
        _q.c.workspace == _CHANNELS.c.workspace,
        _q.c.channel == _CHANNELS.c.channel,
        _q.c.shown == 0,
        _q.c.due_at <= _NOW,
    )
    .order_by(_q.c.id)
    .limit(1)
    .scalar_subquery()
)
SENDS = Statement(
    select(*_HEAD_COLUMNS)
    .join_from(_CHANNELS, POSTINGS.table, _p.id == _FIRST)
    .order_by(_p.priority, _p.id)
    .limit(CHANNELS_AT_ONCE)
)
EDITS = Statement(
    select(*_HEAD_COLUMNS)
    .join_from(
        _CHANNELS,
        POSTINGS.table,
        and_(_p.platform == _PLATFORM, _p.workspace == _CHANNELS.c.workspace, _p.channel == _CHANNELS.c.channel),
    )
    .where(still_open(_p.state), _p.shown > 0)
    .order_by(_p.priority, _p.id)
    .limit(CHANNELS_AT_ONCE)
)

# SKIP LOCKED: a command may hold one of the rows and want another, and neither should wait for the other.
_UNLOCKED = select(_q.c.id).where(one_of(_q.c.id, "ids")).with_for_update(skip_locked=True, key_share=True)
# The posting itself stands in its channel too, so this also says that nobody else holds it.
_CHANNEL_IS_BUSY = (
    exists().where(_SAME_CHANNEL, still_open(_q.c.state), _q.c.lease_until >= _DB_NOW).correlate(POSTINGS.table)
)
_NOT_ITS_TURN = (
    exists()
    .where(_SAME_CHANNEL, still_open(_q.c.state), _q.c.shown == 0, _q.c.id < _p.id, _q.c.due_at <= _NOW)
    .correlate(POSTINGS.table)
)
CLAIM = Statement(
    update(POSTINGS.table)
    .where(
        _p.id.in_(_UNLOCKED),
        still_open(_p.state),
        or_(_p.retry_at.is_(None), _p.retry_at <= _DB_NOW),
        or_(_p.started_at.is_(None), _p.state == PostingState.DOUBTFUL),
        ~_CHANNEL_IS_BUSY,
        or_(_p.shown > 0, ~_NOT_ITS_TURN),
    )
    .values(
        lease_until=bindparam("new_lease", type_=Instant()),
        token=bindparam("new_token"),
        attempts=_p.attempts + 1,
        started_at=case((_p.shown == 0, func.coalesce(_p.started_at, _DB_NOW)), else_=null()),
    )
    .returning(*POSTINGS.table.columns)
)
PARENTS = Statement(
    select(_p.id, _q.c.message).where(
        one_of(_p.id, "ids"),
        _p.parent != "",
        _q.c.organisation_id == _p.organisation_id,
        _SAME_CHANNEL,
        _q.c.slot == _p.parent,
    )
)
FINISH = Statement(
    update(POSTINGS.table)
    .where(_p.id == bindparam("row"), _p.token == bindparam("held_token"))
    .values(
        message=bindparam("message"),
        shown=bindparam("shown"),
        # A newer revision may have been wanted while this one was on its way.
        state=case(
            (_p.wanted > bindparam("settled"), bindparam("if_newer", type_=term(PostingState))),
            else_=bindparam("if_not", type_=term(PostingState)),
        ),
        attempts=bindparam("attempts"),
        error=bindparam("error"),
        retry_at=bindparam("retry_at", type_=Instant()),
        started_at=bindparam("started_at", type_=Instant()),
        sent_at=bindparam("sent_at", type_=Instant()),
        lease_until=null(),
        token="",
    )
)

_ABANDONED = (
    select(_q.c.id)
    .where(still_open(_q.c.state), _q.c.shown == 0, _q.c.started_at.is_not(None), _q.c.lease_until < _DB_NOW)
    .with_for_update(skip_locked=True, key_share=True)
)
_IN_DOUBT = {
    "state": literal(PostingState.DOUBTFUL, term(PostingState)),
    "retry_at": bindparam("retry_at", type_=Instant()),
    "lease_until": null(),
}
# The token stays: should the one who held it still answer before anybody else takes the row, its word is the truth.
RECOVER = Statement(update(POSTINGS.table).where(_p.id.in_(_ABANDONED)).values(_IN_DOUBT))
RECOVER_ALL = Statement(
    update(POSTINGS.table)
    .where(still_open(_p.state), _p.shown == 0, _p.started_at.is_not(None), _p.lease_until.is_not(None))
    .values(_IN_DOUBT)
)
FREE_EDITS = Statement(
    update(POSTINGS.table)
    .where(still_open(_p.state), _p.shown > 0, _p.lease_until.is_not(None))
    .values(lease_until=null())
)
DOUBT_EVERYTHING = Statement(
    update(POSTINGS.table)
    .where(still_open(_p.state), _p.shown == 0)
    .values({**_IN_DOUBT, "started_at": _p.created_at, "token": ""})
)
_OUTLIVED = (
    select(_q.c.id)
    .where(
        still_open(_q.c.state),
        _q.c.state == literal_column("'waiting'"),
        _q.c.shown == 0,
        _q.c.lease_until.is_(None),
        _q.c.until < _NOW,
    )
    .limit(EXPIRE_AT_ONCE)
    .with_for_update(skip_locked=True, key_share=True)
)
EXPIRE = Statement(
    update(POSTINGS.table)
    .where(_p.id.in_(_OUTLIVED))
    .values(state=literal(PostingState.EXPIRED, term(PostingState)))
    .returning(*POSTINGS.table.columns)
)
