"""The lifecycle, written a second time as a table of what is to be answered for each state and move."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.policy.lifecycle import TABLE, Actor, actors, moves, rule_for, why_not
from handlers.policy.rules import Emergency, Rules
from storage.terms import Move, ReleaseType, Role, State
from tests.handlers.policy.releases import ANA, BO, release

AFTER = {
    "D": State.DRAFT,
    "R": State.IN_REVIEW,
    "A": State.APPROVED,
    "P": State.DEPLOYING,
    "B": State.ROLLING_BACK,
    "L": State.DEPLOYED,
    "Z": State.ROLLED_BACK,
    "O": State.ACCEPTED,
    "C": State.CLOSED,
    "X": State.CANCELLED,
    "=": None,
}
REFUSED = {
    ".": "is possible while it's",
    "h": "REL-42 is on hold (waiting for a fix). Resume it first: /release resume REL-42.",
    "H": "REL-42 is on hold already: waiting for a fix.",
    "n": "REL-42 isn't on hold.",
    "l": "REL-42 is in its last stage. When it's done: /release complete REL-42.",
    "s": "REL-42 has stages before it: Full. Move on with /release step REL-42.",
    "r": "REL-42 is in review; recall it before you change it: /release recall REL-42.",
}
# A capital letter is the state that a move leads to, = stays where it is, anything else is a refusal above.
PLAIN = """
                edit submit approve reject lapse recall revise start step complete rollback rolled_back hold resume accept review cancel
