"""`/release media`: where the authorised versions of a release are kept (the definitive media library)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command, of_release
from handlers.kit.part import changeable, filled_in, may_change, standing
from handlers.kit.revise import revised
from handlers.kit.rows import Listed, Row, as_seen, ask_argument, over_list, really, usual_menu
from handlers.policy import media
from handlers.policy.content import approved_content
from messages.card import Button, Card
from messages.medium import media_card, medium_words
from messages.section import no_menu
from storage.content import Medium
from storage.records import Records
from storage.release import Release

MOST = 50


@dataclass(frozen=True, slots=True)
class Added:
    release: int = release_argument()
    uri: str = argument(
        "URI",
        media.uri,
        positional=True,
        limit=media.LONGEST_URI,
        hint="Where it's kept",
        example="oci://registry/payments:2.4.0",
    )
    sha256: str | None = argument(
        "SHA-256", media.digest, default=None, hint="64 hexadecimal digits, as sha256sum prints"
    )
    licence: str | None = argument(
        "Licence", read.title, default=None, limit=100, hint="The licence or its reference", example="MIT"
    )


def _which() -> Any:
    return argument(
        "Artifact", read.needed, positional=True, pointer=True, limit=media.LONGEST_URI, hint="Its URI, or its number in the list",
        example="oci://registry/payments:2.4.0",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edited:
    release: int = release_argument()
    which: str = _which()
    uri: str | None = argument("URI", media.uri, default=None, limit=media.LONGEST_URI, hint="Where it's kept")
    sha256: str | None = argument("SHA-256", media.digest, default=None, blank="", hint="64 hexadecimal digits")
    licence: str | None = argument("Licence", read.title, default=None, blank="", limit=100, example="MIT")
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Struck:
    release: int = release_argument()
    which: str = _which()
    revision: int | None = revision_argument()
    ask: bool = ask_argument()


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    """The artifact that is to be changed, if its list is still the one that was seen."""
    found = changeable(call, values["release"], records)
    which = values["which"]
    as_seen(found, values.get("revision"), _row(call, found, records, which))
    return standing(found, _as_words(which, _known(found, which)))


def _as_words(which: str, medium: Medium) -> dict[str, str]:
    return {"which": which, "uri": medium.uri, "sha256": medium.sha256, "licence": medium.licence}


@command(
    "media add",
    "Record an artifact of a release",
    title="Record an artifact",
    submit="Record",
    group="Plan",
    example="/release media add REL-42 oci://registry/payments:2.4.0 licence=MIT",
    whose=of_release(changeable),
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    """One that is there already gets the digest and the licence that are said now."""
    found = changeable(call, arguments.release, records)
    said = {"sha256": arguments.sha256, "licence": arguments.licence}
    given = {name: value for name, value in said.items() if value is not None}
    before = approved_content(found)
    known = next((each for each in found.content.media if each.uri == arguments.uri), None)
    if known is None:
        _keep(found, (*found.content.media, Medium(uri=arguments.uri, **given)))
    else:
        _keep(found, tuple(each.model_copy(update=given) if each is known else each for each in found.content.media))
    return revised(call, found, records, before)


@command(
    "media edit",
    "Change an artifact of a release",
    title="Change an artifact",
    group="Plan",
    stands=_stands,
    example="/release media edit REL-42 2 licence=MIT",
    whose=of_release(changeable),
)
def edit(call: Call, arguments: Edited, records: Records) -> Reply:
    """What isn't said stays. Without words it opens the form, filled in with what stands."""
    found = changeable(call, arguments.release, records)
    row = _row(call, found, records, arguments.which)
    as_seen(found, arguments.revision, row)
    stands = _known(found, arguments.which)
    said = {"uri": arguments.uri, "sha256": arguments.sha256, "licence": arguments.licence}
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        return filled_in("media edit", found, _as_words(arguments.which, stands))
    changed = stands.model_copy(update=given)
    if any(each.uri == changed.uri for each in found.content.media if each is not stands):
        raise Refused(f"{found.key} has an artifact “{changed.uri}” already; strike one of them.", field="uri")
    before = approved_content(found)
    _keep(found, tuple(changed if each is stands else each for each in found.content.media))
    return over_list(revised(call, found, records, before), arguments.revision, row)


@command(
    "media strike",
    "Strike an artifact from a release",
    title="Strike an artifact",
    submit="Strike",
    group="Plan",
    example="/release media strike REL-42 oci://registry/payments:2.4.0",
    whose=of_release(changeable),
)
def strike(call: Call, arguments: Struck, records: Records) -> Reply:
    found = changeable(call, arguments.release, records)
    row = _row(call, found, records, arguments.which)
    as_seen(found, arguments.revision, row)
    gone = _known(found, arguments.which)
    if arguments.ask:
        return really(found, row, "media", "strike", found.key, arguments.which, back=f"media list {found.key}")
    before = approved_content(found)
    _keep(found, tuple(each for each in found.content.media if each is not gone))
    return over_list(revised(call, found, records, before), arguments.revision, row)


@command(
    "media list",
    "List the media of a release",
    title="Media",
    submit="Show",
    group="Plan",
    reads=True,
    example="/release media list REL-42",
)
def list_media(call: Call, arguments: Listed, records: Records) -> Reply:
    return Reply(card=_listed(call, find.release(records, arguments.release), records, arguments.after))


def _listed(call: Call, found: Release, records: Records, after: int) -> Card:
    """A page of them; who may change them has a menu beside each."""
    menu = partial(_menu, found) if may_change(call, found) else no_menu
    return media_card(found, after, records.readings.of(found.id), menu)


def _menu(found: Release, number: int) -> tuple[Button, ...]:
    return usual_menu(found, "media", str(number))


def _place(found: Release, which: str) -> int | None:
    """Where it stands in the list, from 0. No URI is a bare number."""
    word = which.strip()
    places = range(len(found.content.media))
    if word.isdecimal():
        return int(word) - 1 if int(word) - 1 in places else None
    return next((place for place in places if found.content.media[place].uri == word), None)


def _row(call: Call, found: Release, records: Records, which: str) -> Row:
    """The artifact as a row of the list."""
    place = _place(found, which)
    now = "" if place is None else medium_words(found.content.media[place])
    return Row(f"artifact {which}", now, partial(_listed, call, found, records, place or 0))


def _known(found: Release, which: str) -> Medium:
    place = _place(found, which)
    if place is None:
        raise Refused(
            f"{found.key} has no artifact “{which}”.",
            field="which",
            ways=(Button("Its media", f"media list {found.key}"),),
        )
    return found.content.media[place]


def _keep(found: Release, kept: tuple[Medium, ...]) -> None:
    if len(kept) > MOST:
        raise Refused(f"A release records at most {MOST} artifacts; record the place that holds them all.")
    found.content = found.content.model_copy(update={"media": kept})
