"""`/release hold`, `resume` and `cancel`: stop a release for a while, go on, or withdraw it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import OneRelease, argument, release_argument
from handlers.kit.call import Call, Post, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import announcement_posts, ballot_posts, event_posts, offers, release_post
from handlers.kit.rounds import close_round
from handlers.kit.step_owners import void_steps_posts
from messages.form import FieldKind
from messages.release import changed_card
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, FollowLevel, Move, State


@dataclass(frozen=True, slots=True)
class WithReason:
    release: int = release_argument()
    reason: str = argument("Reason", read.needed, kind=FieldKind.TEXT, rest=True, limit=1000)


@command(
    "hold", "Put a release on hold", group="Deploy", submit="Hold", example='/release hold REL-42 "waiting for a fix"'
)
def hold(call: Call, arguments: WithReason, records: Records) -> Reply:
    """Nothing starts and no stage advances until it's resumed."""
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.HOLD)
    found.hold = arguments.reason
    records.releases.save(found)
    return _told(
        call,
        found,
        records,
        event="held",
        sentence=f"{found.key} is on hold.",
        words=arguments.reason,
        before={"hold": ""},
    )


@command(
    "resume",
    "Resume a release that is on hold",
    title="Resume a release",
    submit="Resume",
    group="Deploy",
    example="/release resume REL-42",
)
def resume(call: Call, arguments: OneRelease, records: Records) -> Reply:
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.RESUME)
    before, found.hold = found.hold, ""
    records.releases.save(found)
    return _told(
        call, found, records, event="resumed", sentence=f"{found.key} goes on.", words="", before={"hold": before}
    )


@command("cancel", "Withdraw a release", group="Plan", submit="Withdraw", example='/release cancel REL-42 "not needed"')
def cancel(call: Call, arguments: WithReason, records: Records) -> Reply:
    """Before its deployment; an open round ends with it."""
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.CANCEL)
    before = found.state.value
    ballot = records.ballots.latest(found.id)
    posts: list[Post] = []
    found.state, found.hold = State.CANCELLED, ""
    if ballot is not None and ballot.state is BallotState.OPEN:
        close_round(call, ballot, BallotState.RECALLED, records)
        posts += ballot_posts(call, found, ballot, records)
    posts += void_steps_posts(found, found.revision, records, call.at)
    records.releases.save(found)
    records.dues.withdraw(f"upcoming:{found.key}", call.at)
    sentence = f"{found.key} was withdrawn."
    return _told(
        call,
        found,
        records,
        event="cancelled",
        sentence=sentence,
        words=arguments.reason,
        before={"state": before},
        extra=posts,
    )


def _told(
    call: Call,
    found: Release,
    records: Records,
    *,
    event: str,
    sentence: str,
    words: str,
    before: dict[str, str],
    extra: list[Post] | None = None,
) -> Reply:
    return Reply(
        card=changed_card(found, "On hold" if event == "held" else event.capitalize(), sentence, offers(found, call)),
        posts=(
            *(extra or []),
            release_post(call, found, records),
            *announcement_posts(found, records),
            *event_posts(call, found, records, event, [sentence], words=words, level=FollowLevel.PROBLEMS),
        ),
        trail=Trail(found.key, before, {"state": found.state.value, "hold": found.hold}, why=words),
    )
