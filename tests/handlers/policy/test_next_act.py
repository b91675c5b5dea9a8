"""The one next act of a person on a release (process sections 2 and 4), as a table of cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.policy.gate_table import Phase
from handlers.policy.gates import Row, RowState
from handlers.policy.lifecycle import TABLE
from handlers.policy.next_act import NextAct, Situation, next_act
from handlers.policy.rules import Emergency, Rules
from storage.terms import Move, ReleaseType, Role, State
from tests.handlers.policy.releases import ANA, BO, END, NOW, START, release

NOBODY: frozenset[Role] = frozenset()
MANAGER, ON_CALL = frozenset({Role.RELEASE_MANAGER}), frozenset({Role.ON_CALL})
IN_WINDOW = START + timedelta(minutes=5)


def act(
    person: int = ANA,
    roles: frozenset[Role] = NOBODY,
    at: datetime = NOW,
    *,
    rules: Rules | None = None,
    vote: bool = False,
    words: bool = False,
    rows: tuple[Row, ...] = (),
    **changed: Any,
) -> NextAct | None:
    found = release(**changed)
    return next_act(Situation(found, person, roles, at, vote, words, rows), rules or Rules())


def row(name: str = "plan", phase: Phase = Phase.SUBMIT, state: RowState = RowState.MISSING, who: int = ANA) -> Row:
    return Row(name, f"the {name}", phase, state, (who,), f"Do {name}", f"{name} REL-42")


DRAFT, REVIEW, APPROVED = {"state": State.DRAFT}, {"state": State.IN_REVIEW}, {"state": State.APPROVED}
DEPLOYING, BACK = {"state": State.DEPLOYING}, {"state": State.ROLLING_BACK}
EMERGENCY = {"type": ReleaseType.EMERGENCY, "starts_at": None, "ends_at": None}
FIRST = Rules(emergency=Emergency(deploy_first=True))

CASES: list[tuple[dict[str, Any], str]] = [
    (DRAFT, "submit REL-42"),
    (DRAFT | {"roles": MANAGER, "person": BO}, "submit REL-42"),
    (DRAFT | {"person": BO}, ""),
    (DRAFT | {"rows": (row(),)}, "plan REL-42"),
    (DRAFT | {"rows": (row(state=RowState.DONE), row("risk"))}, "risk REL-42"),
    (DRAFT | {"rows": (row(state=RowState.WAIVED),)}, "submit REL-42"),
    (DRAFT | {"rows": (row("tests", Phase.START),)}, "submit REL-42"),
    (DRAFT | {"rows": (row("risk", who=BO), row("plan"))}, "plan REL-42"),
    (DRAFT | {"rows": (row("tests", Phase.START, who=BO),), "person": BO}, "tests REL-42"),
    (DRAFT | {"hold": "look"}, "resume REL-42"),
    (REVIEW, ""),
    (REVIEW | {"vote": True, "person": BO}, "ballot REL-42"),
    (REVIEW | {"rows": (row("validated", Phase.START),)}, "validated REL-42"),
    (REVIEW | {"rows": (row("approval", Phase.START),)}, ""),
    (REVIEW | EMERGENCY | {"person": BO, "roles": ON_CALL}, ""),
    (REVIEW | EMERGENCY | {"person": BO, "roles": ON_CALL, "rules": FIRST}, "start REL-42"),
    (APPROVED, ""),
    (APPROVED | {"at": IN_WINDOW}, "start REL-42"),
    (APPROVED | {"at": START - timedelta(minutes=15)}, "start REL-42"),
    (APPROVED | {"at": IN_WINDOW, "person": BO}, ""),
    (APPROVED | {"at": IN_WINDOW, "person": BO, "roles": ON_CALL}, ""),
    (APPROVED | {"at": IN_WINDOW, "hold": "look"}, "resume REL-42"),
    (APPROVED | {"at": IN_WINDOW, "rows": (row("media", Phase.START),)}, "media REL-42"),
    (APPROVED | {"rows": (row("media", Phase.START), row("in_window", Phase.START))}, "media REL-42"),
    (APPROVED | {"rows": (row("in_window", Phase.START),)}, ""),
    (APPROVED | {"at": END + timedelta(hours=1)}, "edit REL-42 form=yes"),
    (APPROVED | EMERGENCY | {"person": BO, "roles": ON_CALL}, "start REL-42"),
    (DEPLOYING, "step REL-42"),
    (DEPLOYING | {"stage": 1}, "complete REL-42"),
    (DEPLOYING | {"stage": 1, "words": True}, "status REL-42 form=yes"),
    (DEPLOYING | {"person": BO, "roles": MANAGER}, "step REL-42"),
    (DEPLOYING | {"person": BO}, ""),
    (BACK, "complete REL-42"),
    ({"state": State.DEPLOYED}, ""),
    ({"state": State.CLOSED}, ""),
    ({"state": State.CANCELLED}, ""),
]


@pytest.mark.parametrize("case, say", CASES)
def test_the_next_act_is_what_the_lifecycle_and_the_checklist_ask_of_this_person(
    case: dict[str, Any], say: str
) -> None:
    found = act(**case)
    assert (found.say if found else "") == say
    assert found is None or (found.asks is bool(say)) is bool(found.sentence)
    assert found is None or bool(found.label) is bool(found.say)


@pytest.mark.parametrize(
    "case, sentence, at",
    [
        (REVIEW, "It waits for the votes of the board.", None),
        (APPROVED, "It is authorised; its window opens", START),
        (APPROVED | {"at": END + timedelta(hours=1)}, "Its window is over; it needs another one.", END),
        (DRAFT | {"hold": "look"}, "It is on hold: look", None),
        (
            DRAFT | {"rows": tuple(row(name) for name in ("a", "b", "c", "d", "e"))},
            "Before it can be submitted it needs the a, the b, the c and 2 more.",
            None,
        ),
    ],
)
def test_the_sentence_says_why(case: dict[str, Any], sentence: str, at: datetime | None) -> None:
    found = act(**case)
    assert found is not None
    assert (found.sentence, found.at) == (sentence, at)


def test_whoever_has_no_part_in_a_release_has_no_next_act() -> None:
    assert all(act(person=9, state=state) is None for state in State)


def test_a_move_that_is_offered_as_the_next_one_is_the_readers_to_make() -> None:
    """For the coordinator every state that has a forward move offers one, and only a verb of that state."""
    for state in State:
        found = act(state=state, at=IN_WINDOW)
        verbs = {rule.verb for rule in TABLE if state in rule.before and rule.move is not Move.ROLLBACK}
        assert found is None or not found.say or found.say.split()[0] in verbs
