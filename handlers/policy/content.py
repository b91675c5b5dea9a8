"""The approved content of a release: what the CAB authorises, its digest, and what a change changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.release import Release
from storage.types import canonical_json

LABELS = {
    "title": "Title",
    "goal": "Goal and scope",
    "type": "Type",
    "services": "Services",
    "change_requests": "Change requests",
    "starts_at": "Window start",
    "ends_at": "Window end",
    "zone": "Time zone",
    "stages": "Stages",
    "impact": "Customer impact",
    "plan": "Deployment plan",
    "back_out": "Back-out plan",
    "reason": "Reason",
}
"""The fields of the approved content (process section 3, Revision) by the names that people see."""
_INSTANTS = ("starts_at", "ends_at")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the approved content, before and after, as people read it; an instant is shown in each reader's zone."""

    label: str
    before: str | datetime
    after: str | datetime


def approved_content(release: Release) -> dict[str, Any]:
    """The content as plain values in canonical order."""
    return {name: _plain(getattr(release, name)) for name in LABELS}


def digest(release: Release) -> str:
    """SHA-256 (hex) over the canonical JSON of the approved content."""
    return hashlib.sha256(canonical_json(approved_content(release)).encode()).hexdigest()


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Field by field what differs between two contents; of a list, the lines that went and the lines that came."""
    return [
        Change(LABELS[name], *(_shown(name, side) for side in _sides(before.get(name), after[name])))
        for name in LABELS
        if before.get(name) != after[name]
    ]


def _sides(before: Any, after: Any) -> tuple[Any, Any]:
    if not isinstance(before, list) or not isinstance(after, list):
        return before, after
    gone, come = [each for each in before if each not in after], [each for each in after if each not in before]
    return (gone, come) if gone or come else (before, after)  # the same lines in another order are shown whole


def _shown(name: str, value: Any) -> str | datetime:
    return datetime.fromisoformat(value) if value and name in _INSTANTS else readable(value)


def readable(value: Any) -> str:
    """A content value as a person reads it."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return "; ".join(readable(each) for each in value)
    if isinstance(value, dict):
        return " ".join(filter(None, value.values()))
    return str(value)


def _plain(value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if hasattr(value, "isoformat"):
        return value.isoformat(timespec="minutes")
    if hasattr(value, "version"):
        return {"name": value.name, "version": value.version}  # apart, as a name may end in a number
    return str(value) if value is not None else None
