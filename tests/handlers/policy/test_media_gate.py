"""The row of the checklist about media: an artifact that isn't what was recorded stands in the way (process section 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.policy.gate_table import Known
from handlers.policy.gates import Row, RowState, checklist
from handlers.policy.rules import Gates, Rules
from storage.content import Content, Medium
from storage.medium_reading import MediumReading
from storage.store import Store
from storage.terms import State
from tests.handlers import stories
from tests.handlers.policy.releases import BO, NOW, release
from tests.handlers.test_media_check import NAMED, read
from tests.handlers.town import Town, sentence_of, told

A, B = "ab" * 32, "cd" * 32
PAY = "https://artifacts.example.org/2.4.0/pay.tar"
MEDIA = (Medium(uri=PAY, sha256=A, licence="MIT"), Medium(uri="oci://r/web:1", sha256=A, licence="MIT"))


def row(**of: Any) -> Row:
    readings = {PAY: MediumReading(release_id=7, uri=PAY, asked_by=BO, asked_at=NOW, **of)} if of else {}
    known = Known(release(content=Content(media=MEDIA)), NOW, Rules(gates=Gates(start=("media",))), readings=readings)
    return next(each for each in checklist(known) if each.name == "media")


@pytest.mark.parametrize(
    "of, expected",
    [
        ({}, RowState.DONE),
        ({"unheard": True}, RowState.DONE),
        ({"unheard": False, "sha256": A}, RowState.DONE),
        ({"unheard": False, "why": "there is no such file"}, RowState.DONE),
        ({"unheard": False, "sha256": B}, RowState.MISSING),
        ({"unheard": True, "sha256": B}, RowState.MISSING),
        ({"unheard": False, "sha256": B, "why": "there is no such file"}, RowState.MISSING),
    ],
)
def test_s5_a_digest_that_differs_stands_in_the_way(of: dict[str, Any], expected: RowState) -> None:
    found = row(**of)
    assert found.state is expected
    assert found.detail == ("the digest of pay.tar differs" if expected is RowState.MISSING else "")


async def test_s5_nothing_starts_with_an_artifact_that_is_another_one(database: Store) -> None:
    lean = Gates(submit=("service", "window", "plan", "back_out"), start=("media",), start_medium=(), tests=())
    town = Town(database, replace(Rules(), gates=lean))
    town.door.may_read = NAMED
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 {PAY} sha256={A} licence=MIT"), ("ana", "submit REL-1"))
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"), ("ana", "media check REL-1"))
    await town.all(("st", "checklist keep REL-1"))
    await read(town, PAY, sha256=B)
    [kept] = town.heard("releases", "checklist:")
    assert "Media with digest and licence (the digest of pay.tar differs): Ana" in kept
    await town.later(hours=33)
    answer = await town.say("ana", "start REL-1")
    assert sentence_of(answer) == "REL-1 isn't ready to start: it needs media with digest and licence."
    await town.all(("ana", "media check REL-1"))
    assert (await town.say("ana", "start REL-1")).refused, "asking again doesn't make it right"
    await read(town, PAY, sha256=A)
    assert "differs" not in told(await town.say("ana", "checklist REL-1"))
    await town.all(("ana", "start REL-1"))
    assert town.release().state is State.DEPLOYING
