"""The home tab, over real HTTP: drawn when it's opened, drawn again after what its reader does, and for nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.store import Store
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack
from tests.fakes.slack_world import View


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    async with serving(slack, store, settings=settings_for(slack)) as served:
        yield served


async def home(slack: FakeSlack, user: str, words: str) -> View:
    """The tab, once it says these words."""
    homes = slack.world.homes
    await slack.until(lambda: user in homes and words in homes[user].shown)
    return homes[user]


async def test_it_is_drawn_when_it_is_opened(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.open_home("UANA")
    assert (ack.status, ack.body) == (200, b"")
    view = await home(slack, "UANA", "Nothing waits for you.")
    assert view.buttons[-4:] == ["New release", "All releases", "Find", "Help"]


async def test_the_other_tab_draws_nothing(slack: FakeSlack, cabbot: Served) -> None:
    await slack.open_home("UANA", "messages")
    await slack.command("UANA", "#pay", "/release", "new One")
    assert slack.calls_of("views.publish") == []


async def test_a_press_there_opens_the_answer_in_front_of_it(slack: FakeSlack, cabbot: Served) -> None:
    await slack.open_home("UANA")
    view = await home(slack, "UANA", "Nothing waits")
    ack = await slack.press("UANA", view, "Help")
    assert (ack.status, ack.body) == (200, b"")
    [sheet] = await slack.until(lambda: slack.world.open_views("UANA"))
    assert "Say one of these words to me" in sheet.shown


async def test_what_is_done_by_a_form_that_was_opened_there_is_on_it_at_once(slack: FakeSlack, cabbot: Served) -> None:
    await slack.open_home("UANA")
    view = await home(slack, "UANA", "Nothing waits")
    await slack.press("UANA", view, "New release")
    await slack.until(lambda: slack.world.open_views("UANA"))
    await slack.submit("UANA", title="Faster refunds")
    assert "REL-1" in (await home(slack, "UANA", "REL-1 Faster refunds")).shown
    assert await cabbot.records(lambda records: len(records.releases.page()), TEAM) == 1


async def test_what_is_typed_elsewhere_is_on_it_too(slack: FakeSlack, cabbot: Served) -> None:
    await slack.open_home("UANA")
    await home(slack, "UANA", "Nothing waits")
    await slack.command("UANA", "#pay", "/release", "new Typed")
    await home(slack, "UANA", "REL-1 Typed")


async def test_reading_draws_nothing_anew_and_nobody_else_s_is_drawn(slack: FakeSlack, cabbot: Served) -> None:
    await slack.open_home("UANA")
    await home(slack, "UANA", "Nothing waits")
    await slack.command("UANA", "#pay", "/release", "list")
    await slack.command("UBEN", "#pay", "/release", "new Other")
    await slack.command("UANA", "#pay", "/release", "new Mine")
    await home(slack, "UANA", "REL-2 Mine")
    assert len(slack.calls_of("views.publish")) == 2
    assert list(slack.world.homes) == ["UANA"]


async def test_a_tab_that_slack_refuses_hinders_nobody(slack: FakeSlack, cabbot: Served) -> None:
    slack.faults.order("hang", "views.publish", times=5)
    await slack.open_home("UANA")
    ack = await slack.command("UANA", "#pay", "/release", "new Mine")
    assert ack.message is not None
    assert "REL-1 Mine" in ack.message.shown
