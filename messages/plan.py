"""The deployment plan and the back-out plan as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from messages.card import (
    Button,
    Buttons,
    Card,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Part,
    Tone,
    fact,
    item,
    note,
    text,
)
from messages.plan_lines import write_step
from messages.release import Name, numbered
from messages.section import PAGE_CHARACTERS, PAGE_ROWS, Menu, Page, no_menu, pages_of
from messages.stated import stated_words
from messages.words import count
from storage.content import PlanStep
from storage.evidence import Stated
from storage.release import Release

STAGE_STEPS = 15
"""Steps of the stage that begins, in the answer to whoever begins it."""


# ---- the deployment plan


def plan_pages(steps: Sequence[PlanStep], most: int = PAGE_ROWS, characters: int = PAGE_CHARACTERS) -> list[Page]:
    """From which step up to which each page of the plan goes; an empty plan has one."""
    return pages_of(map(step_item, steps), most, characters)


def plan_card(found: Release, page: Page, buttons: Sequence[Button], menu: Menu = no_menu) -> Card:
    """A page of the plan, its steps numbered over all stages."""
    title = f"Deployment plan of {found.key}"
    if not found.plan:
        parts: list[Part] = [text(f"{found.key} has no deployment plan yet.")]
    else:
        parts = [note(plan_sum(found, page)), *_stages(found, page, menu)]
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(title, tuple(parts), Tone.NEUTRAL, f"{title}: {count(len(found.plan), 'step')}")


def plan_parts(found: Release, page: Page) -> list[Part]:
    """The plan where the whole release is shown: its first page, and the way to the rest."""
    if not found.plan:
        return []
    parts: list[Part] = [Heading("Deployment plan"), note(plan_sum(found, page)), *_stages(found, page)]
    if page[1] < len(found.plan):
        parts.append(Buttons((Button(f"The whole plan: {len(found.plan)} steps", f"plan show {found.key}"),)))
    return parts


def plan_in_short(found: Release, most: int) -> list[Part]:
    """The first `most` steps with their stages where the board decides; the rest is counted."""
    if not found.plan:
        return []
    last = min(most, len(found.plan))
    parts: list[Part] = [Heading("Deployment plan"), *_stages(found, (1, last))]
    return [*parts, note(f"… and {count(len(found.plan) - last, 'more step')}")] if last < len(found.plan) else parts


def plan_sum(found: Release, page: Page) -> str:
    """`18 steps, 95 min together and 2 steps without a time; these are 1 to 15`."""
    said = count(len(found.plan), "step")
    minutes = sum(step.minutes for step in found.plan)
    if minutes:
        unsaid = sum(not step.minutes for step in found.plan)
        said += f", {minutes} min together" + (f" and {count(unsaid, 'step')} without a time" if unsaid else "")
    return said if page == (1, len(found.plan)) else f"{said}; these are {page[0]} to {page[1]}"


def _stages(found: Release, page: Page, menu: Menu = no_menu) -> list[Part]:
    first, last = page
    shown = list(enumerate(found.plan, 1))[first - 1 : last]
    parts: list[Part] = []
    for stage, group in groupby(shown, key=lambda each: stage_of(found, each[1])):
        steps = list(group)
        parts += _heading(found, stage)
        rows = tuple(step_item(step, menu(number)) for number, step in steps)
        parts.append(Items(rows, ordered=True, first=steps[0][0]))
    return parts


def stage_of(found: Release, step: PlanStep) -> str:
    """The stage that the step belongs to; one that names none belongs to the first."""
    return step.stage or (found.stages[0] if found.stages else "")


def _heading(found: Release, stage: str) -> list[Part]:
    """`Pilot · 3 steps · 35 min`; a plan that names no stage has no headings."""
    if not any(step.stage for step in found.plan):
        return []
    steps = [step for step in found.plan if stage_of(found, step) == stage]
    minutes = sum(step.minutes for step in steps)
    return [Heading(" · ".join([stage, count(len(steps), "step"), *([f"{minutes} min"] if minutes else [])]))]


def step_item(step: PlanStep, buttons: tuple[Button, ...] = ()) -> Item:
    """`Drain the queue | @Ana | 10 min | check: depth is 0`: as it's written, so that it can be copied and pasted back."""
    return item(write_step(step), buttons=buttons)


def beginning_card(card: Card, found: Release) -> Card:
    """The answer to whoever begins a stage, with the steps of that stage under it."""
    now = found.stages[found.stage] if found.stages else ""
    numbers = [
        number for number, step in enumerate(found.plan, 1) if stage_of(found, step).casefold() == now.casefold()
    ]
    if not numbers:
        return card
    page = (numbers[0], min(numbers[-1], numbers[0] + STAGE_STEPS - 1))
    parts = _stages(found, page)
    if page[1] < numbers[-1]:
        whole = Button(f"The whole plan: {len(found.plan)} steps", f"plan show {found.key}")
        parts.append(Buttons((whole,)))
    return replace(card, parts=(card.parts[0], *parts, *card.parts[1:]))


# ---- the back-out plan


def back_out_card(found: Release, stated: Stated | None, holds: bool, name: Name, buttons: Sequence[Button]) -> Card:
    """The steps back, when they are used, how long they take, and whether somebody has validated them."""
    title = f"Back-out plan of {found.key}"
    parts = back_out_parts(found, stated, holds, name)[1:] or [text(f"{found.key} has no back-out plan yet.")]
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(title, tuple(parts), Tone.NEUTRAL, f"{title}: {count(len(found.back_out), 'step')}")


def back_out_in_short(found: Release, most: int) -> list[Part]:
    """The first `most` steps back where the board decides, when they are used and how long they take."""
    content = found.content
    rows = [fact("Used when", content.back_out_trigger)] if content.back_out_trigger else []
    rows += [fact("Takes", f"{content.back_out_minutes} min")] if content.back_out_minutes else []
    return [*numbered("Back-out plan", found.back_out, most), *([Facts(tuple(rows))] if rows else [])]


def back_out_parts(found: Release, stated: Stated | None, holds: bool, name: Name, most: int = 0) -> list[Part]:
    """The same where the whole release is shown, with the first `most` steps (0: all) and the way to the rest."""
    content = found.content
    if not (found.back_out or content.back_out_trigger or content.back_out_minutes or stated):
        return []
    rows: list[Fact] = [
        fact("Used when", content.back_out_trigger or "not said yet"),
        fact("Takes", f"{content.back_out_minutes} min" if content.back_out_minutes else "not said yet"),
        fact("Validated", *stated_words(stated, holds, name, found.zone, changed="the plan was changed")),
    ]
    parts = numbered("Back-out plan", found.back_out, most) or [Heading("Back-out plan")]
    if most and len(found.back_out) > most:
        parts.append(
            Buttons((Button(f"The whole back-out plan: {len(found.back_out)} steps", f"backout show {found.key}"),))
        )
    return [*parts, Facts(tuple(rows))]
