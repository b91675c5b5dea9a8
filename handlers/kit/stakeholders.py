"""Who is told of a release because they are its stakeholders (process sections 2 and 9)."""

from __future__ import annotations

from handlers.kit.call import Place
from storage.evidence import Stakeholder
from storage.records import Records
from storage.release import Release
from storage.terms import Platform


def stakeholder_people(records: Records, found: Release) -> list[int]:
    """They hear its public events by direct message."""
    return [each.person_id for each in records.evidence.stakeholders.of(found.id) if each.person_id]


def stakeholder_places(records: Records, found: Release) -> list[Place]:
    """The channels in which its announcement is published."""
    return [place_of(each) for each in records.evidence.stakeholders.of(found.id) if each.channel]


def place_of(stakeholder: Stakeholder) -> Place:
    platform = Platform(stakeholder.platform)
    return Place(platform, stakeholder.workspace, stakeholder.channel, stakeholder.name)
