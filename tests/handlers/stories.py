"""How a release gets to where a test begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.handlers.town import EMERGENCY, NEW, PLANS, Town

Story = Callable[[Town], Awaitable[None]]


async def drafted(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"))


async def submitted(town: Town) -> None:
    await drafted(town)
    await town.all(("ana", "submit REL-1"))


async def approved(town: Town) -> None:
    await submitted(town)
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))


async def in_window(town: Town) -> None:
    """Approved, and the window has just opened."""
    await approved(town)
    await town.later(hours=33)


async def deploying(town: Town) -> None:
    await in_window(town)
    await town.all(("ana", "start REL-1"))


async def deployed(town: Town) -> None:
    await deploying(town)
    await town.all(("ana", "step REL-1"), ("ana", "complete REL-1"))


async def rolling_back(town: Town) -> None:
    await deploying(town)
    await town.all(("ana", "rollback REL-1 errors rise"))


async def emergency(town: Town) -> None:
    await town.all(("oc", EMERGENCY))
