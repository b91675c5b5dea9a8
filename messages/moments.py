"""Instants in words and in forms: an aware UTC moment shown as wall time of a named zone, and read back from it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from messages.card import Moment, MomentStyle

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """The IANA zone of that name, or UTC where there is none: a card is shown even if its zone is unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def moment_text(moment: Moment) -> str:
    """The moment in its own zone with the zone's abbreviation: `Tue 1 Dec 2026, 22:00 CET`.

    A span such as “3 min ago” needs a clock, which text doesn't have; the date and time stand for it.
    """
    local = _local(moment.at, moment.zone)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    match moment.style:
        case MomentStyle.DATE_TIME | MomentStyle.AGO:
            return f"{day}, {_clock(local)}"
        case MomentStyle.DATE:
            return day
        case MomentStyle.TIME:
            return _clock(local)
        case _:
            assert_never(moment.style)


def unix_of(value: str, zone: str) -> int | None:
    """The Unix seconds of a form's moment, `@1764622800` or `YYYY-MM-DD HH:MM` in `zone`; None if it is neither."""
    if value.startswith("@"):
        seconds = value[1:].strip()
        return int(seconds) if seconds.isdecimal() and seconds.isascii() and len(seconds) <= 11 else None
    try:
        wall = datetime.fromisoformat(value.strip())
        return int((wall if wall.tzinfo else wall.replace(tzinfo=zone_of(zone))).timestamp())
    except (ValueError, OverflowError):
        return None


def wall_of(value: str, zone: str) -> str | None:
    """The form's moment as `YYYY-MM-DDTHH:MM` in `zone`, as a browser's own picker wants it; None if unreadable."""
    seconds = unix_of(value, zone)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, zone_of(zone)).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError, OSError):
        return None


def _local(at: datetime, zone: str) -> datetime:
    try:
        return at.astimezone(zone_of(zone))
    except OverflowError:  # the first or last day that a datetime can hold
        return at


def _clock(local: datetime) -> str:
    name = local.tzname() or "UTC"
    return f"{local.hour:02}:{local.minute:02} {'UTC' + name if name[:1] in '+-' else name}"
