"""The evidence of one release for the tables of the checklist (process section 5)."""

from __future__ import annotations

from typing import Any

from handlers.policy.gate_table import Known
from handlers.policy.gates import Row, RowState, checklist
from handlers.policy.risk import Assessment, RiskRules
from handlers.policy.rules import Rules
from storage.content import TestType
from storage.evidence import Stated, TestOutcome, TestResult, Topic, Waiver
from storage.release import Release
from tests.handlers.policy.releases import BO, NOW, release

BARE: dict[str, Any] = {"goal": "", "services": [], "starts_at": None, "ends_at": None, "plan": [], "back_out": []}
SUBMIT = ("goal", "service", "window", "changes", "risk", "plan", "back_out", "back_out_trigger")
LOW, MEDIUM, HIGH = (Assessment(number, number, (), RiskRules()) for number in (1, 2, 3))
KEPT: dict[str, Any] = {"organisation_id": 1, "release_id": 7, "person_id": BO, "at": NOW}


def known(found: Release | None = None, **more: Any) -> Known:
    return Known(found or release(), NOW, more.pop("rules", Rules()), **more)


def row(name: str, of: Known) -> Row:
    return next(each for each in checklist(of) if each.name == name)


def state(name: str, of: Known) -> RowState:
    return row(name, of).state


def stated(topic: Topic, digest: str = "") -> list[Stated]:
    return [Stated(topic=topic, digest=digest, **KEPT)]


def waiver(name: str) -> Waiver:
    return Waiver(row=name, reason="it is small", **KEPT)


def result(kind: TestType, outcome: TestOutcome) -> TestResult:
    return TestResult(type=kind, outcome=outcome, **KEPT)


PASSED = result(TestType.FUNCTIONAL, TestOutcome.PASSED)
