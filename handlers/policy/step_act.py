"""What an owner of plan steps does next: waits for the window, then carries the steps of the stage out (process section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.policy.next_act import NextAct
from storage.release import Release
from storage.terms import State


def steps_of(found: Release, person_id: int) -> list[int]:
    """The numbers of the steps that name the person as their owner, counted from 1 over all stages."""
    return [number for number, step in enumerate(found.plan, 1) if step.owner == person_id]


def step_act(found: Release, person_id: int, at: datetime) -> NextAct | None:
    """None while the plan isn't carried out, or when none of its steps is theirs."""
    mine = steps_of(found, person_id)
    if not mine:
        return None
    whose = _whose(mine)
    if found.state is State.APPROVED:
        return _ahead(found, whose, at)
    if found.state is not State.DEPLOYING:
        return None
    now = [number for number in mine if _stage(found, number) == found.stage]
    if now:
        return NextAct(f"{_whose(now)} in this stage.", "See the plan", f"plan show {found.key}")
    later = any(_stage(found, number) > found.stage for number in mine)
    return NextAct(f"{whose}, in a later stage.") if later else None


def _ahead(found: Release, whose: str, at: datetime) -> NextAct:
    if found.starts_at is not None and at < found.starts_at:
        return NextAct(f"{whose}; its window opens", at=found.starts_at)
    return NextAct(f"{whose}; it may start any time now.")


def _whose(numbers: Sequence[int]) -> str:
    return f"{numbered_steps(numbers)} {'is' if len(numbers) == 1 else 'are'} yours"


def numbered_steps(numbers: Sequence[int]) -> str:
    """`Step 2`, `Steps 1 and 3`, `Steps 1, 3 and 5`."""
    *first, last = (str(number) for number in numbers)
    return f"Steps {', '.join(first)} and {last}" if first else f"Step {last}"


def _stage(found: Release, number: int) -> int:
    """The place of the step's stage; a step that names none belongs to the first."""
    names = [stage.casefold() for stage in found.stages]
    name = found.plan[number - 1].stage.casefold()
    return names.index(name) if name in names else 0
