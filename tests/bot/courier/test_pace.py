"""The limits of platforms are kept before the platform has to say so. Time is a number here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.courier.pace import PACES, SLACK, Bucket, Limits, Pace, Pacer, Rate
from storage.lease import LEASE_SECONDS
from storage.outbox_sql import Head
from storage.terms import Platform
from tests.fakes.outbox import head


def sent_at(pacer: Pacer, heads: list[Head], until: float, step: float = 0.05) -> list[float]:
    """When each goes out, when they are offered all the time."""
    moments, now, left = [], 1000.0, list(heads)
    while left and now < 1000.0 + until:
        for each in list(left):
            if pacer.wait(each, now) == 0:
                pacer.take(each, now)
                moments.append(now - 1000.0)
                left.remove(each)
        now += step
    return moments


def test_a_channel_gets_a_small_burst_and_then_one_a_second() -> None:
    moments = sent_at(Pacer(PACES), [head(n) for n in range(20)], 60)
    assert len(moments) == 20
    for window in range(60):
        assert sum(window <= moment < window + 1 for moment in moments) <= (4 if window == 0 else 1)
    assert moments[2] == 0
    assert moments[3] >= 1


def test_channels_do_not_share_a_bucket() -> None:
    assert sent_at(Pacer(PACES), [head(n, f"C{n}") for n in range(50)], 1) == [0.0] * 50


def test_edits_stay_below_fifty_a_minute_over_all_cards_of_a_workspace() -> None:
    cards = [head(n, f"C{n}", edit=True) for n in range(200)]
    moments = sent_at(Pacer(PACES), cards, 300, step=0.2)
    for start in range(0, 240, 5):
        counted = sum(start <= moment < start + 60 for moment in moments)
        assert counted <= 60 if start < 15 else counted <= 50  # the burst counts once
    assert len(moments) == 200


def test_workspaces_do_not_share_buckets() -> None:
    pacer = Pacer(PACES)
    cards = [head(n, "C1", edit=True, workspace=f"T{n % 20}") for n in range(200)]
    assert sent_at(pacer, cards, 1) == [0.0] * 200


def test_changes_of_one_message_are_a_while_apart_also_after_the_send() -> None:
    pacer = Pacer(PACES)
    pacer.take(head(7), 10.0)
    assert pacer.wait(head(7, edit=True), 10.5) == pytest.approx(0.7)
    assert pacer.wait(head(8, edit=True), 10.5) == 0
    pacer.take(head(7, edit=True), 11.2)
    assert pacer.wait(head(7, edit=True), 11.3) == pytest.approx(1.1)


def test_rest_stops_things_of_its_kind_in_its_workspace() -> None:
    pacer = Pacer(PACES)
    pacer.rest(head(1, edit=True), 30, 100.0)
    assert pacer.wait(head(2, "C9", edit=True), 110.0) == 20
    assert pacer.wait(head(2, "C9"), 110.0) == 0
    assert pacer.wait(head(2, "C9", edit=True, workspace="T2"), 110.0) == 0
    pacer.rest(head(1, edit=True), 1, 101.0)  # a shorter wish takes nothing back
    assert pacer.wait(head(2, edit=True), 110.0) == 20


def test_a_platform_of_our_own_has_no_limits() -> None:
    mine = [head(n, platform=Platform.PLAYGROUND) for n in range(1000)]
    assert sent_at(Pacer(PACES), mine, 0.1) == [0.0] * 1000


def test_rest_of_a_channel_leaves_the_others_alone() -> None:
    pacer = Pacer(PACES)
    pacer.rest_channel(head(1), 30, 100.0)
    assert pacer.wait(head(2), 110.0) == 20
    assert pacer.wait(head(2, edit=True), 110.0) == 0  # Slack counts edits by the workspace
    assert pacer.wait(head(2, "C9"), 110.0) == 0


@pytest.mark.parametrize("edit", [False, True])
def test_where_messages_and_edits_are_counted_together_they_rest_together(edit: bool) -> None:
    pacer = Pacer(PACES)
    pacer.rest_channel(head(1, edit=edit, platform=Platform.TEAMS), 30, 100.0)
    for other in (False, True):
        assert pacer.wait(head(2, edit=other, platform=Platform.TEAMS), 110.0) == 20
        assert pacer.wait(head(2, "C9", edit=other, platform=Platform.TEAMS), 110.0) == 0
    pacer.rest(head(1, edit=edit, platform=Platform.TEAMS), 40, 100.0)
    for other in (False, True):
        assert pacer.wait(head(2, "C9", edit=other, platform=Platform.TEAMS), 110.0) == 30


def test_several_rates_for_one_thing_all_hold() -> None:
    two = Pace(channel=Limits(sends=(Rate(7, burst=7), Rate(2, burst=60))))
    moments = sent_at(Pacer({Platform.SLACK: two}), [head(n) for n in range(100)], 60, step=0.01)
    assert sum(moment < 1 for moment in moments) <= 14
    assert sum(moment < 30 for moment in moments) <= 120


WINDOWS = {1: 7, 2: 8, 30: 60, 3600: 1800}
"""What Teams takes of one bot in one conversation: seconds, messages and edits."""


def busiest(moments: list[float], seconds: float) -> int:
    """The most that any window of so many seconds holds, its ends included."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 80), st.booleans()), min_size=1, max_size=120))
