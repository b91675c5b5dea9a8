"""`/release media check`: the form of each entry, and its digest against what was seen; where Cabbot may, it reads itself."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Direct, Post, Reply, Trail
from handlers.kit.command import command
from handlers.kit.draft import TEXT_LIMIT
from handlers.kit.proven import records_it
from handlers.policy import media
from handlers.policy.may_read import unreadable
from messages.form import FieldKind
from messages.media_check import Checked, Readings, checked_card, differs_card
from messages.medium import media_card
from storage.content import Medium
from storage.medium_reading import WHY_LENGTH, MediumReading, Verdict
from storage.records import Records
from storage.release import Release


@dataclass(frozen=True, slots=True)
class Checking:
    release: int = release_argument()
    sums: dict[str, str] | None = argument(
        "Digests you see", media.sums, kind=FieldKind.TEXT, default=None, limit=TEXT_LIMIT,
        hint="What sha256sum prints where the artifacts are: a digest and a file a line",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    release: int = release_argument()
    uri: str = argument("URI", positional=True, limit=media.LONGEST_URI, hidden=True)
    sha256: str = argument("SHA-256", media.digest, default="", hidden=True)
    why: str = argument("Why not", default="", limit=WHY_LENGTH, hidden=True)


@command(
    "media check",
    "Check the media of a release",
    title="Check the media",
    submit="Check",
    group="Plan",
    example="/release media check REL-42",
)
def check(call: Call, arguments: Checking, records: Records) -> Reply:
    """Compare what a person pastes; without that, have read whatever may be read. Nothing is read here: that takes time."""
    found = find.release(records, arguments.release)
    listed, sums = found.content.media, arguments.sums or {}
    if not listed:
        return Reply(card=media_card(found, 0, {}))
    can_ask = records_it(call, found, records)
    asked = _asked(call, found, records) if can_ask and not sums else []
    read = records.readings.of(found.id)
    rows = [_checked(call, each, sums, read) for each in listed]
    trail = Trail(found.key, after={"media to be read": asked}) if asked else None
    return Reply(card=checked_card(found, rows, can_ask=can_ask), trail=trail)


def _asked(call: Call, found: Release, records: Records) -> list[str]:
    """Those that are to be read from now on."""
    may = [each.uri for each in found.content.media if not unreadable(each.uri, call.may_read)]
    return records.readings.ask(found.id, may, call.person.id, call.at)


def _checked(call: Call, medium: Medium, sums: dict[str, str], read: Readings) -> Checked:
    problems = [f"{name} missing" for name in media.lacks(medium)]
    seen = media.seen(medium, sums)
    if seen and medium.sha256 and seen != medium.sha256:
        problems.append(f"the digest differs: {seen} was seen, {medium.sha256} is recorded")
    why = unreadable(medium.uri, call.may_read)
    return Checked(medium, problems, read.get(medium.uri), why, compared=seen is not None)


@command("media checked", "Note what was read of an artifact", group="Clock", clock=True)
def checked(call: Call, arguments: Read, records: Records) -> Reply:
    """Whoever asked hears of all that they asked for at once; the coordinator hears of a digest that differs."""
    found = find.release(records, arguments.release)
    read = records.readings.of(found.id)
    reading = read.get(arguments.uri)
    if reading is not None:
        reading.sha256, reading.why, reading.read_at = arguments.sha256 or reading.sha256, arguments.why, call.at
        records.readings.heard(reading)
    medium = next((each for each in found.content.media if each.uri == arguments.uri), None)
    if medium is None or reading is None:
        return Reply(trail=Trail(found.key, why=f"{arguments.uri} isn't among the media any more"))
    verdict = reading.verdict(medium.sha256)
    after = {"media": medium.uri, "reading": verdict.value}
    after |= {"sha256": arguments.sha256} if arguments.sha256 else {}
    posts = _differing(call, found, medium, reading) if verdict is Verdict.DIFFERS else ()
    return Reply(
        posts=(*posts, *_told(call, found, reading, read)), trail=Trail(found.key, after=after, why=reading.why)
    )


def _differing(call: Call, found: Release, medium: Medium, reading: MediumReading) -> tuple[Post, ...]:
    card = differs_card(found, medium, reading.sha256)
    return (Post(Direct(found.coordinator_id), card, f"differs:{found.key}:{call.id}", found.key),)


def _told(call: Call, found: Release, reading: MediumReading, read: Readings) -> tuple[Post, ...]:
    """One message, when the last of what was asked for together has been read."""
    together = [
        each for each in read.values() if (each.asked_at, each.asked_by) == (reading.asked_at, reading.asked_by)
    ]
    listed = {each.uri: each for each in found.content.media}
    if any(each.unheard and each.uri in listed for each in together):
        return ()
    rows = [_checked(call, listed[each.uri], {}, read) for each in together if each.uri in listed]
    return (Post(Direct(reading.asked_by), checked_card(found, rows), f"media:{found.key}:{call.id}", found.key),)
