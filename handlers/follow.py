"""`/release follow` and `unfollow`: hear of a release or a service by direct message."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from messages.card import Button, button
from messages.form import Choice, FieldKind
from messages.people import follows_card
from messages.refusal import told
from storage.records import Records
from storage.service import Follow
from storage.terms import FollowLevel

_LEVELS = (
    Choice("all", "Everything"),
    Choice("milestones", "Milestones and problems"),
    Choice("problems", "Problems only"),
)


@dataclass(frozen=True, slots=True)
class Followed:
    what: str = argument("What", default="", positional=True, hint="A release or a service", example="REL-42")
    level: FollowLevel = argument(
        "How much", read.one_of(FollowLevel), kind=FieldKind.CHOICE, default=FollowLevel.MILESTONES, choices=_LEVELS,
        positional=True, example="milestones",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unfollowed:
    what: str = argument("What", read.needed, positional=True, hint="A release or a service", example="REL-42")


@command(
    "follow",
    "Follow a release or a service",
    title="Follow",
    submit="Follow",
    group="Communicate",
    example="/release follow payments problems",
)
def follow(call: Call, arguments: Followed, records: Records) -> Reply:
    """Without words it shows what you follow."""
    if not arguments.what:
        return Reply(card=follows_card(records.follows.by(call.person.id)))
    subject = _subject(records, arguments.what)
    records.follows.set(
        Follow(
            organisation_id=records.organisation.id,
            person_id=call.person.id,
            subject=subject,
            level=arguments.level,
            since=call.at,
        )
    )
    shown = subject.removeprefix("service:")
    sentence = f"You follow {shown}: {arguments.level.value}. I'll write to you directly."
    return Reply(
        card=told("Followed", sentence, (button("Unfollow", "unfollow", shown),)),
        trail=Trail(subject, after={"followed": arguments.level.value}),
    )


@command("unfollow", "Stop following", group="Communicate", example="/release unfollow payments")
def unfollow(call: Call, arguments: Unfollowed, records: Records) -> Reply:
    subject = _subject(records, arguments.what)
    if not records.follows.remove(call.person.id, subject):
        raise Refused(
            f"You don't follow {subject.removeprefix('service:')}.", ways=(Button("What I follow", "follow"),)
        )
    sentence = f"You don't follow {subject.removeprefix('service:')} any more."
    return Reply(card=told("Unfollowed", sentence), trail=Trail(subject, before={"followed": True}))


def _subject(records: Records, word: str) -> str:
    """A release's key, or service: and the service's name; a service may be called like a key's number."""
    known = records.services.by_name(word)
    if known is not None:
        return f"service:{known.name}"
    try:
        number = read.release_number(word)
    except ValueError:
        return f"service:{find.service(records, word)}"
    return find.release(records, number).key
