"""Section 5 of the process, written a second time: what stands in the way of whom, by the policy that is built in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.policy.gate_table import GATES, Known, Phase
from handlers.policy.gates import RowState, checklist, missing
from handlers.policy.risk import Assessment, RiskRules
from handlers.policy.rules import Rules
from storage.evidence import Waiver
from storage.release import Release
from storage.terms import ReleaseType, State
from tests.handlers.policy.releases import BO, NOW, release

NORMAL, STANDARD, EMERGENCY = ReleaseType.NORMAL, ReleaseType.STANDARD, ReleaseType.EMERGENCY
LOW, MEDIUM, HIGH, CRITICAL = (
    Assessment(impact, number, (), RiskRules()) for impact, number in ((1, 1), (2, 2), (3, 3), (4, 4))
)
WHOSE: dict[str, tuple[ReleaseType, Assessment | None, bool]] = {
    "unknown": (NORMAL, None, False),
    "low": (NORMAL, LOW, False),
    "medium": (NORMAL, MEDIUM, False),
    "high": (NORMAL, HIGH, False),
    "critical": (NORMAL, CRITICAL, False),
    "standard": (STANDARD, None, False),
    "emergency": (EMERGENCY, None, False),
    "small": (NORMAL, None, True),
    "risky": (NORMAL, HIGH, True),
}
"""A normal release by its risk, the other types, and a small team's at no risk and at a high one."""
# S stands in the way of submitting, ! of the start, a too until its time comes; w is warned of, d is done, . isn't asked.
TABLE = """
                   unknown low medium high critical standard emergency small risky
goal                  S     S    S     S      S        S         .       w     w
service               S     S    S     S      S        S         S       S     S
window                S     S    S     S      S        S         .       S     S
changes               S     S    S     S      S        w         w       w     w
risk                  S     d    d     d      d        w         w       w     d
plan                  S     S    S     S      S        S         w       S     S
back_out              S     S    S     S      S        S         S       S     S
back_out_trigger      S     S    S     S      S        w         w       w     w
approval              !     !    !     !      !        !         !       !     !
back_out_validated    .     .    !     !      !        .         w       .     w
collision             !     !    !     !      !        !         .       w     w
tests                 !     !    !     !      !        !         w       w     w
sign_off              !     !    !     !      !        !         w       w     w
media                 !     !    !     !      !        !         .       w     w
told                  !     !    !     !      !        .         .       w     w
training              .     .    .     !      !        .         .       .     w
support               .     .    .     !      !        .         .       .     w
in_window             a     a    a     a      a        a         .       a     a
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = {(name, whose): cell for name, *cells in ROWS for whose, cell in zip(HEAD, cells, strict=True)}


def nothing_there(whose: str, **window: None) -> Known:
    """Approved, which shows the open window's row too; neither evidence nor an approval of this content."""
    kind, assessment, small = WHOSE[whose]
    bare: dict[str, Any] = {"goal": "", "services": [], "change_requests": [], "plan": [], "back_out": []}
    found: Release = release(type=kind, state=State.APPROVED, **bare, **window)
    return Known(found, NOW, Rules(), assessment, collides=("REL-7",), small=small)


@pytest.mark.parametrize("whose", WHOSE)
def test_s5_what_stands_in_the_way_when_nothing_is_there(whose: str) -> None:
    found, windowless = signs(nothing_there(whose)), signs(nothing_there(whose, starts_at=None, ends_at=None))
    found |= {"window": windowless.get("window", ".")}
    assert [found.get(gate.name, ".") for gate in GATES] == [CELLS[gate.name, whose] for gate in GATES]


def signs(of: Known) -> dict[str, str]:
    return {row.name: SIGNS[row.state] if row.state in SIGNS else MISSING[row.phase] for row in checklist(of)}


SIGNS = {RowState.WARNED: "w", RowState.DONE: "d", RowState.AWAITED: "a", RowState.WAIVED: "waived"}
MISSING = {Phase.SUBMIT: "S", Phase.START: "!"}


@pytest.mark.parametrize("whose", WHOSE)
def test_s5_waived_by_the_change_manager_nothing_stands_in_the_way_but_what_can_never_be(whose: str) -> None:
    of = nothing_there(whose)
    every = {gate.name: Waiver(release_id=7, row=gate.name, reason="small", person_id=BO, at=NOW) for gate in GATES}
    rows = checklist(replace(of, waivers=every))
    left = [row.name for phase in Phase for row in missing(rows, phase)]
    never = ["service", "approval", "in_window"]
    assert left == [name for name in never if CELLS[name, whose] in "S!a"]


def test_s5_every_row_is_drawn() -> None:
    assert [name for name, *_ in ROWS] == [gate.name for gate in GATES]
    assert list(WHOSE) == HEAD
