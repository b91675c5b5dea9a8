"""Authorisation by the CAB and the ECAB: who may vote, what the votes amount to, what a round asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.policy.risk import Level
from handlers.policy.rules import Approval, ApprovalRules, Rules
from storage.approval import Ballot, Vote
from storage.people import Person
from storage.release import Release
from storage.terms import BallotState, Board, Choice, Platform, ReleaseType, Role

VOTERS = {
    Board.CAB: frozenset({Role.CAB_MEMBER, Role.CHANGE_MANAGER}),
    Board.ECAB: frozenset({Role.ECAB_MEMBER, Role.CHANGE_MANAGER}),
}
BOARD_NAMES = {Board.CAB: "CAB", Board.ECAB: "ECAB"}


@dataclass(frozen=True, slots=True)
class Tally:
    """Distinct people for and against; `awaited` may still vote, by person id in the order given.

    `lacks_manager`: the round needs the change manager among those who approve, and has none yet.
    """

    approvals: tuple[int, ...]
    rejections: tuple[int, ...]
    awaited: tuple[int, ...]
    quorum: int
    lacks_manager: bool = False

    @property
    def missing(self) -> int:
        """Approvals that are still needed, the change manager's among them."""
        return max(int(self.lacks_manager), self.quorum - len(self.approvals))


def asked(release: Release, rules: Rules, level: Level | None = None) -> tuple[Board, ApprovalRules]:
    """Which board authorises a release of that risk (None: not assessed), and what it asks for (process section 7)."""
    if release.type is ReleaseType.EMERGENCY:
        return Board.ECAB, rules.approval.emergency
    return Board.CAB, rules.approval.high if level in _GREAT else rules.approval.normal


_GREAT = (Level.HIGH, Level.CRITICAL)


def for_team(asked_for: ApprovalRules, seats: int, rules: Rules) -> ApprovalRules:
    """What is asked of a board on which so many people have a seat, the coordinator's among them.

    A small team begins at once: one approval is enough, by somebody else than the coordinator, unless somebody has set
    the number.
    """
    set_ = any(_is_set(rules, key) for key in _KINDS if getattr(rules.approval, key) == asked_for)
    return asked_for if set_ or seats >= rules.approval.small_team else replace(asked_for, quorum=1)


_KINDS = ("normal", "high", "emergency")


def _is_set(rules: Rules, key: str) -> bool:
    """Somebody has said what the quorum is, be it what is built in."""
    built_in: ApprovalRules = getattr(Approval(), key)
    return f"approval.{key}.quorum" in rules.said or getattr(rules.approval, key).quorum != built_in.quorum


def went_by(ballot: Ballot, rules: Rules) -> ApprovalRules:
    """The rules by which a round was opened: what it doesn't keep itself (escalation, lapse) is read from them."""
    if ballot.board is Board.ECAB:
        return rules.approval.emergency
    return max(rules.approval.normal, rules.approval.high, key=lambda asked_for: _alike(ballot, asked_for))


def _alike(ballot: Ballot, asked_for: ApprovalRules) -> int:
    """In how much a round is what these rules ask for; a small team's has another quorum."""
    lasts = timedelta(minutes=asked_for.deadline_minutes)
    return (
        2 * (ballot.change_manager == asked_for.change_manager)
        + 2 * (ballot.deadline_at - ballot.opened_at == lasts)
        + (ballot.quorum == asked_for.quorum)
    )


def excluded(release: Release) -> frozenset[int]:
    """Segregation of duties: coordinator and requester never vote on their own release, nor who coordinated it before."""
    return frozenset({release.coordinator_id, release.requester_id, *release.coordinated_before})


def _has_a_part(person_id: int, release: Release) -> bool:
    return person_id in (release.coordinator_id, release.requester_id)


def may_not_vote(person_id: int, roles: frozenset[Role], release: Release, board: Board) -> str:
    """Why this person's vote doesn't count; "" when it does."""
    return next(iter(against_voting(person_id, roles, release, board)), "")


def against_voting(person_id: int, roles: frozenset[Role], release: Release, board: Board) -> list[str]:
    """Every reason for which this person's vote doesn't count."""
    found = []
    if person_id in excluded(release):
        part = "coordinate or requested" if _has_a_part(person_id, release) else "once coordinated"
        found.append(f"You {part} {release.key}, so somebody else on the {BOARD_NAMES[board]} decides on it.")
    if not roles & VOTERS[board]:
        found.append(f"Only members of the {BOARD_NAMES[board]} vote on {release.key}.")
    return found


def unvouched(person: Person, platforms: Collection[Platform]) -> str:
    """Why nobody knows yet who this person is; "" when it's known, or where an organisation has one platform only.

    Over two platforms one human without a known e-mail could be two people, with two votes.
    """
    if person.email or len(platforms) < 2:
        return ""
    return (
        "Your e-mail isn't known yet, and this organisation uses more than one chat platform: without it your vote could "
        "count twice. Try again in a minute; if it stays so, ask whoever runs Cabbot to let it read e-mail addresses."
    )


def as_one(release: Release, ballot: Ballot, voters: Collection[int], both: tuple[int, int]) -> str:
    """Why two people can't be made one while these votes carry something; "" when they can."""
    voted = [person for person in both if person in voters]
    if len(voted) == 2 and ballot.state is BallotState.OPEN:
        return f"Both have voted on {release.key}, which isn't decided yet. Join them when it is."
    if voted and excluded(release) & set(both):
        part = "coordinates or requested" if any(_has_a_part(each, release) for each in both) else "once coordinated"
        return (
            f"One of them voted on {release.key}, which the other {part}: it would be a vote on their "
            f"own release. Join them when {release.key} is done, or after it was submitted anew."
        )
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


def tally(
    ballot: Ballot, votes: Iterable[Vote], members: Iterable[int], release: Release, managers: Collection[int] = ()
) -> Tally:
    """Count distinct people. Members are those who hold the right roles now; nobody else's vote counts, not even an old
    one. `managers` are the change managers among them.
    """
    able = [person for person in dict.fromkeys(members) if person not in excluded(release)]
    cast = {vote.person_id: vote.choice for vote in votes if vote.person_id in able}
    approvals = tuple(person for person, choice in cast.items() if choice is Choice.APPROVE)
    return Tally(
        approvals=approvals,
        rejections=tuple(person for person, choice in cast.items() if choice is Choice.REJECT),
        awaited=tuple(person for person in able if person not in cast),
        quorum=ballot.quorum,
        lacks_manager=ballot.change_manager and not set(approvals) & set(managers),
    )


def outcome(counted: Tally) -> BallotState:
    """A rejection is a veto; enough approvals authorise; otherwise the round stays open."""
    if counted.rejections:
        return BallotState.REJECTED
    if not counted.missing:
        return BallotState.APPROVED
    return BallotState.OPEN


def reminders(ballot: Ballot, asked_for: ApprovalRules) -> list[tuple[int, datetime]]:
    """Minutes before the deadline and the moment of each reminder that still lies ahead of the opening."""
    times = [(before, ballot.deadline_at - timedelta(minutes=before)) for before in asked_for.reminder_minutes]
    return [(before, at) for before, at in times if at > ballot.opened_at]
