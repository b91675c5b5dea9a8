"""Times as people write them, windows, and recurrence through changes of summer time."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policy.calendar import (
    local_instant,
    next_times,
    occurrences,
    outside_window,
    read_rule,
    read_wall,
    read_zone,
)
from tests.handlers.policy.releases import END, START, release

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


WALL = datetime.fromisoformat
"""A wall time, which has no zone."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ---- times


@pytest.mark.parametrize(
    "word, zone, instant",
    [
        ("2026-12-01 22:00", "UTC", "2026-12-01 22:00"),
        ("2026-12-01 22:00", BERLIN, "2026-12-01 21:00"),
        ("2026-07-01T22:00", BERLIN, "2026-07-01 20:00"),
        ("2026-12-01 22:00:30", "UTC", "2026-12-01 22:00:30"),
        (" 2026-12-01 22:00 ", "Asia/Kolkata", "2026-12-01 16:30"),
        ("2026-10-25 02:30", BERLIN, "2026-10-25 00:30"),
        ("2026-04-05 01:45", LORD_HOWE, "2026-04-04 14:45"),
        ("@1796162400", BERLIN, "2026-12-01 22:00"),
        ("@1796162400", "UTC", "2026-12-01 22:00"),
    ],
)
def test_a_time_as_it_is_written(word: str, zone: str, instant: str) -> None:
    assert read_wall(word).at(zone) == utc(instant)


@pytest.mark.parametrize(
    "word",
    [
        "tomorrow", "22:00", "01.12.2026 22:00", "2026-13-01 10:00", "2026-02-30 10:00", "2026-12-01 25:00", "@", "@x",
        "@-5", "@999999999999", "", "2026-12-01", "2026-12-01 22:00 CET", "2026-12-01 22:00+01:00",
    ],
)  # fmt: skip
def test_what_is_no_time_is_answered_with_one(word: str) -> None:
    with pytest.raises(ValueError, match="A time is written 2026-12-01 22:00"):
        read_wall(word)


@pytest.mark.parametrize("word", ["0001-01-01 00:00", "1999-12-31 23:59", "2100-01-01 00:00", "9999-12-31 23:59",
                                  "@0", "@99999999999"])  # fmt: skip
def test_a_time_far_away_is_a_slip(word: str) -> None:
    with pytest.raises(ValueError, match=r"lies between the years 2000 and 2099"):
        read_wall(word)


@given(st.text(max_size=25) | st.from_regex(r"@?\d{1,12}([-T: ]\d{0,4})*", fullmatch=True))
def test_no_word_breaks_the_reading_of_times(word: str) -> None:
    with contextlib.suppress(ValueError):
        wall = read_wall(word)
        for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
            assert wall.at(zone).tzinfo is UTC


@pytest.mark.parametrize(
    "local, zone",
    [("2026-03-29 02:30", BERLIN), ("2026-03-08 02:00", NEW_YORK), ("2026-10-04 02:15", LORD_HOWE)],
)
def test_a_time_that_summer_time_skips(local: str, zone: str) -> None:
    with pytest.raises(ValueError, match=f"{local} doesn't exist in {zone}: the clocks go forward over it"):
        local_instant(WALL(local), zone)


def test_the_edges_of_the_gap_exist() -> None:
    assert local_instant(WALL("2026-03-29 01:59"), BERLIN) == utc("2026-03-29 00:59")
    assert local_instant(WALL("2026-03-29 03:00"), BERLIN) == utc("2026-03-29 01:00")


@pytest.mark.parametrize("zone", ["UTC", BERLIN, " Europe/Berlin ", "Asia/Kathmandu", "Etc/GMT+12"])
def test_a_zone(zone: str) -> None:
    assert read_zone(zone) == zone.strip()


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "europe/berlin", "CEST", "+01:00", "../../etc/passwd", "localtime", "x" * 300]
)
def test_no_zone(zone: str) -> None:
    with pytest.raises(ValueError, match="A time zone is an IANA name such as Europe/Berlin"):
        read_zone(zone)


# ---- rules


