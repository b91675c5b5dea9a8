"""A change of the approved content: a new revision, the approval void, the board told field by field (process section 3)."""

from __future__ import annotations

from typing import Any

from handlers.kit.call import Audience, Call, Post, Refused, Reply, Trail
from handlers.kit.living import announcement_posts, ballot_posts, event_posts, offers, release_post
from handlers.kit.step_owners import void_steps_posts
from handlers.policy.content import approved_content, changes, digest
from messages.approval import what_changed_card
from messages.release import changed_card
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, FollowLevel, Move, State


def change_move(found: Release) -> Move:
    """The move that a change of the content is: after the approval it takes that away."""
    return Move.REVISE if found.state is State.APPROVED else Move.EDIT


def revised(call: Call, found: Release, records: Records, before: dict[str, Any]) -> Reply:
    """Write the release down whose content was changed since `before` (its `approved_content`), and tell of it.

    Raises Refused when nothing is different. Whoever changes it has asked `find.permitted` for `change_move` first.
    """
    after, move = approved_content(found), change_move(found)
    rows = changes(before, after)
    if not rows:
        raise Refused(f"Nothing is different, so {found.key} stays as it is.")
    found.digest = digest(found)
    found.revision += 1
    posts: list[Post] = []
    if move is Move.REVISE:
        posts += _void(call, found, records, before, after)
    records.releases.save(found, services_changed=before["services"] != after["services"])
    moved = before["starts_at"] != after["starts_at"]  # what readers of the announcement have to know
    level = FollowLevel.MILESTONES if moved or move is Move.REVISE else FollowLevel.ALL
    labels = ", ".join(row.label.lower() for row in rows)
    sentence = f"{found.key} is at revision {found.revision}: {labels} changed."
    posts += [
        release_post(call, found, records),
        *announcement_posts(found, records),
        *event_posts(call, found, records, "edited", [sentence], level=level, public=moved),
    ]
    if move is Move.REVISE:
        sentence += " Its approval is void; submit it again."
    return Reply(
        card=changed_card(found, "Changed", sentence, offers(found, call)),
        posts=tuple(posts),
        trail=Trail(found.key, *_differing(before, after)),
    )


def _void(
    call: Call, found: Release, records: Records, before: dict[str, object], after: dict[str, object]
) -> list[Post]:
    """Approval belongs to one revision: the round is void, the board hears what changed, field by field."""
    found.state = State.DRAFT
    records.dues.withdraw(f"upcoming:{found.key}", call.at)
    ballot = records.ballots.latest(found.id)
    if ballot is None:
        return []
    ballot.state = BallotState.VOID
    records.ballots.save(ballot)
    rows = [(row.label, row.before, row.after) for row in changes(before, after)]
    told = Post(
        Audience(ballot.board.value), what_changed_card(found, rows), f"changed:{found.key}:{found.revision}", found.key,
        priority=0,
    )  # fmt: skip
    owners = void_steps_posts(found, found.revision - 1, records, call.at)
    return [*ballot_posts(call, found, ballot, records), told, *owners]


def _differing(before: dict[str, object], after: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
