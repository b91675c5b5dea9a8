"""The owners of plan steps are told of them when a release is approved, and when that holds no more (process section 3)."""

from __future__ import annotations

from datetime import datetime

from handlers.kit.call import Direct, Post, WhereverItHangs
from handlers.kit.living import namer
from handlers.policy.step_act import steps_of
from messages.steps import own_steps_card, void_steps_card
from storage.records import Records
from storage.release import Release
from storage.step_owner import owners

_SLOT = "steps"


def own_steps_posts(found: Release, records: Records) -> list[Post]:
    """To each owner once for a revision, in their own time zone. The coordinator hears of the decision itself."""
    return [_post(found, person, records) for person in sorted(owners(found.plan) - {found.coordinator_id})]


def _post(found: Release, person: int, records: Records) -> Post:
    zone = records.people.get(person).zone or records.organisation.zone
    card = own_steps_card(found, steps_of(found, person), namer(records), zone)
    slot = f"{_SLOT}:{found.key}:{found.revision}:{person}"
    return Post(Direct(person), card, slot, found.key, until=found.ends_at)


def void_steps_posts(found: Release, revision: int, records: Records, at: datetime) -> list[Post]:
    """Whoever was told of the revision sees that it holds no more; what wasn't sent yet isn't any more."""
    begins = f"{_SLOT}:{found.key}:{revision}:"
    slots = dict.fromkeys(each.slot for each in records.postings.of(found.key) if each.slot.startswith(begins))
    card = void_steps_card(found, revision)
    return [Post(WhereverItHangs(), card, slot, found.key, until=at) for slot in slots]
