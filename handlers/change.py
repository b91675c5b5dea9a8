"""`/release change`: the change requests that a release implements, by which it is defined (process section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from handlers.kit import ask, change_lines, find, read
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import catalogue, command, of_release
from handlers.kit.draft import TEXT_LIMIT
from handlers.kit.part import changeable, filled_in, may_change, standing
from handlers.kit.revise import revised
from handlers.kit.rows import Listed, Row, as_seen, ask_argument, over_list, really, usual_menu
from handlers.policy.content import approved_content
from messages.card import Button, Card
from messages.change import change_line, changes_card
from messages.form import Choice, FieldKind
from messages.section import no_menu
from storage.content import ChangeKind, ChangeRequest
from storage.records import Records
from storage.release import Release

MOST = change_lines.MOST
EMPTY = "-"
"""What a person writes to empty a field of something that stands."""
_KINDS = tuple(Choice(each.value, each.value.replace("_", " ").capitalize()) for each in ChangeKind)
_SEVERAL = "One a line, or CSV with a header row: CHG-101 Refund at once | fix | authorised by Dana 2026-11-20"


def _title(word: str) -> str:
    return "" if word.strip() == EMPTY else read.title(word)


def _link(word: str) -> str:
    return "" if word.strip() == EMPTY else change_lines.link(word)


@dataclass(frozen=True, slots=True)
class OneChange:
    release: int = release_argument()
    ref: str = argument(
        "Reference", change_lines.reference, default="", positional=True, pointer=True,
        limit=change_lines.MOST_REFERENCE, example="CHG-101",
    )  # fmt: skip
    title: str | None = argument(
        "Title", _title, default=None, positional=True, limit=change_lines.MOST_TITLE, example='"Refund at once"'
    )
    kind: ChangeKind | None = argument(
        "Kind", change_lines.kind, kind=FieldKind.CHOICE, default=None, choices=_KINDS, example="fix"
    )
    link: str | None = argument("Link", _link, default=None, limit=500, example="https://…")
    problem: str | None = argument("Problem it ends", _title, default=None, limit=60, example="PRB-7")
    authorised_by: str | None = argument(
        "Authorised by", _title, default=None, limit=80, hint="As the change's own system has it", example="Dana"
    )
    authorised_on: date | None = argument(
        "Authorised on", change_lines.day, default=None, hint="A day such as 2026-11-20", example="2026-11-20"
    )


@dataclass(frozen=True, slots=True)
class Added(OneChange):
    lines: tuple[ChangeRequest, ...] = argument(
        "Or several at once", change_lines.change_requests, kind=FieldKind.TEXT, default=(), limit=TEXT_LIMIT,
        below=True, hint=_SEVERAL,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edited(OneChange):
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Struck:
    release: int = release_argument()
    ref: str = argument("Reference", read.needed, positional=True, pointer=True, example="CHG-101")
    revision: int | None = revision_argument()
    ask: bool = ask_argument()


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    """The change request that is to be changed, if its list is still the one that was seen."""
    found = changeable(call, values["release"], records)
    ref = values.get("ref", "")
    as_seen(found, values.get("revision"), _row(call, found, ref))
    return standing(found, _as_words(_known(found, ref)))


@command(
    "change add",
    "Add change requests to a release",
    title="Add change requests",
    submit="Add",
    group="Plan",
    example='/release change add REL-42 CHG-101 "Refund at once" kind=fix problem=PRB-7',
    whose=of_release(changeable),
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    """One by words, or as many as are pasted. One that is there already is completed with what is said now."""
    found = changeable(call, arguments.release, records)
    said = any(value is not None for value in _details(arguments).values())
    if not arguments.ref and said:
        raise Refused("What is the change called? Give its reference, such as CHG-101.", field="ref")
    if not arguments.ref and not arguments.lines:
        return Reply(form=ask.form(catalogue()["change add"], {"release": found.key}, zone=found.zone))
    named = [*([_one(arguments)] if arguments.ref else []), *arguments.lines]
    new = [_by_name(call, each, records) for each in named]
    before = approved_content(found)
    for each in new:
        _authorised(call, each)
        _put(found, each)
    _few_enough(found)
    return revised(call, found, records, before)


@command(
    "change edit",
    "Change a change request of a release",
    title="Edit a change request",
    group="Plan",
    stands=_stands,
    example='/release change edit REL-42 CHG-101 authorised_by="Dana" authorised_on=2026-11-20',
    whose=of_release(changeable),
)
def edit(call: Call, arguments: Edited, records: Records) -> Reply:
    """What isn't said stays, but for the form that showed it: there it was emptied. By words “-” empties."""
    found = changeable(call, arguments.release, records)
    row = _row(call, found, arguments.ref)
    as_seen(found, arguments.revision, row)
    stands = _known(found, arguments.ref)
    if arguments.revision is None and all(value is None for value in _details(arguments).values()):
        return filled_in("change edit", found, _as_words(stands))
    before = approved_content(found)
    kept = stands if arguments.revision is None else ChangeRequest(ref=stands.ref)
    changed = _completed(kept, _by_name(call, _one(arguments), records))
    _authorised(call, changed)
    found.change_requests = [changed if each is stands else each for each in found.change_requests]
    return over_list(revised(call, found, records, before), arguments.revision, row)


