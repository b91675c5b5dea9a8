"""`/release announce`, and the notices that go out by themselves before a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, NotTheirs, Refused, Reply, Trail, minutes
from handlers.kit.command import command, of_release
from handlers.kit.living import announcement_posts, event_posts, release_post
from handlers.kit.stakeholders import stakeholder_places
from handlers.policy.lifecycle import STATE_NAMES, Actor, actors
from messages.card import Moment, MomentStyle, Piece
from messages.form import FieldKind
from messages.release import changed_card
from messages.words import count
from storage.records import Records
from storage.release import Release, Update
from storage.terms import State

_SILENT = (State.DRAFT, State.CANCELLED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Announce:
    release: int = release_argument()
    words: str = argument(
        "Words", kind=FieldKind.TEXT, default="", rest=True, blank="", limit=2000, hint="In the readers' words"
    )


@dataclass(frozen=True, slots=True)
class Upcoming:
    release: int = release_argument()
    before: int = argument("Minutes before", read.whole, hidden=True)
    revision: int = argument("Revision", read.whole, hidden=True)


def _announceable(call: Call, number: int, records: Records) -> Release:
    found = find.release(records, number)
    if actors(call.person.id, call.roles, found) & {Actor.COORDINATOR, Actor.RELEASE_MANAGER}:
        return found
    sentence = f"{found.key} is announced by its coordinator or the release manager."
    raise NotTheirs(sentence, people=(found.coordinator_id,))


@command(
    "announce",
    "Announce a release",
    group="Communicate",
    submit="Announce",
    example="/release announce REL-42",
    whose=of_release(_announceable),
)
def announce(call: Call, arguments: Announce, records: Records) -> Reply:
    """One living announcement in every channel of its readers; said again, it's edited where it hangs."""
    found = _announceable(call, arguments.release, records)
    if found.state in _SILENT:
        why = "it's announced once it is submitted" if found.state is State.DRAFT else "there is nothing to announce"
        raise Refused(f"{found.key} is {STATE_NAMES[found.state]}; {why}.")
    if arguments.words:
        keep_words(call, found, arguments.words, records)
    places = _places(found, records)
    if not places:
        raise Refused(
            "No channel hears announcements yet. Link one: /release link announcements #channel, or name one for this "
            f"release: /release stakeholder add {found.key} #channel."
        )
    sentence = f"{found.key} is announced in {count(places, 'channel')}."
    events = event_posts(call, found, records, "announced", [f"{found.key} was announced."], words=arguments.words)
    return Reply(
        card=changed_card(found, "Announced", sentence),
        posts=(*announcement_posts(found, records, publish=True), *events),
        trail=Trail(found.key, after={"announced": places}, why=arguments.words),
    )


def _places(found: Release, records: Records) -> int:
    audiences = ["announcements", *(f"service:{each.name}" for each in found.services)]
    places = {(link.platform, link.workspace, link.channel) for name in audiences for link in records.links.of(name)}
    return len(places | {(each.platform, each.workspace, each.channel) for each in stakeholder_places(records, found)})


def keep_words(call: Call, found: Release, words: str, records: Records) -> None:
    """The newest words of a person are what the announcement quotes."""
    records.releases.add_update(
        Update(
            organisation_id=records.organisation.id,
            release_id=found.id,
            person_id=call.person.id,
            words=words,
            at=call.at,
        )
    )


@command("upcoming", "Tell that a release is near", group="Clock", clock=True)
def upcoming(call: Call, arguments: Upcoming, records: Records) -> Reply:
    """Before the window: to the announcement's channels and to those who follow."""
    found = find.release(records, arguments.release)
    if found.state is not State.APPROVED or found.revision != arguments.revision or found.starts_at is None:
        return Reply(trail=Trail(found.key, why="not said: the release has moved on since it was planned"))
    if _another_is_due(call, arguments.before, found.starts_at):
        return Reply(trail=Trail(found.key, why="not said: the next notice is due already"))
    late = call.at - (found.starts_at - minutes(arguments.before)) > LATE
    sentence: list[Piece | str] = [
        f"{found.key} {found.title} begins {'at' if late else f'in {_span(arguments.before)},'} ",
        Moment(found.starts_at, MomentStyle.DATE_TIME, found.zone),
        "." if not found.hold else f"; it's on hold: {found.hold}.",
    ]
    return Reply(
        posts=(
            *announcement_posts(found, records, publish=True),
            release_post(call, found, records),
            *event_posts(call, found, records, "upcoming", sentence, until=found.starts_at),
        ),
        trail=Trail(found.key, after={"notice": _span(arguments.before)}),
    )


LATE = timedelta(minutes=2)
"""After so long “in an hour” isn't true any more, and only the moment itself is said."""


def _another_is_due(call: Call, before: int, starts_at: datetime) -> bool:
    """A notice that is nearer to the window has its time by now: two at once would say the same."""
    nearer = [each for each in call.rules.announcements.before_minutes if each < before]
    return any(starts_at - minutes(each) <= call.at for each in nearer)


def _span(length: int) -> str:
    if length % 1440 == 0:
        return count(length // 1440, "day")
    return count(length // 60, "hour") if length % 60 == 0 else count(length, "minute")
