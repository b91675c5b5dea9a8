"""`/release link` and `unlink`: which channels an audience hears through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.kit import find
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Place, Refused, Reply, Trail
from handlers.kit.command import command
from messages.card import Button
from messages.form import FieldKind
from messages.people import links_card
from messages.refusal import told
from storage.organisation import Link
from storage.records import Records
from storage.terms import AUDIENCES, Platform, Role

_MANAGERS = (Role.PROCESS_OWNER, Role.RELEASE_MANAGER, Role.CHANGE_MANAGER)


def _audience_argument(**more: Any) -> Any:
    hint = "cab, ecab, releases, announcements, audit or service:NAME"
    return argument("Audience", positional=True, hint=hint, example="cab", **more)


def _channel_argument() -> Any:
    return argument(
        "Channel", kind=FieldKind.CHANNEL, default="", blank="", positional=True, hint="Here if left empty",
        example="#cab",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    audience: str = _audience_argument(default="")
    channel: str = _channel_argument()


@dataclass(frozen=True, slots=True)
class Unlinked:
    audience: str = _audience_argument()
    channel: str = _channel_argument()


@command(
    "link",
    "Link a channel to an audience",
    title="Link a channel",
    submit="Link",
    group="Set up",
    roles=_MANAGERS,
    example="/release link cab #cab",
)
def link(call: Call, arguments: Linked, records: Records) -> Reply:
    """Without words it shows which channel hears what."""
    if not arguments.audience:
        return Reply(card=links_card(records.links.all()))
    audience = _audience(arguments.audience, records)
    place = find.channel(call, records, arguments.channel)
    if any(_same(each, place) for each in records.links.of(audience)):
        raise Refused(f"{_name(place)} hears {audience} already.")
    records.links.add(
        Link(
            organisation_id=records.organisation.id,
            audience=audience,
            platform=place.platform,
            workspace=place.workspace,
            channel=place.channel,
            channel_name=place.name,
            linked_by=call.person.id,
            linked_at=call.at,
        )
    )
    # In Teams whoever can name a channel here has added Cabbot to its team already.
    invited = "" if place.platform is Platform.TEAMS else " Invite me there if it's a private channel."
    sentence = f"{_name(place)} hears {audience} from now on.{invited}"
    return Reply(card=told("Linked", sentence), trail=Trail(audience, after={"linked": place.channel}))


@command(
    "unlink",
    "Unlink a channel from an audience",
    title="Unlink a channel",
    submit="Unlink",
    group="Set up",
    roles=_MANAGERS,
    example="/release unlink cab #cab",
)
def unlink(call: Call, arguments: Unlinked, records: Records) -> Reply:
    audience = _audience(arguments.audience, records)
    place = find.channel(call, records, arguments.channel)
    if not records.links.remove(audience, place.platform, place.workspace, place.channel):
        raise Refused(f"{_name(place)} doesn't hear {audience}.", ways=(Button("Show what is linked", "link"),))
    sentence = f"{_name(place)} doesn't hear {audience} any more."
    return Reply(card=told("Unlinked", sentence), trail=Trail(audience, before={"linked": place.channel}))


def _audience(word: str, records: Records) -> str:
    audience = word.strip().lower()
    if audience.startswith("service:"):
        return f"service:{find.service(records, word.strip()[len('service:') :])}"
    if audience not in AUDIENCES:
        known = ", ".join(AUDIENCES)
        raise Refused(f"An audience is one of {known}, or service:NAME; “{word}” isn't.", field="audience")
    return audience


def _same(each: Link, place: Place) -> bool:
    return (each.platform, each.workspace, each.channel) == (place.platform, place.workspace, place.channel)


def _name(place: Place) -> str:
    return f"#{place.name}" if place.name else "This channel"
