"""Collisions (process sections 1 and 5): which releases overlap, and who has accepted that they do.

A collision is accepted by the coordinators of both releases, or by the change manager alone. The acceptance is of the two
windows and services as they are: when one of them changes, it is void.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from storage.collision import CollisionAccepted
from storage.release import Release
from storage.types import canonical_json


def overlap(one: Release, other: Release) -> bool:
    """Their windows have a moment in common; a release without a window overlaps nothing."""
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def pair_digest(one: Release, other: Release) -> str:
    """SHA-256 (hex) of the windows and services of both, whichever is named first."""
    return hashlib.sha256(canonical_json(sorted([_facts(one), _facts(other)])).encode()).hexdigest()


def _facts(release: Release) -> list[object]:
    window = [None if each is None else each.isoformat() for each in (release.starts_at, release.ends_at)]
    return [release.number, window, sorted(each.name for each in release.services)]


def words_on(one: Release, other: Release, said: Iterable[CollisionAccepted]) -> list[CollisionAccepted]:
    """The acceptances that still stand for this pair."""
    both, now = {one.id, other.id}, pair_digest(one, other)
    return [each for each in said if {each.release_id, each.other_id} == both and each.digest == now]


def owing(one: Release, other: Release, said: Iterable[CollisionAccepted]) -> list[Release]:
    """The releases for which nobody has accepted the collision yet; none: it stands in nobody's way."""
    standing = words_on(one, other, said)
    if any(each.for_both for each in standing):
        return []
    spoken = {each.release_id for each in standing}
    return [each for each in (one, other) if each.id not in spoken]


def in_the_way(found: Release, others: Sequence[Release], said: Sequence[CollisionAccepted]) -> list[Release]:
    """Of the releases that collide with it those whose collision isn't accepted."""
    return [each for each in others if owing(found, each, said)]
