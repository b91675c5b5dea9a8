"""`/release register`: the risk register, what might go wrong with a release and what did (process section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit import ask, find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Post, Refused, Reply, Trail
from handlers.kit.command import catalogue, command, of_release
from handlers.kit.evidence import direct_word, people_of, recordable
from handlers.kit.living import namer
from handlers.kit.rows import Listed
from handlers.kit.stakeholders import stakeholder_people
from handlers.policy.record import may_not_record
from messages.card import Button
from messages.form import Choice, FieldKind
from messages.line import compose
from messages.register import register_card
from messages.release import changed_card
from messages.section import Menu
from storage.evidence import RiskItem, RiskKind, RiskStatus
from storage.records import Records
from storage.release import Release

_KINDS = (Choice("risk", "Risk: it might happen"), Choice("issue", "Issue: it has happened"))
_PRIORITIES = tuple(Choice(str(each), words) for each, words in enumerate(("1, highest", "2", "3", "4, lowest"), 1))
_ENDS = (
    Choice("closed", "Closed: it's over"),
    Choice("mitigated", "Mitigated: something was done about it"),
    Choice("accepted", "Accepted: we live with it"),
)
MOST = 200


@dataclass(frozen=True, slots=True)
class Added:
    release: int = release_argument()
    words: str = argument(
        "What it is", read.needed, kind=FieldKind.TEXT, positional=True, limit=1000,
        hint="What might happen, or has, and to whom", example='"The queue may be full"',
    )  # fmt: skip
    kind: RiskKind = argument(
        "Kind", read.one_of(RiskKind), kind=FieldKind.CHOICE, default=RiskKind.RISK, choices=_KINDS, example="issue"
    )
    priority: str = argument("Priority", kind=FieldKind.CHOICE, default="3", choices=_PRIORITIES, example="2")
    owner: str = argument("Owner", kind=FieldKind.PERSON, default="me", hint="You, if left empty", example="@ana")
    mitigation: str = argument(
        "Mitigation", kind=FieldKind.TEXT, default="", blank="", limit=1000, hint="What is done about it"
    )


@dataclass(frozen=True, slots=True)
class Edited:
    release: int = release_argument()
    number: int = argument("Number", read.whole, positional=True, pointer=True, example="2")
    words: str | None = argument("What it is", read.needed, kind=FieldKind.TEXT, default=None, limit=1000)
    kind: RiskKind | None = argument(
        "Kind", read.one_of(RiskKind), kind=FieldKind.CHOICE, default=None, choices=_KINDS, example="issue"
    )
    priority: str | None = argument("Priority", kind=FieldKind.CHOICE, default=None, choices=_PRIORITIES, example="1")
    owner: str | None = argument("Owner", kind=FieldKind.PERSON, default=None, example="@ana")
    mitigation: str | None = argument(
        "Mitigation", kind=FieldKind.TEXT, default=None, limit=1000, hint="What is done about it"
    )


@dataclass(frozen=True, slots=True)
class Closed:
    release: int = release_argument()
    number: int = argument("Number", read.whole, positional=True, pointer=True, example="2")
    status: RiskStatus = argument(
        "How it ended", read.one_of(RiskStatus), kind=FieldKind.CHOICE, default=RiskStatus.CLOSED, choices=_ENDS,
        example="accepted",
    )  # fmt: skip
    why: str = argument("Why", kind=FieldKind.TEXT, default="", rest=True, blank="", limit=1000)


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    found, stands = _own(call, values["release"], values["number"], records)
    return _as_words(found, stands)


def _takes_part(call: Call, number: int, records: Records) -> Release:
    """The release, if this person has a part in it."""
    found = find.release(records, number)
    recordable(call, found, [*people_of(records, found), *stakeholder_people(records, found)])
    return found


@command(
    "register add",
    "Add to the risk register of a release",
    title="A risk or an issue",
    submit="Add",
    group="Plan",
    example='/release register add REL-42 "The queue may be full" priority=2 owner=@ana mitigation="Drain it first"',
    whose=of_release(_takes_part),
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    """Everybody who has a part in the release may; the owner and the coordinator hear of it."""
    found = _takes_part(call, arguments.release, records)
    owner = find.person(call, records, arguments.owner or "me", field="owner")
    numbers = [each.number for each in records.evidence.risks.of(found.id)]
    if len(numbers) >= MOST:
        raise Refused(f"The register of {found.key} has {MOST} entries; that is the most it takes.")
    made = records.evidence.risks.add(
        RiskItem(
            organisation_id=records.organisation.id,
            release_id=found.id,
            number=max(numbers, default=0) + 1,
            kind=arguments.kind,
            words=arguments.words,
            priority=int(arguments.priority),
            owner_id=owner.id,
            mitigation=arguments.mitigation,
            at=call.at,
        )
    )
    return _written(call, found, made, records, before={})


@command(
    "register edit",
    "Change an entry of the risk register",
    title="Change the entry",
    group="Plan",
    stands=_stands,
    example="/release register edit REL-42 2 priority=1",
    whose=lambda call, values, records: _own(call, values["release"], values["number"], records),
)
def edit(call: Call, arguments: Edited, records: Records) -> Reply:
    """The coordinator's, the release manager's, and its owner's. Without words it opens the form with what stands."""
    found, stands = _own(call, arguments.release, arguments.number, records)
    said = {name: getattr(arguments, name) for name in ("words", "kind", "mitigation")}
    changed = {name: value for name, value in said.items() if value is not None}
    if arguments.priority is not None:
        changed["priority"] = int(arguments.priority)
    if arguments.owner is not None:
        changed["owner_id"] = find.person(call, records, arguments.owner, field="owner").id
    if not changed:
        return Reply(form=ask.form(catalogue()["register edit"], _as_words(found, stands), zone=found.zone))
    after = stands.model_copy(update=changed)
    if after == stands:
        raise Refused(f"Nothing is different, so #{stands.number} stays as it is.")
    records.evidence.risks.save(after)
    return _written(call, found, after, records, before=_trail_of(stands, records))


