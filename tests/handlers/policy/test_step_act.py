"""What an owner of plan steps does next, as a table of cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.policy.step_act import numbered_steps, step_act, steps_of
from storage.content import PlanStep
from storage.terms import State
from tests.handlers.policy.releases import ANA, BO, END, NOW, START, release

PLAN = [
    PlanStep(text="drain", owner=BO),
    PlanStep(text="deploy", stage="pilot"),
    PlanStep(text="look", stage="Pilot", owner=BO),
    PlanStep(text="the rest", stage="Full", owner=BO),
    PlanStep(text="tidy up", stage="Full", owner=ANA),
]
BASE: dict[str, Any] = {"plan": PLAN, "stages": ["Pilot", "Full"]}


@pytest.mark.parametrize(
    "person, changed, said",
    [
        (BO, {"state": State.DRAFT}, ""),
        (BO, {"state": State.IN_REVIEW}, ""),
        (BO, {"state": State.APPROVED}, "Steps 1, 3 and 4 are yours; its window opens"),
        (ANA, {"state": State.APPROVED}, "Step 5 is yours; its window opens"),
        (ANA, {"state": State.APPROVED, "starts_at": None, "ends_at": None}, "Step 5 is yours; it may start any time now."),
        (BO, {"state": State.DEPLOYING}, "Steps 1 and 3 are yours in this stage."),
        (BO, {"state": State.DEPLOYING, "stage": 1}, "Step 4 is yours in this stage."),
        (ANA, {"state": State.DEPLOYING}, "Step 5 is yours, in a later stage."),
        (ANA, {"state": State.DEPLOYING, "plan": PLAN[:3]}, ""),
        (BO, {"state": State.DEPLOYING, "plan": PLAN[:3], "stage": 1}, ""),
        (BO, {"state": State.ROLLING_BACK}, ""),
        (BO, {"state": State.DEPLOYED}, ""),
    ],
)  # fmt: skip
def test_s3_an_owner_of_steps_finds_them_when_it_is_time(person: int, changed: dict[str, Any], said: str) -> None:
    act = step_act(release(**BASE | changed), person, NOW)
    assert (act.sentence if act else "") == said


def test_only_the_steps_of_the_stage_that_runs_ask_for_something() -> None:
    act = step_act(release(**BASE, state=State.DEPLOYING), BO, NOW)
    assert act is not None
    assert (act.label, act.say) == ("See the plan", "plan show REL-42")
    waits = step_act(release(**BASE, state=State.APPROVED), BO, NOW)
    assert waits is not None
    assert (waits.asks, waits.at) == (False, START)


def test_in_the_window_it_is_not_waited_for() -> None:
    act = step_act(release(**BASE, state=State.APPROVED), ANA, START + timedelta(minutes=1))
    assert END > START
    assert act is not None
    assert act.sentence == "Step 5 is yours; it may start any time now."


def test_steps_are_counted_over_all_stages() -> None:
    assert steps_of(release(**BASE), BO) == [1, 3, 4]
    assert [numbered_steps(each) for each in ([2], [1, 3], [1, 3, 5])] == [
        "Step 2",
        "Steps 1 and 3",
        "Steps 1, 3 and 5",
    ]
