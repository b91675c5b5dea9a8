"""The risk register as people see it: what is open first, the highest priority on top."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Bold, Button, Card, Item, Mark, Part, PersonRef, item
from messages.release import Name
from messages.section import Menu, no_menu, paged, section
from storage.evidence import RiskItem, RiskKind, RiskStatus
from storage.release import Release


def register_rows(entries: Sequence[RiskItem], name: Name, menu: Menu = no_menu) -> list[Item]:
    """`menu` goes by the entry's own number."""
    ordered = sorted(entries, key=lambda each: (each.status is not RiskStatus.OPEN, each.priority, each.number))
    return [_row(each, name, menu(each.number)) for each in ordered]


def _row(entry: RiskItem, name: Name, buttons: tuple[Button, ...]) -> Item:
    mitigation = f" · mitigation: {entry.mitigation}" if entry.mitigation else ""
    return item(
        Bold(f"#{entry.number}"),
        f" {entry.words} · {entry.kind.value}, priority {entry.priority}, {entry.status.value} · ",
        PersonRef(entry.owner_id, name(entry.owner_id)),
        mitigation,
        mark=_mark(entry),
        buttons=buttons,
    )


def _mark(entry: RiskItem) -> Mark:
    if entry.status is not RiskStatus.OPEN:
        return Mark.DONE
    return Mark.WARNING if entry.kind is RiskKind.ISSUE or entry.priority == 1 else Mark.TODO


def register_parts(found: Release, entries: Sequence[RiskItem], name: Name) -> list[Part]:
    """The register where the release is shown."""
    return section("Risk register", register_rows(entries, name), f"register list {found.key}")


def register_card(found: Release, entries: Sequence[RiskItem], name: Name, after: int, menu: Menu = no_menu) -> Card:
    return paged(
        f"Risk register of {found.key}",
        register_rows(entries, name, menu),
        after=after,
        whole=f"register list {found.key}",
        empty=f"The risk register of {found.key} is empty.",
        ways=(Button("Add", f"register add {found.key} form=yes"),),
    )
