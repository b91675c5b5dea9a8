"""What the clock says through the door: once, whoever's clock it is, or dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.dispatch import Door
from handlers.policy.rules import Rules
from storage.store import Store
from storage.terms import DueState, Origin, Outcome, Platform
from tests.handlers import stories
from tests.handlers.town import Town, in_memory


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    yield from in_memory()


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database)


async def test_two_replicas_say_it_once(town: Town) -> None:
    await stories.submitted(town)
    due = town.waiting()[0]
    town.clock.at = due.at
    doors = [Door(town.store, town.clock, Rules()) for _ in range(3)]
    await asyncio.gather(*(door.say_due(town.organisation, due) for door in doors))
    assert [entry.command for entry in town.journal()].count("remind") == 1
    assert len(town.postings("cab", "reminder:")) == 1
    assert next(each for each in town.dues() if each.id == due.id).state is DueState.SAID


async def test_it_is_the_clock_that_said_it(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=24)
    entry = town.last()
    assert (entry.person, entry.person_id, entry.origin, entry.platform) == ("Cabbot", 0, Origin.CLOCK, Platform.CLOCK)
    assert entry.call_id.startswith("due:remind REL-1 ")


async def test_what_was_taken_back_is_not_said(town: Town) -> None:
    await stories.submitted(town)
    due = town.waiting()[0]
    await town.all(("ana", "recall REL-1"))
    trail = len(town.journal())
    await town.door.say_due(town.organisation, due)
    assert len(town.journal()) == trail


async def test_what_is_no_longer_worth_saying_is_dropped(town: Town) -> None:
    await stories.submitted(town)
    await town.asleep(hours=50)
    dropped = next(entry for entry in town.journal() if entry.command == "remind")
    assert (dropped.outcome, dropped.subject) == (Outcome.REFUSED, f"round:{town.ballot().id}")
    assert "is no longer worth saying" in dropped.why


class Broken:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("broken on purpose")


async def test_what_breaks_changes_nothing_and_stays_due(town: Town) -> None:
    await stories.submitted(town)
    due = next(each for each in town.waiting() if each.line.startswith("escalate"))
    town.clock.at = due.at
    broken = Door(town.store, town.clock, Rules(approval=Broken()))  # type: ignore[arg-type]  # broken on purpose
    trail, shown = len(town.journal()), len(town.postings())
    with pytest.raises(RuntimeError):
        await broken.say_due(town.organisation, due)
    assert (len(town.journal()), len(town.postings())) == (trail, shown)
    assert due.id in [each.id for each in town.waiting()]
    await town.door.say_due(town.organisation, due)
    assert town.last().command == "escalate"


async def test_a_clock_that_jumps_a_day_ahead_says_each_thing_once(town: Town) -> None:
    await stories.submitted(town)
    await town.asleep(days=10)
    said = [entry.command for entry in town.journal()]
    assert (said.count("escalate"), said.count("lapse")) == (1, 0)
    await town.asleep(days=10)
    assert [entry.command for entry in town.journal()].count("lapse") == 1
    assert town.waiting() == []