def test_no_window_of_a_conversation_in_teams_is_ever_too_full(crowds: list[tuple[float, int, bool]]) -> None:
    """Crowds of messages and of edits, after pauses; each crowd's members go out as soon as they may."""
    pacer, now, moments = Pacer(PACES), 1000.0, list[float]()
    for key, (pause, many, edit) in enumerate(crowds):
        now += pause
        for n in range(many):
            each = head(key * 100 + n, edit=edit, platform=Platform.TEAMS)
            now += pacer.wait(each, now)
            pacer.take(each, now)
            moments.append(now)
    for seconds, most in WINDOWS.items():
        assert busiest(moments, seconds) <= most


def test_an_hour_of_nothing_but_messages_and_edits_stays_in_teams_windows() -> None:
    pacer, now, moments, edits = Pacer(PACES), 1000.0, list[float](), list[float]()
    while now < 1000.0 + 2 * 3600:
        each = head(len(moments), edit=len(moments) % 2 == 0, platform=Platform.TEAMS)
        now += pacer.wait(each, now)
        pacer.take(each, now)
        moments.append(now)
        if each.is_edit:
            edits.append(now)
    for seconds, most in WINDOWS.items():
        assert busiest(moments, seconds) <= most
    assert busiest(edits, 0.99) == 1
    assert len(moments) > 2 * 1500  # as fast as it may be, not just slow


def test_a_tenant_of_teams_gets_fewer_than_fifty_calls_a_second_over_all_conversations() -> None:
    both = [head(n, f"C{n}", edit=n % 2 == 0, platform=Platform.TEAMS) for n in range(400)]
    moments = sent_at(Pacer(PACES), both, 60, step=0.01)
    assert len(moments) == 400
    assert busiest(moments, 1) <= 50


def test_what_is_full_again_is_forgotten() -> None:
    pacer = Pacer(PACES)
    for n in range(1000):
        pacer.take(head(n, f"C{n}"), 100.0)
    pacer.forget(400.0)
    assert pacer._buckets == {}
    assert pacer._rests == {}


def test_forgetting_changes_nothing() -> None:
    one, other = Pacer(PACES), Pacer(PACES)
    for pacer in (one, other):
        for _ in range(3):
            pacer.take(head(1), 100.0)
    one.forget(101.0)
    assert one.wait(head(2), 101.0) == other.wait(head(2), 101.0) > 0


HOURLY = PACES[Platform.TEAMS].channel.both[1]


def test_buckets_are_full_again_before_another_replica_may_take_over() -> None:
    rates = [rate for pace in PACES.values() for rate in (*pace.channel.rates(), *pace.workspace.rates())]
    assert HOURLY in rates
    for rate in rates:
        assert rate == HOURLY or rate.burst / rate.per_second < LEASE_SECONDS
    assert SLACK.edit_gap >= 1.2


def test_an_hour_of_teams_has_room_for_three_take_overs() -> None:
    """An hour's bucket isn't full again after a lease, so each replica that takes over may add a burst."""
    assert HOURLY.per_second * 3600 + 4 * HOURLY.burst <= WINDOWS[3600]


@given(
    st.floats(0.1, 50),
    st.integers(1, 20),
    st.lists(st.floats(0, 2), min_size=1, max_size=200),
)
def test_no_window_sees_more_than_the_rate_and_its_burst(per_second: float, burst: int, waits: list[float]) -> None:
    bucket, now, taken = Bucket(Rate(per_second, burst)), 100.0, []
    for wait in waits:
        now += wait
        if bucket.wait(now) == 0:
            bucket.take(now)
            taken.append(now)
    for start in taken:
        window = [moment for moment in taken if start <= moment < start + 5]
        assert len(window) <= burst + 5 * per_second + 1e-6 + 1
