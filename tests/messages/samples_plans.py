"""The plans of a release as people see them: a page of a long deployment plan, the way back, the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.card import Button, button
from messages.line import compose
from messages.plan import back_out_card, plan_card
from messages.steps import own_steps_card
from messages.testing import HowTested, how_tested_card
from storage.content import Content, PlannedTest, PlanStep, TestType
from storage.evidence import Stated, TestOutcome, TestResult, Topic
from tests.handlers.policy.releases import release

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAMES = {1: "Ana", 2: "Ben"}
FOUND = release(
    plan=[
        PlanStep(text="Tell the service desk", stage="Pilot", owner=2, owner_name="Ben", minutes=5),
        PlanStep(text="Drain the queue", stage="Pilot", owner=1, owner_name="Ana", minutes=10, verify="depth is 0"),
        PlanStep(text="kubectl get pods | grep pay", stage="Pilot"),
        PlanStep(text="Deploy <b>2.4.0</b> to the rest", stage="Full", minutes=20, verify="*no* errors for 10 min"),
    ],
    back_out=["Switch the load balancer back", "Redeploy 2.3.9"],
    content=Content(
        back_out_trigger="errors over 2 %",
        back_out_minutes=20,
        tests=(
            PlannedTest(type=TestType.FUNCTIONAL, text="refunds in the shop"),
            PlannedTest(type=TestType.REGRESSION, text="checkout & basket"),
        ),
    ),
)


def _stated(topic: Topic, words: str) -> Stated:
    return Stated(release_id=7, topic=topic, words=words, person_id=2, at=AT)


def _result(kind: TestType, outcome: TestOutcome, evidence: str = "") -> TestResult:
    return TestResult(release_id=7, type=kind, outcome=outcome, evidence=evidence, person_id=1, at=AT)


def _menu(number: int) -> tuple[Button, ...]:
    step = ("REL-42", str(number))
    change = Button("Change", compose("plan", "step", *step, revision=3, form="yes"))
    return (change, Button("Strike", compose("plan", "strike", *step, revision=3, ask="yes")))


PLAN = plan_card(
    FOUND,
    (2, 4),
    (button("Step 1", "plan", "show", "REL-42", page=1), button("Change the plan", "plan", "REL-42", form="yes")),
    _menu,
)
BACK_OUT = back_out_card(
    FOUND,
    _stated(Topic.BACK_OUT_VALIDATED, "restored in staging in 12 min"),
    False,
    NAMES.__getitem__,
    (button("Record its validation", "backout", "validated", "REL-42", form="yes"),),
)
TESTS = how_tested_card(
    FOUND,
    HowTested(
        results=(
            _result(TestType.FUNCTIONAL, TestOutcome.PASSED, "run 118"),
            _result(TestType.UNIT, TestOutcome.FAILED),
        ),
        required=(TestType.FUNCTIONAL, TestType.REGRESSION),
        signed=_stated(Topic.TESTS_SIGNED_OFF, "on the build of today"),
        holds=True,
    ),
    NAMES.__getitem__,
    page=(1, 2),
    buttons=(button("Record a result", "test", "result", "REL-42", form="yes"),),
)
OWN_STEPS = own_steps_card(FOUND, (2, 4), NAMES.__getitem__, "America/New_York")
