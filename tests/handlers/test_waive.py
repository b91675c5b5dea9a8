"""Waivers (process section 5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.policy.rules import Rules
from storage.store import Store
from storage.terms import State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import EMERGENCY, FEW, Town, sentence_of, told

BARE = 'new "Refunds" service=payments start="2026-12-01 21:00" plan=deploy'
WAIVE = 'waive REL-1 back_out "a switch turns it off"'


async def test_s5_the_change_manager_waives_a_row_with_a_reason(town: Town) -> None:
    await town.all(("ana", BARE))
    assert (await town.say("ana", "submit REL-1")).refused
    answer = await town.say("cm", WAIVE)
    assert sentence_of(answer) == "Cm waived a back-out plan for REL-1."
    assert town.last().why == "a switch turns it off"
    assert town.release().revision == 1
    await town.all(("ana", "submit REL-1"))


async def test_s5_the_waiver_is_shown_wherever_the_release_is_shown(town: Town) -> None:
    await town.all(("ana", BARE), ("cm", WAIVE), ("ana", "submit REL-1"))
    shown = (
        town.heard("releases", "release:REL-1")[0],
        town.heard("cab", "ballot:")[0],
        town.heard("bo", "ballot:")[0],
        told(await town.say("st", "show REL-1")),
    )
    for text in shown:
        assert "Waived: back-out: a switch turns it off (Cm)" in text
    assert "A back-out plan, waived by Cm: a switch turns it off" in told(await town.say("st", "checklist REL-1"))


async def test_s5_a_waiver_while_the_cab_votes_is_on_the_ballot_at_once(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("cm", 'waive REL-1 media "nothing to keep"'))
    assert "Waived: media: nothing to keep (Cm)" in town.heard("cab", "ballot:")[0]


@pytest.mark.parametrize("who", ["ana", "own", "rm", "bo", "st", "oc"])
@pytest.mark.parametrize("line", [WAIVE, "waive undo REL-1 back_out"])
async def test_s5_nobody_else_waives(town: Town, who: str, line: str) -> None:
    await town.all(("ana", BARE))
    assert "is for the change manager" in sentence_of(await town.say(who, line))


async def test_s5_a_waiver_is_taken_back(town: Town) -> None:
    await town.all(("ana", BARE), ("cm", WAIVE))
    answer = await town.say("cm", "waive undo REL-1 back_out")
    assert sentence_of(answer) == "Cm took back the waiver of back out for REL-1."
    assert "Waived" not in town.heard("releases", "release:REL-1")[0]
    assert (await town.say("ana", "submit REL-1")).refused


async def test_s5_a_waiver_that_is_taken_back_stops_the_start(database: Store) -> None:
    town = Town(database, Rules(gates=replace(FEW, start=("media",), tests=())))
    await stories.in_window(town)
    await town.all(("cm", 'waive REL-1 media "none"'), ("cm", "waive undo REL-1 media"))
    assert (await town.say("ana", "start REL-1")).refused
    assert town.release().state is State.APPROVED


@pytest.mark.parametrize(
    "line, sentence",
    [
        ('waive REL-1 plan "small"', "REL-1 has a deployment plan already; there is nothing to waive."),
        ('waive REL-1 training "small"', "“training” isn't asked of REL-1, so there is nothing to waive."),
        ("waive undo REL-1 media", "“media” of REL-1 isn't waived."),
    ],
)
async def test_s5_what_cannot_be_waived(town: Town, line: str, sentence: str) -> None:
    await town.all(("ana", BARE))
    answer = await town.say("cm", line)
    assert sentence_of(answer) == sentence
    assert labels(answer.card) == ["What blocks us"]


async def test_s5_a_row_is_waived_once(town: Town) -> None:
    await town.all(("ana", BARE), ("cm", WAIVE))
    answer = await town.say("cm", WAIVE)
    assert sentence_of(answer) == "That row of REL-1 is waived already: a switch turns it off."
    assert labels(answer.card) == ["Take it back"]


@pytest.mark.parametrize("row", ["approval", "service", "window", "in_window"])
async def test_s5_approval_and_window_are_never_waived(town: Town, row: str) -> None:
    await stories.drafted(town)
    answer = await town.say("cm", f"waive REL-1 {row} because")
    assert sentence_of(answer).startswith("Row is one of goal, changes, risk")


async def test_s8_the_back_out_plan_of_an_emergency_is_never_waived(town: Town) -> None:
    await town.all(("oc", EMERGENCY))
    assert (await town.say("cm", WAIVE)).refused


async def test_s5_what_is_on_its_way_needs_no_waiver(town: Town) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say("cm", WAIVE)) == "REL-1 is deploying; there is nothing to waive any more."


@pytest.mark.parametrize("end", ["start REL-1", "cancel REL-1 no"])
async def test_s5_what_was_waived_before_the_start_stays_in_the_record(town: Town, end: str) -> None:
    await town.all(
        ("ana", BARE), ("cm", WAIVE), ("ana", "submit REL-1"), ("bo", "approve REL-1"), ("cy", "approve REL-1")
    )
    await town.later(hours=33)
    await town.all(("ana", end))
    answer = await town.say("cm", "waive undo REL-1 back_out")
    assert sentence_of(answer).endswith("what was waived before it started stays in its record.")
    assert "back-out: a switch turns it off" in told(await town.say("st", "show REL-1"))


async def test_s5_a_reason_is_needed(town: Town) -> None:
    await town.all(("ana", BARE))
    answer = await town.say("cm", "waive REL-1 back_out")
    assert answer.form is not None
    assert not (await town.fill("cm", answer.form, reason="a switch")).refused
