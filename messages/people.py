"""Cards about the organisation: who holds which role, which channels hear what, which services there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from messages.card import (
    Bold,
    Card,
    ChannelRef,
    Fact,
    Facts,
    Items,
    PersonRef,
    Piece,
    Plain,
    Tone,
    fact,
    item,
    note,
    text,
)
from messages.words import PLATFORMS, ROLES
from storage.organisation import Link
from storage.people import Person
from storage.service import Follow
from storage.terms import Role


def roles_card(holders: Mapping[Role, Sequence[Person]]) -> Card:
    """Every role with its holders; an empty one says so."""
    rows = tuple(Fact(ROLES[role], _people(people)) for role, people in holders.items())
    return Card("Roles", (Facts(rows), note("Grant one: /release role grant @name cab_member")), Tone.NEUTRAL)


def _people(people: Sequence[Person]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for person in people:
        if found:
            found += fact("", ", ").value
        found.append(PersonRef(person.id, person.name))
    return tuple(found) or fact("", "nobody").value


def links_card(links: Sequence[Link]) -> Card:
    """Which channels each audience hears through; a list, because a service has a name of any length."""
    if not links:
        sentence = "No channel is linked yet. Go to the channel and type /release link cab"
        return Card("Channels", (text(sentence),), Tone.WARNING, sentence)
    several = len({link.platform for link in links}) > 1
    audiences = dict.fromkeys(link.audience for link in links)
    rows = tuple(
        item(Bold(audience), ": ", *_channels([link for link in links if link.audience == audience], several=several))
        for audience in audiences
    )
    return Card("Channels", (Items(rows),), Tone.NEUTRAL)


def _channels(links: Sequence[Link], *, several: bool) -> tuple[Piece, ...]:
    """With the platform behind the name where there are several: channels like to be called the same."""
    found: list[Piece] = []
    for link in links:
        if found:
            found += fact("", ", ").value
        name = link.channel_name or link.channel
        found.append(ChannelRef(link.platform.value, link.workspace, link.channel, name))
        if several:
            found.append(Plain(f" ({PLATFORMS[link.platform]})"))
    return tuple(found)


def follows_card(follows: Sequence[Follow]) -> Card:
    """What a person follows."""
    if not follows:
        sentence = "You follow nothing. Follow a release or a service: /release follow REL-42"
        return Card("What you follow", (text(sentence),), Tone.NEUTRAL, sentence)
    rows = tuple(item(Bold(each.subject.removeprefix("service:")), f": {each.level.value}") for each in follows)
    return Card("What you follow", (Items(rows),), Tone.NEUTRAL)
