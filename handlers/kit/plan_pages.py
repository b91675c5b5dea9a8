"""A page of the deployment plan as whoever asks sees it: with the acts that they may do, on the plan and on each step."""

from __future__ import annotations

from functools import partial

from handlers.kit import draft
from handlers.kit.call import Call
from handlers.kit.part import change_button, may_change
from handlers.kit.rows import Row, act
from messages.card import Button, Card, button
from messages.limits import length
from messages.plan import plan_card, plan_pages
from messages.plan_lines import write_plan, write_step
from messages.section import Page, page_of, turning
from storage.release import Release


def plan_page(call: Call, found: Release, wanted: int = 1) -> Card:
    """The page of that number, or the last."""
    every = plan_pages(found.plan)
    return _page(call, found, every, min(wanted, len(every)) - 1)


def page_around(call: Call, found: Release, number: int) -> Card:
    """The page on which the step of that number stands, or the last."""
    every = plan_pages(found.plan)
    return _page(call, found, every, page_of(every, number))


def step_row(call: Call, found: Release, number: int) -> Row:
    """The step as a row of the plan."""
    now = write_step(found.plan[number - 1]) if 0 < number <= len(found.plan) else ""
    return Row(f"step {number}", now, partial(page_around, call, found, number))


def _page(call: Call, found: Release, every: list[Page], at: int) -> Card:
    turn = turning(every, at, "Step", f"plan show {found.key}")
    if not may_change(call, found):
        return plan_card(found, every[at], turn)
    return plan_card(found, every[at], (*turn, *_ways(found)), partial(_menu, found))


def _menu(found: Release, number: int) -> tuple[Button, ...]:
    step = (found.key, str(number))
    return (
        act(found, "Change", "plan", "step", *step, form="yes"),
        act(found, "Insert before it", "plan", "insert", *step, form="yes"),
        act(found, "Move", "plan", "move", *step, form="yes"),
        act(found, "Strike", "plan", "strike", *step, ask="yes"),
    )


def _ways(found: Release) -> tuple[Button, ...]:
    """The forms by which the whole plan can be changed now."""
    if not found.plan:
        return (change_button(found, "Write the plan", "plan", found.key),)
    insert = change_button(found, "Add steps", "plan", "insert", found.key, "end")
    if length(write_plan(found.plan)) > draft.TEXT_LIMIT:
        return (*by_stage(found), insert)
    return (change_button(found, "Change the plan", "plan", found.key), insert)


def by_stage(found: Release) -> tuple[Button, ...]:
    """A form for each stage."""
    return tuple(button(f"Change {stage}", "plan", "stage", found.key, stage) for stage in found.stages)
