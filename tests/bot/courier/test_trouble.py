"""The courier against a platform that fails: each of the four kinds of answer, and what becomes of the posting."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.courier.errand import CRASHES, INTERRUPTED
from storage.posting import Posting
from storage.records import Records
from storage.statement import Unavailable
from storage.store import Store
from storage.terms import PostingState, ToldHow
from tests.fakes.chat import Behaviour, FakeChat, FakePlatform, Request
from tests.fakes.outbox import (
    QUICK,
    delivering,
    ledger,
    manager,
    now,
    organisation,
    posting,
    reword,
    rows,
    say,
    settled,
    until,
)

B = Behaviour


def first(*behaviours: Behaviour, kind: str = "send") -> Callable[[Request], Behaviour]:
    """These to the first requests of a kind, then all is well."""
    left = list(behaviours)
    return lambda request: left.pop(0) if request.kind == kind and left else Behaviour.OK


@pytest.mark.parametrize("trouble", [B.LIMITED, B.REFUSED], ids=lambda each: each.name)
async def test_what_surely_was_not_sent_is_sent_again_without_looking(store: Store, trouble: Behaviour) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform(first(trouble, trouble))
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
    assert [request.kind for request, _ in platform.requests] == ["send", "send", "send"]
    assert [line.outcome for line in ledger(store, key)] == [ToldHow.SENT]


@pytest.mark.parametrize(
    "trouble", [B.BROKEN, B.DROPPED, B.HUNG, B.BROKEN_AFTER, B.DROPPED_AFTER, B.HUNG_AFTER], ids=lambda each: each.name
)
async def test_what_perhaps_was_sent_is_looked_for_before_it_is_repeated(store: Store, trouble: Behaviour) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform(first(trouble))
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
    arrived = trouble in {B.BROKEN_AFTER, B.DROPPED_AFTER, B.HUNG_AFTER}
    assert [request.kind for request, _ in platform.requests] == ["send", "find", *([] if arrived else ["send"])]
    assert (platform.lost([key]), platform.doubled()) == ([], [])
    assert [line.outcome for line in ledger(store, key)] == [ToldHow.FOUND if arrived else ToldHow.SENT]


async def test_a_doubtful_head_of_line_is_settled_not_overtaken(store: Store) -> None:
    owner = organisation(store)
    keys = say(store, *(posting(owner, "C1", f"s{n}") for n in range(3)))
    platform = FakePlatform(first(B.DROPPED))
    async with delivering(store, FakeChat(platform)):
        await until(lambda: len(platform.requests) == 1)
        await settled(store, keys)
    assert [message.posting for message in platform.messages.values()] == keys


async def test_a_change_of_what_is_in_doubt_is_neither_lost_nor_doubled(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a", title="old"))
    platform = FakePlatform(first(B.DROPPED_AFTER))
    async with delivering(store, FakeChat(platform)):
        await until(lambda: len(platform.messages) == 1)
        reword(store, key, "new")
        await settled(store, [key])
    [message] = platform.of(key)
    assert message.title == "new"


async def test_where_nothing_can_be_looked_for_the_repeat_says_so(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform(first(B.DROPPED_AFTER), can_find=False)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
    assert platform.doubled() == [key]
    assert [(line.outcome, line.detail) for line in ledger(store, key)] == [(ToldHow.RESENT, INTERRUPTED)]


async def test_a_repeat_that_was_surely_not_sent_leaves_the_first_doubt_standing(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform(first(B.DROPPED, B.REFUSED), can_find=False)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
    assert [line.outcome for line in ledger(store, key)] == [ToldHow.RESENT]


@pytest.mark.parametrize("trouble", [B.LIMITED, B.BROKEN, B.HUNG, B.CRASH], ids=lambda each: each.name)
async def test_a_look_up_that_fails_is_tried_again_before_anything_is_sent(store: Store, trouble: Behaviour) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    left = {"send": [B.DROPPED_AFTER], "find": [trouble]}
    platform = FakePlatform(lambda request: left[request.kind].pop() if left[request.kind] else B.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
    assert [request.kind for request, _ in platform.requests] == ["send", "find", "find"]
    assert len(platform.of(key)) == 1


async def test_what_expired_while_in_doubt_is_looked_for_but_not_repeated(store: Store) -> None:
    clock = MovableClock()
    owner = organisation(store)
    arrived, lost = say(
        store, *(posting(owner, f"C{n}", "a", until=clock.now() + timedelta(minutes=1)) for n in range(2))
    )
    platform = FakePlatform(
        lambda request: {"C0": B.DROPPED_AFTER, "C1": B.DROPPED}[request.channel] if request.kind == "send" else B.OK
    )
    async with delivering(store, FakeChat(platform), clock):
        await until(lambda: len(platform.requests) == 2)
        clock.forward(timedelta(minutes=5))
        await settled(store, [arrived, lost])
    assert [row.state for row in rows(store, [arrived, lost])] == [PostingState.SHOWN, PostingState.EXPIRED]
    assert len(platform.made("send")) == 2


async def test_an_edit_is_repeated_freely(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a", title="old"))
    platform = FakePlatform(first(B.DROPPED_AFTER, B.BROKEN, B.HUNG, B.LIMITED, B.CRASH, kind="edit"))
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
        reword(store, key, "new")
        await settled(store, [key])
    assert platform.made("find") == []
    assert platform.of(key)[0].title == "new"


async def test_a_failing_edit_holds_up_no_message(store: Store) -> None:
    owner = organisation(store)
    [card] = say(store, posting(owner, "C1", "card", title="old"))
    platform = FakePlatform(lambda request: B.REFUSED if request.kind == "edit" else B.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [card])
        reword(store, card, "new")
        [reply] = say(store, posting(owner, "C1", "reply"))
        await settled(store, [reply])
    assert rows(store, [card])[0].state is PostingState.WAITING


# ---- never


async def test_a_dead_posting_keeps_the_platform_s_word_and_the_channel_goes_on(store: Store) -> None:
    owner = organisation(store)
    keys = say(store, *(posting(owner, "C1", f"s{n}") for n in range(20)))
    poison = set(keys[::7])
    platform = FakePlatform(lambda request: B.NEVER if request.posting in poison else B.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, keys)
    dead = {row.id for row in rows(store, keys) if row.state is PostingState.DEAD}
    assert dead == poison
    assert {row.error for row in rows(store, sorted(dead))} == {"channel_not_found"}
    assert [(line.outcome, line.detail) for line in ledger(store, keys[0])] == [(ToldHow.DEAD, "channel_not_found")]
    assert [message.posting for message in platform.messages.values()] == [key for key in keys if key not in poison]


async def test_release_managers_are_told_once_of_a_channel_that_takes_nothing(store: Store) -> None:
    owner = organisation(store)
    manager(store, owner)
    keys = say(store, *(posting(owner, "C1", f"s{n}") for n in range(5)))
    platform = FakePlatform(lambda request: B.NEVER if request.channel == "C1" else B.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, keys)
        await until(lambda: bool(platform.messages))
        [another] = say(store, posting(owner, "C1", "more"))
        await settled(store, [another])
        [after] = say(store, posting(owner, "C2", "end"))
        await settled(store, [after])
    told = [message for message in platform.messages.values() if message.channel == "UMANAGER"]
    assert [message.title for message in told] == ["A message can't be delivered"]


async def test_the_alarm_s_own_death_raises_no_alarm(store: Store) -> None:
    owner = organisation(store)
    manager(store, owner)
    [key] = say(store, posting(owner, "C1", "a"))
    platform = FakePlatform(lambda _request: B.NEVER)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [key])
        await settled(store, [key + 1])
    dead, waiting = (_in_state(store, owner, state) for state in (PostingState.DEAD, PostingState.WAITING))
    assert ([each.channel for each in dead], waiting) == (["UMANAGER", "C1"], [])


async def test_managers_are_not_told_again_because_another_release_was_hit(store: Store) -> None:
    owner = organisation(store)
    manager(store, owner)
    first, second = say(store, posting(owner, "C1", "a"), posting(owner, "C1", "b", subject="REL-2"))
    platform = FakePlatform(lambda request: B.NEVER if request.channel == "C1" else B.OK)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [first, second])
        await until(lambda: bool(platform.messages))
    [told] = _in_state(store, owner, PostingState.SHOWN)
    assert (told.channel, told.wanted) == ("UMANAGER", 1)


def _in_state(store: Store, owner: int, state: PostingState) -> list[Posting]:
    return store.write_now(lambda tx: Records(tx, owner).postings.in_state(state))


async def test_a_dead_posting_can_be_tried_again_and_a_new_revision_does_so_itself(store: Store) -> None:
    owner = organisation(store)
    by_hand, by_news = say(store, posting(owner, "C1", "a"), posting(owner, "C2", "b"))
    left = {by_hand, by_news}

    def never_once(request: Request) -> Behaviour:
        if request.posting in left:
            left.remove(request.posting)
            return B.NEVER
        return B.OK

    platform = FakePlatform(never_once)
    async with delivering(store, FakeChat(platform)):
        await settled(store, [by_hand, by_news])
        [row] = rows(store, [by_hand])
        store.write_now(lambda tx: Records(tx, owner, lock=True).postings.retry(row, now()))
        reword(store, by_news, "news")
        await settled(store, [by_hand, by_news])
    assert platform.lost([by_hand, by_news]) == []


async def test_a_card_that_this_version_cannot_read_is_dead(store: Store) -> None:
    owner = organisation(store)
    keys = say(
        store,
        *(posting(owner, f"C{n}", "a", card=text) for n, text in enumerate(('{"_":"Hologram"}', "no json", "[]"))),
    )
    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        await settled(store, keys)
    assert {row.state for row in rows(store, keys)} == {PostingState.DEAD}
    assert platform.requests == []


async def test_a_mistake_of_ours_does_not_hold_the_channel_up_for_ever(store: Store) -> None:
    owner = organisation(store)
    crashing, after = say(store, posting(owner, "C1", "a"), posting(owner, "C1", "b"))
    platform = FakePlatform(lambda request: B.CRASH if request.posting == crashing and request.kind == "send" else B.OK)
    quick = dataclasses.replace(QUICK, settle=0.02)
    async with delivering(store, FakeChat(platform), timing=quick):
        await settled(store, [crashing, after])
    [row] = rows(store, [crashing])
    assert (row.state, row.error) == (PostingState.DEAD, "Cabbot itself failed: ZeroDivisionError")
    assert len([each for each in platform.made("send") if each.posting == crashing]) == CRASHES


async def test_an_edge_that_cannot_read_the_database_has_surely_not_sent(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    platform = FakePlatform()

    class Forgetful(FakeChat):
        tries = 0

        async def _ask(self, kind: str, given: dict[str, Any]) -> tuple[Behaviour, Any, dict[str, Any]]:
            self.tries += 1
            if self.tries == 1:
                raise Unavailable("no installation can be read now")
            return await super()._ask(kind, given)

    async with delivering(store, Forgetful(platform)):
        await settled(store, [key])
    assert [request.kind for request, _ in platform.requests] == ["send"]
