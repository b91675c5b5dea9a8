"""The checklist (process section 5): who must act on a row, what is waived, what is shown when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.policy.gate_table import GATES, WAIVABLE, Gate, Phase
from handlers.policy.gates import RowState, checklist, missing
from handlers.policy.risk import Signal
from handlers.policy.rules import Gates, Rules
from handlers.policy.rules_file import WORDS
from messages.card import Button, Buttons, Card
from messages.risk import SIGNALS
from storage.terms import ReleaseType, State
from tests.handlers.buttons import unknown_buttons
from tests.handlers.policy.gates_known import (
    BARE,
    LOW,
    PASSED,
    known,
    row,
    state,
    waiver,
)
from tests.handlers.policy.releases import ANA, BO, CY, NOW, START, release


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
