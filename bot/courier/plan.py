"""What a courier does next, decided on values: the heads of all channels, what is under way, the buckets."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime

from bot.courier.pace import Pacer
from storage.outbox import Look
from storage.outbox_sql import Head
from storage.terms import Platform, PostingState

Channel = tuple[Platform, str, str]


@dataclass(slots=True)
class Plan:
    """`chosen`: to be claimed, at most one per channel. `delay`: seconds until another look may find more."""

    delay: float
    chosen: list[Head] = field(default_factory=list)
    expire: bool = False
    recover: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: by the organisation's clock, and monotonic."""

    clock: datetime
    monotonic: float


def plan(look: Look, moment: Moment, pacer: Pacer, busy: Container[Channel], *, room: int, poll: float) -> Plan:
    """Choose the most urgent postings that may go out now, as many as there is room for."""
    made, taken, waits = Plan(poll), set[Channel](), dict[tuple[Channel, bool], float]()
    for head in look.heads:
        channel = channel_of(head)
        if channel in busy or channel in taken or len(made.chosen) >= room:
            continue  # whatever ends wakes the courier
        kind = (channel, head.is_edit)
        if _abandoned(head, look.at):
            made.recover = True
        elif _outlived(head, moment.clock):
            made.expire = True
        elif wait := max(_held(head, look.at), _paced(head, moment.monotonic, pacer, waits, kind)):
            made.delay = min(made.delay, wait)
        else:
            pacer.take(head, moment.monotonic)
            made.chosen.append(head)
            taken.add(channel)
            waits.clear()
    return made


def channel_of(head: Head) -> Channel:
    return (head.platform, head.workspace, head.channel)


def _paced(
    head: Head, now: float, pacer: Pacer, waits: dict[tuple[Channel, bool], float], kind: tuple[Channel, bool]
) -> float:
    """Seconds that the platform's pace asks for. A channel's own is asked once: hundreds of edits may wait in it."""
    if kind not in waits:
        waits[kind] = pacer.place_wait(head, now)
    return max(waits[kind], pacer.message_wait(head, now))


def _abandoned(head: Head, at: datetime) -> bool:
    """Its courier died, or lost its lease, somewhere between the claim and the end: it may have arrived."""
    lost = head.lease_until is not None and head.lease_until < at
    return lost and not head.is_edit and head.started_at is not None and head.state is PostingState.WAITING


def _outlived(head: Head, now: datetime) -> bool:
    """No longer worth sending. What may have arrived is looked for first; a card that hangs is always kept right."""
    never_tried = head.state is PostingState.WAITING and head.started_at is None and head.lease_until is None
    return never_tried and not head.is_edit and head.until is not None and head.until < now


def _held(head: Head, at: datetime) -> float:
    """Seconds until nobody else's lease and no retry stands in the way."""
    if head.lease_until is None and head.retry_at is None:
        return 0.0
    moments = [moment for moment in (head.lease_until, head.retry_at) if moment is not None]
    return max([0.0, *((moment - at).total_seconds() for moment in moments)])
