"""`/release service import`: services from a table, as another CMDB gives them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.kit import find
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.service_lines import HEADER, ServiceRow, table
from handlers.kit.services import KEEPERS, Given, changed, facts_of, known_names, registered
from messages.form import FieldKind
from messages.service import Imported, imported_card
from messages.words import count
from storage.records import Records

TABLE_LIMIT = 3000
SHOWN_WRONG = 8


@dataclass(frozen=True, slots=True)
class Table:
    table: str = argument(
        "Table", kind=FieldKind.TEXT, rest=True, limit=TABLE_LIMIT, hint=f"CSV; the first line is {HEADER}"
    )


@command(
    "service import",
    "Import services from a table",
    title="Import services",
    submit="Import",
    group="Set up",
    roles=KEEPERS,
    example='/release service import "name,tier\npayments,1"',
)
def import_services(call: Call, arguments: Table, records: Records) -> Reply:
    """All of it or nothing: one line that can't be read leaves everything as it was."""
    try:
        rows, wrong = table(arguments.table)
    except ValueError as no_table:
        raise Refused(str(no_table), field="table", subject="services") from None
    names = [row.name for row in rows]
    planned: list[tuple[ServiceRow, Given]] = []
    for row in rows:
        try:
            planned.append((row, _given(call, records, row, names)))
        except Refused as refused:
            wrong.append(f"line {row.line}: {refused.sentence}".rstrip("."))
    if wrong:
        raise Refused(_nothing_done(wrong), field="table", subject="services")
    return _report([_written(call, records, *each) for each in planned])


def _nothing_done(wrong: list[str]) -> str:
    more = f"; and {count(len(wrong) - SHOWN_WRONG, 'more line')}" if len(wrong) > SHOWN_WRONG else ""
    in_order = sorted(wrong, key=lambda each: int(each.split()[1].rstrip(":")))
    return f"Nothing was imported. {'; '.join(in_order[:SHOWN_WRONG])}{more}."


def _given(call: Call, records: Records, row: ServiceRow, names: list[str]) -> Given:
    owner = find.person(call, records, row.owner) if row.owner else None
    if row.needs is None:
        return Given(owner, row.tier, None, row.version)
    found, unknown = known_names(records, row.needs, names)
    if unknown:
        raise Refused(f"there is no service “{unknown[0]}” that {row.name} could need")
    if row.name.lower() in {each.lower() for each in found}:
        raise Refused(f"{row.name} can't need itself")
    return Given(owner, row.tier, tuple(found), row.version)


def _written(call: Call, records: Records, row: ServiceRow, given: Given) -> Imported:
    known = records.services.by_name(row.name)
    if known is None:
        made = registered(call, records, row.name, given)
        return Imported(row.line, made.name, new=True, after=facts_of(records, made))
    before, after = changed(records, known, given)
    return Imported(row.line, known.name, before=before, after=after)


def _report(lines: list[Imported]) -> Reply:
    before: dict[str, Any] = {each.name: each.before for each in lines if each.before}
    after: dict[str, Any] = {each.name: each.after for each in lines if each.after}
    return Reply(card=imported_card(lines), trail=Trail("services", before, after))
