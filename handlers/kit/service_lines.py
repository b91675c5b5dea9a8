"""Services as people write them: tiers, what a service needs, and tables pasted from a CMDB. Nothing is guessed."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.kit import read

TIERS = (1, 2, 3, 4)
MOST_ROWS = 200
NOTHING = "-"
"""What a person writes to empty a field of something that stands."""

_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("name", "service", "ci", "configuration item"), "name"),
    **dict.fromkeys(("owner", "owned by"), "owner"),
    **dict.fromkeys(("tier", "criticality"), "tier"),
    **dict.fromkeys(("needs", "dependencies", "depends on"), "needs"),
    **dict.fromkeys(("version", "version in production"), "version"),
}
HEADER = "name,owner,tier,needs,version"


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A line of a table; None where it says nothing, so that what stands stays."""

    line: int
    name: str
    owner: str | None = None
    tier: int | None = None
    needs: tuple[str, ...] | None = None
    version: str | None = None


def tier(word: str) -> int:
    """1, the most critical, to 4."""
    stripped = word.strip().lower().removeprefix("tier").strip()
    if stripped not in {str(each) for each in TIERS}:
        raise ValueError(f"A tier is 1 (the most critical) to 4; “{word.strip()}” isn't one.")
    return int(stripped)


def needs(word: str) -> tuple[str, ...]:
    """`ledger, web`: names of services; `-` for none."""
    return () if word.strip() == NOTHING else tuple(read.service_name(each) for each in read.names(word))


def version(word: str) -> str:
    return "" if word.strip() == NOTHING else read.version(word)


def table(word: str) -> tuple[list[ServiceRow], list[str]]:
    """The rows of a pasted table, and a sentence for each line that can't be read.

    Raises ValueError where there is no table. Commas, semicolons and tabs separate cells, as in the header row.
    """
    lines = word.strip().splitlines()
    sign = next((each for each in "\t;" if each in (lines[0] if lines else "")), ",")
    reader = csv.reader(lines, delimiter=sign, skipinitialspace=True, strict=True)
    rows: list[ServiceRow] = []
    wrong: list[str] = []
    try:
        columns = _header(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _read(columns, cells, reader.line_num, rows, wrong)
    except csv.Error as broken:
        raise ValueError(f"Line {reader.line_num} isn't CSV: {broken}.") from None
    if not rows and not wrong:
        raise ValueError(f"There is no line under the header row. A table looks like: {HEADER}")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"A table has at most {MOST_ROWS} services; this has {len(rows)}. Paste it in parts.")
    return rows, wrong


def _header(cells: list[str]) -> list[str]:
    columns = [_COLUMNS.get(re.sub(r"[_\s]+", " ", cell).strip().lower(), cell.strip()) for cell in cells]
    unknown = [each for each in columns if each not in _COLUMNS.values()]
    if "name" not in columns or unknown or len(set(columns)) != len(columns):
        odd = f"; “{unknown[0]}” isn't one of them" if unknown else ""
        raise ValueError(f"The first line names the columns, each once, name among them: {HEADER}{odd}.")
    return columns


def _read(columns: list[str], cells: list[str], line: int, rows: list[ServiceRow], wrong: list[str]) -> None:
    if len(cells) > len(columns):
        wrong.append(f"line {line}: it has {len(cells)} cells under {len(columns)} columns")
        return
    given = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    try:
        row = ServiceRow(
            line,
            read.service_name(given.get("name", "")),
            given.get("owner"),
            tier(given["tier"]) if "tier" in given else None,
            needs(given["needs"]) if "needs" in given else None,
            version(given["version"]) if "version" in given else None,
        )
    except ValueError as error:
        wrong.append(f"line {line}: {error}".rstrip("."))
        return
    if twin := next((each for each in rows if each.name.lower() == row.name.lower()), None):
        wrong.append(f"line {line}: {row.name} stands on line {twin.line} already")
        return
    rows.append(row)
