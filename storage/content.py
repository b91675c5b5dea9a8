"""The parts of a release record that are values of their own: what it implements, how it's deployed, tested and undone.

They live inside the release's row, because the CAB approves them as one (process section 3, Revision).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Equal when its fields are; changed by making another one."""

    model_config = ConfigDict(frozen=True)


class ServiceVersion(Value):
    """A service in a release, with the version that it brings ("" when none was named)."""

    name: str
    version: str = ""


class ChangeKind(StrEnum):
    """What a change request asks for (process section 1)."""

    FIX = "fix"
    ENHANCEMENT = "enhancement"
    REQUIREMENT = "requirement"
    INFRASTRUCTURE = "infrastructure"
    SERVICE_CHANGE = "service_change"


class ChangeRequest(Value):
    """An authorised change (RFC) that the release implements. `problem` is the reference of the problem that a fix ends.

    `authorised_by` is a name as the change's own system knows it; a change nobody has authorised has none.
    """

    ref: str
    title: str = ""
    kind: ChangeKind = ChangeKind.ENHANCEMENT
    link: str = ""
    problem: str = ""
    authorised_by: str = ""
    authorised_on: date | None = None

    @property
    def authorised(self) -> bool:
        return bool(self.authorised_by)


class PlanStep(Value):
    """A step of the deployment plan. `stage` is the stage's name, "" for the first; `owner` a person's id, 0 for the
    coordinator, `owner_name` their name when it was written; `minutes` what it's expected to take, 0 for unsaid; `verify`
    how one sees that it worked.
    """

    text: str
    stage: str = ""
    owner: int = 0
    owner_name: str = ""
    minutes: int = 0
    verify: str = ""


class TestType(StrEnum):
    """Kinds of test that a policy may require (process section 5)."""

    __test__ = False  # pytest would take it for a test

    UNIT = "unit"
    FUNCTIONAL = "functional"
    REGRESSION = "regression"
    OPERATIONAL = "operational"
    USER_ACCEPTANCE = "user_acceptance"


class PlannedTest(Value):
    """A line of the test plan; its result isn't part of what is approved."""

    type: TestType
    text: str


class Medium(Value):
    """An artifact in the definitive media library: where it is, its SHA-256 (64 hex digits) and its licence's reference."""

    uri: str
    sha256: str = ""
    licence: str = ""


class Content(Value):
    """Approved content beyond the release's own columns. `risk` holds the answers of the questionnaire by question, each 1-4.

    `back_out_trigger` says when the back-out plan is used, `back_out_minutes` how long it takes (0: unsaid).
    """

    sla_impact: str = ""
    back_out_trigger: str = ""
    back_out_minutes: int = 0
    risk: dict[str, int] = {}
    tests: tuple[PlannedTest, ...] = ()
    media: tuple[Medium, ...] = ()
