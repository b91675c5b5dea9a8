"""Authorisation by the CAB and the ECAB: who may vote, what the votes amount to, what a round asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.policy.rules import ApprovalRules, Rules
from storage.approval import Ballot, Vote
from storage.release import Release
from storage.terms import BallotState, Board, Choice, ReleaseType, Role

VOTERS = {
    Board.CAB: frozenset({Role.CAB_MEMBER, Role.CHANGE_MANAGER}),
    Board.ECAB: frozenset({Role.ECAB_MEMBER, Role.CHANGE_MANAGER}),
}
BOARD_NAMES = {Board.CAB: "CAB", Board.ECAB: "ECAB"}


@dataclass(frozen=True, slots=True)
class Tally:
    """Distinct people for and against; `awaited` may still vote, by person id in the order given."""

    approvals: tuple[int, ...]
    rejections: tuple[int, ...]
    awaited: tuple[int, ...]
    quorum: int

    @property
    def missing(self) -> int:
        return max(0, self.quorum - len(self.approvals))


def asked(release: Release, rules: Rules) -> tuple[Board, ApprovalRules]:
    """Which board authorises the release, and what it asks for (process section 7)."""
    if release.type is ReleaseType.EMERGENCY:
        return Board.ECAB, rules.approval.emergency
    return Board.CAB, rules.approval.normal


def excluded(release: Release) -> frozenset[int]:
    """Segregation of duties: coordinator and requester never vote on their own release."""
    return frozenset({release.coordinator_id, release.requester_id})


def may_not_vote(person_id: int, roles: frozenset[Role], release: Release, board: Board) -> str:
    """Why this person's vote doesn't count; "" when it does."""
    if person_id in excluded(release):
        return f"You coordinate or requested {release.key}, so somebody else on the {BOARD_NAMES[board]} decides on it."
    if not roles & VOTERS[board]:
        return f"Only members of the {BOARD_NAMES[board]} vote on {release.key}."
    return ""


def outdated(ballot: Ballot | None, revision: int | None, digest: str | None, release: Release) -> str:
    """Why a press on an older card changes nothing; "" when the card shows what is being decided."""
    if ballot is None:
        return f"{release.key} isn't up for a decision; it was never submitted."
    if ballot.state is not BallotState.OPEN:
        return f"That round is over: {release.key} was {_ENDED[ballot.state]}."
    if revision is not None and revision != ballot.revision:
        return f"{release.key} is at revision {ballot.revision} now; that card shows revision {revision}. Use the newest card."
    if digest is not None and digest != ballot.digest[: len(digest)]:
        return f"{release.key} has changed since that card was made. Use the newest card."
    if (ballot.revision, ballot.digest) != (release.revision, release.digest):
        return f"{release.key} has changed since it was submitted; this round can't authorise it."
    return ""


_ENDED = {
    BallotState.APPROVED: "approved",
    BallotState.REJECTED: "rejected",
    BallotState.LAPSED: "not decided in time",
    BallotState.VOID: "changed, which made the round void",
    BallotState.RECALLED: "recalled",
}


def tally(ballot: Ballot, votes: Iterable[Vote], members: Iterable[int], release: Release) -> Tally:
    """Count distinct people. Members are those who hold the right roles now; nobody else's vote counts, not even an old one."""
    able = [person for person in dict.fromkeys(members) if person not in excluded(release)]
    cast = {vote.person_id: vote.choice for vote in votes if vote.person_id in able}
    return Tally(
        approvals=tuple(person for person, choice in cast.items() if choice is Choice.APPROVE),
        rejections=tuple(person for person, choice in cast.items() if choice is Choice.REJECT),
        awaited=tuple(person for person in able if person not in cast),
        quorum=ballot.quorum,
    )


def outcome(counted: Tally) -> BallotState:
    """A rejection is a veto; enough approvals authorise; otherwise the round stays open."""
    if counted.rejections:
        return BallotState.REJECTED
    if len(counted.approvals) >= counted.quorum:
        return BallotState.APPROVED
    return BallotState.OPEN


def reminders(ballot: Ballot, asked_for: ApprovalRules) -> list[tuple[int, datetime]]:
    """Minutes before the deadline and the moment of each reminder that still lies ahead of the opening."""
    times = [(before, ballot.deadline_at - timedelta(minutes=before)) for before in asked_for.reminder_minutes]
    return [(before, at) for before, at in times if at > ballot.opened_at]
