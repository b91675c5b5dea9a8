"""Two seconds of Slack's three: what takes longer is acknowledged then, goes on, and is answered behind it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from handlers.policy.rules import Rules
from storage.store import Store
from tests.bot.slack.serving import Served, serving
from tests.bot.slack.test_envelope import FORM
from tests.bot.slack.test_http import command
from tests.fakes.slack import TEAM, FakeSlack

NEW = 'new "Faster refunds"'


class SlowDoor(Door):
    """Begins what is said only when the gate is opened."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SystemClock(), Rules())
        self.gate, self.waiting = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def say(self, sentence: Sentence) -> Answer:
        self.waiting.set()
        await self.gate.wait()
        return await super().say(sentence)


@pytest.fixture
def door(store: Store) -> SlowDoor:
    return SlowDoor(store)


@pytest.fixture
async def hurried(slack: FakeSlack, store: Store, door: SlowDoor) -> AsyncIterator[Served]:
    async with serving(slack, store, door=door, patience=0.5) as served:
        yield served
        door.gate.set()


async def commands(served: Served) -> list[str]:
    return [each.command for each in await served.journal(TEAM)]


async def test_a_slow_command_is_acknowledged_and_answered_behind(
    slack: FakeSlack, hurried: Served, door: SlowDoor
) -> None:
    door.gate.clear()
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert ack.json["text"].startswith("Working on it")
    assert await commands(hurried) == []
    door.gate.set()
    await slack.until(lambda: [each for each in slack.private("UANA") if "REL-1" in each.shown])
    assert await commands(hurried) == ["new"]


async def test_a_slow_press_is_acknowledged_and_answered_behind(
    slack: FakeSlack, hurried: Served, door: SlowDoor
) -> None:
    card = (await slack.command("UANA", "#pay", "/release", NEW)).message
    assert card is not None
    door.gate.clear()
    ack = await slack.press("UANA", card, "Details" if "Details" in card.buttons else card.buttons[-1])
    assert (ack.status, ack.body) == (200, b"")
    shown = len(slack.private("UANA"))
    door.gate.set()
    await slack.until(lambda: len(slack.private("UANA")) > shown or slack.world.open_views("UANA"))


async def test_a_slow_form_shows_that_it_is_being_worked_on_and_then_the_answer(
    slack: FakeSlack, hurried: Served, door: SlowDoor
) -> None:
    await slack.command("UANA", "#pay", "/release", "new")
    await slack.until(lambda: slack.world.open_views("UANA"))
    door.gate.clear()
    await slack.submit("UANA", title="Faster refunds")
    assert "Working on it" in slack.view_of("UANA").shown
    door.gate.set()
    await slack.until(lambda: "REL-1" in slack.view_of("UANA").shown)


async def test_errors_of_a_slow_form_come_back_in_the_form(slack: FakeSlack, hurried: Served, door: SlowDoor) -> None:
    await slack.command("UANA", "#pay", "/release", "new")
    await slack.until(lambda: slack.world.open_views("UANA"))
    door.gate.clear()
    await slack.submit("UANA", title="Faster refunds", hours="9999")
    door.gate.set()
    await slack.until(lambda: "9999" in str(slack.view_of("UANA").inputs.get("hours")))
    assert "A window lasts" in slack.view_of("UANA").shown


async def test_a_slow_mention_is_acknowledged_and_answered_behind(
    slack: FakeSlack, hurried: Served, door: SlowDoor
) -> None:
    door.gate.clear()
    assert (await slack.mention("UANA", "#pay", NEW)).status == 200
    door.gate.set()
    await slack.until(lambda: [each for each in slack.private("UANA") if "REL-1" in each.shown])


async def test_a_lost_connection_does_not_take_the_act_with_it(slack: FakeSlack, store: Store, door: SlowDoor) -> None:
    async with serving(slack, store, door=door, patience=30) as served:
        door.gate.clear()
        door.waiting.clear()
        body = command(team_id=TEAM, user_id="UANA", text=NEW)
        calling = asyncio.create_task(slack.post(body, {"Content-Type": FORM, **slack.signed(body)}))
        await door.waiting.wait()
        calling.cancel()
        await asyncio.wait({calling})
        door.gate.set()
        await served.edge.stop()
        assert await commands(served) == ["new"]


async def test_what_was_acknowledged_is_finished_before_the_end(slack: FakeSlack, store: Store, door: SlowDoor) -> None:
    async with serving(slack, store, door=door, patience=0.5) as served:
        door.gate.clear()
        await slack.command("UANA", "#pay", "/release", NEW)
        asyncio.get_running_loop().call_later(0.7, door.gate.set)
        await served.edge.stop()
        assert await commands(served) == ["new"]


async def test_an_answer_that_cannot_be_told_does_not_spoil_the_acknowledgement(
    slack: FakeSlack, cabbot: Served
) -> None:
    """Bolt turns an exception right after ack() into three seconds of waiting and a 404."""
    slack.faults.order("status", "views.open", times=10)
    for _ in range(3):
        ack = await slack.command("UANA", "#pay", "/release", "new")
        assert (ack.status, ack.body) == (200, b"")


async def test_the_same_act_while_it_is_still_being_worked_on_counts_once(
    slack: FakeSlack, hurried: Served, door: SlowDoor
) -> None:
    door.gate.clear()
    said = {"type": "app_mention", "user": "UANA", "text": f"<@U0BOT> {NEW}", "channel": "CPAY", "ts": "1.1"}
    for retry in range(3):
        assert (await slack.event(said, event_id="Ev0001", retry=retry)).status == 200
    door.gate.set()
    await slack.until(lambda: len(slack.private("UANA")) == 3)
    assert await commands(hurried) == ["new"]
