"""`/release stakeholder`: people and channels that are told of a release; required ones accept it (process section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Place, Post, Refused, Reply, Trail
from handlers.kit.command import command, of_release
from handlers.kit.evidence import direct_word, of_owners
from handlers.kit.living import announcement_slot, namer
from handlers.kit.stakeholders import place_of
from messages.announcement import announcement_card
from messages.card import Button
from messages.form import Choice, FieldKind
from messages.release import changed_card
from messages.stakeholder import stakeholder_name, stakeholders_card
from storage.evidence import Stakeholder
from storage.records import Records
from storage.release import Release

_REQUIRED = (Choice("no", "No, only told"), Choice("yes", "Yes, it needs their acceptance"))


def _person_argument() -> str:
    found: str = argument(
        "Person",
        kind=FieldKind.PERSON,
        default="",
        blank="",
        positional=True,
        hint="Or a channel below",
        example="@ana",
    )
    return found


def _channel_argument() -> str:
    found: str = argument("Channel", kind=FieldKind.CHANNEL, default="", blank="", example="#shop")
    return found


@dataclass(frozen=True, slots=True)
class Added:
    release: int = release_argument()
    person: str = _person_argument()
    channel: str = _channel_argument()
    required: str = argument("Required", kind=FieldKind.CHOICE, default="", choices=_REQUIRED, example="yes")


@dataclass(frozen=True, slots=True)
class Removed:
    release: int = release_argument()
    person: str = _person_argument()
    channel: str = _channel_argument()


@dataclass(frozen=True, slots=True)
class Listed:
    release: int = release_argument()
    after: int = argument("After so many", read.whole, default=0, hidden=True)


@command(
    "stakeholder add",
    "Add a stakeholder of a release",
    title="Add a stakeholder",
    submit="Add",
    group="Plan",
    example="/release stakeholder add REL-42 @ana required=yes",
    whose=of_release(of_owners),
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    """A person hears of it by direct message, a channel gets the announcement. Said again, it changes whether they're required."""
    found = of_owners(call, arguments.release, records)
    wanted = _wanted(call, found, arguments.person, arguments.channel, records)
    required, known = arguments.required == "yes", _known(records, found, wanted)
    if known is None:
        kept = records.evidence.stakeholders.add(wanted.model_copy(update={"required": required}))
    elif not arguments.required or known.required == required:
        raise Refused(f"{stakeholder_name(known)} is a stakeholder of {found.key} already.", field="person")
    else:
        kept = records.evidence.stakeholders.save(known.model_copy(update={"required": required}))
    how = _how(kept.required)
    sentence = f"{stakeholder_name(kept)} is a stakeholder of {found.key}: {how}."
    before = {"stakeholder": stakeholder_name(known), "required": known.required} if known else {}
    return Reply(
        card=changed_card(found, "Stakeholder", sentence, (Button("All of them", f"stakeholder list {found.key}"),)),
        posts=tuple(_welcome(call, found, kept, how, records)),
        trail=Trail(found.key, before, {"stakeholder": stakeholder_name(kept), "required": kept.required}),
    )


@command(
    "stakeholder remove",
    "Remove a stakeholder of a release",
    title="Remove a stakeholder",
    submit="Remove",
    group="Plan",
    example="/release stakeholder remove REL-42 @ana",
    whose=of_release(of_owners),
)
def remove(call: Call, arguments: Removed, records: Records) -> Reply:
    """A card that hangs in a channel already is still kept right, so that nobody reads an old one."""
    found = of_owners(call, arguments.release, records)
    wanted = _wanted(call, found, arguments.person, arguments.channel, records)
    known = _known(records, found, wanted)
    if known is None:
        raise Refused(
            f"{stakeholder_name(wanted)} isn't a stakeholder of {found.key}.", field="person",
            ways=(Button("Its stakeholders", f"stakeholder list {found.key}"),),
        )  # fmt: skip
    records.evidence.stakeholders.remove(known)
    word = f"You aren't a stakeholder of {found.key} {found.title} any more."
    title = f"Your part in {found.key}"
    return Reply(
        card=changed_card(found, "Removed", f"{stakeholder_name(known)} isn't a stakeholder of {found.key} any more."),
        posts=tuple(direct_word(call, found, known.person_id, title, word) if known.person_id else ()),
        trail=Trail(found.key, before={"stakeholder": stakeholder_name(known), "required": known.required}),
    )


@command(
    "stakeholder list",
    "List the stakeholders of a release",
    title="Stakeholders",
    submit="Show",
    group="Plan",
    reads=True,
    example="/release stakeholder list REL-42",
)
def list_stakeholders(call: Call, arguments: Listed, records: Records) -> Reply:
    found = find.release(records, arguments.release)
    return Reply(card=stakeholders_card(found, records.evidence.stakeholders.of(found.id), arguments.after))


def _wanted(call: Call, found: Release, person: str, channel: str, records: Records) -> Stakeholder:
    """The stakeholder as it would be written down; a channel may be typed where a person is asked for."""
    if person and channel:
        raise Refused("That is a person and a channel; name one of them, and the other one after it.", field="channel")
    if not person and not channel:
        raise Refused("Who? Name a person with @ or a channel with #.", field="person")
    if channel or person.startswith(("#", "<#")) or person.lower() == "here":
        place = find.channel(call, records, channel or person, field="channel" if channel else "person")
        return _channel(call, found, place, records)
    who = find.person(call, records, person)
    return _row(call, found, records, person_id=who.id, name=who.name)


def _channel(call: Call, found: Release, place: Place, records: Records) -> Stakeholder:
    where = {"platform": place.platform.value, "workspace": place.workspace, "channel": place.channel}
    return _row(call, found, records, name=place.name, **where)


def _row(call: Call, found: Release, records: Records, **who: object) -> Stakeholder:
    return Stakeholder.model_validate(
        {
            "organisation_id": records.organisation.id,
            "release_id": found.id,
            "added_by": call.person.id,
            "added_at": call.at,
            **who,
        }
    )


def _known(records: Records, found: Release, wanted: Stakeholder) -> Stakeholder | None:
    return next((each for each in records.evidence.stakeholders.of(found.id) if _who(each) == _who(wanted)), None)


def _who(each: Stakeholder) -> tuple[int, str, str, str]:
    return (each.person_id, each.platform, each.workspace, each.channel)


def _how(required: bool) -> str:
    return "required to accept it" if required else "told of it"


def _welcome(call: Call, found: Release, kept: Stakeholder, how: str, records: Records) -> list[Post]:
    """A person is told; a channel gets the announcement at once where others have it already."""
    if kept.person_id:
        word = f"You are a stakeholder of {found.key} {found.title}, {how}; {call.person.name} named you."
        return direct_word(call, found, kept.person_id, f"Your part in {found.key}", word)
    slot = announcement_slot(found)
    if not records.postings.in_slot(slot):
        return []
    card = announcement_card(found, namer(records), latest=records.releases.last_update(found.id))
    return [Post(place_of(kept), card, slot, found.key)]
