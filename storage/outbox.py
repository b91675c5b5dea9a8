"""The courier's questions, across all organisations: what comes next, who takes it, how it ended.

Leases and retries run on the database's clock, since replicas whose clocks differ must agree on them; `now`, the
organisation's clock, decides what is due and what is no longer worth sending. docs/decisions/0005 has the scheme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from storage import lease as leases
from storage import outbox_sql as sql
from storage.lease import CourierLease, Workspace
from storage.outbox_sql import Head
from storage.posting import TOLD, Posting, Told, as_posting
from storage.statement import Transaction
from storage.terms import Platform, PostingState, ToldHow

ERROR_LENGTH = 500
ENDS = (PostingState.SHOWN, PostingState.DEAD, PostingState.EXPIRED)


class Look(NamedTuple):
    """What comes next in every channel, the most urgent first, and the database's time at that moment."""

    heads: list[Head]
    at: datetime


class Holder(NamedTuple):
    """Who claims: a replica's name, a token that is fresh at each claim (it fences off whoever held a row before), and
    for how many seconds it holds what it takes, and the workspaces that it belongs to.
    """

    owner: str
    token: str
    seconds: float
    workspace_seconds: float = leases.LEASE_SECONDS


@dataclass(frozen=True, slots=True)
class Claimed:
    """A posting that this courier alone may deliver until its lease ends.

    `doubtful`: an earlier send of it may have arrived. `thread`: the message in whose thread it belongs.
    """

    posting: Posting
    doubtful: bool
    thread: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a delivery ended, and what the ledger says of it (`told` None: nothing yet).

    `shown` and `message` are what hangs there now. `retry_in` is in seconds. `unsure`: it may have arrived.
    `rest`: seconds for which the platform wants nothing of the kind in the whole workspace. `channel_rest`: the same for
    this channel; only the courier's memory keeps it, as a channel belongs to one courier and its own retry is in the row.
    """

    state: PostingState
    message: str = ""
    shown: int = 0
    error: str = ""
    retry_in: float | None = None
    unsure: bool = False
    rest: float | None = None
    channel_rest: float | None = None
    told: ToldHow | None = None
    detail: str = ""


def database_now(tx: Transaction) -> datetime:
    """The time by which leases run: the server's; SQLite lives in our process and has ours."""
    if tx.dialect.name == "sqlite":
        return datetime.now(UTC)
    row = tx.first(sql.CLOCK)
    assert row is not None  # a SELECT without FROM has one row
    at: datetime = row[0]
    return at


def look(tx: Transaction, platforms: Sequence[Platform], now: datetime) -> Look:
    """What could be delivered on these platforms. Only a hint: `claim` decides."""
    at = database_now(tx)
    heads = [
        Head(*row)
        for platform in platforms
        for row in (*tx.rows(sql.SENDS, platform=platform, now=now), *tx.rows(sql.EDITS, platform=platform))
    ]
    # Messages before edits, or a card that is changed all the time would keep its channel to itself.
    return Look(sorted(heads, key=lambda head: (head.priority, head.is_edit, head.id)), at)


def claim(tx: Transaction, chosen: Sequence[Head], *, holder: Holder, now: datetime) -> list[Claimed]:
    """Take what is chosen, at most one posting per channel, as far as it may be taken by this replica at this moment."""
    at = database_now(tx)
    ids = _allowed(tx, chosen, holder, at)
    if not ids:
        return []
    ends = at + timedelta(seconds=holder.seconds)
    rows = tx.rows(sql.CLAIM, ids=ids, now=now, db_now=at, new_lease=ends, new_token=holder.token)
    postings = sorted(map(as_posting, rows), key=lambda each: (each.priority, each.id))
    parents = dict(tx.rows(sql.PARENTS, ids=ids)) if any(each.parent for each in postings) else {}
    return [Claimed(each, each.state is PostingState.DOUBTFUL, parents.get(each.id) or None) for each in postings]


