"""Times as people write them, in their zone; recurrence by the local wall clock; windows."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from storage.release import Release

_WALL = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?\Z")
_EVERY = re.compile(r"every\s+(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?)\Z", re.IGNORECASE)
SHORTEST = timedelta(minutes=15)
"""The shortest interval of a standing status post: a channel is for reading, not for counting."""
YEARS = range(2000, 2100)
"""The years in which a release may lie: what a clock's arithmetic holds in every zone, and no slip of a finger."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A time as it was given: local wall time without a zone, or already an instant from a picker."""

    local: datetime | None = None
    instant: datetime | None = None

    def at(self, zone: str) -> datetime:
        """The instant in UTC. Raises ValueError for a local time that summer time skips."""
        if self.instant is not None:
            return self.instant
        assert self.local is not None  # one of the two is always given
        return local_instant(self.local, zone)


def read_wall(word: str) -> Wall:
    """`2026-12-01 22:00`, or `@` and Unix seconds as pickers send them. Raises ValueError with a sentence."""
    wall = _wall(word.strip())
    if wall is None:
        raise ValueError(f"A time is written 2026-12-01 22:00; “{word}” isn't one.")
    if (wall.local or wall.at("UTC")).year not in YEARS:
        raise ValueError(f"A time lies between the years {YEARS[0]} and {YEARS[-1]}; “{word}” doesn't.")
    return wall


def _wall(word: str) -> Wall | None:
    if re.fullmatch(r"@\d{1,11}", word):
        return Wall(instant=datetime.fromtimestamp(int(word[1:]), UTC))
    if _WALL.match(word):
        with contextlib.suppress(ValueError):  # 2026-02-30 looks like a time and is none
            return Wall(local=datetime.fromisoformat(word))
    return None


@cache
def zones() -> frozenset[str]:
    """Every IANA zone this machine knows; reading the time zone database takes milliseconds, so it's read once."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}  # these are no places


def read_zone(word: str) -> str:
    """An IANA zone. Raises ValueError with a sentence."""
    zone = word.strip()
    if zone not in zones():
        raise ValueError(f"A time zone is an IANA name such as Europe/Berlin; “{zone}” isn't one.")
    return zone


def local_instant(local: datetime, zone: str) -> datetime:
    """The instant of a wall time; of two, the first. Raises ValueError when summer time skips it."""
    there = local.replace(tzinfo=ZoneInfo(zone))
    instant = there.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise ValueError(f"{local:%Y-%m-%d %H:%M} doesn't exist in {zone}: the clocks go forward over it.")
    return instant


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a recurrence: the instant, and the key that makes it happen once."""

    at: datetime
    key: str


def read_rule(word: str) -> str:
    """A cron expression of five fields, or `every 4h`. Raises ValueError with a sentence."""
    rule = " ".join(word.split())
    every = _EVERY.match(rule)
    try:
        if not every and len(rule.split()) != 5:
            raise CronSimError("five fields")
        shortest = _interval(every) if every else _shortest_gap(rule)
    except CronSimError as wrong:
        raise ValueError(
            f"A schedule is a cron expression such as “0 9 * * MON-FRI”, or “every 4h”; “{rule}” isn't one."
        ) from wrong
    if shortest < SHORTEST:
        raise ValueError("A status post comes at most every 15 minutes.")
    return rule.lower() if every else rule


def _shortest_gap(rule: str) -> timedelta:
    """The shortest time between two occurrences of a cron rule: two full days have them all, within a few leap years."""
    walls = takewhile(lambda wall: wall.year < 2040, CronSim(rule, datetime(2026, 1, 1)))  # noqa: DTZ001  walls have no zone
    two_days = islice(walls, 2 * timedelta(days=1) // SHORTEST)
    return min((after - before for before, after in pairwise(two_days)), default=timedelta.max)


def occurrences(rule: str, zone: str, after: datetime) -> Iterator[Occurrence]:
    """The times of a rule after an instant. Cron follows the wall clock: the hour that autumn repeats counts once,
    the one that spring skips comes right after the gap. Intervals run in UTC from midnight of 1 January 2000.
    """
    if every := _EVERY.match(rule):
        yield from _every(_interval(every), after)
        return
    there, last = ZoneInfo(zone), after
    for wall in CronSim(rule, after.astimezone(there).replace(tzinfo=None)):
        instant = _instant_of(wall, there)
        if instant > last:
            last = instant
            yield Occurrence(instant, instant.astimezone(there).strftime("%Y-%m-%dT%H:%M"))


def _instant_of(wall: datetime, there: ZoneInfo) -> datetime:
    """The first instant that shows this wall time or, where spring skips it, the first after the gap."""
    while (instant := wall.replace(tzinfo=there).astimezone(UTC)).astimezone(there).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
    return instant


def next_times(rule: str, zone: str, after: datetime, count: int = 5) -> list[Occurrence]:
    return list(islice(occurrences(rule, zone, after), count))


_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


def _every(interval: timedelta, after: datetime) -> Iterator[Occurrence]:
    at = _ORIGIN + interval * ((after - _ORIGIN) // interval + 1)
    while True:
        yield Occurrence(at, at.strftime("%Y-%m-%dT%H:%MZ"))
        at += interval


def _interval(every: re.Match[str]) -> timedelta:
    count, unit = int(every.group(1)), every.group(2)[0].lower()
    return timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[unit]: count})


def outside_window(release: Release, now: datetime, tolerance: timedelta) -> str:
    """Why a start now would be outside the release's window; "" inside it (and the tolerance around it), or without one."""
    if release.starts_at is None or release.ends_at is None:
        return ""
    there = ZoneInfo(release.zone)
    if now < release.starts_at - tolerance:
        opens = release.starts_at.astimezone(there)
        return f"The window of {release.key} opens {opens:%Y-%m-%d %H:%M} ({release.zone}); wait for it, or move it with /release edit."
    if now > release.ends_at + tolerance:
        closed = release.ends_at.astimezone(there)
        return f"The window of {release.key} closed {closed:%Y-%m-%d %H:%M} ({release.zone}); move it with /release edit and submit again."
    return ""
