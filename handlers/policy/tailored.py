"""What process owners change of the policy in chat: it stands over what policy.toml says (process section 10)."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from handlers.policy.risk import BOUNDS, RiskRules, out_of_order
from handlers.policy.rules import Rules
from handlers.policy.rules_file import RulesError, checked, numbers

OPERATORS = ("zone", "audit.", "joining.", "roles.")
"""What whoever runs Cabbot answers for: it is set in policy.toml alone. In chat a group gets a role by `group grant`."""

RISK_BOUNDS = frozenset(f"risk.{name}" for name in BOUNDS)
"""Keys that are right or wrong together."""

_BUILT_IN = dict(numbers(Rules()))
_YES, _NO = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_WHOLE = re.compile(r"-?[0-9]{1,12}\Z")


def changeable() -> tuple[str, ...]:
    """The keys that a process owner may set in chat, in the order of the file."""
    return tuple(key for key in _BUILT_IN if not key.startswith(OPERATORS))


def value_of(key: str, words: str) -> Any:
    """The value that somebody wrote for a key. Raises RulesError with the sentence that the file would get."""
    return checked(key, _plain(_BUILT_IN[key], words.strip()))


def as_toml(value: Any) -> str:
    """A value as policy.toml writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(as_toml(each) for each in value)}]"
    # TOML's strings are JSON's, but for the one control character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def tailored(file: Rules, changes: Mapping[str, str]) -> tuple[Rules, tuple[str, ...]]:
    """The file's rules with changes over them, by key and in TOML; and the keys whose change can't be used any more.

    What was once allowed may not be in a later version, or beside another file: then the file's word holds, and nothing
    stands still.
    """
    rules, refused, said = file, [], set(file.said)
    for key, value in changes.items():
        try:
            rules = with_value(rules, key, checked(key, tomllib.loads(f"value = {value}")["value"]))
            said.add(key)
        except (RulesError, KeyError, tomllib.TOMLDecodeError):
            refused.append(key)
    if out_of_order(rules.risk):
        moved = [key for key in changes if key in RISK_BOUNDS]
        rules, said = dataclasses.replace(rules, risk=_bounds_of(file, rules.risk)), said - (set(moved) - file.said)
        refused += moved
    return dataclasses.replace(rules, said=frozenset(said), file=file), tuple(refused)


def with_value(rules: Rules, key: str, value: Any) -> Rules:
    """The rules with another value of one key."""
    changed: Rules = _with(rules, key.split("."), value)
    return changed


def _bounds_of(file: Rules, risk: RiskRules) -> RiskRules:
    return dataclasses.replace(risk, **{name: getattr(file.risk, name) for name in BOUNDS})


def _with(rules: Any, path: list[str], value: Any) -> Any:
    name, *rest = path
    return dataclasses.replace(rules, **{name: _with(getattr(rules, name), rest, value) if rest else value})


def _plain(default: Any, words: str) -> Any:
    """Words as the kind of value that the key has; what isn't one stays words, for the file's rules to refuse."""
    match default:
        case bool():
            return {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}.get(words.lower(), words)
        case int():
            return _number(words)
        case tuple():
            parts = [part.strip().strip("\"'") for part in words.removeprefix("[").removesuffix("]").split(",")]
            return [_number(part) if _holds_numbers(default) else part for part in parts if part]
        case _:
            return words


def _holds_numbers(default: tuple[Any, ...]) -> bool:
    return bool(default) and isinstance(default[0], int)


def _number(words: str) -> int | str:
    return int(words) if _WHOLE.match(words) else words
