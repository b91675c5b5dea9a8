"""What an edge remembers of accounts, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.acquaintances import Acquaintances, is_old
from storage.people import Account
from storage.terms import AccountKind, Platform

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_whoever_is_not_told_of_is_a_member() -> None:
    known = Acquaintances()
    assert known.kind("T1", "U1") is AccountKind.MEMBER
    known.remember("T1", "U1", AccountKind.GUEST)
    assert (known.kind("T1", "U1"), known.kind("T2", "U1")) == (AccountKind.GUEST, AccountKind.MEMBER)
    known.remember("T1", "U1", AccountKind.MEMBER)
    assert known.kind("T1", "U1") is AccountKind.MEMBER


def test_who_was_asked_about_rests_for_so_long() -> None:
    now = [0.0]
    known = Acquaintances(ticks=lambda: now[0])
    assert not known.asked("T1", "U1")
    assert not known.rests("T1", "U1")
    known.ask_again("T1", "U1", 60)
    now[0] = 59.0
    assert known.rests("T1", "U1")
    assert not known.rests("T2", "U1")
    now[0] = 60.0
    assert not known.rests("T1", "U1")
    assert known.asked("T1", "U1")


def test_nobody_can_fill_it() -> None:
    known = Acquaintances(most=10)
    for number in range(30):
        known.remember("T1", f"U{number}", AccountKind.GUEST)
        known.ask_again("T1", f"U{number}", 60)
    assert sum(known.kind("T1", f"U{number}") is AccountKind.GUEST for number in range(30)) == 10
    assert [number for number in range(30) if known.asked("T1", f"U{number}")] == list(range(20, 30))


@pytest.mark.parametrize(
    "ago, old", [(None, True), (timedelta(hours=23), False), (timedelta(hours=24, seconds=1), True)]
)
def test_a_profile_is_good_for_a_day(ago: timedelta | None, old: bool) -> None:
    account = Account(
        organisation_id=1, person_id=1, platform=Platform.SLACK, workspace="T1", external="U1",
        profile_at=None if ago is None else NOW - ago,
    )  # fmt: skip
    assert is_old(account, NOW) is old


def test_of_nobody_nothing_is_old() -> None:
    assert not is_old(None, NOW)
