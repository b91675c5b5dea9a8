"""The ballot: what the board is asked, who said what, who is awaited, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from messages.card import (
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Confirm,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Mark,
    Moment,
    MomentStyle,
    Part,
    PersonRef,
    Piece,
    Refresh,
    Tone,
    button,
    fact,
    item,
    note,
    text,
)
from messages.change import change_line
from messages.line import compose
from messages.plan import back_out_in_short, plan_in_short
from messages.release import Name, headline, services_text, window_fact
from messages.words import BOARDS, count
from storage.approval import Ballot, Vote
from storage.release import Release
from storage.terms import BallotState, Board, Choice, ReleaseType

PLAN_LINES = 5
"""How many lines of a plan the ballot shows; the rest is one press away."""
DIGEST_SHOWN = 16
"""Characters of the digest that a button carries: enough to tell two contents apart, short enough for a value."""

_TITLES = {
    BallotState.OPEN: "decision asked",
    BallotState.APPROVED: "approved",
    BallotState.REJECTED: "rejected",
    BallotState.LAPSED: "not decided in time",
    BallotState.VOID: "void, the release was changed",
    BallotState.RECALLED: "recalled",
}
_TONES = {
    BallotState.OPEN: Tone.INFO,
    BallotState.APPROVED: Tone.GOOD,
    BallotState.REJECTED: Tone.BAD,
    BallotState.LAPSED: Tone.WARNING,
    BallotState.VOID: Tone.WARNING,
    BallotState.RECALLED: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A round as it stands: the votes, the people still awaited, approvals still missing, who is on the board.

    `facts` are what the record says beside the content: its risk, and what was waived. `lacks_manager`: it needs the
    change manager's approval, and has none yet.
    """

    ballot: Ballot
    votes: Sequence[Vote]
    awaited: Sequence[int]
    missing: int
    on_board: Sequence[int] = ()
    facts: Sequence[Fact] = ()
    lacks_manager: bool = False


def ballot_card(release: Release, standing: Standing, name: Name) -> Card:
    """The living ballot; once decided it keeps the votes and loses its buttons. Members may be shown their own."""
    card = ballot_for(release, standing, name, ballot_buttons(release, standing.ballot))
    if standing.ballot.state is not BallotState.OPEN:
        return card
    members = tuple(PersonRef(person, name(person)) for person in standing.on_board)
    return replace(card, refresh=Refresh(compose("ballot", release.key), members))


def ballot_for(release: Release, standing: Standing, name: Name, buttons: Sequence[Button], *own: Part) -> Card:
    """The ballot with what stands on top for one reader, and the buttons that they may press while it's open."""
    ballot = standing.ballot
    open_ = ballot.state is BallotState.OPEN
    parts: list[Part] = [*own, Facts((*_facts(release, ballot, name), *(standing.facts if open_ else ())))]
    if _is_what_was_asked(release, ballot):
        parts += [*plan_in_short(release, PLAN_LINES), *back_out_in_short(release, PLAN_LINES)]
    else:
        parts.append(text("The release has another content by now; what the votes were for stands in the audit trail."))
    parts += votes_part(standing, name)
    if open_:
        parts.append(Buttons(tuple(buttons)))
    board = BOARDS[ballot.board]
    title = f"{board}: {headline(release)}, {_TITLES[ballot.state]}"
    return Card(title, tuple(parts), _tone(release, ballot), f"{board} on {release.key}: {_TITLES[ballot.state]}")


def _is_what_was_asked(release: Release, ballot: Ballot) -> bool:
    """Votes are never shown beside a content that they weren't given for."""
    return (release.revision, release.digest) == (ballot.revision, ballot.digest)


def votes_part(standing: Standing, name: Name) -> list[Part]:
    """Who said what, who is awaited, and what is still missing."""
    rows = Items(tuple(_vote_rows(standing, name)))
    return [Heading("Votes"), rows, note(*_small_print(standing))]


def _tone(release: Release, ballot: Ballot) -> Tone:
    urgent = ballot.state is BallotState.OPEN and release.type is ReleaseType.EMERGENCY
    return Tone.EMERGENCY if urgent else _TONES[ballot.state]


def _facts(release: Release, ballot: Ballot, name: Name) -> list[Fact]:
    rows = [fact("Asked for", _request(release, ballot))]
    if _is_what_was_asked(release, ballot):
        rows += _content(release)
    rows.append(fact("Coordinator", PersonRef(release.coordinator_id, name(release.coordinator_id))))
    if ballot.state is BallotState.OPEN:
        if release.type is ReleaseType.EMERGENCY:
            rows.append(fact("Clock", "opened ", Moment(ballot.opened_at, MomentStyle.AGO, release.zone)))
        rows.append(fact("Deadline", Moment(ballot.deadline_at, zone=release.zone)))
    elif ballot.decided_at:
        rows.append(fact("Closed", Moment(ballot.decided_at, zone=release.zone)))
    return rows


def _content(release: Release) -> list[Fact]:
    rows = [fact("Services", services_text(release))]
    if release.reason:
        rows.append(fact("Reason", release.reason))
    if release.goal:
        rows.append(fact("Goal and scope", release.goal))
    if release.starts_at:
        rows.append(window_fact(release))
    if release.impact:
        rows.append(fact("Customer impact", release.impact))
    if release.change_requests:
        rows.append(fact("Change requests", "; ".join(change_line(each) for each in release.change_requests)))
    return rows


