"""The policy: every number of the process that an organisation may tailor, read from policy.toml and checked.

Defaults are those of the process (docs/user-guide.md lists them). Times in the file are in the unit its key names.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from handlers.policy.calendar import zones
from storage.content import TestType


class RulesError(ValueError):
    """A policy that can't be used: a sentence with the key, the line and what would be right."""


_UNWRITTEN = {"written": False}
"""Marks what is no key of the file."""


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """What a ballot asks for. At the deadline it escalates once, and lapses `lapse_minutes` later (0: never).

    `change_manager`: the change manager must be among those who approve.
    """

    quorum: int
    deadline_minutes: int
    reminder_minutes: tuple[int, ...]
    lapse_minutes: int
    escalate_every_minutes: int = 0
    change_manager: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """`high` is for normal releases whose risk is high or critical.

    On a board of fewer people than `small_team` one approval is enough, unless the quorum was set.
    """

    normal: ApprovalRules = ApprovalRules(2, 48 * 60, (24 * 60, 4 * 60), 24 * 60)
    emergency: ApprovalRules = ApprovalRules(1, 30, (10,), 0, 10)
    high: ApprovalRules = ApprovalRules(3, 72 * 60, (24 * 60, 4 * 60), 24 * 60, 0, change_manager=True)
    small_team: int = 4


@dataclass(frozen=True, slots=True)
class Emergency:
    """`deploy_first`: on-call may start before the ECAB's word, which is then due within `retroactive_hours`."""

    deploy_first: bool = False
    retroactive_hours: int = 24


@dataclass(frozen=True, slots=True)
class Deployment:
    """Stages of a rollout unless the release names its own; how far from its window a start is still in time."""

    stages: tuple[str, ...] = ("Pilot", "Full")
    tolerance_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Status:
    """How often a release on its way is reported, and how long the coordinator's own words are waited for."""

    every_minutes: int = 30
    emergency_every_minutes: int = 15
    patience_minutes: int = 10


@dataclass(frozen=True, slots=True)
class Announcements:
    """How long before the window an upcoming notice goes out."""

    before_minutes: tuple[int, ...] = (7 * 24 * 60, 24 * 60, 60)


@dataclass(frozen=True, slots=True)
class Gates:
    """Rows of the checklist that must be there: to submit, to start, to start at that risk or above; others are warned of.

    An approval, the window and, for an emergency, its service and back-out plan are asked for in any case. Where the CAB
    has fewer people than `approval.small_team`, `lean` is asked for alone, unless one of the four lists was set. `tests`
    are the types that must have passed; a row's person is nudged at most once in `nudge_hours`.
    """

    submit: tuple[str, ...] = ("goal", "service", "window", "changes", "risk", "plan", "back_out", "back_out_trigger")
    start: tuple[str, ...] = ("collision", "tests", "sign_off", "media", "told")
    start_medium: tuple[str, ...] = ("back_out_validated",)
    start_high: tuple[str, ...] = ("training", "support")
    lean: tuple[str, ...] = ("service", "window", "plan", "back_out")
    tests: tuple[str, ...] = ("functional",)
    nudge_hours: int = 4
    told_hours: int = 24


@dataclass(frozen=True, slots=True)
class Audit:
    """How often the head of the audit trail is posted outside the database."""

    anchor_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Joining:
    """How long a code is good with which another workspace joins, and how many wrong ones are taken in that time."""

    code_minutes: int = 15
    tries: int = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole policy. `said` are the keys that somebody has set; the other numbers are Cabbot's own."""

    zone: str = "UTC"
    approval: Approval = field(default_factory=Approval)
    emergency: Emergency = field(default_factory=Emergency)
    deployment: Deployment = field(default_factory=Deployment)
    status: Status = field(default_factory=Status)
    announcements: Announcements = field(default_factory=Announcements)
    gates: Gates = field(default_factory=Gates)
    audit: Audit = field(default_factory=Audit)
    joining: Joining = field(default_factory=Joining)
    said: frozenset[str] = field(default=frozenset(), compare=False, metadata=_UNWRITTEN)
    file: Rules | None = field(default=None, compare=False, repr=False, metadata=_UNWRITTEN)
    """What policy.toml says, where changes made in chat stand over it."""


_LEAST = {
    "small_team": 1,
    "quorum": 1,
    "deadline_minutes": 1,
    "lapse_minutes": 0,
    "escalate_every_minutes": 0,
    "retroactive_hours": 1,
    "tolerance_minutes": 0,
    "every_minutes": 1,
    "emergency_every_minutes": 1,
    "patience_minutes": 1,
    "anchor_minutes": 1,
    "code_minutes": 1,
    "tries": 1,
    "nudge_hours": 1,
    "told_hours": 1,
    "reminder_minutes": 1,
    "before_minutes": 1,
}


