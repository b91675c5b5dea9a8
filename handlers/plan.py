"""`/release plan`: the deployment plan, as stages of ordered steps (process section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import draft, find, read
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command, of_release
from handlers.kit.part import changeable, filled_in, standing
from handlers.kit.plan_pages import by_stage, plan_page
from handlers.kit.planned import in_a_field, planned, stage_sentence, with_plan
from handlers.kit.rows import Turned
from handlers.policy.plan_steps import in_order, is_of
from messages.form import FieldKind
from messages.plan_lines import StepWords, read_plan, unknown_stages, write_plan
from storage.records import Records

_LINE = "Drain the queue | @ana | 10 min | check: depth is 0"


@dataclass(frozen=True, slots=True)
class Planned:
    release: int = release_argument()
    lines: tuple[StepWords, ...] | None = argument(
        "Steps", read_plan, kind=FieldKind.TEXT, default=None, blank=(), limit=draft.TEXT_LIMIT, below=True,
        hint=f"One a line: {_LINE}. A stage is a line such as Pilot:", example='"drain; deploy; check"',
    )  # fmt: skip
    page: int = argument("Page", read.whole, default=1, hidden=True)
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class OfStage:
    release: int = release_argument()
    stage: str = argument("Stage", positional=True, pointer=True, example="Pilot")
    lines: tuple[StepWords, ...] | None = argument(
        "Steps of the stage", read_plan, kind=FieldKind.TEXT, default=None, limit=draft.TEXT_LIMIT, below=True,
        hint=f"One a line: {_LINE}",
    )  # fmt: skip
    revision: int | None = revision_argument()


# ---- looking


@command(
    "plan show", "Show the deployment plan", title="Show a plan", submit="Show", group="Look", reads=True,
    example="/release plan show REL-42",
)  # fmt: skip
def show_plan(call: Call, arguments: Turned, records: Records) -> Reply:
    """Numbered over all stages, in pages."""
    return Reply(card=plan_page(call, find.release(records, arguments.release), arguments.page))


# ---- writing it


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    found = changeable(call, values["release"], records)
    text = in_a_field(f"The plan of {found.key}", write_plan(found.plan), by_stage(found))
    return standing(found, {"lines": text})


@command(
    "plan", "Show or write the deployment plan", title="Deployment plan", group="Plan", stands=_stands,
    example='/release plan REL-42 lines="drain; deploy; check"',
    whose=of_release(changeable),
)  # fmt: skip
def plan(call: Call, arguments: Planned, records: Records) -> Reply:
    """Without lines it's shown; lines take the place of the whole plan."""
    if arguments.lines is None:
        return Reply(card=plan_page(call, find.release(records, arguments.release), arguments.page))
    found = changeable(call, arguments.release, records, arguments.revision)
    return with_plan(call, found, records, planned(call, found, records, arguments.lines))


@command(
    "plan stage", "Write the steps of one stage", title="Steps of a stage", group="Plan",
    example='/release plan stage REL-42 Pilot lines="drain; deploy"',
    whose=of_release(changeable),
)  # fmt: skip
def plan_stage(call: Call, arguments: OfStage, records: Records) -> Reply:
    """Without lines it opens the form, filled in with what stands."""
    found = changeable(call, arguments.release, records, arguments.revision)
    if unknown_stages([StepWords("", arguments.stage)], found.stages):
        raise Refused(stage_sentence(found, arguments.stage), field="stage")
    rest = [step for step in found.plan if not is_of(step, arguments.stage, found.stages)]
    if arguments.lines is None:
        mine = [step.model_copy(update={"stage": ""}) for step in found.plan if step not in rest]
        words = in_a_field(f"The stage {arguments.stage}", write_plan(mine))
        return filled_in("plan stage", found, {"stage": arguments.stage, "lines": words})
    if any(step.stage for step in arguments.lines):
        raise Refused(f"These are the steps of {arguments.stage}; name no other stage among them.", field="lines")
    new = planned(call, found, records, [_into(step, arguments.stage) for step in arguments.lines])
    return with_plan(call, found, records, in_order([*rest, *new], found.stages))


def _into(step: StepWords, stage: str) -> StepWords:
    return StepWords(step.text, stage, step.owner, step.minutes, step.verify)
