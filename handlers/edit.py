"""`/release edit`: change a release. A change of what was approved voids the approval."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import ask, draft, find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Audience, Call, Post, Refused, Reply, Trail
from handlers.kit.command import catalogue, command
from handlers.kit.living import announcement_posts, ballot_posts, event_posts, offers, release_post
from handlers.policy.calendar import Wall
from handlers.policy.content import approved_content, changes
from messages.approval import what_changed_card
from messages.card import Button
from messages.release import changed_card
from storage.records import Records
from storage.release import Release, ServiceVersion
from storage.terms import BallotState, FollowLevel, Move, State


@dataclass(frozen=True, slots=True)
class Edit:
    release: int = release_argument()
    title: str | None = argument("Title", read.title, default=None)
    service: tuple[ServiceVersion, ...] | None = draft.service_argument()
    version: str | None = argument("Version", read.version, default=None, limit=60, hidden=True)
    start: Wall | None = draft.start_argument()
    hours: float | None = draft.hours_argument()
    zone: str | None = draft.zone_argument()
    goal: str | None = draft.goal_argument()
    impact: str | None = draft.impact_argument()
    plan: tuple[str, ...] | None = draft.plan_argument()
    backout: tuple[str, ...] | None = draft.backout_argument()
    changes: tuple[str, ...] | None = draft.changes_argument()
    stages: tuple[str, ...] | None = draft.stages_argument()
    revision: int | None = argument("Revision", read.whole, default=None, hidden=True)


_CONTENT = tuple(name for name in Edit.__dataclass_fields__ if name not in ("release", "revision"))


def _stands(call: Call, number: int, records: Records) -> dict[str, str]:
    found = find.release(records, number)
    find.permitted(call, records, found, _move(found))
    return draft.as_words(found) | {"release": found.key, "revision": str(found.revision)}


def _move(found: Release) -> Move:
    return Move.REVISE if found.state is State.APPROVED else Move.EDIT


@command(
    "edit",
    "Change a release",
    group="Plan",
    example='/release edit REL-42 start="2026-12-02 22:00"',
    stands=_stands,
)
def edit(call: Call, arguments: Edit, records: Records) -> Reply:
    """Without words it opens the form, filled in with what stands."""
    found = find.release(records, arguments.release)
    move = _move(found)
    find.permitted(call, records, found, move)
    if all(getattr(arguments, name) is None for name in _CONTENT):
        words = _stands(call, found.number, records)
        return Reply(form=ask.form(catalogue()["edit"], words, zone=found.zone, title=f"Change {found.key}"))
    if arguments.revision is not None and arguments.revision != found.revision:
        raise Refused(
            f"{found.key} was changed by somebody else meanwhile (revision {found.revision} now); look at it and edit again.",
            ways=(Button("Edit the newest", f"edit {found.key}"),),
        )
    before = approved_content(found)
    if arguments.title is not None:
        found.title = arguments.title
    draft.apply(call, found, arguments, records)
    after = approved_content(found)
    rows = changes(before, after)
    if not rows:
        raise Refused(f"Nothing is different, so {found.key} stays as it is.")
    return _revised(call, found, records, move=move, before=before, after=after)


def _revised(
    call: Call, found: Release, records: Records, *, move: Move, before: dict[str, object], after: dict[str, object]
) -> Reply:
    found.revision += 1
    posts: list[Post] = []
    if move is Move.REVISE:
        posts += _void(call, found, records, before, after)
    records.releases.save(found, services_changed=before["services"] != after["services"])
    moved = before["starts_at"] != after["starts_at"]  # what readers of the announcement have to know
    level = FollowLevel.MILESTONES if moved or move is Move.REVISE else FollowLevel.ALL
    labels = ", ".join(row.label.lower() for row in changes(before, after))
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
    return [*ballot_posts(found, ballot, records), told]


def _differing(before: dict[str, object], after: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