@pytest.mark.parametrize(
    "word, rule",
    [
        ("0 9 * * MON-FRI", "0 9 * * MON-FRI"),
        ("  0   9 * *   mon-fri ", "0 9 * * mon-fri"),
        ("*/15 8-18 * * *", "*/15 8-18 * * *"),
        ("0 9 L * *", "0 9 L * *"),
        ("0 9 * * MON#1", "0 9 * * MON#1"),
        ("0,15,30,45 * * * *", "0,15,30,45 * * * *"),
        ("30 23,0 * * *", "30 23,0 * * *"),
        ("every 4h", "every 4h"),
        ("Every 15 Minutes", "every 15 minutes"),
        ("every 1 day", "every 1 day"),
    ],
)
def test_a_rule(word: str, rule: str) -> None:
    assert read_rule(word) == rule


@pytest.mark.parametrize(
    "word",
    [
        "", "daily", "0 9 * *", "0 0 9 * * *", "60 9 * * *", "0 24 * * *", "0 9 0 * *", "0 9 30 2 *", "0 9 * * FRI-MON",
        "every", "every h", "every -4h", "every 4 weeks", "every 4.5h", "every 99999h", "0 9 * * 5L/2", "@daily", "0 9 ? * *",
    ],
)  # fmt: skip
def test_no_rule_is_answered_with_two(word: str) -> None:
    with pytest.raises(
        ValueError, match="A schedule is a cron expression such as “0 9 \\* \\* MON-FRI”, or “every 4h”"
    ):
        read_rule(word)


@pytest.mark.parametrize(
    "word",
    [
        "every 14m", "every 0h", "every 1 minute", "* * * * *", "*/14 * * * *", "*/10 9 * * MON", "0,14 9 * * *",
        "0,50 * * * *", "59,0 9,10 * * *", "0-5 3 29 2 *", "0,55 23,0 * * *",
    ],
)  # fmt: skip
def test_a_channel_is_for_reading(word: str) -> None:
    with pytest.raises(ValueError, match="A status post comes at most every 15 minutes"):
        read_rule(word)


@given(st.text(st.sampled_from("0123456789*/-,L#W ?everymhdMONFRI"), max_size=20))
def test_no_word_breaks_the_reading_of_rules(word: str) -> None:
    with contextlib.suppress(ValueError):
        assert len(next_times(read_rule(word), BERLIN, utc("2026-01-01 00:00"), 2)) in (0, 2)


# ---- recurrence


def walls(rule: str, zone: str, after: str, count: int) -> list[str]:
    return [each.key for each in next_times(rule, zone, utc(after), count)]


def instants(rule: str, zone: str, after: str, count: int) -> list[str]:
    return [f"{each.at:%m-%d %H:%M}" for each in next_times(rule, zone, utc(after), count)]


@pytest.mark.parametrize(
    "rule, zone, after, expected",
    [
        # summer and winter: nine o'clock stays nine o'clock
        ("0 9 * * *", BERLIN, "2026-03-27 12:00", ["03-28 08:00", "03-29 07:00", "03-30 07:00"]),
        ("0 9 * * *", BERLIN, "2026-10-23 12:00", ["10-24 07:00", "10-25 08:00", "10-26 08:00"]),
        ("0 9 * * MON-FRI", BERLIN, "2026-12-04 12:00", ["12-07 08:00", "12-08 08:00", "12-09 08:00"]),
        # the hour that spring skips comes right after the gap, once
        ("30 2 * * *", BERLIN, "2026-03-28 12:00", ["03-29 01:00", "03-30 00:30", "03-31 00:30"]),
        ("*/30 2 * * *", BERLIN, "2026-03-28 12:00", ["03-29 01:00", "03-30 00:00", "03-30 00:30"]),
        ("0 2,3 * * *", BERLIN, "2026-03-28 12:00", ["03-29 01:00", "03-30 00:00", "03-30 01:00"]),
        ("0 * * * *", BERLIN, "2026-03-28 23:30", ["03-29 00:00", "03-29 01:00", "03-29 02:00"]),
        ("15 2 * * *", LORD_HOWE, "2026-10-03 12:00", ["10-03 15:30", "10-04 15:15", "10-05 15:15"]),
        # the hour that autumn repeats counts once, at its first pass
        ("30 2 * * *", BERLIN, "2026-10-24 12:00", ["10-25 00:30", "10-26 01:30", "10-27 01:30"]),
        ("*/30 * * * *", BERLIN, "2026-10-24 23:45", ["10-25 00:00", "10-25 00:30", "10-25 02:00"]),
        ("30 1 * * *", NEW_YORK, "2026-10-31 12:00", ["11-01 05:30", "11-02 06:30", "11-03 06:30"]),
        ("45 1 * * *", LORD_HOWE, "2026-04-04 12:00", ["04-04 14:45", "04-05 15:15", "04-06 15:15"]),
        # after an instant within the second pass, what its first pass had is over
        ("30 2 * * *", BERLIN, "2026-10-25 01:10", ["10-26 01:30", "10-27 01:30", "10-28 01:30"]),
        # a zone without summer time, half an hour off; a leap day
        ("0 9 * * *", "Asia/Kolkata", "2026-03-28 12:00", ["03-29 03:30", "03-30 03:30", "03-31 03:30"]),
        ("0 0 29 2 *", "UTC", "2026-03-01 00:00", ["02-29 00:00", "02-29 00:00", "02-29 00:00"]),
        # intervals run in UTC
        ("every 4h", BERLIN, "2026-03-28 21:00", ["03-29 00:00", "03-29 04:00", "03-29 08:00"]),
        ("every 6h", BERLIN, "2026-10-24 23:59", ["10-25 00:00", "10-25 06:00", "10-25 12:00"]),
        ("every 45 min", "UTC", "2026-01-01 00:00", ["01-01 00:45", "01-01 01:30", "01-01 02:15"]),
    ],
)
def test_the_next_times(rule: str, zone: str, after: str, expected: list[str]) -> None:
    assert instants(rule, zone, after, 3) == expected


