"""A daily rule through every change of the clocks from 2026 to 2030: never twice on a day, never left out.

Some zones by default, all of them with ALL_ZONES=1.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest

from handlers.policy.calendar import occurrences, zones

SOME = (
    "Africa/Cairo",  # at midnight
    "Africa/Casablanca",  # back and forth around Ramadan
    "America/Havana",
    "America/New_York",
    "America/Nuuk",  # on a Saturday evening
    "America/Santiago",
    "Antarctica/Troll",  # by two hours
    "Asia/Beirut",
    "Asia/Gaza",  # on days of its own
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Berlin",
    "Europe/Dublin",  # winter time is the odd one
    "Pacific/Chatham",  # at a quarter to
    "Asia/Kolkata",
    "UTC",
)
ZONES = sorted(zones()) if os.environ.get("ALL_ZONES") == "1" else SOME
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def changes(zone: ZoneInfo) -> list[datetime]:
    """The instants at which the clocks of a zone change, to the minute."""
    found = []
    for day in range((END - BEGIN).days):
        before, after = BEGIN + day * DAY, BEGIN + (day + 1) * DAY
        if _offset(before, zone) == _offset(after, zone):
            continue
        while after - before > timedelta(minutes=1):
            middle = before + (after - before) / 2
            if _offset(middle, zone) == _offset(before, zone):
                before = middle
            else:
                after = middle
        found.append(after.replace(second=0, microsecond=0))
    return found


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


@pytest.mark.parametrize("name", ZONES)
def test_once_on_each_day_whatever_the_clocks_do(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes(zone):
        before = (change - timedelta(minutes=1)).astimezone(zone)
        odd = {(2, 30), (change.astimezone(zone).hour, 15), (before.hour, before.minute), (0, 0)}
        for hour, minute in odd:
            once_a_day(name, hour, minute, change - 3 * DAY, change + 3 * DAY)


def once_a_day(name: str, hour: int, minute: int, begin: datetime, end: datetime) -> None:
    """From begin to end there is one occurrence on each local day, each with a key of its own."""
    times = list(takewhile(lambda each: each.at < end, occurrences(f"{minute} {hour} * * *", name, begin)))
    days = [each.at.astimezone(ZoneInfo(name)).date() for each in times]
    begun = begin.astimezone(ZoneInfo(name))
    first = begun.date() if (begun.hour, begun.minute) < (hour, minute) else begun.date() + DAY
    assert days == [first + DAY * number for number in range(len(days))], (begin, hour, minute)
    assert len(days) >= 5, (begin, hour, minute)
    assert len({each.key for each in times}) == len(times)


def test_the_zones_that_are_looked_at_do_change_their_clocks() -> None:
    assert [name for name in SOME if not changes(ZoneInfo(name))] == ["Asia/Kolkata", "UTC"]
    assert changes(ZoneInfo("Europe/Berlin"))[:2] == [
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    ]
