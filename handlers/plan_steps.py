"""`/release plan step`, `insert`, `move` and `strike`: the deployment plan, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import draft, read
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command, of_release
from handlers.kit.part import changeable, filled_in, standing
from handlers.kit.plan_pages import step_row
from handlers.kit.planned import known_owners, owned, planned, with_names, with_plan
from handlers.kit.rows import as_seen, ask_argument, over_list, really
from handlers.policy.plan_steps import checked, in_order, inserted, moved, replaced, struck
from messages.card import Button
from messages.form import FieldKind
from messages.plan_lines import StepWords, read_minutes, read_steps, readable
from storage.content import PlanStep
from storage.records import Records
from storage.release import Release

_LINE = "Drain the queue | @ana | 10 min | check: depth is 0"
_NONE = ("none", "-")
"""What a person writes to empty a detail of a step."""


def _position(word: str) -> int:
    """A step's number; `end` is 0, behind the last."""
    return 0 if word.strip().lower() == "end" else read.whole(word)


def _optional_text(word: str) -> str:
    return "" if word.strip().lower() in _NONE else " ".join(word.split())


@dataclass(frozen=True, slots=True)
class OneStep:
    release: int = release_argument()
    number: int = argument("Step", read.whole, kind=FieldKind.NUMBER, positional=True, pointer=True, example="3")
    text: str | None = argument("What is done", read.title, default=None, rest=True, limit=1000)
    owner: str | None = argument("Who does it", default=None, hint="@ana, a full name, or none", example="@ana")
    minutes: int | None = argument("Minutes", read_minutes, default=None, hint="10, 1.5 h, or none", example="10")
    check: str | None = argument(
        "How one sees that it worked", _optional_text, default=None, limit=500, example='"depth is 0"'
    )
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Inserted:
    release: int = release_argument()
    at: int = argument("As step", _position, positional=True, pointer=True, hint="Its number, or end", example="3")
    lines: tuple[StepWords, ...] = argument(
        "Steps", read_steps, kind=FieldKind.TEXT, rest=True, limit=draft.TEXT_LIMIT, below=True,
        hint=f"One a line: {_LINE}",
    )  # fmt: skip
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Moved:
    release: int = release_argument()
    number: int = argument("Step", read.whole, kind=FieldKind.NUMBER, positional=True, pointer=True, example="5")
    to: int = argument("Becomes step", read.whole, kind=FieldKind.NUMBER, positional=True, example="2")
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Struck:
    release: int = release_argument()
    number: int = argument("Step", read.whole, kind=FieldKind.NUMBER, positional=True, example="4")
    revision: int | None = revision_argument()
    ask: bool = ask_argument()


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    """The step that is to be changed, if it's still the one on whose row the button stood."""
    found = changeable(call, values["release"], records)
    number = values["number"]
    as_seen(found, values.get("revision"), step_row(call, found, number))
    return standing(found, {"number": str(number), **_as_words(found.plan[_number(found, number) - 1])})


def _as_words(step: PlanStep) -> dict[str, str]:
    minutes = str(step.minutes) if step.minutes else ""
    return {"text": step.text, "owner": step.owner_name, "minutes": minutes, "check": step.verify}


@command(
    "plan step", "Change one step of the plan", title="Change a step", group="Plan", stands=_stands,
    example='/release plan step REL-42 3 minutes=15 check="depth is 0"',
    whose=of_release(changeable),
)  # fmt: skip
def plan_step(call: Call, arguments: OneStep, records: Records) -> Reply:
    """Without words it opens the form, filled in with what stands; that one, sent back, empties what was emptied in it."""
    found = changeable(call, arguments.release, records)
    row = step_row(call, found, arguments.number)
    as_seen(found, arguments.revision, row)
    step = found.plan[_number(found, arguments.number) - 1]
    given = (arguments.text, arguments.owner, arguments.minutes, arguments.check)
    if arguments.revision is None and given == (None, None, None, None):
        return filled_in("plan step", found, {"number": str(arguments.number), **_as_words(step)})
    changed = _amended(call, found, records, step, arguments)
    steps = replaced(found.plan, arguments.number, changed)
    return over_list(with_plan(call, found, records, steps), arguments.revision, row)


def _amended(call: Call, found: Release, records: Records, step: PlanStep, said: OneStep) -> PlanStep:
    """What wasn't said stays, but for the form that showed it: there it was emptied."""
    kept = PlanStep(text=step.text, stage=step.stage) if said.revision is not None else step
    owner = (kept.owner, kept.owner_name)
    if said.owner is not None:
        owner = owned(call, records, _optional_text(said.owner), known_owners(found), field="owner")
    made = PlanStep(
        text=with_names(call, records, said.text or kept.text),
        stage=kept.stage,
        owner=owner[0],
        owner_name=owner[1],
        minutes=kept.minutes if said.minutes is None else said.minutes,
        verify=kept.verify if said.check is None else with_names(call, records, said.check),
    )
    if not readable(made):
        raise Refused(
            "Bars set the details of a step apart, and a number or bullet begins one; write it without.", field="text"
        )
    return made


@command(
    "plan insert", "Put steps into the plan", title="Insert steps", submit="Insert", group="Plan",
    example='/release plan insert REL-42 3 "Drain the queue | @ana | 10 min"',
    whose=of_release(changeable),
)  # fmt: skip
def plan_insert(call: Call, arguments: Inserted, records: Records) -> Reply:
    """In front of the step that has the number now, or behind the last one."""
    found = changeable(call, arguments.release, records)
    row = step_row(call, found, arguments.at or len(found.plan) + 1)
    as_seen(found, arguments.revision, row)
    new = planned(call, found, records, arguments.lines)
    at = arguments.at or len(found.plan) + 1
    try:
        steps = inserted(found.plan, at, new)
    except ValueError as wrong:
        raise Refused(f"{wrong} Say end to put it behind the last.", field="at") from wrong
    return over_list(with_plan(call, found, records, in_order(steps, found.stages)), arguments.revision, row)


@command(
    "plan move", "Move a step of the plan", title="Move a step", submit="Move", group="Plan",
    example="/release plan move REL-42 5 2",
    whose=of_release(changeable),
)  # fmt: skip
def plan_move(call: Call, arguments: Moved, records: Records) -> Reply:
    """It goes into the stage of the step whose place it takes."""
    found = changeable(call, arguments.release, records)
    as_seen(found, arguments.revision, step_row(call, found, arguments.number))
    _number(found, arguments.number)
    _number(found, arguments.to, "to")
    reply = with_plan(call, found, records, moved(found.plan, arguments.number, arguments.to))
    return over_list(reply, arguments.revision, step_row(call, found, arguments.to))


@command(
    "plan strike", "Strike a step off the plan", title="Strike a step", submit="Strike", group="Plan",
    example="/release plan strike REL-42 4",
    whose=of_release(changeable),
)  # fmt: skip
def plan_strike(call: Call, arguments: Struck, records: Records) -> Reply:
    found = changeable(call, arguments.release, records)
    number = arguments.number
    row = step_row(call, found, number)
    as_seen(found, arguments.revision, row)
    steps = struck(found.plan, _number(found, number))
    if arguments.ask:
        return really(found, row, "plan", "strike", found.key, str(number), back=f"plan show {found.key}")
    return over_list(with_plan(call, found, records, steps), arguments.revision, row)


def _number(found: Release, number: int, field: str = "number") -> int:
    try:
        return checked(number, found.plan)
    except ValueError as wrong:
        show = Button("Show the plan", f"plan show {found.key}")
        raise Refused(str(wrong), field=field, ways=(show,)) from wrong
