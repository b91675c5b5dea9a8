"""Cards of services: one with its neighbours and releases, all of them, and what an import did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Facts,
    Heading,
    Item,
    Items,
    Mark,
    Part,
    PersonRef,
    Tone,
    button,
    fact,
    item,
    note,
    text,
)
from messages.words import STATES, count
from storage.release import Release
from storage.service import Service

TIERS = {1: "1, the most critical", 2: "2, important", 3: "3, usual", 4: "4, least critical"}
SHOWN = 40
"""Lines of an import that its card shows."""


def services_card(services: Sequence[Service], owners: Mapping[int, str]) -> Card:
    """The services with what is in production, their tier and who owns them."""
    if not services:
        sentence = "No service is registered yet. Add one: /release service add payments"
        return Card("Services", (text(sentence),), Tone.NEUTRAL, sentence)
    rows = tuple(
        item(
            Bold(each.name),
            f" {each.version or '(version not known)'}, owned by ",
            PersonRef(each.owner_id, owners[each.owner_id]),
            f", tier {each.tier}",
        )
        for each in services
    )
    return Card("Services", (Items(rows),), Tone.NEUTRAL, count(len(services), "service"))


def service_card(
    service: Service, owner: str, *, needed_by: Sequence[str], circle: Sequence[str], latest: Sequence[Release]
) -> Card:
    """Everything that is known of one service."""
    parts: list[Part] = [
        Facts(
            (
                fact("Owner", PersonRef(service.owner_id, owner)),
                fact("Tier", TIERS.get(service.tier, str(service.tier))),
                fact("In production", service.version or "not known"),
                fact("Needs", ", ".join(service.dependencies) or "no other service"),
                fact("Needed by", ", ".join(needed_by) or "no other service"),
            )
        )
    ]
    if circle:
        parts.append(note(f"They need each other in a circle: {' → '.join(circle)}"))
    parts.append(Heading("Latest releases"))
    rows = [item(Bold(each.key), f" {each.title}: {STATES[each.state]}") for each in latest]
    parts.append(Items(tuple(rows or [item("none yet", mark=Mark.TODO)])))
    parts.append(Buttons(_ways(service, latest)))
    return Card(f"Service {service.name}", tuple(parts), Tone.NEUTRAL)


def _ways(service: Service, latest: Sequence[Release]) -> tuple[Button, ...]:
    shown = [button(f"Show {each.key}", "show", each.key) for each in latest[:1]]
    edit = button("Change", "service", "edit", service.name, form="yes")
    return (*shown, button("Follow", "follow", service.name), edit)


def change_line(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What is different: `tier 3 → 1, owner Ana → Bo`."""
    return ", ".join(f"{name} {_words(before[name])} → {_words(after[name])}" for name in after)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "nothing"
    return str(value) or "not known"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a line of a table did: a new service, a changed one, or (without `after`) nothing."""

    line: int
    name: str
    new: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def imported_card(lines: Sequence[Imported]) -> Card:
    """Line by line what became of a table."""
    added = sum(each.new for each in lines)
    differ = sum(bool(each.after) and not each.new for each in lines)
    same = len(lines) - added - differ
    sentence = f"{count(added, 'service')} added, {differ} changed, {same} as before."
    parts: list[Part] = [text(sentence), Items(tuple(_became(each) for each in lines[:SHOWN]))]
    if len(lines) > SHOWN:
        parts.append(note(f"… and {count(len(lines) - SHOWN, 'more line')}; see /release service list"))
    return Card("Imported", tuple(parts), Tone.GOOD, sentence)


def _became(each: Imported) -> Item:
    if each.new:
        return item(f"Line {each.line}: ", Bold(each.name), " was added", mark=Mark.DONE)
    if each.after:
        return item(f"Line {each.line}: ", Bold(each.name), f": {change_line(each.before, each.after)}", mark=Mark.DONE)
    return item(f"Line {each.line}: ", Bold(each.name), " is as it was", mark=Mark.BULLET)
