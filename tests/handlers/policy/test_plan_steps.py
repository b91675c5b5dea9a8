from __future__ import annotations

import pytest

from handlers.policy.plan_steps import (
    in_order,
    inserted,
    is_of,
    moved,
    replaced,
    struck,
)
from storage.content import PlanStep

STAGES = ["Pilot", "Full"]


def plan(words: str) -> list[PlanStep]:
    """`a b/Full`: steps with their stages."""
    return [PlanStep(text=text, stage=stage) for text, _, stage in (word.partition("/") for word in words.split())]


def shown(steps: list[PlanStep]) -> str:
    return " ".join(f"{step.text}/{step.stage}".rstrip("/") for step in steps)


@pytest.mark.parametrize(
    "before, after",
    [
        ("a b", "a b"),
        ("a/Full b/Pilot c/Full d", "b/Pilot d/Pilot a/Full c/Full"),
        ("a/FULL b/pilot", "b/pilot a/FULL"),
    ],
)
def test_stage_by_stage(before: str, after: str) -> None:
    assert shown(in_order(plan(before), STAGES)) == after


@pytest.mark.parametrize(
    "before, at, new, after",
    [
        ("", 1, "x", "x"),
        ("a b", 1, "x y", "x y a b"),
        ("a b", 3, "x", "a b x"),
        ("a/Pilot b/Full", 2, "x", "a/Pilot x/Full b/Full"),
        ("a/Pilot b/Full", 3, "x", "a/Pilot b/Full x/Full"),
        ("a/Pilot b/Full", 2, "x/Pilot", "a/Pilot x/Pilot b/Full"),
    ],
)
def test_inserted(before: str, at: int, new: str, after: str) -> None:
    assert shown(inserted(plan(before), at, plan(new))) == after


@pytest.mark.parametrize(
    "before, number, to, after",
    [
        ("a b c", 3, 1, "c a b"),
        ("a b c", 1, 3, "b c a"),
        ("a b c", 2, 2, "a b c"),
        ("a/Pilot b/Pilot c/Full", 3, 1, "c/Pilot a/Pilot b/Pilot"),
        ("a/Pilot b/Full c/Full", 1, 2, "b/Full a/Full c/Full"),
    ],
)
def test_moved(before: str, number: int, to: int, after: str) -> None:
    assert shown(moved(plan(before), number, to)) == after


def test_struck_and_replaced() -> None:
    assert shown(struck(plan("a b c"), 2)) == "a c"
    assert shown(replaced(plan("a b c"), 2, PlanStep(text="x"))) == "a x c"


@pytest.mark.parametrize("number", [0, 4])
def test_a_step_that_there_is_not(number: int) -> None:
    steps = plan("a b c")
    there_is_not = f"steps 1 to 3; there is no place {number}"
    with pytest.raises(ValueError, match=there_is_not):
        struck(steps, number)
    with pytest.raises(ValueError, match=there_is_not):
        moved(steps, number, 1)
    with pytest.raises(ValueError, match=there_is_not):
        moved(steps, 1, number)
    with pytest.raises(ValueError, match="no place"):
        inserted(steps, 5, plan("x"))
    with pytest.raises(ValueError, match="no steps yet"):
        struck([], 1)


def test_a_step_without_a_stage_is_of_the_first() -> None:
    assert is_of(PlanStep(text="a"), "pilot", STAGES)
    assert is_of(PlanStep(text="a"), "", [])
    assert not is_of(PlanStep(text="a"), "Full", STAGES)
    assert is_of(PlanStep(text="a", stage="FULL"), "Full", STAGES)
