"""The one next act of a person on a release: what they, of all people, should do with it now (process sections 2 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.policy.gate_table import Phase
from handlers.policy.gates import Row, missing
from handlers.policy.lifecycle import Actor, actors, rule_for
from handlers.policy.rules import Rules
from storage.release import Release
from storage.terms import Move, ReleaseType, Role, State


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a release and of the one who looks at it.

    `owes_vote`: a round is open in which they may vote and haven't. `owes_words`: they were asked how it goes and haven't
    said. `rows` is the checklist, `at` the moment (aware UTC).
    """

    release: Release
    person_id: int
    roles: frozenset[Role]
    at: datetime
    owes_vote: bool = False
    owes_words: bool = False
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class NextAct:
    """Why, the label of the button, and the line that it says; `say` is empty while there is only to wait.

    `at` is the moment of which the sentence speaks, shown behind it.
    """

    sentence: str
    label: str = ""
    say: str = ""
    at: datetime | None = None

    @property
    def asks(self) -> bool:
        """Something is to be done, and not only waited for."""
        return bool(self.say)


def next_act(known: Situation, rules: Rules) -> NextAct | None:
    """None when nothing of it is theirs to do or to wait for."""
    found = known.release
    if known.owes_vote:
        return NextAct("Your vote is asked for.", "Vote", f"ballot {found.key}")
    if known.owes_words:
        return NextAct("You were asked how it goes.", "Say how it goes", f"status {found.key} form=yes")
    for move in _MOVES.get(found.state, ()):
        act = _made(move, known, rules)
        if act is not None:
            return act
    return _evidence(known) or _waits(known)


_MOVES = {
    State.DRAFT: (Move.RESUME, Move.SUBMIT),
    State.IN_REVIEW: (Move.RESUME, Move.START),
    State.APPROVED: (Move.RESUME, Move.START),
    State.DEPLOYING: (Move.RESUME, Move.STEP, Move.COMPLETE),
    State.ROLLING_BACK: (Move.ROLLED_BACK,),
}
"""The moves that lead on, in the order in which they are looked at."""


def _made(move: Move, known: Situation, rules: Rules) -> NextAct | None:
    """The act that makes the move, if it's theirs to make and can be made now."""
    found = known.release
    rule = rule_for(found, move, rules)
    if rule is None or not _theirs(known) & set(rule.who):
        return None
    match move:
        case Move.RESUME:
            return NextAct(f"It is on hold: {found.hold}", "Resume", f"resume {found.key}")
        case Move.SUBMIT:
            return _lacking(known, Phase.SUBMIT, "submitted") or NextAct(
                "Everything is there to submit it.", _SUBMIT[found.type], f"submit {found.key}"
            )
        case Move.START:
            return _start(known, rules)
        case Move.STEP:
            return NextAct(
                f"{found.stages[found.stage]} is under way.",
                f"Next stage: {found.stages[found.stage + 1]}",
                f"step {found.key}",
            )
        case Move.COMPLETE:
            return NextAct("Its last stage is under way.", "Complete", f"complete {found.key}")
        case _:
            return NextAct("It is being rolled back.", "Back-out done", f"complete {found.key}")


_SUBMIT = {
    ReleaseType.STANDARD: "Submit",
    ReleaseType.NORMAL: "Submit to the CAB",
    ReleaseType.EMERGENCY: "Submit to the ECAB",
}


def _theirs(known: Situation) -> set[Actor]:
    return actors(known.person_id, known.roles, known.release)


def _start(known: Situation, rules: Rules) -> NextAct:
    """In the window; before it whatever still stands in the way, and else the wait; after it a new window."""
    found, tolerance = known.release, timedelta(minutes=rules.deployment.tolerance_minutes)
    windowed = found.type is not ReleaseType.EMERGENCY
    if windowed and found.ends_at is not None and known.at > found.ends_at + tolerance:
        return NextAct("Its window is over; it needs another one.", "Edit", f"edit {found.key} form=yes", found.ends_at)
    if lacking := _lacking(known, Phase.START, "started"):
        return lacking
    if windowed and found.starts_at is not None and known.at < found.starts_at - tolerance:
        return NextAct("It is authorised; its window opens", at=found.starts_at)
    return NextAct("It is authorised and its window is open.", "Start", f"start {found.key}")


_OTHERS = frozenset({"approval", "in_window"})
"""Rows that the board's votes and time provide: there is nothing to press for them."""


def _lacking(known: Situation, phase: Phase, done: str) -> NextAct | None:
    """What is missing before a move, with the button of the first row, theirs before others'."""
    rows = [row for row in missing(known.rows, phase) if row.name not in _OTHERS]
    if not rows:
        return None
    first = next((row for row in rows if known.person_id in row.who), rows[0])
    labels = [row.label for row in rows[:MOST_NAMED]]
    rest = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return NextAct(f"Before it can be {done} it needs {', '.join(labels)}{rest}.", first.act, first.say)


MOST_NAMED = 3
"""Rows that a sentence names; the checklist has them all."""


def _evidence(known: Situation) -> NextAct | None:
    """A part of somebody else's release that is theirs to provide."""
    mine = [row for phase in Phase for row in missing(known.rows, phase) if known.person_id in row.who]
    first = next((row for row in mine if row.name not in _OTHERS), None)
    return NextAct(f"From you it needs {first.label}.", first.act, first.say) if first else None


def _waits(known: Situation) -> NextAct | None:
    """What the owner of a release waits for."""
    if known.person_id != known.release.coordinator_id:
        return None
    sentence = _WAITS.get(known.release.state)
    return NextAct(sentence) if sentence else None


_WAITS = {
    State.IN_REVIEW: "It waits for the votes of the board.",
    State.DEPLOYED: "It is in production, and watched.",
}
