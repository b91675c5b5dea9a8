"""`/release new`: register a release."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import draft, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import registered_posts, release_post
from handlers.policy.calendar import Wall
from handlers.policy.content import approved_content
from messages.plan_lines import StepWords
from storage.content import ServiceVersion
from storage.records import Records
from storage.release import Release
from storage.terms import ReleaseType, State


@dataclass(frozen=True, slots=True)
class New:
    title: str = argument("Title", read.title, positional=True, hint="What it brings, in a line")
    service: tuple[ServiceVersion, ...] | None = draft.service_argument()
    version: str | None = argument(
        "Version", read.version, default=None, hint="When it's one service", limit=60, hidden=True
    )
    start: Wall | None = draft.start_argument()
    hours: float | None = draft.hours_argument()
    zone: str | None = draft.zone_argument()
    goal: str | None = draft.goal_argument()
    impact: str | None = draft.impact_argument()
    plan: tuple[StepWords, ...] | None = draft.plan_argument()
    backout: tuple[str, ...] | None = draft.backout_argument()
    changes: tuple[str, ...] | None = draft.changes_argument()
    stages: tuple[str, ...] | None = draft.stages_argument()


@command(
    "new",
    "Register a release",
    group="Plan",
    submit="Register",
    example='/release new "Faster refunds" service=payments version=2.4.0 start="2026-12-01 22:00" hours=2 zone=Europe/Berlin',
)
def new(call: Call, arguments: New, records: Records) -> Reply:
    """The caller becomes the coordinator; the release begins as a draft."""
    found = begun(call, records)
    found.title = arguments.title
    draft.apply(call, found, arguments, records)
    records.releases.add(found)
    post = release_post(call, found, records)
    return Reply(
        card=post.card,
        posts=(
            post,
            *registered_posts(call, found, records),
        ),
        trail=Trail(found.key, after=approved_content(found)),
    )


def begun(call: Call, records: Records) -> Release:
    """An empty draft under the next number, coordinated by whoever calls; not written down yet."""
    number = records.next_number()
    return Release.model_construct(
        organisation_id=records.organisation.id,
        number=number,
        key=f"REL-{number}",
        title="",
        type=ReleaseType.NORMAL,
        state=State.DRAFT,
        coordinator_id=call.person.id,
        requester_id=call.person.id,
        services=[],
        change_requests=[],
        plan=[],
        back_out=[],
        stages=list(call.rules.deployment.stages),
        zone=call.zone,
        created_at=call.at,
    )
