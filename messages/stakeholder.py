"""The stakeholders of a release as people see them."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Button, Card, ChannelRef, Item, Mark, Part, PersonRef, item
from messages.section import paged, section
from storage.evidence import Stakeholder
from storage.release import Release


def stakeholder_name(each: Stakeholder) -> str:
    """In a sentence: the person's name, or the channel's."""
    return each.name if each.person_id else f"#{each.name}" if each.name else "this channel"


def stakeholder_rows(stakeholders: Sequence[Stakeholder]) -> list[Item]:
    """The required ones first: it's their word that is waited for."""
    ordered = sorted(stakeholders, key=lambda each: not each.required)
    return [item(_who(each), " · required" if each.required else " · told", mark=_mark(each)) for each in ordered]


def _who(each: Stakeholder) -> PersonRef | ChannelRef:
    if each.person_id:
        return PersonRef(each.person_id, each.name)
    return ChannelRef(each.platform, each.workspace, each.channel, each.name or each.channel)


def _mark(each: Stakeholder) -> Mark:
    return Mark.WAITING if each.required else Mark.BULLET


def stakeholder_parts(found: Release, stakeholders: Sequence[Stakeholder]) -> list[Part]:
    """The stakeholders where the release is shown."""
    return section("Stakeholders", stakeholder_rows(stakeholders), f"stakeholder list {found.key}")


def stakeholders_card(found: Release, stakeholders: Sequence[Stakeholder], after: int) -> Card:
    return paged(
        f"Stakeholders of {found.key}",
        stakeholder_rows(stakeholders),
        after=after,
        whole=f"stakeholder list {found.key}",
        empty=f"{found.key} has no stakeholder yet.",
        ways=(Button("Add", f"stakeholder add {found.key} form=yes"),),
    )
