"""The index by which people find the releases in whose deployment plan they own a step."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Index, bindparam, delete
from sqlmodel import Field

from storage.content import PlanStep
from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable


class StepOwner(Record):
    """A person who owns steps of a release's plan, once for each release."""

    release_id: int = Field(foreign_key="release.id", index=True)
    person_id: int = Field(foreign_key="person.id")


class StepOwnerTable(StepOwner, table=True):
    __tablename__ = "step_owner"
    __table_args__ = (Index("step_owner_person", "organisation_id", "person_id", "release_id"),)


STEP_OWNERS = RecordTable(StepOwner, StepOwnerTable)
_FORGET = Statement(
    delete(STEP_OWNERS.table).where(
        STEP_OWNERS.c.organisation_id == bindparam("organisation"), STEP_OWNERS.c.release_id == bindparam("release")
    )
)


def owners(plan: Iterable[PlanStep]) -> frozenset[int]:
    """Whom the steps name; one without an owner is the coordinator's."""
    return frozenset(step.owner for step in plan if step.owner)


def write_owners(tx: Transaction, organisation: int, release: int, named: Iterable[int]) -> None:
    for person in sorted(named):
        made = StepOwner.model_construct(organisation_id=organisation, release_id=release, person_id=person)
        STEP_OWNERS.add(tx, made)


def rewrite_owners(tx: Transaction, organisation: int, release: int, named: Iterable[int]) -> None:
    tx.execute(_FORGET, organisation=organisation, release=release)
    write_owners(tx, organisation, release, named)
