"""Releases in which a person has a part beside coordinating: as a participant, a stakeholder, an owner of a step."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from storage.evidence import PARTICIPANTS, STAKEHOLDERS
from storage.release import RELEASES, Release
from storage.statement import Statement, Transaction
from storage.step_owner import STEP_OWNERS
from storage.table import RecordTable, record_of


def _by(parts: RecordTable[Any]) -> Statement:
    """From the index of people, which brings the releases sorted: somebody may have a part in most of all there are."""
    return Statement(
        select(*RELEASES.table.columns)
        .join_from(parts.table, RELEASES.table, parts.c.release_id == RELEASES.c.id)
        .where(
            parts.c.organisation_id == bindparam("organisation"),
            RELEASES.c.organisation_id == bindparam("organisation"),
            parts.c.person_id == bindparam("person"),
        )
        .order_by(parts.c.release_id.desc())
        .limit(bindparam("limit"))
    )


_BY_PART = tuple(_by(parts) for parts in (PARTICIPANTS, STAKEHOLDERS, STEP_OWNERS))


class TakingPart:
    """Who has which part in the releases of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def of(self, person: int, limit: int = 20) -> list[Release]:
        """The newest releases in which the person has a part, newest first, each once."""
        given = {"organisation": self._organisation, "person": person, "limit": limit}
        rows = [row for statement in _BY_PART for row in self._tx.rows(statement, given)]
        found = [record_of(Release, dict(zip(RELEASES.names, row, strict=True))) for row in rows]
        each_once = {release.number: release for release in found}
        return [each_once[number] for number in sorted(each_once, reverse=True)][:limit]
