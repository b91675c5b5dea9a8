"""The courier against a platform that behaves: what is said is shown, once, in order; changes are edits."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from bot.clock import MovableClock
from bot.courier.pace import Limits, Pace, Rate
from storage.store import Store
from storage.terms import Delivery, Platform, PostingState, ToldHow
from tests.fakes.chat import Behaviour, FakeChat, FakePlatform, Request
from tests.fakes.outbox import (
    QUICK,
    delivering,
    ledger,
    now,
    organisation,
    posting,
    reword,
    rows,
    say,
    settled,
    until,
)


async def test_a_posting_is_shown_once_and_the_ledger_tells_of_it(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "ballot:1", title="Please vote"))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
    [message] = platform.of(key)
    [row] = rows(store, [key])
    assert (message.title, message.revisions) == ("Please vote", [1])
    assert (row.state, row.shown, row.message, row.attempts, row.token) == (PostingState.SHOWN, 1, message.id, 0, "")
    assert row.sent_at is not None
    assert [(line.outcome, line.revision) for line in ledger(store, key)] == [(ToldHow.SENT, 1)]


async def test_a_commit_wakes_the_courier(store: Store) -> None:
    owner = organisation(store)
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform), timing=dataclasses.replace(QUICK, poll=3600)):
        [first] = say(store, posting(owner, "C1", "a"))
        await settled(store, [first])
        [second] = say(store, posting(owner, "C1", "b"))
        await settled(store, [second])
    assert platform.lost([first, second]) == []


async def test_a_change_in_a_slot_edits_the_message_that_hangs_there(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "release:1", title="Draft"))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
        say(store, posting(owner, "C1", "release:1", title="Approved"))
        await settled(store, [key])
    [message] = platform.of(key)
    assert (message.title, message.revisions) == ("Approved", [1, 2])
    assert [line.outcome for line in ledger(store, key)] == [ToldHow.SENT, ToldHow.EDITED]


async def test_the_same_card_again_changes_nothing(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "release:1", title="Draft"))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
        say(store, posting(owner, "C1", "release:1", title="Draft"))
        [after] = say(store, posting(owner, "C1", "release:2"))
        await settled(store, [after])
    assert platform.made("edit") == []


async def test_ten_changes_in_a_hurry_are_one_edit(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "ballot:1", title="0 votes"))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform), paces={Platform.SLACK: Pace(edit_gap=0.5)}):
        await settled(store, [key])
        for votes in range(1, 11):
            reword(store, key, f"{votes} votes")
        await until(lambda: platform.of(key)[0].title == "10 votes")
        await settled(store, [key])
    assert platform.of(key)[0].revisions == [1, 11]


async def test_a_change_while_the_first_send_is_on_its_way_is_not_lost(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "ballot:1", title="old"))
    platform = FakePlatform()
    platform.thawed.clear()
    async with delivering(store, FakeChat(platform)):
        await until(lambda: platform.at_once == 1)
        reword(store, key, "new")
        platform.thawed.set()
        await settled(store, [key])
    [message] = platform.of(key)
    assert (message.title, message.revisions) == ("new", [1, 2])


async def test_order_holds_within_a_channel_and_one_is_under_way_at_a_time(store: Store) -> None:
    owner = organisation(store)
    keys = say(store, *(posting(owner, f"C{n % 3}", f"s{n}", priority=9 - n % 9) for n in range(30)))
    platform = FakePlatform(latency=0.005)
    async with delivering(store, FakeChat(platform)):
        await settled(store, keys)
    assert (platform.lost(keys), platform.doubled(), platform.out_of_order()) == ([], [], [])
    assert platform.most_at_once == 3


async def test_between_channels_ballots_go_before_announcements_before_digests(store: Store) -> None:
    owner = organisation(store)
    keys = say(
        store,
        posting(owner, "C-digest", "a", priority=9),
        posting(owner, "C-announce", "b", priority=5),
        posting(owner, "C-ballot", "c", priority=0),
    )
    platform = FakePlatform()
    one_at_a_time = {Platform.SLACK: Pace(workspace=Limits(sends=(Rate(20),)))}
    async with delivering(store, FakeChat(platform), paces=one_at_a_time):
        await settled(store, keys)
    assert [request.channel for request in platform.made("send")] == ["C-ballot", "C-announce", "C-digest"]


async def test_a_blocked_channel_holds_up_no_other(store: Store) -> None:
    owner = organisation(store)
    stuck, _, free = say(store, *(posting(owner, channel, f"s{n}") for n, channel in enumerate(("C1", "C1", "C2"))))
    platform = FakePlatform(lambda request: Behaviour.REFUSED if request.channel == "C1" else Behaviour.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [free])
    assert {request.posting for request in platform.made("send")} == {stuck, free}


async def test_a_reply_waits_for_its_card_and_hangs_in_its_thread(store: Store) -> None:
    owner = organisation(store)
    keys = say(
        store,
        posting(owner, "C1", "announcement:1"),
        posting(owner, "C1", "event:1", delivery=Delivery.REPLY, parent="announcement:1"),
        posting(owner, "C2", "event:1", delivery=Delivery.REPLY, parent="announcement:1"),
    )
    first_try = {keys[0]}

    def fails_once(request: Request) -> Behaviour:
        if request.posting in first_try:
            first_try.remove(request.posting)
            return Behaviour.REFUSED
        return Behaviour.OK

    platform = FakePlatform(fails_once)
    async with delivering(store, FakeChat(platform)):
        await settled(store, keys)
    card, reply, elsewhere = (platform.of(key)[0] for key in keys)
    assert reply.thread == card.id
    assert elsewhere.thread is None  # its card hangs in another channel, so here it is a message of its own


async def test_a_reply_whose_card_died_or_expired_is_a_message_of_its_own(store: Store) -> None:
    owner = organisation(store)
    dead, after_dead, late, after_late = say(
        store,
        posting(owner, "C-gone", "card"),
        posting(owner, "C-gone", "event", delivery=Delivery.REPLY, parent="card"),
        posting(owner, "C1", "card", until=now() - timedelta(hours=1)),
        posting(owner, "C1", "event", delivery=Delivery.REPLY, parent="card"),
    )
    platform = FakePlatform(lambda request: Behaviour.NEVER if request.posting == dead else Behaviour.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [dead, after_dead, late, after_late])
    assert [row.state for row in rows(store, [dead, late])] == [PostingState.DEAD, PostingState.EXPIRED]
    assert [platform.of(key)[0].thread for key in (after_dead, after_late)] == [None, None]


async def test_a_posting_waits_for_its_time_by_the_organisation_s_clock(store: Store) -> None:
    owner = organisation(store)
    clock = MovableClock()
    tomorrow = clock.now() + timedelta(days=1)
    later, at_once = say(store, posting(owner, "C1", "a", due_at=tomorrow), posting(owner, "C1", "b"))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform), clock):
        await settled(store, [at_once])
        assert platform.of(later) == []  # and it held nothing up
        clock.forward(timedelta(days=1, minutes=1))
        await settled(store, [later])
    assert len(platform.of(later)) == 1


async def test_what_is_no_longer_worth_sending_expires_with_a_line_in_the_ledger(store: Store) -> None:
    owner = organisation(store)
    clock = MovableClock()
    soon = clock.now() + timedelta(hours=1)
    old = say(store, *(posting(owner, "C1", f"upcoming:{n}", until=soon) for n in range(3)))
    [fresh] = say(store, posting(owner, "C1", "news"))
    clock.forward(timedelta(hours=2))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform), clock):
        await settled(store, [*old, fresh])
    assert [message.posting for message in platform.messages.values()] == [fresh]
    assert [line.outcome for key in old for line in ledger(store, key)] == [ToldHow.EXPIRED] * 3


async def test_a_card_that_hangs_is_kept_right_however_late(store: Store) -> None:
    owner = organisation(store)
    clock = MovableClock()
    [key] = say(store, posting(owner, "C1", "ballot", title="vote", until=clock.now() + timedelta(hours=1)))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform), clock):
        await settled(store, [key])
        clock.forward(timedelta(hours=2))
        reword(store, key, "closed", until=clock.now() - timedelta(hours=1))
        await settled(store, [key])
    assert platform.of(key)[0].title == "closed"


async def test_news_in_the_slot_of_an_expired_posting_is_sent(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "announcement", title="tomorrow", until=now() - timedelta(hours=1)))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
        assert rows(store, [key])[0].state is PostingState.EXPIRED
        reword(store, key, "it has started")
        await settled(store, [key])
    assert [message.title for message in platform.of(key)] == ["it has started"]


async def test_two_organisations_and_platforms_do_not_mix(store: Store) -> None:
    ours, theirs = organisation(store, "Acme", "T1"), organisation(store, "Globex", "T2")
    [one] = say(store, posting(ours, "C1", "same"))
    [two] = say(store, posting(theirs, "C1", "same", workspace="T2"))
    [other] = say(store, posting(ours, "C1", "same", platform=Platform.TEAMS))
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, [one, two])
    assert platform.lost([one, two]) == []
    assert rows(store, [other])[0].state is PostingState.WAITING  # nobody here serves Teams


async def test_a_fan_out_does_not_hold_up_a_ballot(store: Store) -> None:
    owner = organisation(store)
    digests = say(store, *(posting(owner, f"C{n}", "digest", priority=9) for n in range(1000)))
    platform = FakePlatform(latency=0.05)
    async with delivering(store, FakeChat(platform)):
        await until(lambda: len(platform.messages) > 10)
        [ballot] = say(store, posting(owner, "C-CAB", "ballot", priority=0))
        await until(lambda: bool(platform.of(ballot)))
        assert len(platform.messages) < 700
        await settled(store, digests)
    assert platform.lost(digests) == []
