"""Checklists that somebody keeps stay true: after each change, when a collision comes or goes, and when time changes a row."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from handlers.kit.call import Call, Post, Trail, WhereverItHangs, hours
from handlers.kit.checklist import SLOT, kept_post
from handlers.kit.readiness import FAILED, LOOKED_AT, failed_at, others_of, related, told_at
from handlers.policy.moments import CHECKED, next_moment
from handlers.policy.risk import answered
from messages.line import compose
from storage.due import Due
from storage.records import Records
from storage.release import ACTIVE, Release
from storage.terms import PostingState, State

_KEY = re.compile(r"REL-(\d+)\Z")
_OVERLAPPING = {"services", "starts_at", "ends_at"}
"""What decides with which others a release collides."""
_UNSENT = (PostingState.WAITING, PostingState.DOUBTFUL)
_LOOK_AGAIN = timedelta(minutes=1)


def kept_posts(call: Call, trail: Trail, records: Records) -> list[Post]:
    """The kept checklists that a change makes another: of the release that it is about, and of those whose collisions it touches."""
    key = _KEY.match(trail.subject)
    if key is None:
        numbers = _kept(linked, records) if (linked := _linked(trail)) else set[int]()
    else:
        numbers = _about(int(key[1]), trail, records)
    return [_redrawn(call, found, records) for each in sorted(numbers) if (found := records.releases.by_number(each))]


def _about(number: int, trail: Trail, records: Records) -> set[int]:
    own = {number} if records.postings.in_slot(SLOT + trail.subject) else set[int]()
    return own | _near(number, trail, records) if _touches_others(trail) else own


def _redrawn(call: Call, found: Release, records: Records) -> Post:
    _plan(call, found, records)
    return kept_post(call, found, records, WhereverItHangs())


# ---- others


def _touches_others(trail: Trail) -> bool:
    """Its services or its window changed, or it came to count or to count no more: begun, withdrawn, failed, over."""
    if _OVERLAPPING & (trail.before.keys() | trail.after.keys()):
        return True
    return _counts(trail.before) != _counts(trail.after)


def _counts(values: dict[str, Any]) -> tuple[bool, bool]:
    """It may collide, it has failed; a trail that says nothing of the state is of one that is on its way."""
    state = values.get("state", State.DRAFT)
    return (state in ACTIVE, state in FAILED)


def _near(number: int, trail: Trail, records: Records) -> set[int]:
    """Others of its services, of those that it had before, and of what depends on them."""
    found = records.releases.by_number(number)
    names = {each.name for each in found.services} if found else set()
    return _kept(names | {each["name"] for each in trail.before.get("services", ())}, records) - {number}


def _linked(trail: Trail) -> set[str]:
    """The services of which was changed what they depend on, with what that was and is."""
    kind, _, name = trail.subject.partition(" ")
    if kind not in ("service", "services"):
        return set()
    sides = [{name: each} if kind == "service" else each for each in (trail.before, trail.after)]
    changed = [(each, facts["needs"]) for side in sides for each, facts in side.items() if "needs" in facts]
    return {each for service, needs in changed for each in (service, *needs)}


def _kept(names: set[str], records: Records) -> set[int]:
    """Releases of these and of related services that have a kept checklist."""
    return {each for name in related(names, records) for each in records.hanging.of_service(name, SLOT, LOOKED_AT)}


# ---- time


def _plan(call: Call, found: Release, records: Records) -> None:
    """Have the clock redraw it when time changes a row; what was planned for another moment is taken back."""
    subject, at = f"{SLOT}{found.key}", _next(call, found, records)
    waiting = [each.at for each in records.dues.of(subject)]
    if waiting == ([at] if at else []):
        return
    if waiting:
        records.dues.withdraw(subject, call.at)
    if at is not None:
        line, place = compose("redraw-checklist", found.key), records.organisation.journal_seq
        key = f"{line}@{at.isoformat()}#{place}"  # the same moment may be planned, taken back and planned once more
        records.dues.plan(Due(organisation_id=records.organisation.id, key=key, subject=subject, line=line, at=at))


def _next(call: Call, found: Release, records: Records) -> datetime | None:
    if found.state not in CHECKED:
        return None
    weighed = answered(found.content.risk)  # else no failure changes anything: the others needn't be read
    failed = failed_at(found, others_of(found, records)) if weighed else None
    found_at = (next_moment(found, call.at, call.rules, failed), _delivered(call, found, records))
    return min((each for each in found_at if each is not None), default=None)


def _delivered(call: Call, found: Release, records: Records) -> datetime | None:
    """When to see whether its announcement has reached somebody: soon, and less and less often while it hasn't in time."""
    if found.starts_at is None or call.at > found.starts_at - hours(call.rules.gates.told_hours):
        return None
    announced = records.postings.in_slot(f"announcement:{found.key}")
    since = [each.created_at for each in announced if each.state in _UNSENT]
    if not since or told_at(found, records) is not None:
        return None
    return call.at + max(_LOOK_AGAIN, call.at - min(since))
