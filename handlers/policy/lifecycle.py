"""The lifecycle of a release: one table says which move leads from which state to which, and who may make it.

Cards offer exactly the moves of this table, refusals explain it, and docs/lifecycle.md draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.policy.rules import Rules
from storage.release import Release
from storage.terms import Move, ReleaseType, Role, State


class Actor(StrEnum):
    """Who makes a move: the release's coordinator, a holder of a role, the board by its votes, or the clock."""

    COORDINATOR = "coordinator"
    RELEASE_MANAGER = "release manager"
    CHANGE_MANAGER = "change manager"
    ON_CALL = "on-call"
    BOARD = "board"
    CLOCK = "clock"
    STAKEHOLDER = "stakeholder"


@dataclass(frozen=True, slots=True)
class Rule:
    """`move` leads from any of `before` to `after` (None: the state stays). `verb` is the command that makes it."""

    move: Move
    before: tuple[State, ...]
    after: State | None
    who: tuple[Actor, ...]
    verb: str = ""
    emergency_only: bool = False


_OWNERS = (Actor.COORDINATOR, Actor.RELEASE_MANAGER)
_DEPLOYERS = (Actor.COORDINATOR, Actor.RELEASE_MANAGER, Actor.ON_CALL)

TABLE: tuple[Rule, ...] = (
    Rule(Move.EDIT, (State.DRAFT,), None, _OWNERS, "edit"),
    Rule(Move.SUBMIT, (State.DRAFT,), State.IN_REVIEW, _OWNERS, "submit"),
    Rule(Move.APPROVE, (State.IN_REVIEW,), State.APPROVED, (Actor.BOARD,), "approve"),
    Rule(Move.REJECT, (State.IN_REVIEW,), State.DRAFT, (Actor.BOARD,), "reject"),
    Rule(Move.LAPSE, (State.IN_REVIEW,), State.DRAFT, (Actor.CLOCK,)),
    Rule(Move.RECALL, (State.IN_REVIEW,), State.DRAFT, _OWNERS, "recall"),
    Rule(Move.START, (State.APPROVED,), State.DEPLOYING, _DEPLOYERS, "start"),
    Rule(Move.START, (State.IN_REVIEW,), State.DEPLOYING, (Actor.ON_CALL,), "start", emergency_only=True),
    Rule(Move.REVISE, (State.APPROVED,), State.DRAFT, _OWNERS, "edit"),
    Rule(Move.STEP, (State.DEPLOYING,), None, _DEPLOYERS, "step"),
    Rule(Move.COMPLETE, (State.DEPLOYING,), State.DEPLOYED, _DEPLOYERS, "complete"),
    Rule(Move.ROLLBACK, (State.DEPLOYING, State.DEPLOYED), State.ROLLING_BACK, _DEPLOYERS, "rollback"),
    Rule(Move.ROLLED_BACK, (State.ROLLING_BACK,), State.ROLLED_BACK, _DEPLOYERS, "complete"),
    Rule(Move.HOLD, (State.IN_REVIEW, State.APPROVED, State.DEPLOYING), None, (*_OWNERS, Actor.CHANGE_MANAGER), "hold"),
    Rule(
        Move.RESUME, (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.DEPLOYING), None,
        (*_OWNERS, Actor.CHANGE_MANAGER), "resume",
    ),
    Rule(Move.ACCEPT, (State.DEPLOYED,), State.ACCEPTED, (Actor.STAKEHOLDER, Actor.RELEASE_MANAGER)),
    Rule(Move.REVIEW, (State.ACCEPTED, State.ROLLED_BACK), State.CLOSED, (Actor.RELEASE_MANAGER,)),
    Rule(Move.CANCEL, (State.DRAFT, State.IN_REVIEW, State.APPROVED), State.CANCELLED, _OWNERS, "cancel"),
)  # fmt: skip

STATE_NAMES = {
    State.DRAFT: "a draft",
    State.IN_REVIEW: "in review",
    State.APPROVED: "approved",
    State.DEPLOYING: "deploying",
    State.ROLLING_BACK: "being rolled back",
    State.DEPLOYED: "deployed",
    State.ROLLED_BACK: "rolled back",
    State.ACCEPTED: "accepted",
    State.CLOSED: "closed",
    State.CANCELLED: "cancelled",
}
_ROLE_ACTORS = {
    Role.RELEASE_MANAGER: Actor.RELEASE_MANAGER,
    Role.CHANGE_MANAGER: Actor.CHANGE_MANAGER,
    Role.ON_CALL: Actor.ON_CALL,
}
_STOPPED_BY_HOLD = (Move.START, Move.STEP, Move.COMPLETE)


