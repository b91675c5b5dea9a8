"""Everything that stands in the way of a move of the lifecycle, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handlers.kit import find
from handlers.kit.call import Call, Refused, minutes
from handlers.kit.readiness import checklist
from handlers.kit.rounds import enough_members
from handlers.policy import approval
from handlers.policy.calendar import outside_window
from handlers.policy.gate_table import Phase
from handlers.policy.gates import Row, missing
from handlers.policy.lifecycle import TABLE, Rule, rule_for, why_not
from storage.records import Records
from storage.release import Release
from storage.terms import Board, Move, ReleaseType

MOVES = frozenset(rule.verb for rule in TABLE if rule.verb)
"""The commands that make a move."""

_VOTES = (Move.APPROVE, Move.REJECT)
_PHASES = {Move.SUBMIT: Phase.SUBMIT, Move.START: Phase.START}


def rule_of(found: Release, verb: str, call: Call) -> Rule:
    """The move that the verb makes from this state; the first that it makes at all where it makes none."""
    rules = [rule for rule in TABLE if rule.verb == verb]
    fitting = (fits for rule in rules if (fits := rule_for(found, rule.move, call.rules)) is not None)
    here = (rule for rule in rules if found.state in rule.before and not rule.emergency_only)
    return next(fitting, None) or next(here, rules[0])


def against_person(call: Call, found: Release, records: Records, rule: Rule) -> Iterator[str]:
    """Why the move isn't this person's, whatever the state of the release."""
    if theirs := find.not_theirs(call, records, found, rule):
        yield theirs
    if rule.move in _VOTES:
        ballot = records.ballots.latest(found.id)
        board = Board.ECAB if found.type is ReleaseType.EMERGENCY else Board.CAB
        yield from approval.against_voting(call.person.id, call.roles, found, ballot.board if ballot else board)
        if unknown := approval.unvouched(call.person, records.workspaces.platforms()):
            yield unknown


def against_state(call: Call, found: Release, records: Records, rule: Rule) -> Iterator[str]:
    """Why nobody can make the move now."""
    if rule_for(found, rule.move, call.rules) is None:
        yield why_not(found, rule.move, call.rules)
    elif rule.move in _VOTES and (outdated := approval.outdated(records.ballots.latest(found.id), None, None, found)):
        yield outdated


def against_content(call: Call, found: Release, records: Records, rule: Rule) -> Iterator[str]:
    """What the move asks for besides what the checklist has rows for."""
    if rule.move is Move.SUBMIT and rule_for(found, rule.move, call.rules):
        yield from refusal(lambda: enough_members(call, found, records))
    if rule.move is Move.START and found.type is not ReleaseType.EMERGENCY:
        outside = outside_window(found, call.at, minutes(call.rules.deployment.tolerance_minutes))
        yield from [outside] if outside else []


def lacking(call: Call, found: Release, records: Records, move: Move) -> list[Row]:
    """The rows of the checklist before the move; of the window there is more to say than its row does."""
    phase = _PHASES.get(move)
    rows = missing(checklist(call, found, records), phase) if phase else []
    return [row for row in rows if row.name != "in_window"]


def refusal(work: Callable[[], object]) -> list[str]:
    """The sentence of a refusal, if it is one."""
    try:
        work()
    except Refused as refused:
        return [refused.sentence]
    return []
