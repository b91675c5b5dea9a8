"""The policy in words: each number with its key, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Heading,
    Item,
    Items,
    Moment,
    Part,
    PersonRef,
    Piece,
    Tone,
    button,
    item,
    note,
    text,
)
from messages.words import ROLES, count
from storage.terms import Role


@dataclass(frozen=True, slots=True)
class Number:
    """One key with its value. Of a change in chat `by` is who made it (id and name), `at` when and `why` the reason."""

    key: str
    value: Any
    from_file: bool = False
    by: tuple[int, str] | None = None
    at: datetime | None = None
    why: str = ""


GROUPS = {
    "": "In general",
    "approval": "Ballots",
    "approval.normal": "Ballots of the CAB",
    "approval.high": "Ballots of the CAB at high and critical risk",
    "approval.emergency": "Ballots of the ECAB",
    "emergency": "Emergencies",
    "deployment": "Deployment",
    "status": "Status while a release is on its way",
    "announcements": "Announcements",
    "gates": "Gates",
    "risk": "Risk",
    "roles": "Roles of chat groups",
    "audit": "Audit trail",
    "joining": "Two workspaces, one organisation",
}
_LABELS = {
    "zone": "Time zone of schedules",
    "small_team": "A board of fewer people decides by one approval, unless its quorum is set",
    "quorum": "Approvals by different people",
    "deadline_minutes": "Decided within",
    "reminder_minutes": "Reminders before the deadline",
    "lapse_minutes": "Back to draft after the deadline",
    "escalate_every_minutes": "The change manager is called again every",
    "change_manager": "The change manager must be among those who approve",
    "deploy_first": "On-call may start before the approval",
    "retroactive_hours": "The approval is due then within",
    "stages": "Stages of a rollout, unless a release names its own",
    "tolerance_minutes": "A start is in time around its window by",
    "every_minutes": "Reported every",
    "emergency_every_minutes": "An emergency every",
    "patience_minutes": "The coordinator's own words are waited for",
    "before_minutes": "Upcoming notices before the window",
    "submit": "Must be there to submit",
    "start": "Must be there to start",
    "start_medium": "Must be there to start, at medium risk or more",
    "start_high": "Must be there to start, at high risk or more",
    "lean": "Must be there instead, where the CAB is a small team and none of the lists above was set",
    "tests": "Types of test that must have passed",
    "nudge_hours": "Somebody is nudged again after",
    "told_hours": "Stakeholders are told ahead by",
    "medium_from": "Medium from this score on, of 16",
    "high_from": "High from this score on",
    "critical_from": "Critical from this score on",
    "signals": "Signals that raise the likelihood",
    "failed_within_days": "A failed release of the same service counts for",
    "soon_hours": "A window starts soon inside",
    "many_services": "Services are many when they are more than",
    "templates": "Templates, shown by /release template list",
    "anchor_minutes": "The trail's newest hash is posted every",
    "code_minutes": "A code to join is good for",
    "tries": "Wrong codes that are taken",
}
_UNITS = {"_minutes": 1, "_hours": 60, "_days": 1440}
_AS_WRITTEN = ("zone", "deployment.stages", "roles.", "templates")
"""Names that somebody gave, an underscore in them included."""
_SPANS = ((1440, "day"), (60, "hour"), (1, "minute"))


def label(key: str) -> str:
    """What a key is about; one without words of its own is told by its name."""
    group, _, name = key.rpartition(".")
    if group == "roles":
        return f"Groups with the role “{ROLES[Role(name)]}”"
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def in_words(key: str, value: Any) -> str:
    """A value as people say it: 2880 minutes are 2 days."""
    unit = next((minutes for end, minutes in _UNITS.items() if key.endswith(end)), 0)
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return _span(value * unit) if unit else str(value)
        case tuple() if key.startswith(_AS_WRITTEN):
            return ", ".join(value) or "none"
        case tuple():
            return ", ".join(in_words(key, each) for each in value) or "none"
        case _ if key.startswith(_AS_WRITTEN):
            return str(value)
        case _:
            return str(value).replace("back_out", "back-out").replace("_", " ")


def _span(minutes: int) -> str:
    """Exactly, in as few words as can be."""
    parts, left = [], minutes
    for size, name in _SPANS:
        whole, left = divmod(left, size)
        if whole:
            parts.append(count(whole, name))
    return " ".join(parts) or "never"


def policy_card(numbers: Sequence[Number], *, small: Sequence[str], page: int, pages: int, part: str = "") -> Card:
    """One page of the policy. `small` are sentences about boards that are small teams now."""
    parts: list[Part] = []
    group = None
    for each in numbers:
        if (prefix := each.key.rpartition(".")[0]) != group:
            group = prefix
            parts.append(Heading(GROUPS.get(group, group.replace(".", " ").capitalize())))
            parts.append(Items(tuple(_row(one) for one in numbers if one.key.rpartition(".")[0] == group)))
    parts += [text(sentence) for sentence in small]
    parts.append(note("A process owner changes one: /release policy set approval.normal.quorum 3 “why”"))
    if ways := _ways(page, pages, part):
        parts.append(Buttons(ways))
    of = f", page {page} of {pages}" if pages > 1 else ""
    return Card(f"Policy{of}", tuple(parts), Tone.NEUTRAL, f"The policy{of}")


def _ways(page: int, pages: int, part: str) -> tuple[Button, ...]:
    words = ("policy", part) if part else ("policy",)
    ways = [button("Back", *words, page=page - 1)] if page > 1 else []
    return (*ways, button("More", *words, page=page + 1)) if page < pages else tuple(ways)


def _row(each: Number) -> Item:
    return item(Bold(label(each.key)), f": {in_words(each.key, each.value)} (", Code(each.key), *_from(each), ")")


def _from(each: Number) -> list[Piece | str]:
    if each.by is not None and each.at is not None:
        why = f", “{each.why}”" if each.why else ""
        return [", set by ", PersonRef(*each.by), " ", Moment(each.at), why]
    return [", from policy.toml" if each.from_file else ", built in"]


def changed_card(key: str, before: Any, after: Any, by: tuple[int, str], why: str) -> Card:
    """To those who watch over the trail: a number of the policy is another one."""
    change = f"{label(key)}: {in_words(key, before)} → {in_words(key, after)}"
    parts: list[Part] = [text(Bold(change), " (", Code(key), ")"), text("Changed by ", PersonRef(*by), ".")]
    if why:
        parts.append(text("Why: ", why))
    parts.append(note("It holds from the next command on. Ballots that are open keep what they asked for."))
    return Card("The policy was changed", tuple(parts), Tone.WARNING, f"Policy: {change}")
