"""`/release media`: where the authorised versions of a release are kept (the definitive media library)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command
from handlers.kit.revise import change_move, revised
from handlers.policy import media
from handlers.policy.content import approved_content
from messages.card import Button
from messages.medium import media_card
from storage.content import Medium
from storage.records import Records
from storage.release import Release

MOST = 50
LONGEST_URI = 500


@dataclass(frozen=True, slots=True)
class Added:
    release: int = release_argument()
    uri: str = argument(
        "URI",
        media.uri,
        positional=True,
        limit=LONGEST_URI,
        hint="Where it's kept",
        example="oci://registry/payments:2.4.0",
    )
    sha256: str | None = argument(
        "SHA-256", media.digest, default=None, hint="64 hexadecimal digits, as sha256sum prints"
    )
    licence: str | None = argument(
        "Licence", read.title, default=None, limit=100, hint="The licence or its reference", example="MIT"
    )


@dataclass(frozen=True, slots=True)
class Struck:
    release: int = release_argument()
    uri: str = argument("URI", read.needed, positional=True, limit=LONGEST_URI, example="oci://registry/payments:2.4.0")


@dataclass(frozen=True, slots=True)
class Listed:
    release: int = release_argument()
    after: int = argument("After so many", read.whole, default=0, hidden=True)


@command(
    "media add",
    "Record an artifact of a release",
    title="Record an artifact",
    submit="Record",
    group="Plan",
    example="/release media add REL-42 oci://registry/payments:2.4.0 licence=MIT",
)
def add(call: Call, arguments: Added, records: Records) -> Reply:
    """One that is there already gets the digest and the licence that are said now."""
    found = _changing(call, arguments.release, records)
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
    "media strike",
    "Strike an artifact from a release",
    title="Strike an artifact",
    submit="Strike",
    group="Plan",
    example="/release media strike REL-42 oci://registry/payments:2.4.0",
)
def strike(call: Call, arguments: Struck, records: Records) -> Reply:
    found = _changing(call, arguments.release, records)
    left = tuple(each for each in found.content.media if each.uri != arguments.uri.strip())
    if len(left) == len(found.content.media):
        raise Refused(
            f"{found.key} has no artifact “{arguments.uri}”.",
            field="uri",
            ways=(Button("Its media", f"media list {found.key}"),),
        )
    before = approved_content(found)
    _keep(found, left)
    return revised(call, found, records, before)


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
    found = find.release(records, arguments.release)
    return Reply(card=media_card(found, arguments.after, records.readings.of(found.id)))


def _changing(call: Call, number: int, records: Records) -> Release:
    found = find.release(records, number)
    find.permitted(call, records, found, change_move(found))
    return found


def _keep(found: Release, kept: tuple[Medium, ...]) -> None:
    if len(kept) > MOST:
        raise Refused(f"A release records at most {MOST} artifacts; record the place that holds them all.")
    found.content = found.content.model_copy(update={"media": kept})
