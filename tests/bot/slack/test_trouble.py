"""The database away, our own mistakes, several replicas: Slack's side always gets an answer that it can use."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from handlers.policy.rules import Rules
from messages.card import Button, Buttons, Card, text
from storage.statement import Unavailable, Work
from storage.store import Store, open_store
from tests.bot.slack.serving import Served, serving
from tests.bot.slack.test_envelope import FORM
from tests.bot.slack.test_http import command
from tests.fakes.slack import TEAM, FakeSlack

T = TypeVar("T")
NEW = 'new "Faster refunds"'


class Failing(Store):
    """A database that can be taken away."""

    def __init__(self, store: Store) -> None:
        self._store, self.engine, self.away = store, store.engine, False

    async def write(self, work: Work[T]) -> T:
        return await self._asked(self._store.write, work)

    async def read(self, work: Work[T]) -> T:
        return await self._asked(self._store.read, work)

    def write_now(self, work: Work[T]) -> T:
        return self._store.write_now(work)

    def on_posted(self, wake: Callable[[], None]) -> None:
        self._store.on_posted(wake)

    def close(self) -> None:
        self._store.close()

    async def _asked(self, ask: Any, work: Work[T]) -> T:
        if self.away:
            raise Unavailable("the database is away")
        found: T = await ask(work)
        return found


@pytest.fixture
async def troubled(slack: FakeSlack, store: Store) -> AsyncIterator[tuple[Served, Failing]]:
    failing = Failing(store)
    async with serving(slack, failing) as served:
        yield served, failing


async def test_a_command_without_a_database_is_told_so(slack: FakeSlack, troubled: tuple[Served, Failing]) -> None:
    """Row 27: an error in words, well within Slack's three seconds, and everything again when it is back."""
    served, failing = troubled
    failing.away = True
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert "went wrong" in ack.json["text"]
    served.edge.installations.forget(TEAM)
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert "went wrong" in ack.json["text"]
    failing.away = False
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert ack.message is not None
    assert "REL-1" in ack.message.shown


async def test_an_event_without_a_database_is_left_for_slack_to_repeat(
    slack: FakeSlack, troubled: tuple[Served, Failing]
) -> None:
    served, failing = troubled
    failing.away = True
    served.edge.installations.forget(TEAM)
    said = {"type": "app_mention", "user": "UANA", "text": f"<@U0BOT> {NEW}", "channel": "CPAY", "ts": "1.1"}
    ack = await slack.event(said, event_id="Ev1")
    assert (ack.status, ack.headers["Retry-After"]) == (503, "60")
    assert (await slack.event({"type": "app_uninstalled"}, event_id="Ev2")).status == 503
    failing.away = False
    assert (await slack.event(said, event_id="Ev1", retry=1)).status == 200
    assert [each.command for each in await served.journal(TEAM)] == ["new"]


async def test_a_form_without_a_database_keeps_what_was_typed(
    slack: FakeSlack, troubled: tuple[Served, Failing]
) -> None:
    served, failing = troubled
    await slack.command("UANA", "#pay", "/release", "new")
    form = (await slack.until(lambda: slack.world.open_views("UANA")))[-1]
    failing.away = True
    served.edge.installations.forget(TEAM)
    ack = await slack.submit("UANA", form, title="Faster refunds")
    assert ack.json["response_action"] == "push"
    assert slack.world.open_views("UANA")[0] is form


class Boastful(Door):
    """Carries everything out, and answers with a card that Slack can't show."""

    async def say(self, sentence: Sentence) -> Answer:
        await super().say(sentence)
        return Answer(card=Card("Done", (text("done"), Buttons((Button("Go on", "x" * 5_000),)))))


async def test_an_answer_that_slack_cannot_show_is_told_with_a_reference(slack: FakeSlack, store: Store) -> None:
    async with serving(slack, store, door=Boastful(store, SystemClock(), Rules())) as served:
        ack = await slack.command("UANA", "#pay", "/release", NEW)
        assert "can't be shown" in ack.json["blocks"][0]["text"]["text"]
        await slack.write_to_bot("UANA", NEW)
        await slack.until(lambda: len(slack.private("UANA")) == 2)
        assert "can't be shown" in slack.private("UANA")[-1].shown
        assert [each.command for each in await served.journal(TEAM)] == ["new", "new"]


@pytest.fixture
async def replicas(slack: FakeSlack, postgres_url: str) -> AsyncIterator[list[Served]]:
    async with AsyncExitStack() as stack:
        running, urls = [], []
        for _ in range(3):
            store = open_store(postgres_url)
            stack.callback(store.close)
            running.append(await stack.enter_async_context(serving(slack, store)))
            urls.append(running[-1].url)
        slack.app_urls = urls
        yield running


@pytest.mark.postgres
async def test_replays_and_repeats_over_three_replicas_have_one_effect_each(
    slack: FakeSlack, replicas: list[Served]
) -> None:
    """Rows 3 and 4."""
    bodies = [command(team_id=TEAM, user_id="UANA", text=f'new "Number {n}"', trigger_id=f"t{n}") for n in range(10)]

    async def replayed(body: bytes) -> None:
        headers = {"Content-Type": FORM, **slack.signed(body)}
        acks = await asyncio.gather(*(slack.post(body, headers) for _ in range(12)))
        assert {ack.status for ack in acks} == {200}

    async def repeated(number: int) -> None:
        said = {"type": "app_mention", "user": "UANA", "text": f'<@U0BOT> new "Event {number}"', "channel": "CPAY"}
        for retry in range(4):
            assert (await slack.event({**said, "ts": "1.1"}, event_id=f"Ev{number}", retry=retry)).status == 200

    await asyncio.gather(*map(replayed, bodies), *map(repeated, range(10)))
    titles = await replicas[0].records(lambda records: [each.title for each in records.releases.page()], TEAM)
    assert sorted(titles) == sorted([f"Number {n}" for n in range(10)] + [f"Event {n}" for n in range(10)])


@pytest.mark.postgres
async def test_what_one_replica_removes_the_others_stop_to_serve(slack: FakeSlack, replicas: list[Served]) -> None:
    await slack.event({"type": "app_uninstalled"})
    for served in replicas:
        served.edge.installations.forget(TEAM)  # as a minute later
    for _ in replicas:
        ack = await slack.command("UANA", "#pay", "/release", NEW)
        assert "isn't connected" in ack.json["text"]
