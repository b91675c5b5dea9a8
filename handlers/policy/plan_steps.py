"""The steps of a deployment plan in their order: put in, moved, struck, taken stage by stage.

Numbers count from 1 over all stages. Steps stand in the order of the release's stages; "" is the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.content import PlanStep


def in_order(steps: Sequence[PlanStep], stages: Sequence[str]) -> list[PlanStep]:
    """The steps stage by stage; within a stage they stay as they are. Where one names a stage, all do."""
    place = {stage.casefold(): number for number, stage in enumerate(stages)}
    ordered = sorted(steps, key=lambda step: place.get(step.stage.casefold(), 0))
    if not stages or not any(step.stage for step in ordered):
        return ordered
    return [step if step.stage else step.model_copy(update={"stage": stages[0]}) for step in ordered]


def checked(number: int, steps: Sequence[PlanStep], *, most: int = 0) -> int:
    """The number of a step that there is, up to `most` (0: the last). Raises ValueError with a sentence."""
    last = most or len(steps)
    if not last:
        raise ValueError("The plan has no steps yet.")
    if not 1 <= number <= last:
        raise ValueError(f"The plan has steps 1 to {len(steps)}; there is no place {number}.")
    return number


def inserted(steps: Sequence[PlanStep], at: int, new: Sequence[PlanStep]) -> list[PlanStep]:
    """With `new` in front of step `at`, or behind the last. A step that names no stage goes into that of the step whose
    place it takes.
    """
    checked(at, steps, most=len(steps) + 1)
    stage = steps[min(at, len(steps)) - 1].stage if steps else ""
    put = [step if step.stage else step.model_copy(update={"stage": stage}) for step in new]
    return [*steps[: at - 1], *put, *steps[at - 1 :]]


def moved(steps: Sequence[PlanStep], number: int, to: int) -> list[PlanStep]:
    """Step `number` becomes step `to`, in the stage of the step that stood there."""
    stage = steps[checked(to, steps) - 1].stage
    step = steps[checked(number, steps) - 1].model_copy(update={"stage": stage})
    rest = struck(steps, number)
    return [*rest[: to - 1], step, *rest[to - 1 :]]


def struck(steps: Sequence[PlanStep], number: int) -> list[PlanStep]:
    checked(number, steps)
    return [*steps[: number - 1], *steps[number:]]


def replaced(steps: Sequence[PlanStep], number: int, step: PlanStep) -> list[PlanStep]:
    checked(number, steps)
    return [*steps[: number - 1], step, *steps[number:]]


def is_of(step: PlanStep, stage: str, stages: Sequence[str]) -> bool:
    """Whether the step belongs to the stage; one that names none belongs to the first."""
    first = stages[0] if stages else ""
    return (step.stage or first).casefold() == (stage or first).casefold()
