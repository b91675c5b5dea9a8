"""What is recorded about a release beside the approved content: who takes part, what was tested, found, stated, waived."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import Index, UniqueConstraint, bindparam, delete
from sqlmodel import Field

from storage.content import TestType
from storage.statement import Statement, Transaction
from storage.table import Query, Record, RecordTable
from storage.types import Instant, term

R = TypeVar("R", bound=Record)


class Part(StrEnum):
    """A person's part in one release (process section 2)."""

    APPLICATION = "application"
    TESTING = "testing"


class Participant(Record):
    """An application coordinator (with their `area`) or the testing coordinator of a release."""

    release_id: int = Field(foreign_key="release.id", index=True)
    part: Part = Field(sa_type=term(Part))
    person_id: int = Field(foreign_key="person.id")
    area: str = ""


class ParticipantTable(Participant, table=True):
    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("release_id", "part", "person_id"),
        Index("participant_person", "organisation_id", "person_id", "release_id"),
    )


class Stakeholder(Record):
    """A person (`person_id`) or a channel (the rest) that is told of a release; `required` ones must accept it."""

    release_id: int = Field(foreign_key="release.id", index=True)
    person_id: int = 0
    platform: str = ""
    workspace: str = ""
    channel: str = ""
    name: str = ""
    required: bool = False
    added_by: int
    added_at: datetime = Field(sa_type=Instant)


class StakeholderTable(Stakeholder, table=True):
    __tablename__ = "stakeholder"
    __table_args__ = (
        UniqueConstraint("release_id", "person_id", "platform", "workspace", "channel"),
        Index("stakeholder_person", "organisation_id", "person_id", "release_id"),
    )


class RiskKind(StrEnum):
    RISK = "risk"
    ISSUE = "issue"


class RiskStatus(StrEnum):
    OPEN = "open"
    MITIGATED = "mitigated"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class RiskItem(Record):
    """A line of the risk register. `number` counts within the release; priority 1 is the highest of 4."""

    release_id: int = Field(foreign_key="release.id", index=True)
    number: int
    kind: RiskKind = Field(sa_type=term(RiskKind))
    words: str
    priority: int = 3
    owner_id: int = Field(foreign_key="person.id")
    mitigation: str = ""
    status: RiskStatus = Field(default=RiskStatus.OPEN, sa_type=term(RiskStatus))
    at: datetime = Field(sa_type=Instant)


class RiskItemTable(RiskItem, table=True):
    __tablename__ = "risk_item"
    __table_args__ = (UniqueConstraint("release_id", "number"),)


class TestOutcome(StrEnum):
    __test__ = False  # pytest would take it for a test

    PASSED = "passed"
    FAILED = "failed"


class TestResult(Record):
    """How the tests of one type ended, last told; `evidence` is where to see it."""

    __test__ = False

    release_id: int = Field(foreign_key="release.id", index=True)
    type: TestType = Field(sa_type=term(TestType))
    outcome: TestOutcome = Field(sa_type=term(TestOutcome))
    evidence: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class TestResultTable(TestResult, table=True):
    __tablename__ = "test_result"
    __table_args__ = (UniqueConstraint("release_id", "type"),)


class Topic(StrEnum):
    """What somebody stands for with their name, one statement each in a release."""

    TESTS_SIGNED_OFF = "tests_signed_off"
    BACK_OUT_VALIDATED = "back_out_validated"
    TRAINING = "training"
    SUPPORT = "support"
    COMMUNICATION = "communication"
    RESOURCES = "resources"
    BUDGET = "budget"


class Stated(Record):
    """`words` of a person on a topic; `digest` is the release's content at that moment, for those that hold for it alone."""

    release_id: int = Field(foreign_key="release.id", index=True)
    topic: Topic = Field(sa_type=term(Topic))
    words: str = ""
    digest: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class StatedTable(Stated, table=True):
    __tablename__ = "release_statement"
    __table_args__ = (UniqueConstraint("release_id", "topic"),)


class Waiver(Record):
    """A row of the readiness checklist that the change manager lets go, with the reason."""

    release_id: int = Field(foreign_key="release.id", index=True)
    row: str
    reason: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class WaiverTable(Waiver, table=True):
    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("release_id", "row"),)


class Nudge(Record):
    """When somebody was last asked for a row of the checklist, so that nobody is asked too often."""

    release_id: int = Field(foreign_key="release.id", index=True)
    row: str
    asked_id: int = Field(foreign_key="person.id")
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class NudgeTable(Nudge, table=True):
    __tablename__ = "nudge"
    __table_args__ = (UniqueConstraint("release_id", "row", "asked_id"),)


PARTICIPANTS = RecordTable(Participant, ParticipantTable)
STAKEHOLDERS = RecordTable(Stakeholder, StakeholderTable)
RISK_ITEMS = RecordTable(RiskItem, RiskItemTable)
TEST_RESULTS = RecordTable(TestResult, TestResultTable)
STATEMENTS = RecordTable(Stated, StatedTable)
WAIVERS = RecordTable(Waiver, WaiverTable)
NUDGES = RecordTable(Nudge, NudgeTable)


class OfReleases(Generic[R]):
    """The records of one kind, release by release."""

    def __init__(self, tx: Transaction, organisation: int, kept: Kept[R]) -> None:
        self._tx, self._organisation, self._kept = tx, organisation, kept

    def of(self, release: int) -> list[R]:
        """In the order in which they were written."""
        return self._kept.of_release.all(self._tx, self._organisation, release=release)

    def add(self, record: R) -> R:
        """Raises Conflict when there is one with the same key already."""
        return self._kept.table.add(self._tx, record)

    def save(self, record: R) -> R:
        return self._kept.table.save(self._tx, record)

    def remove(self, record: R) -> bool:
        return self._tx.execute(self._kept.delete, organisation=self._organisation, key=record.id) > 0


class Kept(Generic[R]):
    """A table and its statements, built once."""

    def __init__(self, table: RecordTable[R]) -> None:
        self.table = table
        self.of_release: Query[R] = table.query(table.c.release_id == bindparam("release"), order=(table.c.id,))
        mine = table.c.organisation_id == bindparam("organisation")
        self.delete = Statement(delete(table.table).where(mine, table.c.id == bindparam("key")))


_PARTICIPANTS, _STAKEHOLDERS, _RISKS = Kept(PARTICIPANTS), Kept(STAKEHOLDERS), Kept(RISK_ITEMS)
_RESULTS, _STATEMENTS = Kept(TEST_RESULTS), Kept(STATEMENTS)
_WAIVERS, _NUDGES = Kept(WAIVERS), Kept(NUDGES)


class Evidence:
    """What is recorded beside the approved content of one organisation's releases."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self.participants = OfReleases(tx, organisation, _PARTICIPANTS)
        self.stakeholders = OfReleases(tx, organisation, _STAKEHOLDERS)
        self.risks = OfReleases(tx, organisation, _RISKS)
        self.results = OfReleases(tx, organisation, _RESULTS)
        self.statements = OfReleases(tx, organisation, _STATEMENTS)
        self.waivers = OfReleases(tx, organisation, _WAIVERS)
        self.nudges = OfReleases(tx, organisation, _NUDGES)