@command(
    "change strike",
    "Strike a change request from a release",
    title="Strike a change",
    submit="Strike",
    group="Plan",
    example="/release change strike REL-42 CHG-101",
    whose=of_release(changeable),
)
def strike(call: Call, arguments: Struck, records: Records) -> Reply:
    found = changeable(call, arguments.release, records)
    row = _row(call, found, arguments.ref)
    as_seen(found, arguments.revision, row)
    gone = _known(found, arguments.ref)
    if arguments.ask:
        return really(found, row, "change", "strike", found.key, gone.ref, back=f"change list {found.key}")
    before = approved_content(found)
    found.change_requests = [each for each in found.change_requests if each is not gone]
    return over_list(revised(call, found, records, before), arguments.revision, row)


@command(
    "change list",
    "List the change requests of a release",
    title="Change requests",
    submit="Show",
    group="Plan",
    reads=True,
    example="/release change list REL-42",
)
def list_changes(call: Call, arguments: Listed, records: Records) -> Reply:
    return Reply(card=_listed(call, find.release(records, arguments.release), arguments.after))


def _listed(call: Call, found: Release, after: int) -> Card:
    """A page of them; who may change them has a menu beside each."""
    return changes_card(found, after, partial(_menu, found) if may_change(call, found) else no_menu)


def _menu(found: Release, number: int) -> tuple[Button, ...]:
    return usual_menu(found, "change", found.change_requests[number - 1].ref)


def _row(call: Call, found: Release, ref: str) -> Row:
    """The change request as a row of the list."""
    place, known = next(((at, each) for at, each in enumerate(found.change_requests) if _is(each, ref)), (0, None))
    return Row(ref, change_line(known) if known else "", partial(_listed, call, found, place))


def _details(arguments: OneChange) -> dict[str, Any]:
    """What a person said of one change request; None is unsaid."""
    names = [name for name in ChangeRequest.model_fields if name != "ref"]
    return {name: getattr(arguments, name) for name in names}


def _one(arguments: OneChange) -> ChangeRequest:
    """With the fields alone that were said; what ends a problem is a fix, and what nobody authorises has no day."""
    said = {name: value for name, value in _details(arguments).items() if value is not None}
    if said.get("authorised_by") == "":
        said["authorised_on"] = None
    if said.get("problem") and "kind" not in said:
        said["kind"] = ChangeKind.FIX
    return ChangeRequest(ref=arguments.ref, **said)


def _by_name(call: Call, change: ChangeRequest, records: Records) -> ChangeRequest:
    """Whoever is mentioned as having authorised it is written down by name."""
    if not change.authorised_by.startswith(("@", "<@")):
        return change
    who = find.person(call, records, change.authorised_by, field="authorised_by")
    return change.model_copy(update={"authorised_by": who.name})


def _authorised(call: Call, change: ChangeRequest) -> None:
    if change.authorised_on is None:
        return
    if not change.authorised_by:
        raise Refused(
            f"{change.ref} has a day but nobody who authorised it; say authorised_by=.", field="authorised_by"
        )
    if change.authorised_on > (call.at + timedelta(days=1)).date():  # it's tomorrow already somewhere
        raise Refused(
            f"{change.authorised_on:%Y-%m-%d} lies ahead; {change.ref} isn't authorised then.", field="authorised_on"
        )


def _put(found: Release, change: ChangeRequest) -> None:
    known = _find(found, change.ref)
    if known is None:
        found.change_requests = [*found.change_requests, change]
        return
    changed = _completed(known, change)
    found.change_requests = [changed if each is known else each for each in found.change_requests]


def _completed(known: ChangeRequest, said: ChangeRequest) -> ChangeRequest:
    return known.model_copy(update={name: getattr(said, name) for name in said.model_fields_set if name != "ref"})


def _few_enough(found: Release) -> None:
    """So many that `edit` can still show all of their references in one field."""
    together = len(", ".join(each.ref for each in found.change_requests))
    if len(found.change_requests) > MOST:
        raise Refused(
            f"A release takes at most {MOST} change requests; this would make {len(found.change_requests)}. Plan a second "
            "release for the rest."
        )
    if together > TEXT_LIMIT:
        raise Refused(
            f"The references of a release fit into {TEXT_LIMIT} characters; these would need {together}. Plan a second "
            "release for the rest."
        )


def _find(found: Release, ref: str) -> ChangeRequest | None:
    return next((each for each in found.change_requests if _is(each, ref)), None)


def _is(change: ChangeRequest, ref: str) -> bool:
    return change.ref.casefold() == ref.strip().casefold()


def _known(found: Release, ref: str) -> ChangeRequest:
    known = _find(found, ref)
    if known is None:
        which = f"no change request “{ref}”" if ref else "several change requests; say which by its reference"
        raise Refused(
            f"{found.key} has {which}.", field="ref", ways=(Button("Its change requests", f"change list {found.key}"),)
        )
    return known


def _as_words(stands: ChangeRequest) -> dict[str, str]:
    words = {name: getattr(stands, name) for name in ("ref", "title", "link", "problem", "authorised_by")}
    words["kind"] = stands.kind.value
    if stands.authorised_on is not None:
        words["authorised_on"] = f"{stands.authorised_on:%Y-%m-%d}"
    return {name: word for name, word in words.items() if word}
