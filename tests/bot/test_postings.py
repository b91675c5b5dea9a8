"""From a handler's posts to rows of the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.postings import put
from handlers.kit.call import Audience, Direct, Place, Post, WhereverItHangs
from messages.card import Card
from storage.posting import Posting
from storage.store import Store
from storage.terms import Delivery, Platform, PostingState
from tests.handlers.calls import call
from tests.handlers.policy.releases import NOW
from tests.handlers.town import Town, in_memory

ONE, TWO = Card("One"), Card("Two")


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    yield from in_memory()


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database)


def said(town: Town, *posts: Post) -> list[tuple[str, str, int]]:
    """Channel, title and wanted revision of what is in the outbox afterwards."""
    for post in posts:
        town.write(lambda records, post=post: put(records, post, call()))  # type: ignore[misc]  # mypy types no lambda that has a default
    return [(each.channel, title(town, each), each.wanted) for each in town.postings()]


def title(town: Town, posting: Posting) -> str:
    return town.heard(posting.channel, posting.slot)[0]


def test_an_audience_is_every_channel_linked_to_it(town: Town) -> None:
    assert said(town, Post(Audience("cab"), ONE, "slot", "REL-1")) == [("cab", "One", 1)]
    assert said(town, Post(Audience("nobody"), ONE, "other", "REL-1")) == [("cab", "One", 1)]


def test_a_person_is_told_by_one_account(town: Town) -> None:
    town.second_account("bo-at-home", of="bo")
    said(town, Post(Direct(town.people["bo"]), ONE, "slot", "REL-1"))
    assert [(each.channel, each.direct) for each in town.postings()] == [("bo", True)]


def test_somebody_without_an_account_is_told_nothing(town: Town) -> None:
    assert said(town, Post(Direct(10**6), ONE, "slot", "REL-1")) == []


def test_a_place_is_itself(town: Town) -> None:
    place = Place(Platform.PLAYGROUND, town.workspace, "standup")
    assert said(town, Post(place, ONE, "slot", "REL-1")) == [("standup", "One", 1)]


def test_said_again_in_its_slot_it_is_the_next_revision_everywhere_it_hangs(town: Town) -> None:
    first = Post(Audience("cab"), ONE, "slot", "REL-1")
    direct = Post(Direct(town.people["bo"]), ONE, "slot", "REL-1")
    again = Post(Audience("cab"), TWO, "slot", "REL-1")
    assert said(town, first, direct, again) == [("cab", "Two", 2), ("bo", "Two", 2)]


def test_the_same_card_again_changes_nothing(town: Town) -> None:
    post = Post(Audience("cab"), ONE, "slot", "REL-1")
    assert said(town, post, post) == [("cab", "One", 1)]


def test_another_slot_is_another_card(town: Town) -> None:
    assert len(said(town, Post(Audience("cab"), ONE, "a", "REL-1"), Post(Audience("cab"), ONE, "b", "REL-1"))) == 2


def test_wherever_it_hangs_is_nowhere_before_it_was_said(town: Town) -> None:
    assert said(town, Post(WhereverItHangs(), ONE, "slot", "REL-1")) == []
    said(town, Post(Audience("cab"), ONE, "slot", "REL-1"))
    assert said(town, Post(WhereverItHangs(), TWO, "slot", "REL-1")) == [("cab", "Two", 2)]


def test_a_reply_hangs_wherever_its_parent_does(town: Town) -> None:
    said(town, Post(Audience("cab"), ONE, "parent", "REL-1"), Post(Direct(town.people["bo"]), ONE, "parent", "REL-1"))
    said(town, Post(WhereverItHangs(), TWO, "reply", "REL-1", Delivery.REPLY, "parent"))
    replies = town.postings(slot="reply")
    assert [(each.channel, each.direct, each.delivery, each.parent) for each in replies] == [
        ("cab", False, Delivery.REPLY, "parent"),
        ("bo", True, Delivery.REPLY, "parent"),
    ]


def test_a_channel_linked_later_gets_the_card_as_it_is_now(town: Town) -> None:
    said(town, Post(Audience("cab"), ONE, "slot", "REL-1"))
    town.write(lambda records: records.links.add(town.link("cab", "board")))
    assert said(town, Post(Audience("cab"), TWO, "slot", "REL-1")) == [("cab", "Two", 2), ("board", "Two", 1)]


def test_priority_expiry_and_time_are_the_posts(town: Town) -> None:
    until = NOW + timedelta(hours=1)
    said(town, Post(Audience("cab"), ONE, "slot", "REL-1", priority=0, until=until))
    row = town.postings()[0]
    assert (row.priority, row.until, row.created_at, row.due_at, row.state) == (
        0, until, NOW, NOW, PostingState.WAITING,
    )  # fmt: skip
