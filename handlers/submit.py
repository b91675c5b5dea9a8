"""`/release submit` and `/release recall`: put a release before the CAB, and take it back."""

from __future__ import annotations

from dataclasses import replace

from handlers.kit import find
from handlers.kit.arguments import OneRelease
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.checklist import needs, ways_out
from handlers.kit.command import command
from handlers.kit.from_template import called, why_no_standard
from handlers.kit.living import announcement_posts, ballot_posts, event_posts, offers, release_post
from handlers.kit.readiness import checklist
from handlers.kit.rounds import authorised_round, close_round, enough_members, open_round, settle
from handlers.kit.step_owners import own_steps_posts
from handlers.policy.gate_table import Phase
from handlers.policy.gates import Row, RowState, missing
from messages.card import Button, Card, Moment, Part, note
from messages.release import changed_card
from messages.template import which
from messages.words import BOARDS
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, Board, Move, ReleaseType, State


@command(
    "submit",
    "Submit a release to the CAB",
    title="Submit to the CAB",
    group="Authorise",
    submit="Submit",
    example="/release submit REL-42",
)
def submit(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Exactly this revision goes to the board; each member who owes a vote is asked."""
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.SUBMIT)
    warnings = _ready(call, found, records)
    if found.type is ReleaseType.STANDARD:
        return _standard(call, found, records, warnings)
    enough_members(call, found, records)
    found.state = State.IN_REVIEW
    records.releases.save(found)
    ballot = open_round(call, found, records)
    board = BOARDS[ballot.board]
    sentence = f"{found.key} is with the {board}, revision {found.revision}."
    return Reply(
        card=_with(changed_card(found, f"Submitted to the {board}", sentence, (Button("Recall", f"recall {found.key}"),)), warnings),
        posts=(
            *ballot_posts(call, found, ballot, records, opening=True),
            release_post(call, found, records),
            *announcement_posts(found, records),
            *event_posts(
                call, found, records, "submitted",
                [sentence, " It's decided by ", Moment(ballot.deadline_at, zone=found.zone), "."], public=False,
            ),
        ),
        trail=Trail(found.key, {"state": "draft"}, {"state": "in_review", "revision": found.revision, "digest": found.digest}),
    )  # fmt: skip


def _standard(call: Call, found: Release, records: Records, warnings: list[Part]) -> Reply:
    """What the change manager approved once, as a template, is authorised with the submission (process section 5)."""
    if why := why_no_standard(call, found, records):
        raise Refused(
            f"{why} So it can't be authorised as a standard release; make it a normal one, and submit it to the CAB.",
            ways=(Button("Make it a normal release", f"template leave {found.key}"),),
        )
    template = called(call, records, found.template.rpartition("@")[0])
    assert template is not None  # or it would be no standard release
    approver = records.people.get(template.approved_by).name
    ballot = authorised_round(call, found, records)
    settle(call, found, ballot, BallotState.APPROVED, records)
    sentence = (
        f"{found.key} is authorised, revision {found.revision}: {approver} approved the template “{template.name}”, "
        f"{which(template)}."
    )
    return Reply(
        card=_with(changed_card(found, "Authorised", sentence, offers(found, call)), warnings),
        posts=(
            release_post(call, found, records),
            *announcement_posts(found, records),
            *event_posts(call, found, records, "decided", [sentence], public=False),
            *own_steps_posts(found, records),
        ),
        trail=Trail(
            found.key,
            {"state": "draft"},
            {"state": "approved", "revision": found.revision, "digest": found.digest, "template": found.template},
            why=sentence,
        ),
    )


def _ready(call: Call, found: Release, records: Records) -> list[Part]:
    """Raises Refused with every row of the checklist that is missing; answers what else isn't there yet."""
    rows = checklist(call, found, records)
    if lacking := missing(rows, Phase.SUBMIT):
        board = BOARDS[Board.ECAB if found.type is ReleaseType.EMERGENCY else Board.CAB]
        raise Refused(
            f"{found.key} isn't ready for the {board}: it needs {needs(lacking)}.", ways=ways_out(found, lacking)
        )
    if found.ends_at is not None and found.ends_at <= call.at:
        raise Refused(
            f"The window of {found.key} is over; move it first.",
            ways=(Button("Move it", f"edit {found.key} form=yes"),),
        )
    return _warnings(found, rows)


def _warnings(found: Release, rows: list[Row]) -> list[Part]:
    """What doesn't stand in the way yet: rows that the policy leaves out, and a collision, which does before the start."""
    warned = [row for row in rows if row.phase is Phase.SUBMIT and row.state is RowState.WARNED]
    unasked = f"It has none of these, and the policy doesn't ask for them: {needs(warned)}."
    collisions = [
        f"{found.key} {row.detail}. See it, and accept it: /release collision {found.key}."
        for row in rows
        if row.name == "collision" and row.state in (RowState.MISSING, RowState.WARNED)
    ]
    return [note(each) for each in (*([unasked] if warned else []), *collisions)]


def _with(card: Card, parts: list[Part]) -> Card:
    """The answer with what it warns of behind its sentence."""
    return replace(card, parts=(card.parts[0], *parts, *card.parts[1:]))


@command(
    "recall",
    "Take a release back from the CAB",
    title="Take it back",
    submit="Recall",
    group="Authorise",
    example="/release recall REL-42",
)
def recall(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """The round ends without a decision, and the release can be changed again."""
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.RECALL)
    ballot = records.ballots.latest(found.id)
    assert ballot is not None  # a release in review has a round
    close_round(call, ballot, BallotState.RECALLED, records)
    found.state = State.DRAFT
    records.releases.save(found)
    sentence = f"{found.key} was recalled from the {BOARDS[ballot.board]}."
    return Reply(
        card=changed_card(found, "Recalled", sentence, (Button("Edit", f"edit {found.key} form=yes"),)),
        posts=(
            *ballot_posts(call, found, ballot, records),
            release_post(call, found, records),
            *announcement_posts(found, records),
            *event_posts(call, found, records, "recalled", [sentence], public=False),
        ),
        trail=Trail(found.key, {"state": "in_review"}, {"state": "draft"}),
    )