def rule_for(release: Release, move: Move, rules: Rules) -> Rule | None:
    """The rule by which the move can be made now; None when the lifecycle doesn't allow it."""
    for rule in TABLE:
        if rule.move is move and release.state in rule.before and _fits(rule, release, rules):
            return rule
    return None


def moves(release: Release, rules: Rules) -> list[Rule]:
    """Every move that this release allows now, in the order of the table."""
    return [rule for rule in TABLE if release.state in rule.before and _fits(rule, release, rules)]


def actors(person_id: int, roles: frozenset[Role], release: Release) -> set[Actor]:
    """What a person is to a release. On-call acts on emergencies only."""
    found = {actor for role, actor in _ROLE_ACTORS.items() if role in roles}
    if release.type is not ReleaseType.EMERGENCY:
        found.discard(Actor.ON_CALL)
    if person_id == release.coordinator_id:
        found.add(Actor.COORDINATOR)
    return found


def why_not(release: Release, move: Move, rules: Rules) -> str:
    """The sentence that says why the lifecycle refuses a move, and what would make it possible."""
    now = f"{release.key} is {STATE_NAMES[release.state]}"
    if release.hold and move in _STOPPED_BY_HOLD and _comes_from_here(release, move, rules):
        return f"{release.key} is on hold ({release.hold}). Resume it first: /release resume {release.key}."
    if move is Move.HOLD and release.hold:
        return f"{release.key} is on hold already: {release.hold}."
    if move is Move.RESUME and not release.hold:
        return f"{release.key} isn't on hold."
    if move is Move.STEP and release.state is State.DEPLOYING:
        return f"{release.key} is in its last stage. When it's done: /release complete {release.key}."
    if move is Move.COMPLETE and release.state is State.DEPLOYING:
        left = ", ".join(release.stages[release.stage + 1 :])
        return f"{release.key} has stages before it: {left}. Move on with /release step {release.key}."
    if move is Move.EDIT and release.state is State.IN_REVIEW:
        return f"{now}; recall it before you change it: /release recall {release.key}."
    possible = _states(move)
    return f"{now}; {_NOUNS.get(move, move.value)} is possible while it's {possible}."


_NOUNS = {
    Move.EDIT: "a change",
    Move.SUBMIT: "submitting",
    Move.APPROVE: "approving",
    Move.REJECT: "rejecting",
    Move.RECALL: "recalling",
    Move.START: "a start",
    Move.STEP: "moving to the next stage",
    Move.COMPLETE: "completing",
    Move.ROLLBACK: "a rollback",
    Move.ROLLED_BACK: "the end of a rollback",
    Move.HOLD: "a hold",
    Move.RESUME: "resuming",
    Move.CANCEL: "cancelling",
}


def _comes_from_here(release: Release, move: Move, rules: Rules) -> bool:
    """Whether the move leads out of this state, so that only hold or stages can stand in its way."""
    return any(
        rule.move is move
        and release.state in rule.before
        and (not rule.emergency_only or _deploys_first(release, rules))
        for rule in TABLE
    )


def _deploys_first(release: Release, rules: Rules) -> bool:
    return release.type is ReleaseType.EMERGENCY and rules.emergency.deploy_first


def _states(move: Move) -> str:
    names = [
        STATE_NAMES[state] for rule in TABLE if rule.move is move and not rule.emergency_only for state in rule.before
    ]
    if move is Move.EDIT:
        names.append(STATE_NAMES[State.APPROVED])
    return " or ".join(names)


def _fits(rule: Rule, release: Release, rules: Rules) -> bool:
    """What the table's states alone can't tell: hold, stages, and the emergency's deploy-first."""
    last_stage = release.stage >= len(release.stages) - 1
    match rule.move:
        case Move.START if rule.emergency_only:
            return _deploys_first(release, rules) and not release.hold
        case Move.START:
            return not release.hold
        case Move.STEP:
            return not release.hold and not last_stage
        case Move.COMPLETE:
            return last_stage and not release.hold
        case Move.HOLD:
            return not release.hold
        case Move.RESUME:
            return bool(release.hold)
        case _:
            return True
