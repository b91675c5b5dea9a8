"""What a reading says of the digest that is recorded: a table of cases."""

from __future__ import annotations

from typing import Any

import pytest

from storage.medium_reading import MediumReading, Verdict
from tests.handlers.town import NOON

A, B = "ab" * 32, "cd" * 32
HEARD: dict[str, Any] = {"unheard": False, "read_at": NOON}

CASES: list[tuple[dict[str, Any], str, Verdict, bool]] = [
    ({}, "", Verdict.WAITING, False),
    ({}, A, Verdict.WAITING, False),
    (HEARD | {"sha256": A}, A, Verdict.VERIFIED, False),
    (HEARD | {"sha256": A}, B, Verdict.DIFFERS, True),
    (HEARD | {"sha256": A}, "", Verdict.NEW, False),
    (HEARD | {"why": "gone"}, A, Verdict.UNREAD, False),
    (HEARD | {"why": "gone"}, "", Verdict.UNREAD, False),
    (HEARD | {"sha256": A, "why": "gone"}, A, Verdict.UNREAD, False),
    (HEARD | {"sha256": A, "why": "gone"}, B, Verdict.UNREAD, True),
    ({"sha256": A}, A, Verdict.WAITING, False),
    ({"sha256": A}, B, Verdict.WAITING, True),
]


@pytest.mark.parametrize("known, recorded, verdict, differs", CASES)
def test_s5_a_digest_that_differed_differs_until_another_one_was_read_or_recorded(
    known: dict[str, Any], recorded: str, verdict: Verdict, differs: bool
) -> None:
    reading = MediumReading(release_id=1, uri="s3://dml/a", asked_by=1, asked_at=NOON, **known)
    assert (reading.verdict(recorded), reading.differs(recorded)) == (verdict, differs)