def _allowed(tx: Transaction, chosen: Sequence[Head], holder: Holder, at: datetime) -> list[int]:
    """Those of workspaces that this replica serves and that aren't resting."""
    held: dict[Workspace, CourierLease | None] = {}
    ids = []
    # In one order everywhere, so that two replicas never wait for each other's workspaces.
    for head in sorted(chosen, key=lambda each: (each.platform, each.workspace)):
        place = Workspace(head.platform, head.workspace)
        if place not in held:
            until = at + timedelta(seconds=holder.workspace_seconds)
            held[place] = leases.take(tx, place, head.organisation_id, holder.owner, leases.Span(at, until))
        lease = held[place]
        if lease is None:
            continue
        rests_until = lease.edits_from if head.is_edit else lease.sends_from
        if rests_until is None or rests_until <= at:
            ids.append(head.id)
    return ids


def finish(tx: Transaction, claimed: Claimed, ending: Ending, now: datetime) -> bool:
    """Write down how it ended; false, and nothing written, when somebody else has taken the posting since."""
    posting = claimed.posting
    hangs = ending.state is PostingState.SHOWN
    at = database_now(tx) if ending.retry_in is not None or ending.rest is not None else now
    written = tx.execute(
        sql.FINISH,
        row=posting.id,
        held_token=posting.token,
        message=ending.message if hangs else posting.message,
        shown=ending.shown if hangs else posting.shown,
        settled=ending.shown if hangs else posting.wanted,
        if_newer=PostingState.WAITING if ending.state in ENDS else ending.state,
        if_not=ending.state,
        attempts=0 if hangs else posting.attempts,
        error=ending.error.replace("\0", "")[:ERROR_LENGTH],
        retry_at=None if ending.retry_in is None else at + timedelta(seconds=ending.retry_in),
        started_at=posting.started_at if ending.unsure else None,
        sent_at=posting.sent_at or (now if hangs else None),
    )
    if written and ending.told is not None:
        _tell(tx, posting, now, ending.told, ending.shown if hangs else posting.wanted, ending.detail)
    if ending.rest is not None:
        until = at + timedelta(seconds=ending.rest)
        leases.rest(tx, Workspace(posting.platform, posting.workspace), until, edits=posting.shown > 0)
    return written == 1


def recover(tx: Transaction, settle: float) -> int:
    """Postings whose courier died on the way may have arrived: they are looked for, `settle` seconds from now."""
    at = database_now(tx)
    return tx.execute(sql.RECOVER, db_now=at, retry_at=at + timedelta(seconds=settle))


def recover_all(tx: Transaction, settle: float) -> int:
    """The same at the start of the only process that serves this database: nobody else holds a lease any more."""
    leases.release_all(tx)
    tx.execute(sql.FREE_EDITS)
    return tx.execute(sql.RECOVER_ALL, retry_at=database_now(tx) + timedelta(seconds=settle))


def doubt_everything(tx: Transaction) -> int:
    """After a restore from a backup: what waits in it may have been sent since. Every send is looked for first."""
    return tx.execute(sql.DOUBT_EVERYTHING, retry_at=None)


def expire(tx: Transaction, now: datetime) -> int:
    """End what is no longer worth sending, with a line in the ledger for each."""
    rows = tx.rows(sql.EXPIRE, now=now)
    for posting in map(as_posting, rows):
        until = posting.until.isoformat() if posting.until else ""
        _tell(tx, posting, now, ToldHow.EXPIRED, posting.wanted, f"it was worth sending until {until}")
    return len(rows)


def release(tx: Transaction, owner: str) -> None:
    """This replica delivers nothing any more; another one may go on at once."""
    leases.release(tx, owner)


def _tell(tx: Transaction, posting: Posting, now: datetime, *line: Any) -> None:
    outcome, revision, detail = line
    told = Told.model_construct(
        organisation_id=posting.organisation_id,
        posting_id=posting.id,
        at=now,
        outcome=outcome,
        revision=revision,
        detail=detail,
    )
    TOLD.add(tx, told)