draft           =    R      .       .      .     .      .      .     .    .        .        .           .    n      .      .      X
in_review       r    .      A       D      D     D      .      .     .    .        .        .           =    n      .      .      X
approved        .    .      .       .      .     .      D      P     .    .        .        .           =    n      .      .      X
deploying       .    .      .       .      .     .      .      .     =    s        B        .           =    n      .      .      .
rolling_back    .    .      .       .      .     .      .      .     .    .        .        Z           .    n      .      .      .
deployed        .    .      .       .      .     .      .      .     .    .        B        .           .    n      O      .      .
rolled_back     .    .      .       .      .     .      .      .     .    .        .        .           .    n      .      C      .
accepted        .    .      .       .      .     .      .      .     .    .        .        .           .    n      .      C      .
closed          .    .      .       .      .     .      .      .     .    .        .        .           .    n      .      .      .
cancelled       .    .      .       .      .     .      .      .     .    .        .        .           .    n      .      .      .
"""


def table(text: str) -> dict[tuple[State, Move], str]:
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {(State(state), Move(move)): cell for state, *cells in rows for move, cell in zip(head, cells, strict=True)}


BASE = table(PLAIN)
HOLDABLE = (State.IN_REVIEW, State.APPROVED, State.DEPLOYING)
HELD = (
    {(state, Move.HOLD): "H" for state in State}
    | {(state, Move.RESUME): "=" if state in (State.DRAFT, *HOLDABLE) else "." for state in State}
    | {(State.APPROVED, Move.START): "h", (State.DEPLOYING, Move.STEP): "h", (State.DEPLOYING, Move.COMPLETE): "h"}
)
LAST = {(State.DEPLOYING, Move.STEP): "l", (State.DEPLOYING, Move.COMPLETE): "L"}
FIRST = {(State.IN_REVIEW, Move.START): "P"}
FIRST_HELD = {(State.IN_REVIEW, Move.START): "h"}
HOLD: dict[str, Any] = {"hold": "waiting for a fix"}
EMERGENCY: dict[str, Any] = {"type": ReleaseType.EMERGENCY}
Differs = dict[tuple[State, Move], str]
VARIANTS: dict[str, tuple[dict[str, Any], bool, Differs]] = {
    "plain": ({}, False, {}),
    "held": (HOLD, False, HELD),
    "last stage": ({"stage": 1}, False, LAST),
    "no stages": ({"stages": []}, False, LAST),
    "held in the last stage": (HOLD | {"stage": 1}, False, HELD),
    "normal, where emergencies deploy first": ({}, True, {}),
    "emergency": (EMERGENCY, False, {}),
    "emergency that deploys first": (EMERGENCY, True, FIRST),
    "emergency that deploys first, held": (EMERGENCY | HOLD, True, HELD | FIRST_HELD),
    "emergency that deploys first, last stage": (EMERGENCY | {"stage": 1}, True, LAST | FIRST),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("variant", VARIANTS)
def test_s4_every_move_in_every_state(variant: str, state: State) -> None:
    changed, deploy_first, differs = VARIANTS[variant]
    rules = Rules(emergency=Emergency(deploy_first=deploy_first))
    found = release(state=state, **changed)
    for move in Move:
        expected = (BASE | differs)[state, move]
        rule = rule_for(found, move, rules)
        if expected in AFTER:
            assert rule is not None, move
            assert rule.after == AFTER[expected], move
        else:
            assert rule is None, move
            assert REFUSED[expected] in why_not(found, move, rules), move


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("variant", VARIANTS)
def test_s4_moves_lists_what_can_be_made_and_nothing_else(variant: str, state: State) -> None:
    changed, deploy_first, _ = VARIANTS[variant]
    rules = Rules(emergency=Emergency(deploy_first=deploy_first))
    found = release(state=state, **changed)
    assert [rule.move for rule in moves(found, rules)] == [
        rule.move for rule in TABLE if rule_for(found, rule.move, rules) is rule
    ]


def test_s4_a_refusal_names_the_states_in_which_the_move_can_be_made() -> None:
    found = release(state=State.DRAFT)
    assert why_not(found, Move.START, Rules()) == "REL-42 is a draft; a start is possible while it's approved."
    assert why_not(found, Move.ROLLBACK, Rules()) == (
        "REL-42 is a draft; a rollback is possible while it's deploying or deployed."
    )


@pytest.mark.parametrize(
    "move, words",
    [
        (Move.EDIT, "a change"), (Move.SUBMIT, "submitting"), (Move.APPROVE, "approving"), (Move.REJECT, "rejecting"),
        (Move.RECALL, "recalling"), (Move.START, "a start"), (Move.STEP, "moving to the next stage"),
        (Move.COMPLETE, "completing"), (Move.ROLLBACK, "a rollback"), (Move.ROLLED_BACK, "the end of a rollback"),
        (Move.CANCEL, "cancelling"), (Move.HOLD, "a hold"),
    ],
)  # fmt: skip
def test_s4_a_refusal_names_the_move_in_words(move: Move, words: str) -> None:
    said = why_not(release(state=State.CLOSED), move, Rules())
    assert said.startswith(f"REL-42 is closed; {words} is possible while it's "), said


def test_s4_what_was_held_and_is_closed_is_not_resumed() -> None:
    said = why_not(release(state=State.CLOSED, hold="look"), Move.RESUME, Rules())
    assert said.startswith("REL-42 is closed; resuming is possible while it's a draft or in review")


@pytest.mark.parametrize("stage, left", [(0, "Half, Full"), (1, "Full")])
def test_s4_what_is_not_complete_says_which_stages_are_left(stage: int, left: str) -> None:
    found = release(state=State.DEPLOYING, stages=["Pilot", "Half", "Full"], stage=stage)
    assert f"has stages before it: {left}." in why_not(found, Move.COMPLETE, Rules())


def test_s4_a_change_is_possible_in_a_draft_and_as_a_revision_of_what_is_approved() -> None:
    found = release(state=State.DEPLOYED)
    assert why_not(found, Move.EDIT, Rules()) == (
        "REL-42 is deployed; a change is possible while it's a draft or approved."
    )


def test_no_refusal_shows_a_name_from_the_code() -> None:
    for state in State:
        for move in Move:
            sentence = why_not(release(state=state), move, Rules())
            assert "_" not in sentence.replace("REL-42", ""), (state, move)


# ---- who


WHO = {
    Move.EDIT: "coordinator, release manager",
    Move.SUBMIT: "coordinator, release manager",
    Move.APPROVE: "board",
    Move.REJECT: "board",
    Move.LAPSE: "clock",
    Move.RECALL: "coordinator, release manager",
    Move.REVISE: "coordinator, release manager",
    Move.START: "coordinator, release manager, on-call",
    Move.STEP: "coordinator, release manager, on-call",
    Move.COMPLETE: "coordinator, release manager, on-call",
    Move.ROLLBACK: "coordinator, release manager, on-call",
    Move.ROLLED_BACK: "coordinator, release manager, on-call",
    Move.HOLD: "coordinator, release manager, change manager",
    Move.RESUME: "coordinator, release manager, change manager",
    Move.ACCEPT: "stakeholder, release manager",
    Move.REVIEW: "release manager",
    Move.CANCEL: "coordinator, release manager",
}


def test_s2_who_makes_which_move() -> None:
    assert {rule.move for rule in TABLE} == set(Move)
    for rule in TABLE:
        who = (
            "on-call" if rule.emergency_only else WHO[rule.move]
        )  # process section 8: on-call may go first, nobody else
        assert set(rule.who) == {Actor(name) for name in who.split(", ")}, rule


@pytest.mark.parametrize(
    "person, roles, kind, expected",
    [
        (ANA, (), ReleaseType.NORMAL, {Actor.COORDINATOR}),
        (BO, (), ReleaseType.NORMAL, set()),
        (BO, (Role.RELEASE_MANAGER,), ReleaseType.NORMAL, {Actor.RELEASE_MANAGER}),
        (BO, (Role.CHANGE_MANAGER,), ReleaseType.NORMAL, {Actor.CHANGE_MANAGER}),
        (BO, (Role.ON_CALL,), ReleaseType.NORMAL, set()),
        (BO, (Role.ON_CALL,), ReleaseType.EMERGENCY, {Actor.ON_CALL}),
        (ANA, (Role.ON_CALL, Role.RELEASE_MANAGER), ReleaseType.EMERGENCY,
         {Actor.COORDINATOR, Actor.ON_CALL, Actor.RELEASE_MANAGER}),
        (BO, (Role.CAB_MEMBER, Role.ECAB_MEMBER, Role.PROCESS_OWNER, Role.CONFIGURATION_MANAGER),
         ReleaseType.EMERGENCY, set()),
    ],
)  # fmt: skip
def test_s2_what_a_person_is_to_a_release(
    person: int, roles: tuple[Role, ...], kind: ReleaseType, expected: set[Actor]
) -> None:
    assert actors(person, frozenset(roles), release(type=kind)) == expected


def test_nobody_is_the_board_or_the_clock() -> None:
    everything = actors(ANA, frozenset(Role), release(type=ReleaseType.EMERGENCY))
    assert not everything & {Actor.BOARD, Actor.CLOCK}
