"""Cards about roles, channels, services and follows."""

from __future__ import annotations

from messages.card import ChannelRef, Items
from messages.people import follows_card, links_card, roles_card
from messages.service import services_card
from storage.organisation import Link
from storage.people import Person
from storage.service import Follow, Service
from storage.terms import FollowLevel, Platform, Role
from tests.handlers.policy.releases import NOW
from tests.messages.records import people, words

ANA, BO = Person(id=1, name="Ana", joined_at=NOW), Person(id=2, name="Bo", joined_at=NOW)


def link(audience: str, channel: str, channel_name: str = "") -> Link:
    return Link(
        audience=audience, platform=Platform.SLACK, workspace="T1", channel=channel, channel_name=channel_name,
        linked_by=1, linked_at=NOW,
    )  # fmt: skip


def test_every_role_is_named_with_its_holders() -> None:
    card = roles_card({role: [ANA, BO] if role is Role.CAB_MEMBER else [] for role in Role})
    text = words(card)
    assert "CAB member: Ana, Bo" in text
    assert "On-call: nobody" in text
    assert [ref for ref in people(card) if ref.notify] == []


def test_each_audience_is_named_once_with_its_channels() -> None:
    card = links_card([link("cab", "C1", "cab"), link("cab", "C2"), link("releases", "C3", "releases")])
    text = words(card)
    assert "cab: #cab, #C2" in text
    assert text.count("cab:") == 1
    assert isinstance(card.parts[0], Items)
    assert ChannelRef("slack", "T1", "C1", "cab") in card.parts[0].rows[0].pieces


def test_channels_of_two_platforms_that_are_called_the_same_are_told_apart() -> None:
    here, there = link("cab", "C1", "cab"), link("cab", "19:cab@thread.tacv2", "cab")
    there.platform, there.workspace = Platform.TEAMS, "t1"
    assert "cab: #cab (Slack), #cab (Microsoft Teams)" in words(links_card([here, there]))
    assert "Slack" not in words(links_card([here]))


def test_without_a_channel_it_says_how_to_begin() -> None:
    assert "/release link cab" in words(links_card([]))


def test_services_with_what_is_in_production_and_who_owns_them() -> None:
    found = [
        Service(id=1, name="payments", owner_id=1, version="2.3.9", added_at=NOW),
        Service(id=2, name="web", owner_id=2, added_at=NOW),
    ]
    text = words(services_card(found, {1: "Ana", 2: "Bo"}))
    assert "payments 2.3.9, owned by Ana" in text
    assert "web (version not known), owned by Bo" in text
    assert "/release service add" in words(services_card([], {}))


def test_what_a_person_follows() -> None:
    follows = [
        Follow(person_id=1, subject="service:payments", level=FollowLevel.ALL, since=NOW),
        Follow(person_id=1, subject="REL-4", level=FollowLevel.PROBLEMS, since=NOW),
    ]
    text = words(follows_card(follows))
    assert "payments: all" in text
    assert "REL-4: problems" in text
    assert "/release follow" in words(follows_card([]))
