"""The one written form of a sentence: words and name=value pairs, quoted where they must be.

Typed text, button values and form submissions all travel as such lines, so there is one grammar for all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SAFE = re.compile(r"[^\s\"=\\“”„‟«»]+\Z")
# Runs of the same kind at once: a long plan is typed in one line.
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S*")
_QUOTABLE = re.compile(r"[^\"\\“”„‟«»]*")
# What nearly every word is, in one look: name=, then straight quotes with nothing odd between them, or no quotes at all.
_SIMPLE = re.compile(r"(?:([A-Za-z][A-Za-z_0-9]*)=)?+(?:\"([^\"\\“”„‟«»]*)\"|([^\s\"“”„‟«»]\S*))")
_NAME = re.compile(r"[a-z][a-z_0-9]*\Z")


@dataclass(frozen=True, slots=True)
class Words:
    """A line taken apart: bare words in order, and the named ones."""

    bare: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)


class LineError(ValueError):
    """A line that can't be read; the text is a sentence for the person who wrote it."""


def compose(*words: str, **named: object) -> str:
    """The line that `read` takes apart into the same words; None values are left out."""
    parts = [_quoted(word) for word in words]
    parts += [f"{name}={_quoted(str(value))}" for name, value in named.items() if value is not None]
    return " ".join(parts)


def read(line: str) -> Words:
    r"""Take a line apart. Quotes may be the curly ones that phones type; `\"` is a quote inside quotes.

    Raises LineError when a quote isn't closed or a name is given twice.
    """
    bare: list[str] = []
    named: dict[str, str] = {}
    for name, value in _tokens(line):
        if name is None:
            bare.append(value)
        elif name in named:
            raise LineError(f"“{name}” is given twice; give it once.")
        else:
            named[name] = value
    return Words(tuple(bare), named)


def _quoted(word: str) -> str:
    if _SAFE.match(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


_OPENING = {'"': '"', "“": '“”„‟"', "„": '“”"', "‟": '”"', "”": '“”"', "«": "»", "»": "«»"}


def _tokens(line: str) -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = []
    at = 0
    while (at := _end_of(_SPACE, line, at)) < len(line):
        if simple := _SIMPLE.match(line, at):
            name, quoted, word = simple.groups()
            found.append((name and name.lower(), word if quoted is None else quoted))
            at = simple.end()
            continue
        name, at = _name_at(line, at)
        value, at = _value_at(line, at)
        found.append((name, value))
    return found


def _name_at(line: str, at: int) -> tuple[str | None, int]:
    equals = line.find("=", at)
    if equals > at and _NAME.match(name := line[at:equals].lower()):
        return name, equals + 1
    return None, at


def _value_at(line: str, at: int) -> tuple[str, int]:
    if at < len(line) and (closing := _OPENING.get(line[at])):
        return _quoted_at(line, at + 1, closing)
    end = _end_of(_WORD, line, at)
    return line[at:end], end


def _end_of(run: re.Pattern[str], line: str, at: int) -> int:
    found = run.match(line, at)
    assert found is not None  # it matches nothing as well
    return found.end()


def _quoted_at(line: str, at: int, closing: str) -> tuple[str, int]:
    out: list[str] = []
    while at < len(line):
        end = _end_of(_QUOTABLE, line, at)
        if end > at:
            out.append(line[at:end])
            at = end
            continue
        sign = line[at]
        if sign == "\\" and line[at + 1 : at + 2] in ('"', "\\"):
            out.append(line[at + 1])
            at += 2
        elif sign in closing:
            return "".join(out), at + 1
        else:
            out.append(sign)
            at += 1
    raise LineError("A quote is opened and not closed; close it, or leave both out.")
