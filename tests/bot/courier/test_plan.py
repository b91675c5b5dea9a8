"""What a courier chooses, as a table of values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.courier.pace import Pacer
from bot.courier.plan import Channel, Moment, Plan, plan
from storage.outbox import Look
from storage.outbox_sql import Head
from storage.terms import Platform, PostingState
from tests.fakes.outbox import head

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
BEFORE, AFTER = AT - timedelta(seconds=5), AT + timedelta(seconds=5)
W, D = PostingState.WAITING, PostingState.DOUBTFUL


def planned(*heads: Head, busy: set[Channel] | None = None, room: int = 10, clock: datetime = AT) -> Plan:
    return plan(Look(list(heads), AT), Moment(clock, 100.0), Pacer({}), busy or set(), room=room, poll=9.0)


@pytest.mark.parametrize(
    "given, chosen, expire, recover, delay",
    [
        ({}, True, False, False, 9),
        ({"retry_at": BEFORE}, True, False, False, 9),
        ({"retry_at": AFTER}, False, False, False, 5),
        ({"lease_until": AFTER, "started_at": BEFORE}, False, False, False, 5),  # somebody is at it
        ({"lease_until": BEFORE, "started_at": BEFORE}, False, False, True, 9),  # somebody died at it
        ({"lease_until": BEFORE, "shown": 1}, True, False, False, 9),  # an edit is repeated freely
        ({"state": D, "started_at": BEFORE, "retry_at": AFTER}, False, False, False, 5),
        ({"state": D, "started_at": BEFORE, "retry_at": BEFORE}, True, False, False, 9),
        ({"until": BEFORE}, False, True, False, 9),
        ({"until": AFTER}, True, False, False, 9),
        ({"until": BEFORE, "shown": 1}, True, False, False, 9),  # a card that hangs is kept right
        ({"until": BEFORE, "state": D, "started_at": BEFORE}, True, False, False, 9),  # looked for first
        ({"until": BEFORE, "retry_at": AFTER}, False, True, False, 9),
    ],
)
def test_what_becomes_of_a_head(given: dict[str, Any], chosen: bool, expire: bool, recover: bool, delay: float) -> None:
    made = planned(head(**given))
    assert (bool(made.chosen), made.expire, made.recover, made.delay) == (chosen, expire, recover, delay)


def test_one_per_channel_and_none_where_one_is_under_way() -> None:
    heads = [head(1, "C1", edit=True), head(2, "C1"), head(3, "C2"), head(4, "C3")]
    made = planned(*heads, busy={(Platform.SLACK, "T1", "C3")})
    assert [each.id for each in made.chosen] == [1, 3]


def test_no_more_than_there_is_room_for_and_the_most_urgent_first() -> None:
    made = planned(*(head(n, f"C{n}") for n in range(10)), room=3)
    assert [each.id for each in made.chosen] == [0, 1, 2]


def test_the_organisation_s_clock_says_what_expired() -> None:
    made = planned(head(until=AFTER), clock=AFTER + timedelta(seconds=1))
    assert made.expire
