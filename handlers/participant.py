"""`/release application` and `testing`: who has which part in a release (process section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command, of_release
from handlers.kit.evidence import direct_word, of_owners
from handlers.kit.one_person import full_member
from messages.card import Button
from messages.form import FieldKind
from messages.release import changed_card
from storage.evidence import Part, Participant
from storage.people import Person
from storage.records import Records
from storage.release import Release

_NOBODY = ("nobody", "none", "-")


@dataclass(frozen=True, slots=True)
class Named:
    release: int = release_argument()
    person: str = argument("Application coordinator", kind=FieldKind.PERSON, positional=True, example="@ana")
    area: str = argument("Area", read.title, default="", limit=100, hint="What they answer for", example="web shop")


@dataclass(frozen=True, slots=True)
class Released:
    release: int = release_argument()
    person: str = argument("Application coordinator", kind=FieldKind.PERSON, positional=True, example="@ana")


@dataclass(frozen=True, slots=True)
class Testing:
    release: int = release_argument()
    person: str = argument(
        "Testing coordinator",
        kind=FieldKind.PERSON,
        positional=True,
        hint="Typed: nobody takes the part back",
        example="@ana",
    )


@command(
    "application add",
    "Name an application coordinator",
    title="Application coordinator",
    submit="Name",
    group="Plan",
    example='/release application add REL-42 @ana area="web shop"',
    whose=of_release(of_owners),
)
def add(call: Call, arguments: Named, records: Records) -> Reply:
    """Design, coding and unit tests of their area are theirs. Said again, it changes the area."""
    found, person = _asked(call, arguments.release, arguments.person, records)
    known = _holds(records, found, Part.APPLICATION, person)
    if known is None:
        _name(records, found, Part.APPLICATION, person, arguments.area)
    elif known.area == arguments.area:
        raise Refused(f"{person.name} is an application coordinator of {found.key} already.", field="person")
    else:
        records.evidence.participants.save(known.model_copy(update={"area": arguments.area}))
    part = "application coordinator" + (f" for {arguments.area}" if arguments.area else "")
    before = {"application coordinator": person.name, "area": known.area} if known else {}
    return _named(call, found, person, part, Trail(found.key, before, {part: person.name}))


@command(
    "application remove",
    "Take an application coordinator's part back",
    title="Application coordinator",
    submit="Take back",
    group="Plan",
    example="/release application remove REL-42 @ana",
    whose=of_release(of_owners),
)
def remove(call: Call, arguments: Released, records: Records) -> Reply:
    found, person = _asked(call, arguments.release, arguments.person, records)
    known = _holds(records, found, Part.APPLICATION, person)
    if known is None:
        raise Refused(
            f"{person.name} isn't an application coordinator of {found.key}.", field="person",
            ways=(Button(f"Show {found.key}", f"show {found.key}"),),
        )  # fmt: skip
    records.evidence.participants.remove(known)
    return _taken_back(call, found, person, "application coordinator")


@command(
    "testing",
    "Name the testing coordinator of a release",
    title="Testing coordinator",
    submit="Name",
    group="Plan",
    example="/release testing REL-42 @ana",
    whose=of_release(of_owners),
)
def testing(call: Call, arguments: Testing, records: Records) -> Reply:
    """There is one: test requirements and the sign-off of the tests are theirs."""
    found = of_owners(call, arguments.release, records)
    held = [each for each in records.evidence.participants.of(found.id) if each.part is Part.TESTING]
    old = records.people.get(held[0].person_id) if held else None
    new = None if arguments.person.lower() in _NOBODY else find.person(call, records, arguments.person)
    if (old.id if old else 0) == (new.id if new else 0):
        sentence = f"{old.name} is that already." if old else f"{found.key} has no testing coordinator."
        raise Refused(sentence, field="person")
    if new is not None and not (new.active and full_member(records, new)):
        raise Refused(f"{new.name} isn't a full member here, and couldn't sign the tests off.", field="person")
    for each in held:
        records.evidence.participants.remove(each)
    if new is None:
        assert old is not None  # somebody else than nobody
        return _taken_back(call, found, old, "testing coordinator")
    _name(records, found, Part.TESTING, new)
    reply = _named(call, found, new, "testing coordinator", _replaced(found, old, new))
    sentence = f"{new.name} is the testing coordinator of {found.key} in your place."
    told_old = direct_word(call, found, old.id, f"Your part in {found.key}", sentence) if old else []
    return Reply(card=reply.card, posts=(*reply.posts, *told_old), trail=reply.trail)


def _replaced(found: Release, old: Person | None, new: Person) -> Trail:
    return Trail(found.key, {"testing coordinator": old.name} if old else {}, {"testing coordinator": new.name})


def _asked(call: Call, number: int, word: str, records: Records) -> tuple[Release, Person]:
    found = of_owners(call, number, records)
    return found, find.person(call, records, word)


def _holds(records: Records, found: Release, part: Part, person: Person) -> Participant | None:
    parts = records.evidence.participants.of(found.id)
    return next((each for each in parts if each.part is part and each.person_id == person.id), None)


def _name(records: Records, found: Release, part: Part, person: Person, area: str = "") -> None:
    records.evidence.participants.add(
        Participant(
            organisation_id=records.organisation.id, release_id=found.id, part=part, person_id=person.id, area=area
        )
    )


def _named(call: Call, found: Release, person: Person, part: str, trail: Trail) -> Reply:
    sentence = f"{person.name} is {part} of {found.key}."
    word = f"You are {part} of {found.key} {found.title}, named by {call.person.name}."
    return Reply(
        card=changed_card(found, "Named", sentence, (Button(f"Show {found.key}", f"show {found.key}"),)),
        posts=tuple(direct_word(call, found, person.id, f"Your part in {found.key}", word)),
        trail=trail,
    )


def _taken_back(call: Call, found: Release, person: Person, part: str) -> Reply:
    word = f"You aren't {part} of {found.key} {found.title} any more."
    return Reply(
        card=changed_card(found, "Taken back", f"{person.name} isn't {part} of {found.key} any more."),
        posts=tuple(direct_word(call, found, person.id, f"Your part in {found.key}", word)),
        trail=Trail(found.key, before={part: person.name}),
    )
