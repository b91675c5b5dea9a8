"""What is recorded of a release beside its plans, in sections: people, stakeholders, register, preparation, media."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import Fact, Facts, Heading, Moment, MomentStyle, Part, PersonRef, Piece, Plain, fact, note
from messages.medium import medium_parts
from messages.register import register_parts
from messages.release import Name
from messages.stakeholder import stakeholder_parts
from storage.evidence import Part as Share
from storage.evidence import Participant, RiskItem, Stakeholder, Stated, Topic
from storage.release import Release

PREPARED = {
    Topic.TRAINING: "Training",
    Topic.SUPPORT: "Support",
    Topic.COMMUNICATION: "Communication",
    Topic.RESOURCES: "Resources",
    Topic.BUDGET: "Budget",
}
"""What is stated to be prepared, by the words that people see."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is recorded beside the approved content."""

    participants: Sequence[Participant] = ()
    stakeholders: Sequence[Stakeholder] = ()
    register: Sequence[RiskItem] = ()
    stated: Sequence[Stated] = ()


def record_parts(found: Release, beside: Beside, name: Name) -> list[Part]:
    """The sections, each with its first rows and a way to the rest."""
    return [
        *_impact(found),
        *medium_parts(found),
        *_people(beside.participants, name),
        *stakeholder_parts(found, beside.stakeholders),
        *register_parts(found, beside.register, name),
        *_prepared(found, beside.stated, name),
    ]


def _impact(found: Release) -> list[Part]:
    return [note("SLA impact: ", found.content.sla_impact)] if found.content.sla_impact else []


def _people(participants: Sequence[Participant], name: Name) -> list[Part]:
    rows = [
        Fact(label, _named([each for each in participants if each.part is part], name))
        for part, label in ((Share.APPLICATION, "Application coordinators"), (Share.TESTING, "Testing coordinator"))
        if any(each.part is part for each in participants)
    ]
    return [Facts(tuple(rows))] if rows else []


def _named(participants: Sequence[Participant], name: Name) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for each in participants:
        pieces += [Plain(", ")] if pieces else []
        pieces.append(PersonRef(each.person_id, name(each.person_id)))
        pieces += [Plain(f" ({each.area})")] if each.area else []
    return tuple(pieces)


def _prepared(found: Release, stated: Sequence[Stated], name: Name) -> list[Part]:
    rows = [_statement(found, each, name) for topic in PREPARED for each in stated if each.topic is topic]
    return [Heading("Prepared"), Facts(tuple(rows))] if rows else []


def _statement(found: Release, each: Stated, name: Name) -> Fact:
    who = PersonRef(each.person_id, name(each.person_id))
    at = Moment(each.at, MomentStyle.DATE, found.zone)
    return fact(PREPARED[each.topic], f"{each.words} — ", who, ", ", at)