@command(
    "register close",
    "Close an entry of the risk register",
    title="Close the entry",
    submit="Close it",
    group="Plan",
    example="/release register close REL-42 2 status=mitigated",
    whose=lambda call, values, records: _own(call, values["release"], values["number"], records),
)
def close(call: Call, arguments: Closed, records: Records) -> Reply:
    """It stays in the list with how it ended."""
    found, stands = _own(call, arguments.release, arguments.number, records)
    if stands.status is arguments.status:
        raise Refused(f"#{stands.number} of {found.key} is {stands.status.value} already.")
    after = stands.model_copy(update={"status": arguments.status})
    records.evidence.risks.save(after)
    return _written(call, found, after, records, before=_trail_of(stands, records), why=arguments.why)


@command(
    "register list",
    "List the risk register of a release",
    title="Risk register",
    submit="Show",
    group="Plan",
    reads=True,
    example="/release register list REL-42",
)
def list_register(call: Call, arguments: Listed, records: Records) -> Reply:
    found = find.release(records, arguments.release)
    entries = records.evidence.risks.of(found.id)
    return Reply(card=register_card(found, entries, namer(records), arguments.after, _menus(call, found, entries)))


def _menus(call: Call, found: Release, entries: Sequence[RiskItem]) -> Menu:
    """A menu beside each entry that is this person's to change. Its number is its own for good, so no list is outdated."""
    mine = {
        each.number: each for each in entries if not may_not_record(call.person.id, call.roles, found, (each.owner_id,))
    }

    def menu(number: int) -> tuple[Button, ...]:
        if number not in mine or not call.member:
            return ()
        change = Button("Change", compose("register", "edit", found.key, str(number), form="yes"))
        close = Button("Close", compose("register", "close", found.key, str(number), form="yes"))
        return (change, close) if mine[number].status is RiskStatus.OPEN else (change,)

    return menu


def _own(call: Call, number: int, entry: int, records: Records) -> tuple[Release, RiskItem]:
    found = find.release(records, number)
    stands = next((each for each in records.evidence.risks.of(found.id) if each.number == entry), None)
    if stands is None:
        raise Refused(
            f"The register of {found.key} has no #{entry}.", field="number",
            ways=(Button("The register", f"register list {found.key}"),),
        )  # fmt: skip
    recordable(call, found, (stands.owner_id,))
    return found, stands


def _written(
    call: Call, found: Release, entry: RiskItem, records: Records, *, before: dict[str, object], why: str = ""
) -> Reply:
    """What is written down, told to its owner and to the coordinator, who hears of nothing that they did themselves."""
    what = f"{entry.kind.value} #{entry.number} of {found.key} (priority {entry.priority}, {entry.status.value})"
    sentence = f"{what[0].upper()}{what[1:]}: {entry.words}"
    heard = dict.fromkeys((entry.owner_id, found.coordinator_id))
    posts: list[Post] = []
    for person in heard:
        title = "Yours to look after" if person == entry.owner_id else f"The register of {found.key}"
        posts += direct_word(call, found, person, title, f"{sentence}{f' — {why}' if why else ''}")
    ways = (Button("The register", f"register list {found.key}"),)
    return Reply(
        card=changed_card(found, "In the register", sentence, ways),
        posts=tuple(posts),
        trail=Trail(found.key, before, _trail_of(entry, records), why=why),
    )


def _trail_of(entry: RiskItem, records: Records) -> dict[str, object]:
    owner = records.people.get(entry.owner_id).name
    kept = entry.model_dump(mode="json", include={"number", "kind", "words", "priority", "mitigation", "status"})
    return {**kept, "owner": owner}


def _as_words(found: Release, stands: RiskItem) -> dict[str, str]:
    return {
        "release": found.key,
        "number": str(stands.number),
        "words": stands.words,
        "kind": stands.kind.value,
        "priority": str(stands.priority),
        "mitigation": stands.mitigation,
    }