_TO_START = ("back_out_validated", "collision", "tests", "sign_off", "media", "told", "training", "support")
_TO_SUBMIT = ("goal", "service", "window", "changes", "risk", "plan", "back_out", "back_out_trigger")
WORDS = {
    "gates.submit": _TO_SUBMIT,
    "gates.start": _TO_START,
    "gates.start_medium": _TO_START,
    "gates.start_high": _TO_START,
    "gates.lean": (*_TO_SUBMIT, *_TO_START),
    "gates.tests": tuple(each.value for each in TestType),
}
"""The rows of the checklist (handlers/policy/gates.py) that a list may name; it may be empty too."""


MOST = 1_000_000
"""The largest number in a policy: almost two years in minutes, more than any deadline needs."""


def parse_rules(source: str) -> Rules:
    """Read the policy's text. Raises RulesError that names the key and the line of the trouble."""
    try:
        given = tomllib.loads(source)
    except tomllib.TOMLDecodeError as wrong:
        raise RulesError(f"The policy isn't valid TOML: {wrong}.") from wrong
    rules: Rules = _read(Rules(), given, "", source)
    if rules.zone not in zones():
        _fail("zone", source, f"is an IANA time zone such as Europe/Berlin; “{rules.zone}” isn't")
    return dataclasses.replace(rules, said=frozenset(_paths(given, "")))


def numbers(rules: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of the policy as the file writes it (approval.normal.quorum), with its value."""
    for each in dataclasses.fields(rules):
        value = getattr(rules, each.name)
        if dataclasses.is_dataclass(value) and each.metadata != _UNWRITTEN:
            yield from numbers(value, f"{path}{each.name}.")
        elif each.metadata != _UNWRITTEN:
            yield f"{path}{each.name}", value


def checked(key: str, value: Any) -> Any:
    """A value for one key, under the rules of the file. Raises RulesError with the file's own sentence."""
    try:
        return _value(_DEFAULTS[key], value, key, "")
    except RulesError as wrong:
        raise RulesError(str(wrong).removeprefix("Policy, line 1: ")) from None


def _paths(given: dict[str, Any], path: str) -> Iterator[str]:
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{path}{name}.")
        else:
            yield f"{path}{name}"


def _read(default: Any, given: dict[str, Any], path: str, source: str) -> Any:
    known = {each.name for each in dataclasses.fields(default) if each.metadata != _UNWRITTEN}
    for name in given:
        if name not in known:
            _fail(f"{path}{name}", source, f"isn't known; known here are {', '.join(sorted(known))}")
    changes = {name: _value(getattr(default, name), value, f"{path}{name}", source) for name, value in given.items()}
    return dataclasses.replace(default, **changes)


def _value(default: Any, value: Any, path: str, source: str) -> Any:
    if dataclasses.is_dataclass(default):
        if not isinstance(value, dict):
            _fail(path, source, f"is a table, written [{path}]")
        return _read(default, value, f"{path}.", source)
    if isinstance(default, bool):
        return value if isinstance(value, bool) else _fail(path, source, "is true or false")
    if isinstance(default, int):
        return _whole(value, path, source)
    if isinstance(default, str):
        return value if isinstance(value, str) else _fail(path, source, "is a text in quotes")
    return _list(default, value, path, source)


def _list(default: tuple[Any, ...], value: Any, path: str, source: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        _fail(path, source, "is a list in square brackets")
    if (known := WORDS.get(path)) is not None:
        return tuple(_word(each, known, path, source) for each in value)
    if isinstance(default[0], int):
        return tuple(sorted((_whole(each, path, source) for each in value), reverse=True))
    if not value or not all(isinstance(each, str) and each.strip() for each in value):
        _fail(path, source, "is a list of at least one text in quotes")
    return tuple(value)


def _word(value: Any, known: tuple[str, ...], path: str, source: str) -> str:
    return str(value) if value in known else _fail(path, source, f"has only {', '.join(known)}; {value!r} isn't one")


def _whole(value: Any, path: str, source: str) -> int:
    least = _LEAST[path.rsplit(".", 1)[-1]]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        _fail(path, source, f"is a whole number from {least} to {MOST}; {value!r} isn't")
    return int(value)


def _fail(path: str, source: str, sentence: str) -> Any:
    raise RulesError(f"Policy, line {_line_of(path, source)}: {path} {sentence}.")


_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_LINE = re.compile(rf"\s*(?P<table>\[\[?)?\s*(?P<path>{_NAME}(?:\s*\.\s*{_NAME})*)\s*[\]=]")


def _line_of(path: str, source: str) -> int:
    """The line where a key stands, or the table that it is written within; 1 when it can't be told."""
    found, nearest, table = 1, "", ""
    for number, line in enumerate(source.split("\n"), 1):
        if not (match := _LINE.match(line)):
            continue
        name = ".".join(part.strip(" \t\"'") for part in match["path"].split("."))
        if match["table"]:
            table = name
        else:
            name = f"{table}.{name}" if table else name
        if name == path:
            return number
        if path.startswith(f"{name}.") and len(name) > len(nearest):
            found, nearest = number, name
    return found


_DEFAULTS = dict(numbers(Rules()))