def _request(release: Release, ballot: Ballot) -> str:
    if ballot.retroactive:
        return f"retroactive approval of an emergency that was deployed first, revision {ballot.revision}"
    kind = "emergency release" if release.type is ReleaseType.EMERGENCY else "release"
    return f"approval of this {kind}, revision {ballot.revision}"


def _vote_rows(standing: Standing, name: Name) -> list[Item]:
    rows = [item(*_vote(vote, name), mark=_MARKS[vote.choice]) for vote in standing.votes]
    if standing.ballot.state is BallotState.OPEN:
        rows += [item(PersonRef(person, name(person)), " is awaited", mark=Mark.WAITING) for person in standing.awaited]
    return rows or [item("nobody has voted", mark=Mark.TODO)]


_MARKS = {Choice.APPROVE: Mark.YES, Choice.REJECT: Mark.NO}


def _vote(vote: Vote, name: Name) -> list[Piece | str]:
    said = "approved" if vote.choice is Choice.APPROVE else "rejected"
    pieces: list[Piece | str] = [PersonRef(vote.person_id, name(vote.person_id)), f" {said}"]
    return [*pieces, ": ", vote.comment] if vote.comment else pieces


def _small_print(standing: Standing) -> list[Piece | str]:
    if standing.ballot.state is not BallotState.OPEN:
        return [f"Revision {standing.ballot.revision}, content {standing.ballot.digest[:12]}"]
    missing = count(standing.missing, "approval")
    missing += ", the change manager's among them," if standing.lacks_manager else ""
    return [
        f"{missing} missing of {standing.ballot.quorum}. {_enough(standing)}One rejection rejects. Silence is not consent."
    ]


def _enough(standing: Standing) -> str:
    """A board may decide by one approval because it's a small team; that should astonish nobody."""
    people = len(standing.on_board)
    if standing.ballot.quorum != 1 or standing.ballot.board is not Board.CAB or not people:
        return ""
    return f"One approval is enough on a CAB of {count(people, 'member')}. "


def ballot_buttons(release: Release, ballot: Ballot) -> tuple[Button, ...]:
    """Approve, approve with words, reject: each a pointer to exactly this revision and content."""
    seen: dict[str, Any] = {"revision": ballot.revision, "digest": ballot.digest[:DIGEST_SHOWN]}
    sure = Confirm(f"Approve {release.key}?", f"Revision {ballot.revision}: {release.title}"[:280], "Approve")
    approve = button("Approve", "approve", release.key, style=ButtonStyle.PRIMARY, confirm=None, **seen)
    if release.type is not ReleaseType.EMERGENCY:
        approve = button("Approve", "approve", release.key, style=ButtonStyle.PRIMARY, confirm=sure, **seen)
    return (
        approve,
        button("Approve with a comment", "approve", release.key, form="yes", **seen),
        button("Reject", "reject", release.key, style=ButtonStyle.DANGER, form="yes", **seen),
        button("Show everything", "show", release.key),
    )


def reminder_card(release: Release, ballot: Ballot, awaited: Sequence[int], name: Name) -> Card:
    """A reminder before the deadline, in the channel or to a member who owes a vote."""
    people: list[Piece | str] = []
    for person in awaited:
        people += [", " if people else "", PersonRef(person, name(person), notify=True)]
    return Card(
        f"{BOARDS[ballot.board]}: {headline(release)} waits for a decision",
        (
            text("Awaited: ", *(people or ["nobody is left who could vote; ask the change manager"])),
            Facts((fact("Deadline", Moment(ballot.deadline_at, zone=release.zone)),)),
            Buttons(ballot_buttons(release, ballot)),
        ),
        Tone.EMERGENCY if release.type is ReleaseType.EMERGENCY else Tone.WARNING,
        f"{release.key} waits for the {BOARDS[ballot.board]}'s decision",
    )


def escalation_card(release: Release, ballot: Ballot, missing: int) -> Card:
    """To the change manager, when the deadline passed without a decision."""
    return Card(
        f"{BOARDS[ballot.board]} didn't decide on {headline(release)}",
        (
            text(
                f"The deadline has passed; {count(missing, 'approval')} missing. "
                "Ask those who are awaited, or decide yourself where you may."
            ),
            Facts((fact("Deadline", Moment(ballot.deadline_at, zone=release.zone)),)),
            Buttons(ballot_buttons(release, ballot)),
        ),
        Tone.EMERGENCY if release.type is ReleaseType.EMERGENCY else Tone.WARNING,
        f"{release.key}: the {BOARDS[ballot.board]} didn't decide in time",
    )


def asked_no_more_card(release: Release, ballot: Ballot) -> Card:
    """What becomes of reminders and escalations once the round is over: nothing is left on them to be pressed."""
    ended = f"{BOARDS[ballot.board]}: {headline(release)}, {_TITLES[ballot.state]}"
    return Card(ended, (text("Nothing is asked of you here any more."),), _TONES[ballot.state], ended)


def what_changed_card(release: Release, rows: Sequence[tuple[str, str | datetime, str | datetime]]) -> Card:
    """To the board: an approved release was changed, field by field, before and after."""

    def shown(value: str | datetime) -> Piece | str:
        return Moment(value, zone=release.zone) if isinstance(value, datetime) else value

    facts = tuple(fact(label, shown(before), " → ", shown(after)) for label, before, after in rows)
    return Card(
        f"{headline(release)} was changed after its approval",
        (
            text(f"The approval is void; revision {release.revision} comes back to you when it's submitted."),
            Facts(facts),
        ),
        Tone.WARNING,
        f"{release.key} was changed; its approval is void",
    )
