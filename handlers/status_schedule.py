"""`/release status schedule`, `list` and `stop`: standing status posts, each in its channel and time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.kit import find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, NotTheirs, Place, Post, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.overview import overview
from handlers.policy.calendar import Occurrence, Wall, next_times, occurrences, read_rule, read_wall, read_zone
from messages.announcement import schedule_card, schedules_card, status_card
from messages.card import Button
from messages.form import FieldKind
from messages.line import compose
from messages.refusal import told
from storage.due import Due
from storage.records import Records
from storage.service import Schedule
from storage.terms import Role

_MANAGERS = frozenset({Role.RELEASE_MANAGER, Role.PROCESS_OWNER})
PREVIEW = 5


@dataclass(frozen=True, slots=True)
class New:
    rule: str = argument(
        "When", read_rule, positional=True, limit=100, hint="0 9 * * MON-FRI, or every 4h", example='"0 9 * * MON-FRI"'
    )
    zone: str | None = argument(
        "Time zone", read_zone, default=None, hint="Yours if left empty", example="Europe/Berlin"
    )
    channel: str = argument(
        "Channel", kind=FieldKind.CHANNEL, default="", blank="", hint="Here if left empty", example="#releases"
    )


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class One:
    number: int = argument("Number", read.whole, positional=True, pointer=True)


@dataclass(frozen=True, slots=True)
class Occasion:
    number: int = argument("Number", read.whole, positional=True)
    at: Wall = argument("Nominal time", read_wall, hidden=True)


@command(
    "status schedule",
    "Post the status of all releases on a schedule",
    title="Schedule status posts",
    submit="Schedule",
    group="Communicate",
    example='/release status schedule "0 9 * * MON-FRI" zone=Europe/Berlin',
)
def schedule(call: Call, arguments: New, records: Records) -> Reply:
    """It survives restarts, keeps to the wall clock of its zone, and shows its next five times."""
    place = find.channel(call, records, arguments.channel)
    zone = arguments.zone or call.zone
    times = next_times(arguments.rule, zone, call.at, PREVIEW)
    if not times:
        raise Refused("That schedule never comes true; choose another.", field="rule")
    made = records.schedules.add(
        Schedule.model_construct(
            organisation_id=records.organisation.id,
            platform=place.platform,
            workspace=place.workspace,
            channel=place.channel,
            channel_name=place.name,
            rule=arguments.rule,
            zone=zone,
            created_by=call.person.id,
            created_at=call.at,
        )
    )
    _plan(records, made, times[0])
    shown = schedule_card(made.rule, zone, [each.at for each in times], made.id, _where(made))
    return Reply(
        card=shown,
        trail=Trail(f"status schedule {made.id}", after={"rule": made.rule, "zone": zone, "channel": made.channel}),
    )


def _where(made: Schedule) -> str:
    return f"#{made.channel_name}" if made.channel_name else "this channel"


def _plan(records: Records, made: Schedule, occurrence: Occurrence) -> None:
    """The next occurrence, keyed by its local wall time so that it happens once."""
    records.dues.plan(
        Due(
            organisation_id=records.organisation.id,
            key=f"status-schedule:{made.id}:{occurrence.key}",
            subject=_subject(made.id),
            line=compose("post-status", str(made.id), at=f"@{int(occurrence.at.timestamp())}"),
            at=occurrence.at,
        )
    )


def _subject(number: int) -> str:
    return f"status-schedule:{number}"


@command("status list", "List the standing status posts", group="Communicate", reads=True)
def list_schedules(call: Call, arguments: Nothing, records: Records) -> Reply:
    rows = [
        (each.id, each.rule, each.zone, _where(each), next_times(each.rule, each.zone, call.at, 1)[0].at)
        for each in records.schedules.standing()
    ]
    return Reply(card=schedules_card(rows))


def _own(call: Call, number: int, records: Records) -> Schedule:
    found = records.schedules.get(number)
    if found is None or found.stopped_at is not None:
        raise Refused(f"There is no standing status post {number}.", ways=(Button("List them", "status list"),))
    if found.created_by != call.person.id and not call.roles & _MANAGERS:
        owner = records.people.get(found.created_by).name
        raise NotTheirs(f"It was set up by {owner}; they or the release manager stop it.", people=(found.created_by,))
    return found


@command(
    "status stop",
    "Stop a standing status post",
    title="Stop a status post",
    submit="Stop",
    group="Communicate",
    example="/release status stop 3",
    whose=lambda call, values, records: _own(call, values["number"], records),
)
def stop(call: Call, arguments: One, records: Records) -> Reply:
    found = _own(call, arguments.number, records)
    found.stopped_at = call.at
    records.schedules.save(found)
    records.dues.withdraw(_subject(found.id), call.at)
    sentence = f"Status post {found.id} ({found.rule}, {found.zone}) is stopped."
    return Reply(
        card=told("Stopped", sentence),
        trail=Trail(f"status schedule {found.id}", {"rule": found.rule}, {"stopped": True}),
    )


@command("post-status", "Post the status of all releases", group="Clock", clock=True)
def post_status(call: Call, arguments: Occasion, records: Records) -> Reply:
    """A late one is posted once; it is dropped when a newer is due already, and the trail says which."""
    found = records.schedules.get(arguments.number)
    subject = f"status schedule {arguments.number}"
    if found is None or found.stopped_at is not None:
        return Reply(trail=Trail(subject, why="not posted: it was stopped"))
    nominal = arguments.at.at("UTC")
    newest = _newest(found, nominal, call.at)
    if newest is not None:
        _plan(records, found, newest)
        return Reply(trail=Trail(subject, why=f"dropped: the one of {newest.at.isoformat()} is due already"))
    following = next(occurrences(found.rule, found.zone, call.at))
    _plan(records, found, following)
    card = status_card(overview(records, call.at), call.at, found.zone)
    place = Place(found.platform, found.workspace, found.channel, found.channel_name)
    post = Post(place, card, f"status:{found.id}:{int(nominal.timestamp())}", subject, until=following.at, priority=9)
    return Reply(posts=(post,), trail=Trail(subject, after={"posted": nominal.isoformat()}))


def _newest(found: Schedule, nominal: datetime, now: datetime) -> Occurrence | None:
    """The latest occurrence after the nominal one that is due by now."""
    newest = None
    for occurrence in _until(occurrences(found.rule, found.zone, nominal), now):
        newest = occurrence
    return newest


def _until(times: Iterator[Occurrence], now: datetime) -> Iterator[Occurrence]:
    for occurrence in times:
        if occurrence.at > now:
            return
        yield occurrence
