"""docs/lifecycle.md shows the table as it is."""

from __future__ import annotations

import re
from pathlib import Path

from handlers.policy.lifecycle import TABLE
from storage.terms import State

PAGE = (Path(__file__).parents[3] / "docs" / "lifecycle.md").read_text(encoding="utf-8")
DRAWING = PAGE.split("```mermaid")[1].split("```")[0]
ARROW = re.compile(r"^ *(\S+) --> (\S+?)(?:: (\w+)( \(.*\))?)?$", re.MULTILINE)
FIRST = " (emergency, deploy first)"
ROW = re.compile(r"^\| (\w+) \| (?:`/release (\w+)`)? ?\| ([a-z-][a-z, -]+) \|$", re.MULTILINE)


def drawn() -> set[tuple[str, ...]]:
    arrows = [match.groups(default="") for match in ARROW.finditer(DRAWING)]
    assert len(arrows) == DRAWING.count("-->"), "a line of the drawing isn't read"
    assert len(arrows) == len(set(arrows)), "an arrow is drawn twice"
    return {arrow for arrow in arrows if "[*]" not in arrow}


def test_s4_the_drawing_has_every_arrow_of_the_table_and_no_other() -> None:
    assert drawn() == {
        (state.value, (rule.after or state).value, rule.move.value, FIRST if rule.emergency_only else "")
        for rule in TABLE
        for state in rule.before
    }


def test_the_drawing_begins_and_ends_where_the_process_does() -> None:
    ends = {start for start, end, *_ in ARROW.findall(DRAWING) if end == "[*]"}
    left = {state.value for rule in TABLE for state in rule.before}
    assert ends == {state.value for state in State} - left
    begins = {(end, how) for start, end, how, _ in ARROW.findall(DRAWING) if start == "[*]"}
    assert begins == {("draft", "new"), ("in_review", "emergency")}


def test_every_state_is_explained() -> None:
    assert [state for state in State if f"| `{state.value}` |" in PAGE] == list(State)


def test_who_makes_which_move_is_what_the_table_says() -> None:
    rows = {move: (verb, set(who.split(", "))) for move, verb, who in ROW.findall(PAGE) if move != "move"}
    usual = [rule for rule in TABLE if not rule.emergency_only]
    assert rows == {rule.move.value: (rule.verb, {actor.value for actor in rule.who}) for rule in usual}
    (first,) = (rule for rule in TABLE if rule.emergency_only)
    assert [actor.value for actor in first.who] == re.findall(
        r"Deploy first.*?`emergency.deploy_first`, (\S+) may", PAGE
    )
