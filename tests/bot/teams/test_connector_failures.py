"""What each answer of the Bot Connector means that isn't the one that was hoped for, over real HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.chat import Never, NotSent, PerhapsSent
from bot.outbound import Outbound
from bot.teams.clients import Clients, connector_purposes
from bot.teams.connector import Connector
from tests.bot.teams.outgoing import ANA, Outgoing, outgoing, teams_of_three
from tests.fakes.teams import APP_ID, TENANT, FakeTeams

HELLO: dict[str, Any] = {"type": "message", "text": "Hello"}
LATER: dict[str, Any] = {"type": "message", "text": "Later"}


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = teams_of_three()
    async with fake.running():
        yield fake
    assert fake.violations == []


@pytest.fixture
async def out(teams: FakeTeams) -> AsyncIterator[Outgoing]:
    async with outgoing(teams) as made:
        yield made


@pytest.mark.parametrize(
    "status, word, failure",
    [
        (400, "BadArgument", Never), (403, "BotNotInConversationRoster", Never), (403, "ConversationBlockedByUser", Never),
        (404, "ConversationNotFound", Never), (413, "MessageSizeTooBig", Never), (405, "MethodNotAllowed", Never),
        (429, "TooManyRequests", NotSent), (412, "PreconditionFailed", NotSent), (401, "Unauthorized", NotSent),
        (500, "ServiceError", PerhapsSent), (502, "BadGateway", PerhapsSent), (503, "Away", PerhapsSent),
        (504, "GatewayTimeout", PerhapsSent), (408, "RequestTimeout", PerhapsSent),
    ],
)  # fmt: skip
async def test_a_status_tells_what_became_of_a_message(
    teams: FakeTeams, out: Outgoing, status: int, word: str, failure: type[Exception]
) -> None:
    where = teams.conversation("Planning").id
    teams.service.faults.order("error", "send", status=status, word=word, times=9)
    with pytest.raises(failure, match=f"^{word}$"):
        await out.connector.send(out.url, where, HELLO)
    assert len(teams.service.calls_of("send")) == (2 if status == 401 else 1), "a POST is never repeated"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_what_may_be_repeated_is_surely_not_done(teams: FakeTeams, out: Outgoing, status: int) -> None:
    group = teams.conversation("Planning")
    message = await out.connector.send(out.url, group.id, HELLO)
    teams.service.faults.order("status", status=status, times=9)
    with pytest.raises(NotSent, match=f"^status {status}$"):
        await out.connector.edit(out.url, group.id, message, LATER)
    with pytest.raises(NotSent):
        await out.connector.member(out.url, group.id, ANA)
    with pytest.raises(NotSent):
        await out.connector.open_personal(out.url, ANA, tenant=TENANT)
    assert len(teams.service.calls_of("edit")) == 1, "the courier repeats, nobody else"


@pytest.mark.parametrize("kind, arrived", [("drop_before", 0), ("drop_after", 1)])
async def test_a_lost_answer_is_a_doubt_and_nothing_is_repeated(
    teams: FakeTeams, out: Outgoing, kind: str, arrived: int
) -> None:
    """The SDK's own policy would send it three times more."""
    group = teams.conversation("Planning")
    teams.service.faults.order(kind, "send")
    with pytest.raises(PerhapsSent):
        await out.connector.send(out.url, group.id, HELLO)
    assert len(teams.service.calls_of("send")) == 1
    assert len(group.messages) == arrived


async def test_a_refused_connection_is_surely_not_sent(teams: FakeTeams) -> None:
    async with outgoing(teams) as out:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            nobody = f"http://127.0.0.1:{listening.getsockname()[1]}"
        outbound = Outbound(connector_purposes(lambda _: True, [nobody]))
        connector = Connector(Clients(outbound, None, lambda _: True), out.clock, APP_ID)
        with pytest.raises(NotSent, match="ClientConnectorError"):
            await connector.send(nobody, "a:1", HELLO)
        await outbound.close()


async def test_a_name_that_is_not_found_is_surely_not_sent(out: Outgoing) -> None:
    with pytest.raises(NotSent):
        await out.connector.send("https://smba.trafficmanager.net/emea/", "a:1", HELLO)
    assert out.names.asked == ["smba.trafficmanager.net"]


@pytest.mark.parametrize(
    "given, seconds", [("12", 12.0), ("1.5", 1.5), ("-5", 0.0), ("999999", 3600.0), ("x", 1.0), ("nan", 1.0)]
)
async def test_a_429_tells_when_to_come_again(teams: FakeTeams, out: Outgoing, given: str, seconds: float) -> None:
    teams.service.faults.order("ratelimited", "send", retry_after=given)
    with pytest.raises(NotSent) as limited:
        await out.connector.send(out.url, teams.conversation("Planning").id, HELLO)
    assert (limited.value.retry_after, limited.value.everything) == (seconds, False)


async def test_a_date_tells_when_to_come_again(teams: FakeTeams, out: Outgoing) -> None:
    later = out.clock.now() + timedelta(seconds=90)
    teams.service.faults.order("ratelimited", "send", retry_after=format_datetime(later, usegmt=True))
    with pytest.raises(NotSent) as limited:
        await out.connector.send(out.url, teams.conversation("Planning").id, HELLO)
    assert limited.value.retry_after is not None
    assert 30 < limited.value.retry_after <= 90


async def test_without_a_wish_the_courier_chooses_how_long_to_wait(teams: FakeTeams, out: Outgoing) -> None:
    teams.service.faults.order("error", "send", status=412, word="PreconditionFailed")
    with pytest.raises(NotSent) as refused:
        await out.connector.send(out.url, teams.conversation("Planning").id, HELLO)
    assert refused.value.retry_after is None


async def test_an_answer_that_quotes_something_is_not_repeated_in_words(teams: FakeTeams, out: Outgoing) -> None:
    teams.service.faults.order("error", "send", status=400, word="The text 'secret' is <bad>")
    with pytest.raises(Never, match=r"^status 400$"):
        await out.connector.send(out.url, teams.conversation("Planning").id, HELLO)


async def test_many_sends_wait_side_by_side_and_the_loop_goes_on(teams: FakeTeams, out: Outgoing) -> None:
    """In the SDK's threads six of them would run at once, on two processors."""
    group = teams.conversation("Planning")
    teams.service.faults.latency = 0.3
    sends = [asyncio.create_task(out.connector.send(out.url, group.id, HELLO)) for _ in range(24)]
    turns = 0
    while len(teams.service.calls_of("send")) < 24:
        assert not any(each.done() for each in sends), "all are asked before the first is answered"
        turns += 1
        await asyncio.sleep(0.005)
    assert turns > 1
    assert len(set(await asyncio.gather(*sends))) == 24
