"""The content of a release as arguments: what `new` and `edit` take, and how it gets into the record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from handlers.kit import change_lines, find, planned, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused
from handlers.policy.calendar import Wall, read_wall, read_zone
from handlers.policy.content import digest
from messages.form import FieldKind
from messages.plan_lines import StepWords, read_plan
from storage.content import ChangeRequest, ServiceVersion
from storage.records import Records
from storage.release import Release

TEXT_LIMIT = planned.TEXT_LIMIT


def service_argument() -> Any:
    return argument(
        "Services", read.services, default=None, blank=(), hint="Names with versions: payments 2.4.0, web 1.9",
        limit=500, example="payments",
    )  # fmt: skip


def start_argument() -> Any:
    return argument(
        "Window start", read_wall, kind=FieldKind.MOMENT, default=None, hint="When the deployment begins",
        example='"2026-12-01 22:00"',
    )  # fmt: skip


def hours_argument() -> Any:
    return argument("Window length in hours", read.hours, kind=FieldKind.NUMBER, default=None, example="2")


def zone_argument() -> Any:
    return argument(
        "Time zone", read_zone, default=None, hint="IANA name; yours if left empty", example="Europe/Berlin"
    )


def goal_argument() -> Any:
    return _words("Goal and scope", "What it's for, and what is not in it")


def impact_argument() -> Any:
    return _words("Customer impact", "What people will notice, in their words", limit=500)


def sla_argument() -> Any:
    return _words("SLA impact", "What it means for agreed service levels", limit=500)


def plan_argument() -> Any:
    return argument(
        "Deployment plan", read_plan, kind=FieldKind.TEXT, default=None, blank=(), limit=TEXT_LIMIT,
        hint="One step a line: Drain the queue | @ana | 10 min | check: depth is 0",
    )  # fmt: skip


def backout_argument() -> Any:
    return _lines("Back-out plan", "How to restore the previous state: steps, when to use them, how long it takes")


def changes_argument() -> Any:
    return argument(
        "Change requests", change_lines.references, default=None, blank=(), limit=TEXT_LIMIT,
        hint="References, separated by commas", example="CHG-101,CHG-102",
    )  # fmt: skip


def stages_argument() -> Any:
    return argument("Stages", read.stages, default=None, blank=(), limit=300, hint="Pilot, Full", example="Pilot,Full")


def _words(label: str, hint: str, limit: int = TEXT_LIMIT) -> Any:
    return argument(label, kind=FieldKind.TEXT, default=None, blank="", hint=hint, limit=limit)


def _lines(label: str, hint: str) -> Any:
    return argument(label, read.lines, kind=FieldKind.TEXT, default=None, blank=(), hint=hint, limit=TEXT_LIMIT)


class Window(Protocol):
    """When a release is to be deployed; None is "not given"."""

    @property
    def start(self) -> Wall | None: ...
    @property
    def hours(self) -> float | None: ...
    @property
    def zone(self) -> str | None: ...


class Content(Window, Protocol):
    """The fields that `new` and `edit` share; None is "not given"."""

    @property
    def service(self) -> tuple[ServiceVersion, ...] | None: ...
    @property
    def version(self) -> str | None: ...
    @property
    def goal(self) -> str | None: ...
    @property
    def impact(self) -> str | None: ...
    @property
    def plan(self) -> tuple[StepWords, ...] | None: ...
    @property
    def backout(self) -> tuple[str, ...] | None: ...
    @property
    def changes(self) -> tuple[str, ...] | None: ...
    @property
    def stages(self) -> tuple[str, ...] | None: ...


def apply(call: Call, found: Release, given: Content, records: Records) -> None:
    """Write what was given into the release, and its new digest. Raises Refused for what can't be."""
    if given.service is not None:
        found.services = find.services(records, _with_version(given.service, given.version))
    elif given.version is not None:
        found.services = _with_version(tuple(found.services), given.version)
    for name, value in (("goal", given.goal), ("impact", given.impact)):
        if value is not None:
            setattr(found, name, value)
    if given.backout is not None:
        found.back_out = list(given.backout)
    if given.changes is not None:
        known = {each.ref: each for each in found.change_requests}  # what stood already keeps what is recorded of it
        found.change_requests = [known.get(ref) or ChangeRequest(ref=ref) for ref in given.changes]
    if given.stages is not None:
        found.stages = list(given.stages) or list(call.rules.deployment.stages)
    if given.plan is not None and not planned.stands_already(found, given.plan):
        found.plan = planned.planned(call, found, records, given.plan, field="plan")
    if given.stages is not None:
        planned.stages_kept(found)
    _apply_window(call, found, given)
    found.digest = digest(found)


def _with_version(services: tuple[ServiceVersion, ...], version: str | None) -> list[ServiceVersion]:
    if not version:
        return list(services)
    if len(services) != 1:
        raise Refused(
            'version= goes with exactly one service; write others as service="payments 2.4.0, web 1.9".',
            field="version",
        )
    return [ServiceVersion(name=services[0].name, version=version)]


def apply_window(call: Call, found: Release, given: Window) -> None:
    """Write the window that was given into the release, and its new digest. Raises Refused for what can't be."""
    _apply_window(call, found, given)
    found.digest = digest(found)


def _apply_window(call: Call, found: Release, given: Window) -> None:
    if given.zone is not None:
        found.zone = given.zone
    if given.start is None and given.hours is None:
        return
    length = given.hours if given.hours is not None else _hours(found) or DEFAULT_HOURS
    starts_at = _instant(given.start, found.zone) if given.start is not None else found.starts_at
    if starts_at is None:
        raise Refused('A window needs its start: start="2026-12-01 22:00".', field="start")
    found.starts_at, found.ends_at = starts_at, starts_at + timedelta(hours=length)
    if given.start is not None and found.ends_at <= call.at:
        raise Refused("That window lies in the past; choose a later start.", field="start")


DEFAULT_HOURS = 2.0


def _instant(start: Wall, zone: str) -> Any:
    try:
        return start.at(zone)
    except ValueError as wrong:
        raise Refused(str(wrong), field="start") from wrong


def _hours(found: Release) -> float | None:
    if found.starts_at is None or found.ends_at is None:
        return None
    return (found.ends_at - found.starts_at).total_seconds() / 3600


def as_words(found: Release) -> dict[str, str]:
    """The release's content as a person would type it: what an edit form is filled in with."""
    words = {
        "title": found.title,
        "service": ", ".join(read.service_words(each) for each in found.services),
        "zone": found.zone,
        "goal": found.goal,
        "impact": found.impact,
        "changes": ", ".join(each.ref for each in found.change_requests),
        "stages": ", ".join(found.stages),
        "plan": planned.plan_words(found),
        "backout": "\n".join(found.back_out),
    }
    if found.starts_at is not None:
        words["start"] = _start_words(found.starts_at, found.zone)
        words["hours"] = f"{_hours(found):g}"
    return words


def _start_words(at: datetime, zone: str) -> str:
    """The wall time, or the instant itself in the second pass of the hour that autumn repeats."""
    wall = f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return wall if at.astimezone(ZoneInfo(zone)).fold == 0 else f"@{int(at.timestamp())}"
