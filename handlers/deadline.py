"""What the clock says about a round: reminders, the deadline, escalation, lapse (process section 7)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Audience, Call, Direct, Post, Reply, Trail, hours, minutes
from handlers.kit.command import command
from handlers.kit.living import ballot_slot, escalation_slot, event_posts, namer, reminder_slot, standing
from handlers.kit.rounds import close_round, decided_posts, plan
from handlers.kit.rules_then import rules_then
from handlers.policy import approval
from messages.approval import escalation_card, reminder_card
from messages.words import BOARDS, ROLES
from storage.approval import Ballot
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, Delivery, Role, State


@dataclass(frozen=True, slots=True)
class Round:
    release: int = release_argument()
    ballot: int = argument("Round", read.whole, hidden=True)
    before: int = argument("Minutes before", read.whole, default=0, hidden=True)


@command("remind", "Remind the board of an open round", group="Clock", clock=True)
def remind(call: Call, arguments: Round, records: Records) -> Reply:
    """In the round's thread, and by direct message to each who owes a vote."""
    found, ballot = _open_round(records, arguments)
    if ballot is None:
        return _over(found)
    now = standing(call, found, ballot, records)
    card = reminder_card(found, ballot, now.awaited, namer(records))
    slot = reminder_slot(ballot, arguments.before)
    return Reply(
        posts=(
            Post(
                Audience(ballot.board.value), card, slot, found.key, Delivery.REPLY, ballot_slot(found, ballot),
                until=ballot.deadline_at, priority=0,
            ),
            *(Post(Direct(person), card, slot, found.key, until=ballot.deadline_at, priority=0) for person in now.awaited),
        ),
        trail=Trail(found.key, after={"reminded": len(now.awaited)}),
    )  # fmt: skip


@command("escalate", "Escalate a round whose deadline has passed", group="Clock", clock=True)
def escalate(call: Call, arguments: Round, records: Records) -> Reply:
    """To the change managers; a normal round lapses later, an emergency's is paged again and again."""
    found, ballot = _open_round(records, arguments)
    if ballot is None:
        return _over(found)
    first, ballot.escalated_at = ballot.escalated_at is None, call.at
    records.ballots.save(ballot)
    _plan_on(call, found, ballot, records)
    card = escalation_card(found, ballot, standing(call, found, ballot, records).missing)
    slot = escalation_slot(ballot, int(call.at.timestamp()))
    told = next((role for role in _TOLD if records.people.holders(role)), _TOLD[0])
    managers = records.people.holders(told)
    sentence = f"The {BOARDS[ballot.board]} didn't decide on {found.key} in time; the {ROLES[told].lower()} was told."
    return Reply(
        posts=(
            *(Post(Direct(person.id), card, slot, found.key, priority=0) for person in managers),
            *(event_posts(call, found, records, "escalated", [sentence], public=False) if first else ()),
        ),
        trail=Trail(found.key, after={"escalated_to": len(managers)}),
    )


def _plan_on(call: Call, found: Release, ballot: Ballot, records: Records) -> None:
    """What comes after an escalation: the lapse, or the next one. What is asked after the fact pages nobody at night."""
    rules = rules_then(call, records, ballot.opened_at)
    asked = approval.went_by(ballot, rules)
    if ballot.retroactive:
        plan(records, found, ballot, "escalate", call.at + hours(rules.emergency.retroactive_hours))
        return
    if asked.lapse_minutes:
        plan(records, found, ballot, "lapse", call.at + minutes(asked.lapse_minutes))
    if asked.escalate_every_minutes:
        plan(records, found, ballot, "escalate", call.at + minutes(asked.escalate_every_minutes))


_TOLD = (Role.CHANGE_MANAGER, Role.PROCESS_OWNER)
"""Who hears that a board didn't decide: the process owner where there is no change manager."""


@command("lapse", "End a round that nobody decided", group="Clock", clock=True)
def lapse(call: Call, arguments: Round, records: Records) -> Reply:
    """Silence is not consent: the release goes back to its coordinator."""
    found, ballot = _open_round(records, arguments)
    if ballot is None:
        return _over(found)
    close_round(call, ballot, BallotState.LAPSED, records)
    found.state = State.DRAFT
    records.releases.save(found)
    sentence = f"The {BOARDS[ballot.board]} didn't decide on {found.key}; it's a draft again and can be submitted anew."
    posts = decided_posts(call, found, ballot, records, sentence=[sentence])
    return Reply(posts=tuple(posts), trail=Trail(found.key, {"state": "in_review"}, {"state": "draft"}))


def _open_round(records: Records, arguments: Round) -> tuple[Release, Ballot | None]:
    found = find.release(records, arguments.release)
    ballot = records.ballots.latest(found.id)
    is_open = ballot is not None and ballot.id == arguments.ballot and ballot.state is BallotState.OPEN
    return found, ballot if is_open else None


def _over(found: Release) -> Reply:
    return Reply(trail=Trail(found.key, why="not said: that round is over"))
