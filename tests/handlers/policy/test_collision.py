"""Which releases collide, and when that is accepted (process sections 1 and 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.policy.collision import in_the_way, owing, pair_digest
from storage.collision import CollisionAccepted
from storage.content import ServiceVersion
from storage.release import Release
from tests.handlers.policy.releases import ANA, NOW, START, release

ONE: Release = release(id=1, number=1, key="REL-1")
TWO: Release = release(id=2, number=2, key="REL-2")


def said(by: Release, of: Release, *, for_both: bool = False, digest: str = "") -> CollisionAccepted:
    return CollisionAccepted(
        organisation_id=1, release_id=by.id, other_id=of.id, for_both=for_both, digest=digest or pair_digest(ONE, TWO),
        reason="other hosts", person_id=ANA, at=NOW,
    )  # fmt: skip


FIRST, SECOND = said(ONE, TWO), said(TWO, ONE)


@pytest.mark.parametrize(
    "words, left",
    [
        ([], ["REL-1", "REL-2"]),
        ([FIRST], ["REL-2"]),
        ([SECOND], ["REL-1"]),
        ([FIRST, SECOND], []),
        ([said(ONE, TWO, for_both=True)], []),
        ([said(TWO, ONE, for_both=True)], []),
        ([said(ONE, TWO, digest="of another window")], ["REL-1", "REL-2"]),
        ([said(ONE, release(id=3, number=3))], ["REL-1", "REL-2"]),
        ([said(release(id=3, number=3), TWO)], ["REL-1", "REL-2"]),
    ],
)
def test_s5_a_collision_is_accepted_by_both_coordinators_or_the_change_manager(
    words: list[CollisionAccepted], left: list[str]
) -> None:
    assert [each.key for each in owing(ONE, TWO, words)] == left
    assert sorted(each.key for each in owing(TWO, ONE, words)) == left
    assert in_the_way(ONE, [TWO], words) == ([TWO] if left else [])


@pytest.mark.parametrize(
    "changed, void",
    [
        ({"starts_at": START + timedelta(minutes=1)}, True),
        ({"ends_at": START + timedelta(hours=9)}, True),
        ({"services": [ServiceVersion(name="web")]}, True),
        ({"services": [ServiceVersion(name=each.name, version="9") for each in TWO.services]}, False),
        ({"title": "Another name"}, False),
        ({"coordinator_id": 99}, False),
    ],
)
def test_s5_the_acceptance_is_of_these_windows_and_services(changed: dict[str, Any], void: bool) -> None:
    moved = TWO.model_copy(update=changed)
    assert bool(owing(ONE, moved, [FIRST, SECOND])) is void


def test_a_pair_is_of_these_two_releases_with_or_without_windows() -> None:
    assert pair_digest(ONE, TWO) == pair_digest(TWO, ONE)
    assert pair_digest(ONE, TWO) != pair_digest(ONE, release(id=2, number=3))
    assert pair_digest(ONE, TWO) != pair_digest(ONE, release(id=2, number=2, starts_at=None, ends_at=None))
