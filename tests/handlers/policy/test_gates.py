"""The checklist (process section 5): which rows are asked, and what counts as there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.policy.gate_table import Known, Phase
from handlers.policy.gates import RowState, asked_for, checklist, missing
from handlers.policy.proof import back_out_digest, sign_off_digest
from handlers.policy.risk import Assessment
from handlers.policy.rules import Gates, Rules
from handlers.policy.rules_file import parse_rules
from storage.content import ChangeRequest, Content, Medium, TestType
from storage.evidence import TestOutcome, TestResult, Topic
from storage.terms import ReleaseType, State
from tests.handlers.policy.gates_known import (
    BARE,
    HIGH,
    LOW,
    MEDIUM,
    PASSED,
    SUBMIT,
    known,
    result,
    row,
    state,
    stated,
    waiver,
)
from tests.handlers.policy.releases import NOW, START, release


@pytest.mark.parametrize(
    "kind, changed, lacking",
    [
        (ReleaseType.NORMAL, {}, []),
        (ReleaseType.NORMAL, {"services": []}, ["service"]),
        (ReleaseType.NORMAL, {"starts_at": None}, ["window"]),
        (ReleaseType.NORMAL, {"plan": []}, ["plan"]),
        (ReleaseType.NORMAL, {"back_out": []}, ["back_out"]),
        (ReleaseType.NORMAL, BARE, ["service", "window", "plan", "back_out"]),
        (ReleaseType.STANDARD, BARE, ["service", "window", "plan", "back_out"]),
        (ReleaseType.EMERGENCY, {"starts_at": None, "plan": []}, []),
        (ReleaseType.EMERGENCY, {"services": []}, ["service"]),
        (ReleaseType.EMERGENCY, {"back_out": []}, ["back_out"]),
        (ReleaseType.EMERGENCY, BARE, ["service", "back_out"]),
    ],
)
def test_s5_what_a_small_team_is_asked_for_before_it_submits(
    kind: ReleaseType, changed: dict[str, Any], lacking: list[str]
) -> None:
    rows = checklist(known(release(type=kind, **changed), rules=Rules(), small=True))
    assert [each.name for each in missing(rows, Phase.SUBMIT)] == lacking


def asked_to_submit(of: Known) -> list[str]:
    return [each.name for each in missing(checklist(of), Phase.SUBMIT)]


def test_s5_what_a_board_is_asked_for_before_it_submits() -> None:
    bare = release(**BARE, change_requests=[])
    assert asked_to_submit(known(bare)) == list(SUBMIT)
    assert asked_to_submit(known(release(type=ReleaseType.EMERGENCY, **BARE))) == ["service", "back_out"]


@pytest.mark.parametrize(
    "policy, lean",
    [
        ("", True),
        ("gates.tests = []", True),
        ("gates.nudge_hours = 1", True),
        ("approval.normal.quorum = 2", True),
        *(
            (f"gates.{name} = {list(getattr(Gates(), name))}", False)
            for name in ("submit", "start", "start_medium", "start_high")
        ),
    ],
)
def test_s10_a_small_team_is_asked_for_more_as_soon_as_somebody_says_what(policy: str, lean: bool) -> None:
    of = known(release(**BARE, change_requests=[]), rules=parse_rules(policy.replace("'", '"')), small=True)
    assert asked_to_submit(of) == (["service", "window", "plan", "back_out"] if lean else list(SUBMIT))


def test_s10_a_list_that_is_not_the_built_in_one_was_said_by_somebody() -> None:
    of = known(release(**BARE, change_requests=[]), rules=Rules(gates=Gates(submit=("goal",))), small=True)
    assert asked_to_submit(of) == ["goal"]


def test_s10_a_small_team_says_itself_what_little_is() -> None:
    of = known(release(**BARE, change_requests=[]), rules=parse_rules('gates.lean = ["goal", "media"]'), small=True)
    assert asked_to_submit(of) == ["goal"]
    assert {each.name for each in missing(checklist(of), Phase.START)} == {"media", "approval"}


def test_s5_stakeholders_of_a_standard_release_need_not_be_told_ahead() -> None:
    rows = checklist(known(release(type=ReleaseType.STANDARD)))
    assert "told" not in {each.name for each in rows}


AUTHORISED = [ChangeRequest(ref="CHG-1", authorised_by="Ben")]
WAYS: dict[str, dict[str, Any]] = {
    "goal": {"goal": "Refunds within a day"},
    "service": {"services": release().services},
    "window": {"starts_at": START},
    "changes": {"change_requests": AUTHORISED},
    "plan": {"plan": release().plan},
    "back_out": {"back_out": ["redeploy"]},
    "back_out_trigger": {"content": Content(back_out_trigger="errors over 1 %", back_out_minutes=10)},
}


@pytest.mark.parametrize("name", WAYS)
def test_s5_each_row_to_submit_is_missing_until_it_is_there(name: str) -> None:
    bare = release(**BARE, change_requests=[])
    assert state(name, known(bare)) is RowState.MISSING
    there = release(**(BARE | {"change_requests": []} | WAYS[name]))
    assert state(name, known(there)) is RowState.DONE


def test_s5_at_least_one_change_request_is_authorised() -> None:
    assert state("changes", known(release(change_requests=[ChangeRequest(ref="CHG-1")]))) is RowState.MISSING
    both = [ChangeRequest(ref="CHG-2"), *AUTHORISED]
    assert state("changes", known(release(change_requests=both))) is RowState.DONE


@pytest.mark.parametrize("content", [Content(back_out_trigger="errors"), Content(back_out_minutes=5)])
def test_s5_a_back_out_plan_has_trigger_and_time(content: Content) -> None:
    assert state("back_out_trigger", known(release(content=content))) is RowState.MISSING


def test_s5_risk_assessed() -> None:
    assert state("risk", known()) is RowState.MISSING
    assert state("risk", known(assessment=LOW)) is RowState.DONE


def test_s5_a_row_that_the_policy_does_not_ask_for_is_a_warning() -> None:
    assert state("goal", known(release(goal=""), rules=Rules(), small=True)) is RowState.WARNED


@pytest.mark.parametrize(
    "assessment, names",
    [
        (None, {"collision", "tests", "sign_off", "media", "told"}),
        (LOW, {"collision", "tests", "sign_off", "media", "told"}),
        (MEDIUM, {"collision", "tests", "sign_off", "media", "told", "back_out_validated"}),
        (HIGH, {"collision", "tests", "sign_off", "media", "told", "back_out_validated", "training", "support"}),
    ],
)
def test_s5_risk_decides_what_is_asked_before_the_start(assessment: Assessment | None, names: set[str]) -> None:
    of = known(assessment=assessment, collides=("REL-7",))
    lacking = {each.name for each in missing(checklist(of), Phase.START)}
    assert lacking == names | {"approval"}
    assert len(asked_for(of)) == len(names)


def test_s5_the_back_out_plan_is_validated_as_it_is_now() -> None:
    found = release()
    told = stated(Topic.BACK_OUT_VALIDATED, back_out_digest(found))
    assert state("back_out_validated", known(found, assessment=MEDIUM, statements=told)) is RowState.DONE
    changed = release(back_out=["another way"])
    assert state("back_out_validated", known(changed, assessment=MEDIUM, statements=told)) is RowState.MISSING


def test_s5_no_collision_or_it_is_accepted_by_the_change_manager() -> None:
    assert state("collision", known()) is RowState.DONE
    clashing = known(collides=("REL-7", "REL-9"))
    assert state("collision", clashing) is RowState.MISSING
    assert row("collision", clashing).detail == "overlaps REL-7, REL-9"
    accepted = replace(clashing, waivers={"collision": waiver("collision")})
    assert state("collision", accepted) is RowState.WAIVED


@pytest.mark.parametrize(
    "results, expected",
    [
        ([], RowState.MISSING),
        ([PASSED], RowState.DONE),
        ([result(TestType.FUNCTIONAL, TestOutcome.FAILED)], RowState.MISSING),
        ([result(TestType.UNIT, TestOutcome.PASSED)], RowState.MISSING),
    ],
)
def test_s5_test_types_that_the_policy_requires_passed(results: list[TestResult], expected: RowState) -> None:
    assert state("tests", known(results=results)) is expected


def test_s5_the_testing_coordinator_signs_off_exactly_this_content() -> None:
    found = release()
    signed = stated(Topic.TESTS_SIGNED_OFF, sign_off_digest(found, [PASSED]))
    assert state("sign_off", known(found, results=[PASSED], statements=signed)) is RowState.DONE
    assert state("sign_off", known(release(goal="x"), results=[PASSED], statements=signed)) is RowState.MISSING
    assert state("sign_off", known(found, statements=signed)) is RowState.MISSING


def test_s5_a_policy_without_tests_asks_for_no_sign_off() -> None:
    names = {each.name for each in checklist(known(rules=Rules(gates=Gates(tests=()))))}
    assert not names & {"tests", "sign_off"}


@pytest.mark.parametrize(
    "media, expected",
    [
        ((), RowState.MISSING),
        ((Medium(uri="s3://x", sha256="a" * 64, licence="MIT"),), RowState.DONE),
        ((Medium(uri="s3://x", sha256="a" * 64),), RowState.MISSING),
        ((Medium(uri="s3://x", licence="MIT"),), RowState.MISSING),
        ((Medium(uri="s3://x", sha256="a" * 64, licence="MIT"), Medium(uri="s3://y")), RowState.MISSING),
    ],
)
def test_s5_media_are_recorded_with_digest_and_licence(media: tuple[Medium, ...], expected: RowState) -> None:
    assert state("media", known(release(content=Content(media=media)))) is expected


@pytest.mark.parametrize("hours, expected", [(25, RowState.DONE), (24, RowState.DONE), (23, RowState.MISSING)])
def test_s5_stakeholders_are_told_24_h_ahead(hours: int, expected: RowState) -> None:
    assert state("told", known(told_at=START - timedelta(hours=hours))) is expected


def test_s5_nobody_was_told_yet() -> None:
    assert state("told", known()) is RowState.MISSING
    assert state("told", known(release(starts_at=None), told_at=NOW)) is RowState.MISSING


@pytest.mark.parametrize("topic", [Topic.TRAINING, Topic.SUPPORT])
def test_s5_training_and_support_are_ready_when_the_risk_is_high(topic: Topic) -> None:
    assert state(topic.value, known(assessment=HIGH)) is RowState.MISSING
    assert state(topic.value, known(assessment=HIGH, statements=stated(topic))) is RowState.DONE
    assert topic.value not in {each.name for each in checklist(known(assessment=MEDIUM))}


def test_s5_approval_of_the_current_revision_is_asked_whatever_the_policy_says() -> None:
    bare = Rules(gates=Gates(submit=(), start=()))
    assert state("approval", known(rules=bare)) is RowState.MISSING
    assert state("approval", known(rules=bare, approved=True)) is RowState.DONE
    assert state("approval", known(waivers={"approval": waiver("approval")})) is RowState.MISSING


@pytest.mark.parametrize(
    "minutes, expected",
    [(-16, RowState.AWAITED), (-15, RowState.DONE), (0, RowState.DONE), (135, RowState.DONE), (136, RowState.MISSING)],
)
def test_s5_inside_the_window_with_15_min_tolerance(minutes: int, expected: RowState) -> None:
    of = replace(known(release(state=State.APPROVED)), at=START + timedelta(minutes=minutes))
    assert state("in_window", of) is expected
