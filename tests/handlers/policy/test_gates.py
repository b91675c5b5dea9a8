"""The checklist (process section 5): which rows are asked, and what counts as there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.policy.gate_table import GATES, WAIVABLE, Gate, Known, Phase
from handlers.policy.gates import Row, RowState, asked_for, checklist, missing
from handlers.policy.proof import back_out_digest, sign_off_digest
from handlers.policy.risk import Assessment, RiskRules, Signal
from handlers.policy.rules import Gates, Rules
from handlers.policy.rules_file import WORDS, parse_rules
from messages.card import Button, Buttons, Card
from messages.risk import SIGNALS
from storage.content import ChangeRequest, Content, Medium, TestType
from storage.evidence import Stated, TestOutcome, TestResult, Topic, Waiver
from storage.release import Release
from storage.terms import ReleaseType, State
from tests.handlers.buttons import unknown_buttons
from tests.handlers.policy.releases import ANA, BO, CY, NOW, START, release

BARE: dict[str, Any] = {"goal": "", "services": [], "starts_at": None, "ends_at": None, "plan": [], "back_out": []}
SUBMIT = ("goal", "service", "window", "changes", "risk", "plan", "back_out", "back_out_trigger")
START_ROWS = ("back_out_validated", "collision", "tests", "sign_off", "media", "told", "training", "support")
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


def waiver(name: str) -> Waiver:
    return Waiver(row=name, reason="it is small", **KEPT)


def result(kind: TestType, outcome: TestOutcome) -> TestResult:
    return TestResult(type=kind, outcome=outcome, **KEPT)


PASSED = result(TestType.FUNCTIONAL, TestOutcome.PASSED)


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


# ---- who must act, what is shown when


@pytest.mark.parametrize(
    "name, more, detail",
    [
        ("tests", {}, "functional, user acceptance"),
        ("tests", {"results": [PASSED]}, "user acceptance"),
        ("told", {}, "at least 24 h before the window"),
        ("collision", {"collides": ("REL-7", "REL-9")}, "overlaps REL-7, REL-9"),
        ("collision", {"accepted": ("REL-7",)}, "accepted with REL-7"),
        ("collision", {}, ""),
    ],
)
def test_s5_a_row_says_what_is_missing_or_what_it_is_done_by(name: str, more: dict[str, Any], detail: str) -> None:
    both = Rules(gates=Gates(tests=("functional", "user_acceptance")))
    assert row(name, known(rules=both, **more)).detail == detail


def test_s5_a_closed_window_says_when_it_opens() -> None:
    assert row("in_window", known(release(state=State.APPROVED))).detail.startswith(
        "The window of REL-42 opens 2026-12-01"
    )


def test_s10_a_row_that_the_policy_asks_for_is_asked_at_any_risk() -> None:
    of = known(rules=Rules(gates=Gates(start=("training", "back_out_validated"))), assessment=LOW)
    assert {state(each, of) for each in ("training", "back_out_validated")} == {RowState.MISSING}


def test_s5_everything_can_be_waived_but_what_makes_it_a_release_with_an_approval_in_its_window() -> None:
    assert {gate.name for gate in GATES} - set(WAIVABLE) == {"service", "window", "approval", "in_window"}


def test_s5_each_row_names_who_must_act() -> None:
    of = known(release(state=State.IN_REVIEW), testers=(BO,), awaited=(BO, CY))
    assert row("tests", of).who == (BO,)
    assert row("sign_off", of).who == (BO,)
    assert row("approval", of).who == (BO, CY)
    assert row("collision", replace(of, collides=("REL-7",), overlappers=(CY, ANA))).who == (CY, ANA)
    assert row("collision", of).who == (ANA,)
    assert row("media", of).who == (ANA,)
    assert row("tests", known()).who == (ANA,)
    assert row("approval", known(release(state=State.IN_REVIEW))).who == (ANA,), "nobody is left to vote"
    assert row("approval", known(awaited=(BO,))).who == (ANA,), "of a draft it's the coordinator who submits it"


@pytest.mark.parametrize("now", [State.DEPLOYING, State.DEPLOYED, State.CLOSED, State.CANCELLED, State.ROLLED_BACK])
def test_s5_nothing_is_asked_of_what_is_on_its_way_or_over(now: State) -> None:
    assert checklist(known(release(state=now))) == []


def test_s8_an_emergency_is_exempt_from_lead_times_never_from_approval_and_back_out_plan() -> None:
    of = known(release(type=ReleaseType.EMERGENCY, **BARE))
    assert [each.name for each in checklist(of) if each.state is RowState.MISSING] == [
        "service",
        "back_out",
        "approval",
    ]
    assert not {each.name for each in checklist(of)} & {"told", "window", "in_window", "collision"}


def test_s5_a_waiver_says_by_whom_and_why() -> None:
    of = known(waivers={"media": waiver("media")})
    found = row("media", of)
    assert found.state is RowState.WAIVED
    assert found.waiver is not None
    assert (found.waiver.person_id, found.waiver.reason) == (BO, "it is small")


def test_s5_what_is_there_needs_no_waiver() -> None:
    assert state("goal", known(waivers={"goal": waiver("goal")})) is RowState.DONE


@pytest.mark.parametrize("name", ["approval", "service", "window", "in_window"])
def test_s5_what_can_never_be_waived(name: str) -> None:
    found = release(state=State.APPROVED, **BARE)
    late = replace(known(found, waivers={name: waiver(name)}), at=START)
    if name == "in_window":
        over = START + timedelta(days=1)
        late = replace(known(release(state=State.APPROVED), waivers={name: waiver(name)}), at=over)
    assert state(name, late) is RowState.MISSING


def test_s5_a_window_that_lies_ahead_is_waited_for_by_everybody_and_nothing_starts() -> None:
    early = replace(known(release(state=State.APPROVED), waivers={"in_window": waiver("in_window")}), at=NOW)
    assert state("in_window", early) is RowState.AWAITED
    assert "in_window" in {each.name for each in missing(checklist(early), Phase.START)}


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: str(gate.name))
def test_s5_every_row_has_a_sentence_that_does_it(gate: Gate) -> None:
    button = Button(gate.act, gate.say.replace("REL", "REL-1"))
    assert unknown_buttons(Card("", (Buttons((button,)),))) == []


def test_s10_every_list_of_the_policy_names_rows_of_its_phase() -> None:
    for phase in Phase:
        names = {gate.name for gate in GATES if gate.phase is phase and not gate.always}
        assert set(WORDS[f"gates.{phase.value}"]) == names
        assert names <= set(WORDS["gates.lean"])


def test_s6_every_signal_has_its_words() -> None:
    assert set(SIGNALS) == {each.value for each in Signal}


def test_s5_who_cannot_be_given_a_row_yet_is_led_to_what_comes_first() -> None:
    draft = known(testers=())
    assert (row("approval", draft).act, row("approval", draft).say) == ("Submit it", "submit REL-42")
    assert row("sign_off", draft).say == "testing REL-42 form=yes"
    voted = known(release(state=State.IN_REVIEW), testers=(BO,))
    assert row("approval", voted).say == "ballot REL-42"
    assert row("sign_off", voted).say == "test signoff REL-42 form=yes"
