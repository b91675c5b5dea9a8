"""`/release edit`: change a release. A change of what was approved voids the approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import ask, draft, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import catalogue, command
from handlers.kit.part import changeable
from handlers.kit.revise import revised
from handlers.policy.calendar import Wall
from handlers.policy.content import approved_content
from messages.card import Button
from messages.plan_lines import StepWords
from storage.content import ServiceVersion
from storage.records import Records


@dataclass(frozen=True, slots=True)
class Edit:
    release: int = release_argument()
    title: str | None = argument("Title", read.title, default=None)
    service: tuple[ServiceVersion, ...] | None = draft.service_argument()
    version: str | None = argument("Version", read.version, default=None, limit=60, hidden=True)
    start: Wall | None = draft.start_argument()
    hours: float | None = draft.hours_argument()
    zone: str | None = draft.zone_argument()
    goal: str | None = draft.goal_argument()
    impact: str | None = draft.impact_argument()
    sla: str | None = draft.sla_argument()
    plan: tuple[StepWords, ...] | None = draft.plan_argument()
    backout: tuple[str, ...] | None = draft.backout_argument()
    changes: tuple[str, ...] | None = draft.changes_argument()
    stages: tuple[str, ...] | None = draft.stages_argument()
    revision: int | None = argument("Revision", read.whole, default=None, hidden=True)


_CONTENT = tuple(name for name in Edit.__dataclass_fields__ if name not in ("release", "revision"))


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    found = changeable(call, values["release"], records)
    return draft.as_words(found) | {
        "sla": found.content.sla_impact,
        "release": found.key,
        "revision": str(found.revision),
    }


@command(
    "edit",
    "Change a release",
    group="Plan",
    example='/release edit REL-42 start="2026-12-02 22:00"',
    stands=_stands,
)
def edit(call: Call, arguments: Edit, records: Records) -> Reply:
    """Without words it opens the form, filled in with what stands."""
    found = changeable(call, arguments.release, records)
    if all(getattr(arguments, name) is None for name in _CONTENT):
        words = _stands(call, {"release": found.number}, records)
        return Reply(form=ask.form(catalogue()["edit"], words, zone=found.zone, title=f"Change {found.key}"))
    if arguments.revision is not None and arguments.revision != found.revision:
        raise Refused(
            f"{found.key} was changed by somebody else meanwhile (revision {found.revision} now); look at it and edit again.",
            ways=(Button("Edit the newest", f"edit {found.key} form=yes"),),
        )
    before = approved_content(found)
    if arguments.title is not None:
        found.title = arguments.title
    draft.apply(call, found, arguments, records)
    if arguments.sla is not None:
        found.content = found.content.model_copy(update={"sla_impact": arguments.sla})
    return revised(call, found, records, before)
