"""`/release why`: may I do that now, and if not, for which reasons? By the very rules that refuse it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from handlers.kit import find
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Refused, Reply, minutes
from handlers.kit.checklist import needs, ways_out
from handlers.kit.command import catalogue, command
from handlers.kit.holdings import held_by
from handlers.kit.living import offers
from handlers.kit.permit import permit
from handlers.kit.readiness import checklist
from handlers.kit.rounds import enough_members
from handlers.policy import approval
from handlers.policy.calendar import outside_window
from handlers.policy.gate_table import Phase
from handlers.policy.gates import Row, missing
from handlers.policy.lifecycle import TABLE, Rule, rule_for, why_not
from messages.card import Button, button
from messages.form import Choice, FieldKind
from messages.group import holding_words
from messages.line import compose
from messages.why import may_card, may_not_card
from storage.records import Records
from storage.release import Release
from storage.terms import Board, Move, ReleaseType

_VERBS = tuple(dict.fromkeys(rule.verb for rule in TABLE if rule.verb))
_CHOICES = tuple(Choice(verb, verb.capitalize()) for verb in _VERBS)
_VOTES = (Move.APPROVE, Move.REJECT)
_PHASES = {Move.SUBMIT: Phase.SUBMIT, Move.START: Phase.START}


@dataclass(frozen=True, slots=True)
class Asked:
    verb: str = argument("Move", kind=FieldKind.CHOICE, positional=True, choices=_CHOICES, example="approve")
    release: int = release_argument()


@command("why", "Ask why I may not do something", title="Why may I not?", submit="Ask", group="Look", reads=True,
         example="/release why approve REL-42")  # fmt: skip
def why(call: Call, arguments: Asked, records: Records) -> Reply:
    """Everything that stands in the way, at once; nothing is tried."""
    found = find.release(records, arguments.release)
    rule = _rule(found, arguments.verb, call)
    lacking = _lacking(call, found, records, rule.move)
    reasons = list(dict.fromkeys(_reasons(call, found, records, rule, lacking)))
    held = [holding_words(each) for each in held_by(records, call.person.id)] if call.roles else []
    if not reasons:
        return Reply(card=may_card(found, arguments.verb, _way(call, found, arguments.verb), held))
    ways = ways_out(found, lacking) if lacking else (Button(f"Show {found.key}", compose("show", found.key)),)
    return Reply(card=may_not_card(found, arguments.verb, reasons, ways, held))


def _way(call: Call, found: Release, verb: str) -> Button:
    """The button of the release's card, or the vote as one types it."""
    offered = next((each for each in offers(found, call) if each.say.split()[0] == verb), None)
    return offered or button(verb.capitalize(), verb, found.key, form="yes")


def _rule(found: Release, verb: str, call: Call) -> Rule:
    """The move that the verb makes from this state; the first that it makes at all where it makes none."""
    rules = [rule for rule in TABLE if rule.verb == verb]
    fitting = (fits for rule in rules if (fits := rule_for(found, rule.move, call.rules)) is not None)
    here = (rule for rule in rules if found.state in rule.before and not rule.emergency_only)
    return next(fitting, None) or next(here, rules[0])


def _reasons(call: Call, found: Release, records: Records, rule: Rule, lacking: list[Row]) -> Iterator[str]:
    """Role, then state, then what the move itself asks for."""
    yield from _refusal(lambda: permit(catalogue()[rule.verb], call))
    if not_now := "" if rule_for(found, rule.move, call.rules) else why_not(found, rule.move, call.rules):
        yield not_now
    if theirs := find.not_theirs(call, records, found, rule):
        yield theirs
    if rule.move in _VOTES:
        yield from _against_voting(call, found, records, not_now)
    if lacking:
        yield f"{found.key} needs {needs(lacking)}."
    if rule.move is Move.SUBMIT and not not_now:
        yield from _refusal(lambda: enough_members(call, found, records))
    if rule.move is Move.START and found.type is not ReleaseType.EMERGENCY:
        outside = outside_window(found, call.at, minutes(call.rules.deployment.tolerance_minutes))
        yield from [outside] if outside else []


def _against_voting(call: Call, found: Release, records: Records, not_now: str) -> Iterator[str]:
    ballot = records.ballots.latest(found.id)
    outdated = approval.outdated(ballot, None, None, found)
    if outdated and not not_now:
        yield outdated
    board = Board.ECAB if found.type is ReleaseType.EMERGENCY else Board.CAB
    yield from approval.against_voting(call.person.id, call.roles, found, ballot.board if ballot else board)
    if unknown := approval.unvouched(call.person, records.workspaces.platforms()):
        yield unknown


def _lacking(call: Call, found: Release, records: Records, move: Move) -> list[Row]:
    """The rows of the checklist before the move; of the window there is more to say than its row does."""
    phase = _PHASES.get(move)
    rows = missing(checklist(call, found, records), phase) if phase else []
    return [row for row in rows if row.name != "in_window"]


def _refusal(work: Callable[[], None]) -> list[str]:
    try:
        work()
    except Refused as refused:
        return [refused.sentence]
    return []
