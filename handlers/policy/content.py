"""The approved content of a release: what the CAB authorises, its digest, and what a change changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.content import Content, ServiceVersion, Value
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
    "sla_impact": "SLA impact",
    "risk": "Risk assessment",
    "plan": "Deployment plan",
    "back_out": "Back-out plan",
    "back_out_trigger": "Back-out trigger",
    "back_out_minutes": "Back-out minutes",
    "tests": "Test plan",
    "media": "Media",
    "reason": "Reason",
}
"""The fields of the approved content (process section 3, Revision) by the names that people see."""
_INSTANTS = ("starts_at", "ends_at")
_BEYOND = frozenset(Content.model_fields)
"""The fields that stand in the release's `content`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the approved content, before and after, as people read it; an instant is shown in each reader's zone."""

    label: str
    before: str | datetime
    after: str | datetime


def approved_content(release: Release) -> dict[str, Any]:
    """The content as plain values in canonical order."""
    more = release.content
    return {name: _plain(getattr(more if name in _BEYOND else release, name)) for name in LABELS}


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
    if value in (None, "", 0, [], {}):
        return "—"
    if isinstance(value, list):
        return "; ".join(readable(each) for each in value)
    if isinstance(value, dict):
        return _readable_value(value)
    return str(value)


def _readable_value(value: dict[str, Any]) -> str:
    """A value of the content by what it is: a step, a change request, a test, an artifact, a service, the risk's answers."""
    match value:
        case {"type": kind, "text": text}:
            return f"{str(kind).replace('_', ' ')}: {text}"
        case {"text": text, **more}:
            return " · ".join([text, *(_detail(name, each) for name, each in more.items() if name != "owner")])
        case {"ref": ref, **more}:
            return " · ".join([ref, *(str(each) for each in more.values())])
        case {"uri": uri, **more}:
            return " · ".join([uri, *(str(each) for each in more.values())])
        case {"name": name, **more}:
            return " ".join([name, *filter(None, more.values())])
        case _:
            return ", ".join(f"{name.replace('_', ' ')} {each}" for name, each in value.items())


def _detail(name: str, value: Any) -> str:
    return {"minutes": f"{value} min", "verify": f"check: {value}"}.get(name, str(value))


def _plain(value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, ServiceVersion):
        return {"name": value.name, "version": value.version}  # apart, as a name may end in a number
    if isinstance(value, Value):
        return value.model_dump(mode="json", exclude_defaults=True)
    return value if isinstance(value, int | dict) or value is None else str(value)
