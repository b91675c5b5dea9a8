"""Change requests as people paste them: one a line, or a table with a header row. Forgiving, but never guessing.

Raises ValueError with a sentence that names the line which can't be read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from handlers.kit import read
from handlers.policy.calendar import YEARS
from messages.plan_lines import without_marks
from messages.safety import web_address
from storage.content import ChangeKind, ChangeRequest

MOST = 200
"""Change requests of one release."""
MOST_REFERENCE = 60
MOST_TITLE = 200
EXAMPLE = "CHG-101 Refund at once | fix | authorised by Dana 2026-11-20"

_REFERENCE = re.compile(r"[^\s,;|:]*\d[^\s,;|:]*\Z")
_AUTHORISED = re.compile(r"(?:authori[sz]ed|approved) by (.+?)(?:,? (?:on )?(\d{4}-\d\d-\d\d))?\Z", re.IGNORECASE)
_PROBLEM = re.compile(r"(?:(?:problem|fixes|ends|solves) +(?=.*\d)|(?=PRB))(\S+)\Z", re.IGNORECASE)
_KINDS: Mapping[str, ChangeKind] = {
    **{each.value.replace("_", " "): each for each in ChangeKind},
    **dict.fromkeys(("bug", "bugfix", "bug fix", "defect", "fix of a problem"), ChangeKind.FIX),
    **dict.fromkeys(("feature", "improvement", "story"), ChangeKind.ENHANCEMENT),
    **dict.fromkeys(("new requirement",), ChangeKind.REQUIREMENT),
    **dict.fromkeys(("infra", "hardware"), ChangeKind.INFRASTRUCTURE),
    **dict.fromkeys(("service", "support", "service hours"), ChangeKind.SERVICE_CHANGE),
}
_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("reference", "ref", "key", "id", "number", "change", "change request"), "ref"),
    **dict.fromkeys(("title", "summary", "short description", "description"), "title"),
    **dict.fromkeys(("kind", "type"), "kind"),
    **dict.fromkeys(("link", "url"), "link"),
    **dict.fromkeys(("problem", "problem reference"), "problem"),
    **dict.fromkeys(("authorised by", "authorized by", "approved by"), "authorised_by"),
    **dict.fromkeys(("authorised on", "authorized on", "approved on", "authorised at", "approved at"), "authorised_on"),
}


def reference(word: str) -> str:
    """How a change is called in its own system."""
    stripped = read.title(word)
    if len(stripped) > MOST_REFERENCE or re.search(r"[,;|]", stripped):
        raise ValueError(
            f"A reference is written like CHG-101, in up to {MOST_REFERENCE} signs; “{stripped}” isn't one."
        )
    return stripped


def references(word: str) -> tuple[str, ...]:
    """References separated by commas or lines."""
    found = tuple(dict.fromkeys(reference(each) for each in read.names(word)))
    if len(found) > MOST:
        raise ValueError(f"A release takes at most {MOST} change requests; these are {len(found)}.")
    return found


def kind(word: str) -> ChangeKind:
    found = _KINDS.get(" ".join(re.sub(r"[_-]", " ", word.lower()).split()))
    if found is None:
        known = ", ".join(each.value.replace("_", " ") for each in ChangeKind)
        raise ValueError(f"A kind is one of {known}; “{word}” isn't.")
    return found


def link(word: str) -> str:
    """An address, kept as words: Cabbot never makes something to press of it."""
    stripped = word.strip()
    if web_address(stripped) is None:
        raise ValueError(f"A link begins with https:// and has no spaces; “{stripped}” doesn't fit.")
    return stripped


def day(word: str) -> date:
    """2026-11-20, also with a time of day behind it."""
    try:
        found = date.fromisoformat(word.strip()[:10])
    except ValueError:
        raise ValueError(f"A day is written like 2026-11-20; “{word}” isn't one.") from None
    if found.year not in YEARS:
        raise ValueError(f"A day lies between the years {YEARS[0]} and {YEARS[-1]}; “{word}” doesn't.")
    return found


def change_requests(word: str) -> tuple[ChangeRequest, ...]:
    """Every change request of the pasted text, each once."""
    found: dict[str, ChangeRequest] = {}
    for place, said, fields in _table(word) or _lines(word):
        try:
            made = ChangeRequest(**fields())
        except ValueError as wrong:
            shown = said if len(said) <= MOST_REFERENCE else f"{said[:MOST_REFERENCE]}…"
            raise ValueError(f"Line {place} (“{shown}”): {wrong}") from None
        if made.ref.casefold() in found:
            raise ValueError(f"Line {place} names {made.ref} a second time; leave one of them out.")
        found[made.ref.casefold()] = made
    return tuple(found.values())


_Row = tuple[int, str, Callable[[], dict[str, Any]]]
"""The number of a line, the line, and what reads it."""


def _lines(word: str) -> list[_Row]:
    parts = word.splitlines() if "\n" in word.strip() else word.split(";")
    return [(place, part.strip(), partial(_line, part)) for place, part in enumerate(parts, 1) if part.strip()]


def _line(said: str) -> dict[str, Any]:
    head, *more = [part.strip() for part in re.split(r"[|\t]", without_marks(said))]
    first, _, title = head.partition(" ")
    first = first.removesuffix(":")
    if not _REFERENCE.match(first):
        raise ValueError(f"it begins with no reference. A line is written like: {EXAMPLE}")
    fields: dict[str, Any] = {"ref": reference(first)}
    if title := title.strip(" :–-"):
        fields["title"] = _title(title)
    for part in more:
        fields |= _part(part) if part else {}
    return fields


def _part(part: str) -> dict[str, Any]:
    """A piece between two bars, by what it looks like."""
    if authorised := _AUTHORISED.match(part):
        by, on = authorised.groups()
        return {"authorised_by": by} | ({"authorised_on": day(on)} if on else {})
    if problem := _PROBLEM.match(part):
        return {"problem": problem.group(1)}
    if "://" in part:
        return {"link": link(part)}
    try:
        return {"kind": kind(part)}
    except ValueError as wrong:
        raise ValueError(
            f"{wrong} Between the bars stand a kind, “authorised by NAME 2026-11-20”, “problem PRB-7” or a link."
        ) from None


def _table(word: str) -> list[_Row]:
    """The rows of a table whose first row names its columns; nothing when it isn't one."""
    lines = word.strip().splitlines()
    for sign in ",;\t":
        names = [_COLUMNS.get(_name(each)) for each in next(csv.reader(lines[:1], delimiter=sign), [])]
        if "ref" in names and len(names) > 1 and len(lines) > 1:
            return list(_cells(lines, names, sign))
    return []


def _cells(lines: list[str], names: list[str | None], sign: str) -> Iterator[_Row]:
    reader = csv.reader(lines, delimiter=sign)
    next(reader)
    for row in reader:
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        if cells:
            yield reader.line_num, sign.join(row), partial(_row, cells)


def _row(cells: Mapping[str, str]) -> dict[str, Any]:
    if "ref" not in cells:
        raise ValueError("its reference is missing.")
    return {name: _READERS[name](cell) for name, cell in cells.items()}


def _name(cell: str) -> str:
    return " ".join(re.sub(r"[_-]", " ", cell.lower().lstrip("\ufeff")).split())


def _title(word: str) -> str:
    found = read.title(word)
    if len(found) > MOST_TITLE:
        raise ValueError(f"its title is longer than {MOST_TITLE} characters.")
    return found


_READERS: Mapping[str, Callable[[str], Any]] = {
    "ref": reference,
    "title": _title,
    "kind": kind,
    "link": link,
    "problem": reference,
    "authorised_by": read.title,
    "authorised_on": day,
}
