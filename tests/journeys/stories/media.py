"""The story of the artifacts: Cabbot reads them where the operator lets it, and tells what it saw."""

from __future__ import annotations

import hashlib

from tests.journeys.house import ARTIFACTS
from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import NEW

PAYMENTS, PAGE = (ARTIFACTS / name for name in ("payments-2.4.0.txt", "refunds.html"))
READ = hashlib.sha256(PAYMENTS.read_bytes()).hexdigest()


async def artifacts_are_read(stage: Stage) -> None:
    """A digest that nobody knew is offered, one that differs is told to whoever coordinates the release."""
    await stage.says("ana", NEW)
    await stage.says("ana", f"media add REL-1 {PAYMENTS.as_uri()} licence=MIT")
    heard = await stage.says("ana", "media check REL-1")
    holds(heard.words, "SHA-256 missing", "1 being read")
    await stage.turns_a_page()
    holds(find(stage.direct("ana"), "Media of REL-1").words, READ, "was read")
    await stage.presses("ana", "Record this digest", "Media of REL-1", "me")
    await stage.turns_a_page()
    listed = await stage.says("sofia", "media list REL-1")
    holds(listed.words, READ, "read and right")
    await _another_one_differs(stage)


async def _another_one_differs(stage: Stage) -> None:
    await stage.says("ana", f"media add REL-1 {PAGE.as_uri()} sha256={READ} licence=MIT")
    await stage.says("marta", "media check REL-1")
    holds(find(stage.direct("marta"), "Media of REL-1").words, "1 entry of 2 to be mended", "the digest differs")
    holds(find(stage.direct("ana"), "A digest differs").words, PAGE.name, "isn't what was recorded")
    refused = await stage.says("sofia", f"media checked REL-1 {PAGE.as_uri()} sha256={READ}")
    holds(refused.words, "I don't know “media checked”")
    assert [each for each in await stage.trail() if "media checked" in each] == ["clock media checked REL-1"] * 3
