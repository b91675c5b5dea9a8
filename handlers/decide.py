"""`/release approve` and `/release reject`: a vote in the round of a release."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.boards import members
from handlers.kit.call import Call, NotTheirs, Post, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import ballot_posts, event_posts, managers
from handlers.kit.rounds import decided_posts, settle
from handlers.policy import approval
from messages.card import Button
from messages.form import FieldKind
from messages.refusal import told
from messages.words import count
from storage.approval import Ballot, Vote
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, Board, Choice, FollowLevel

COMMENT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Approve:
    release: int = release_argument()
    comment: str = argument("Comment", kind=FieldKind.TEXT, default="", rest=True, blank="", limit=COMMENT_LIMIT)
    revision: int | None = argument("Revision", read.whole, default=None, hidden=True)
    digest: str | None = argument("Digest", default=None, hidden=True)


@dataclass(frozen=True, slots=True)
class Reject:
    release: int = release_argument()
    reason: str = argument(
        "Reason", read.needed, kind=FieldKind.TEXT, rest=True, limit=COMMENT_LIMIT, hint="What would have to change"
    )
    revision: int | None = argument("Revision", read.whole, default=None, hidden=True)
    digest: str | None = argument("Digest", default=None, hidden=True)


@command("approve", "Approve a release", group="Authorise", submit="Approve", example="/release approve REL-42")
def approve(call: Call, arguments: Approve, records: Records) -> Reply:
    """One person, one vote, for exactly the revision that the card shows."""
    return _vote(call, records, arguments, Choice.APPROVE, arguments.comment)


@command(
    "reject",
    "Reject a release",
    group="Authorise",
    submit="Reject",
    example='/release reject REL-42 "no back-out test"',
)
def reject(call: Call, arguments: Reject, records: Records) -> Reply:
    """A rejection is a veto: the release goes back to its coordinator with the reason."""
    return _vote(call, records, arguments, Choice.REJECT, arguments.reason)


def may_not_vote(call: Call, records: Records, found: Release, board: Board) -> str:
    """Why this person can't vote on the release; "" when they can."""
    return approval.may_not_vote(call.person.id, call.roles, found, board) or approval.unvouched(
        call.person, records.workspaces.platforms()
    )


def _vote(call: Call, records: Records, seen: Approve | Reject, choice: Choice, words: str) -> Reply:
    found = find.release(records, seen.release)
    ballot = records.ballots.latest(found.id)
    reason = approval.outdated(ballot, seen.revision, seen.digest, found)
    if reason or ballot is None:
        raise Refused(reason, ways=(Button(f"Show {found.key}", f"show {found.key}"),))
    if why := may_not_vote(call, records, found, ballot.board):
        raise NotTheirs(why)
    votes = records.ballots.votes(ballot.id)
    mine = next((vote for vote in votes if vote.person_id == call.person.id), None)
    before = {"vote": mine.choice.value, "comment": mine.comment} if mine else {}
    if mine and mine.choice is choice and words in ("", mine.comment):
        raise Refused(f"Your vote on {found.key} stands already: {_SAID[choice]}.")
    cast = _cast(call, records, ballot, mine, choice=choice, words=words)
    votes = [cast if vote.id == cast.id else vote for vote in votes] + ([] if mine else [cast])
    counted = approval.tally(ballot, votes, members(records, ballot.board), found, managers(records, ballot))
    sentence, posts = _consequence(call, found, records, ballot=ballot, counted=counted, cast=cast)
    return Reply(
        card=told("Your vote counts", sentence),
        posts=tuple(posts),
        trail=Trail(
            found.key, before, {"vote": choice.value, "comment": words, "round": ballot.id, "result": ballot.state.value},
            why=words,
        ),
    )  # fmt: skip


_SAID = {Choice.APPROVE: "approved", Choice.REJECT: "rejected"}


def _cast(call: Call, records: Records, ballot: Ballot, mine: Vote | None, *, choice: Choice, words: str) -> Vote:
    vote = mine or Vote.model_construct(
        organisation_id=records.organisation.id, ballot_id=ballot.id, person_id=call.person.id
    )
    vote.choice, vote.comment, vote.at = choice, words, call.at
    return records.ballots.cast(vote)


def _consequence(
    call: Call, found: Release, records: Records, *, ballot: Ballot, counted: approval.Tally, cast: Vote
) -> tuple[str, list[Post]]:
    state = approval.outcome(counted)
    if state is BallotState.OPEN:
        missing = count(counted.missing, "approval")
        whose = ", the change manager's among them," if counted.lacks_manager else ""
        posts = [*ballot_posts(call, found, ballot, records), *_spoken(call, found, records, cast)]
        return f"You {_SAID[cast.choice]} {found.key}; {missing}{whose} still missing.", posts
    sentence = settle(call, found, ballot, state, records)
    if state is BallotState.APPROVED:
        spoken = _spoken(call, found, records, cast)
        return sentence, [*spoken, *decided_posts(call, found, ballot, records, sentence=[sentence])]
    told = [f"{sentence} {call.person.name} gave the reason:"]
    return sentence, decided_posts(call, found, ballot, records, sentence=told, words=cast.comment)


def _spoken(call: Call, found: Release, records: Records, cast: Vote) -> list[Post]:
    """The words of a vote, in the thread of the release; a vote without words makes no noise."""
    if not cast.comment:
        return []
    said = f"{call.person.name} {_SAID[cast.choice]} {found.key}."
    return event_posts(call, found, records, "vote", [said], words=cast.comment, level=FollowLevel.ALL, public=False)
