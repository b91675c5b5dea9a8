"""What the command box can complete: commands with their arguments, and the things that they are said about."""

from __future__ import annotations

from typing import Any

from bot.playground.playground import Playground
from handlers.kit.arguments import Argument, usage
from handlers.kit.command import Command, catalogue
from storage.release import Releases
from storage.service import Services
from storage.statement import Transaction

RECENT = 40
"""Releases that are offered, the newest first."""


def words(house: Playground, tx: Transaction) -> dict[str, Any]:
    releases = Releases(tx, house.organisation).page(limit=RECENT)
    return {
        "commands": [_command(each) for each in sorted(_sayable(), key=_place)],
        "releases": [{"value": each.key, "label": f"{each.title} ({_state(each.state)})"} for each in releases],
        "services": [
            {"value": each.name, "label": f"{each.version} in production" if each.version else ""}
            for each in Services(tx, house.organisation).all()
        ],
        "people": [{"value": f"@{each.handle}", "label": f"{each.name}, {each.title}"} for each in house.town.citizens],
        "channels": [{"value": f"#{room.id}", "label": room.topic} for room in house.town.rooms],
        "zones": [{"value": zone, "label": ""} for zone in sorted({each.zone for each in house.town.citizens})],
    }


_FIRST = (
    "new",
    "list",
    "show",
    "edit",
    "submit",
    "approve",
    "reject",
    "announce",
    "start",
    "step",
    "status",
    "complete",
)
"""What a release goes through, in order; a newcomer finds these before all other commands."""
_ORDER = ("Plan", "Look", "Authorise", "Deploy", "Communicate", "Emergency", "Set up")


def _sayable() -> list[Command]:
    return [each for each in catalogue().values() if not each.clock]


def _place(made: Command) -> tuple[int, int, str]:
    first = _FIRST.index(made.name) if made.name in _FIRST else len(_FIRST)
    group = _ORDER.index(made.group) if made.group in _ORDER else len(_ORDER)
    return first, group, made.name


def _state(state: str) -> str:
    return state.replace("_", " ")


def _command(made: Command) -> dict[str, Any]:
    return {
        "name": made.name,
        "summary": made.summary,
        "group": made.group,
        "usage": usage(made.name, made.arguments),
        "example": made.example,
        "arguments": [_argument(each) for each in made.asks],
    }


def _argument(each: Argument) -> dict[str, Any]:
    return {
        "name": each.name,
        "label": each.label,
        "kind": each.kind.value,
        "required": each.required,
        "bare": each.positional or each.rest,
        "hint": each.hint or each.example,
        "choices": [{"value": choice.value, "label": choice.label} for choice in each.choices],
    }
