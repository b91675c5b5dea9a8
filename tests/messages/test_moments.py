from datetime import UTC, datetime

import pytest

from messages.card import Moment, MomentStyle
from messages.moments import moment_text, unix_of, wall_of, zone_of

WINTER, SUMMER = datetime(2026, 12, 1, 21, 0, tzinfo=UTC), datetime(2026, 7, 1, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "at, style, zone, words",
    [
        (WINTER, MomentStyle.DATE_TIME, "Europe/Berlin", "Tue 1 Dec 2026, 22:00 CET"),
        (SUMMER, MomentStyle.DATE_TIME, "Europe/Berlin", "Wed 1 Jul 2026, 23:00 CEST"),
        (SUMMER, MomentStyle.DATE, "Asia/Tokyo", "Thu 2 Jul 2026"),
        (WINTER, MomentStyle.TIME, "America/Sao_Paulo", "18:00 UTC-03"),
        (WINTER, MomentStyle.TIME, "Asia/Kathmandu", "02:45 UTC+0545"),
        (WINTER, MomentStyle.AGO, "UTC", "Tue 1 Dec 2026, 21:00 UTC"),
        (WINTER, MomentStyle.TIME, "Nowhere/Land", "21:00 UTC"),
        (WINTER, MomentStyle.TIME, "../../etc/passwd", "21:00 UTC"),
        (WINTER, MomentStyle.TIME, "a\x00b", "21:00 UTC"),
        (WINTER, MomentStyle.TIME, "", "21:00 UTC"),
        (datetime.max.replace(tzinfo=UTC), MomentStyle.DATE, "Asia/Tokyo", "Fri 31 Dec 9999"),
    ],
)
def test_a_moment_in_words(at: datetime, style: MomentStyle, zone: str, words: str) -> None:
    assert moment_text(Moment(at, style, zone)) == words


def test_a_zone_that_is_unknown_is_utc() -> None:
    assert zone_of("Nowhere/Land") is UTC
    assert str(zone_of("Europe/Berlin")) == "Europe/Berlin"


@pytest.mark.parametrize(
    "value, zone, wall",
    [
        ("2026-12-01 22:00", "Europe/Berlin", "2026-12-01T22:00"),
        ("@1796158800", "Europe/Berlin", "2026-12-01T22:00"),
        ("2026-12-01T22:00", "Nowhere/Land", "2026-12-01T22:00"),
        ("2026-03-29 02:30", "Europe/Berlin", "2026-03-29T03:30"),  # a time that summer time leaves out
        ("soon", "UTC", None),
        ("@soon", "UTC", None),
        ("@", "UTC", None),
        ("@99999999999", "UTC", "5138-11-16T09:46"),
        ("@999999999999", "UTC", None),
    ],
)
def test_a_moment_of_a_form_as_a_browser_wants_it(value: str, zone: str, wall: str | None) -> None:
    assert wall_of(value, zone) == wall


def test_an_hour_that_comes_twice_is_the_first() -> None:
    assert unix_of("2026-10-25 02:30", "Europe/Berlin") == 1792888200  # 00:30 UTC, still summer time


@pytest.mark.parametrize("value", ["0001-01-01 00:00", "9999-12-31 23:59"])
def test_the_ends_of_time_are_no_trouble(value: str) -> None:
    for zone in ("Asia/Tokyo", "America/New_York"):
        unix_of(value, zone)
        wall_of(value, zone)
