"""Opening and closing a round of authorisation: what `submit`, `emergency`, votes and deadlines have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.kit.boards import members, seats
from handlers.kit.call import Call, Post, Refused, minutes
from handlers.kit.living import announcement_posts, ballot_posts, event_posts, release_post
from handlers.kit.readiness import level_of
from handlers.kit.step_owners import own_steps_posts
from handlers.policy import approval
from handlers.policy.rules import ApprovalRules
from messages.card import Piece
from messages.line import compose
from messages.words import BOARDS, count
from storage.approval import Ballot
from storage.due import Due
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, Board, ReleaseType, Role, State


def enough_members(call: Call, found: Release, records: Records) -> None:
    """A round that can never reach its quorum helps nobody. Raises Refused that says who can mend it."""
    board, asked = _asked(call, found, records)
    able = [person for person in members(records, board) if person not in approval.excluded(found)]
    if asked.change_manager and not any(person.id in able for person in records.people.holders(Role.CHANGE_MANAGER)):
        raise Refused(
            f"At this risk the change manager must be among those who approve {found.key}, and nobody who may vote on it is "
            "one. A process owner can name one: /release role grant @name change_manager."
        )
    if len(able) < asked.quorum:
        raise Refused(
            f"It takes {count(asked.quorum, 'approval')}, and the {BOARDS[board]} has {count(len(able), 'member')} who may "
            f"vote on it{_unknown(records, board)}. "
            f"A process owner can add more: /release role grant @name {board.value}_member."
        )


def _asked(call: Call, found: Release, records: Records) -> tuple[Board, ApprovalRules]:
    """Which board decides, and what is asked of as many people as have a seat on it."""
    board, asked = approval.asked(found, call.rules, level_of(call, found, records))
    return board, approval.for_team(asked, len(seats(records, board)), call.rules)


def _unknown(records: Records, board: Board) -> str:
    """Members who would count if their e-mail were known."""
    unknown = len(seats(records, board)) - len(members(records, board))
    return f"; {count(unknown, 'more', 'more')} can once the e-mail is known" if unknown else ""


def open_round(call: Call, found: Release, records: Records) -> Ballot:
    """Put exactly this revision before its board, with reminders and a deadline."""
    board, asked = _asked(call, found, records)
    ballot = records.ballots.add(
        Ballot.model_construct(
            organisation_id=records.organisation.id,
            release_id=found.id,
            revision=found.revision,
            digest=found.digest,
            board=board,
            quorum=asked.quorum,
            change_manager=asked.change_manager,
            opened_by=call.person.id,
            opened_at=call.at,
            deadline_at=call.at + minutes(asked.deadline_minutes),
        )
    )
    for before, at in approval.reminders(ballot, asked):
        plan(records, found, ballot, "remind", at, until=ballot.deadline_at, before=before)
    plan(records, found, ballot, "escalate", ballot.deadline_at)
    return ballot


def authorised_round(call: Call, found: Release, records: Records) -> Ballot:
    """The round of a release that needs no votes: exactly this revision is authorised by an approved template."""
    return records.ballots.add(
        Ballot.model_construct(
            organisation_id=records.organisation.id,
            release_id=found.id,
            revision=found.revision,
            digest=found.digest,
            board=Board.CAB,
            quorum=0,
            opened_by=call.person.id,
            opened_at=call.at,
            deadline_at=call.at,
        )
    )


def round_subject(ballot: Ballot) -> str:
    return f"round:{ballot.id}"


def plan(
    records: Records,
    found: Release,
    ballot: Ballot,
    verb: str,
    at: datetime,
    *,
    until: datetime | None = None,
    **named: object,
) -> None:
    """Have the clock say a sentence about a round."""
    line = compose(verb, found.key, ballot=ballot.id, **named)
    due = Due(
        organisation_id=records.organisation.id,
        key=f"{line}@{at.isoformat()}",
        subject=round_subject(ballot),
        line=line,
        at=at,
        until=until,
    )
    records.dues.plan(due)


def close_round(call: Call, ballot: Ballot, state: BallotState, records: Records) -> None:
    """The round is over; what the clock had to say about it is taken back."""
    ballot.state, ballot.decided_at = state, call.at
    records.ballots.save(ballot)
    records.dues.withdraw(round_subject(ballot), call.at)


def decided_posts(
    call: Call,
    found: Release,
    ballot: Ballot,
    records: Records,
    *,
    sentence: Sequence[Piece | str],
    words: str = "",
) -> list[Post]:
    """What everybody hears of a decision: the cards change, the threads and the coordinator are told."""
    return [
        *ballot_posts(call, found, ballot, records),
        release_post(call, found, records),
        *announcement_posts(found, records),
        *event_posts(call, found, records, "decided", sentence, words=words, public=False),
        *(own_steps_posts(found, records) if found.state is State.APPROVED else []),
    ]


def settle(call: Call, found: Release, ballot: Ballot, state: BallotState, records: Records) -> str:
    """Carry out the board's decision on the release; answers the sentence that tells of it."""
    close_round(call, ballot, state, records)
    board = BOARDS[ballot.board]
    approved = state is BallotState.APPROVED
    if ballot.retroactive:
        if approved:
            found.unauthorised_start = False
        records.releases.save(found)
        after = "approved it after the fact" if approved else "rejected it after the fact; decide on rolling it back"
        return f"The {board} {after}: {found.key}."
    found.state = State.APPROVED if approved else State.DRAFT
    if approved:
        found.first_planned_at = found.first_planned_at or found.starts_at
        _plan_upcoming(call, found, records)
    records.releases.save(found)
    return f"The {board} {'approved' if approved else 'rejected'} {found.key}, revision {ballot.revision}."


def _plan_upcoming(call: Call, found: Release, records: Records) -> None:
    """Notices before the window, as far as they still lie ahead; one whose time has passed is dropped."""
    if found.starts_at is None or found.type is ReleaseType.EMERGENCY:
        return
    for before in call.rules.announcements.before_minutes:
        at = found.starts_at - timedelta(minutes=before)
        if at > call.at:
            line = compose("upcoming", found.key, before=before, revision=found.revision)
            records.dues.plan(
                Due(
                    organisation_id=records.organisation.id,
                    key=f"{line}@{at.isoformat()}",
                    subject=f"upcoming:{found.key}",
                    line=line,
                    at=at,
                    until=found.starts_at,
                )
            )
