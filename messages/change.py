"""Change requests as people see them. A link that somebody typed is shown as words, never as something to press."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Bold, Button, Card, Item, Part, item
from messages.section import Menu, no_menu, paged, section
from storage.content import ChangeRequest
from storage.release import Release


def change_line(change: ChangeRequest) -> str:
    """`CHG-101 Refund at once · fix`: a change request in a list."""
    return f"{change.ref}{_said(change)}"


def _said(change: ChangeRequest) -> str:
    more = [change.kind.value.replace("_", " ")] if change.title else []
    more += [f"ends {change.problem}"] if change.problem else []
    if change.authorised_by:
        on = f" on {change.authorised_on:%Y-%m-%d}" if change.authorised_on else ""
        more.append(f"authorised by {change.authorised_by}{on}")
    more += [change.link] if change.link else []
    return " · ".join([f" {change.title}".rstrip(), *more])


def change_rows(changes: Sequence[ChangeRequest], menu: Menu = no_menu) -> list[Item]:
    """What nobody has authorised says so: only an authorised change belongs into a release."""
    return [
        item(Bold(each.ref), _said(each), *([] if each.authorised else [" · not authorised yet"]), buttons=menu(number))
        for number, each in enumerate(changes, 1)
    ]


def change_parts(found: Release) -> list[Part]:
    """The change requests where the release is shown."""
    return section("Change requests", change_rows(found.change_requests), f"change list {found.key}")


def changes_card(found: Release, after: int, menu: Menu = no_menu) -> Card:
    """A page of them, with the way to add more."""
    add = Button("Add", f"change add {found.key} form=yes")
    return paged(
        f"Change requests of {found.key}",
        change_rows(found.change_requests, menu),
        after=after,
        whole=f"change list {found.key}",
        empty=f"{found.key} implements no change request yet.",
        ways=(add,),
    )