def test_a_time_that_has_come_is_not_its_own_successor() -> None:
    first = next(occurrences("0 9 * * *", BERLIN, utc("2026-12-01 00:00")))
    second = next(occurrences("0 9 * * *", BERLIN, first.at))
    assert second.at - first.at == timedelta(days=1)
    assert next(occurrences("every 4h", BERLIN, utc("2026-12-01 04:00"))).at == utc("2026-12-01 08:00")


def test_an_occurrence_is_named_by_its_wall_time() -> None:
    assert walls("30 2 * * *", BERLIN, "2026-10-24 12:00", 2) == ["2026-10-25T02:30", "2026-10-26T02:30"]
    assert walls("30 2 * * *", BERLIN, "2026-03-28 12:00", 2) == ["2026-03-29T03:00", "2026-03-30T02:30"]
    assert walls("every 12h", BERLIN, "2026-03-28 12:00", 2) == ["2026-03-29T00:00Z", "2026-03-29T12:00Z"]


def test_a_rule_that_never_comes_true_has_no_next_time() -> None:
    assert next_times("0 9 */31 2 MON#5", "UTC", utc("2026-01-01 00:00"), 1) == []


@given(
    st.datetimes(WALL("2026-01-01"), WALL("2030-12-31"), timezones=st.just(UTC)),
    st.sampled_from(["30 2 * * *", "*/20 * * * *", "0 9 * * MON-FRI", "every 45m", "0 0 1 * *", "15,45 1-3 * * *"]),
    st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "Africa/Casablanca", "America/Santiago", "Africa/Cairo", "UTC"]),
)
def test_it_goes_on_from_each_occurrence_as_if_it_had_never_stopped(after: datetime, rule: str, zone: str) -> None:
    """A schedule that knows its last occurrence only finds the same next ones, each later, each by a name of its own."""
    times = next_times(rule, zone, after, 6)
    at, again = after, []
    for _ in range(6):
        found = next(occurrences(rule, zone, at))
        again.append(found)
        at = found.at
    assert again == times
    assert all(one.at < two.at for one, two in zip(times, islice(times, 1, None), strict=False))
    assert len({each.key for each in times}) == 6


# ---- windows


@pytest.mark.parametrize(
    "now, fragment",
    [
        (START - timedelta(minutes=15, seconds=1), "The window of REL-42 opens 2026-12-01 22:00 (Europe/Berlin)"),
        (START - timedelta(minutes=15), ""),
        (START, ""),
        (END, ""),
        (END + timedelta(minutes=15), ""),
        (END + timedelta(minutes=15, seconds=1), "The window of REL-42 closed 2026-12-02 00:00 (Europe/Berlin)"),
    ],
)
def test_a_start_is_in_time_within_the_window_and_a_tolerance_around_it(now: datetime, fragment: str) -> None:
    why = outside_window(release(), now, timedelta(minutes=15))
    assert fragment in why
    assert bool(why) == bool(fragment)


@pytest.mark.parametrize("changed", [{"starts_at": None}, {"ends_at": None}])
def test_without_a_window_no_time_is_outside(changed: dict[str, None]) -> None:
    assert outside_window(release(**changed), START - timedelta(days=9), timedelta(0)) == ""
