"""policy.toml, read and checked: an error names the key and the line of the trouble, and what would be right."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from handlers.policy.calendar import zones
from handlers.policy.policy_templates import PolicyTemplate, WrongTemplate, read_templates
from handlers.policy.risk import IN_ORDER, MOST_SCORE, Signal, out_of_order
from handlers.policy.role_groups import WHAT, platform_of
from handlers.policy.rules import NAMED, UNWRITTEN, Rules
from storage.content import TestType


class RulesError(ValueError):
    """A policy that can't be used: a sentence with the key, the line and what would be right."""


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
    "medium_from": 1,
    "high_from": 1,
    "critical_from": 1,
    "failed_within_days": 1,
    "soon_hours": 1,
    "many_services": 1,
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
    "risk.signals": tuple(each.value for each in Signal),
}
"""What a list may name: rows of the checklist (handlers/policy/gates.py), types of test, signals. It may be empty too."""


MOST = 1_000_000
"""The largest number in a policy: almost two years in minutes, more than any deadline needs."""
_MOST = dict.fromkeys(("medium_from", "high_from", "critical_from"), MOST_SCORE)


def parse_rules(source: str) -> Rules:
    """Read the policy's text. Raises RulesError that names the key and the line of the trouble."""
    try:
        given = tomllib.loads(source)
    except tomllib.TOMLDecodeError as wrong:
        raise RulesError(f"The policy isn't valid TOML: {wrong}.") from wrong
    rules: Rules = _read(Rules(), given, "", source)
    said = frozenset(_paths(given, ""))
    if rules.zone not in zones():
        _fail("zone", source, f"is an IANA time zone such as Europe/Berlin; “{rules.zone}” isn't")
    if (wrong_order := out_of_order(rules.risk)) is not None:
        lower, higher = (f"risk.{each}" for each in wrong_order)
        _fail(higher if higher in said else lower, source, IN_ORDER)
    return dataclasses.replace(rules, said=said)


def numbers(rules: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of the policy as the file writes it (approval.normal.quorum), with its value."""
    for each in dataclasses.fields(rules):
        value = getattr(rules, each.name)
        if dataclasses.is_dataclass(value) and each.metadata != UNWRITTEN:
            yield from numbers(value, f"{path}{each.name}.")
        elif each.metadata not in (UNWRITTEN, NAMED):
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
    known = {each.name for each in dataclasses.fields(default) if each.metadata != UNWRITTEN}
    for name in given:
        if name not in known:
            _fail(f"{path}{name}", source, f"isn't known; known here are {', '.join(sorted(known))}")
    changes = {name: _value(getattr(default, name), value, f"{path}{name}", source) for name, value in given.items()}
    return dataclasses.replace(default, **changes)


def _templates(given: Any, source: str) -> tuple[PolicyTemplate, ...]:
    try:
        return read_templates(given)
    except WrongTemplate as wrong:
        return tuple(_fail(wrong.key, source, str(wrong)))


def _value(default: Any, value: Any, path: str, source: str) -> Any:
    if path == "templates":
        return _templates(value, source)
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
    if path.startswith("roles."):
        return tuple(_group(each, path, source) for each in value)
    if isinstance(default[0], int):
        return tuple(sorted((_whole(each, path, source) for each in value), reverse=True))
    if not value or not all(isinstance(each, str) and each.strip() for each in value):
        _fail(path, source, "is a list of at least one text in quotes")
    return tuple(value)


def _word(value: Any, known: tuple[str, ...], path: str, source: str) -> str:
    return str(value) if value in known else _fail(path, source, f"has only {', '.join(known)}; {value!r} isn't one")


def _group(value: Any, path: str, source: str) -> str:
    is_one = isinstance(value, str) and platform_of(value) is not None
    return str(value) if is_one else _fail(path, source, f"is {WHAT}; {value!r} isn't one")


def _whole(value: Any, path: str, source: str) -> int:
    name = path.rsplit(".", 1)[-1]
    least, most = _LEAST[name], _MOST.get(name, MOST)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        _fail(path, source, f"is a whole number from {least} to {most}; {value!r} isn't")
    return int(value)


def _fail(path: str, source: str, sentence: str) -> Any:
    raise wrong_at(path, source, sentence)


def wrong_at(path: str, source: str, sentence: str) -> RulesError:
    """What is wrong about a key, with the line where it stands."""
    return RulesError(f"Policy, line {_line_of(path, source)}: {path} {sentence}.")


_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_LINE = re.compile(rf"\s*(?P<table>\[\[?)?\s*(?P<path>{_NAME}(?:\s*\.\s*{_NAME})*)\s*[\]=]")


_TEXT = ('"""', "'''")


def _line_of(path: str, source: str) -> int:
    """The line where a key stands, or the table that it is written within; 1 when it can't be told."""
    found, nearest, table, in_text = 1, "", "", False
    for number, line in enumerate(source.split("\n"), 1):
        match = None if in_text else _LINE.match(line)
        in_text ^= sum(line.count(quotes) for quotes in _TEXT) % 2 == 1
        if match is None:
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
