"""Who stands for something with their name, since when, and whether it still holds: a validation, a sign-off."""

from __future__ import annotations

from messages.card import Moment, MomentStyle, PersonRef, Piece
from messages.release import Name
from storage.evidence import Stated


def stated_words(
    stated: Stated | None, holds: bool, name: Name, zone: str, *, changed: str, style: MomentStyle = MomentStyle.DATE
) -> list[Piece | str]:
    """`Ana, 20 Nov: on staging`; once what it was said of is `changed` (“the plan was changed”), that is history."""
    if stated is None:
        return ["not yet"]
    said: list[Piece | str] = [
        PersonRef(stated.person_id, name(stated.person_id)),
        ", ",
        Moment(stated.at, style, zone),
    ]
    if stated.words:
        said.append(f": {stated.words}")
    return said if holds else [f"no more, {changed} since (", *said, ")"]
