"""Socket Mode: the same words by a connection of our own, which comes back whatever happens to it."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.front import Front
from bot.slack.socket import Socket
from storage.store import Store
from tests.bot.slack.serving import SOCKET_MODE, Served, serving, settings_for
from tests.fakes.slack import APP_TOKEN, TEAM, FakeSlack

NEW = 'new "Faster refunds"'


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    async with serving(slack, store, settings=settings_for(slack, **SOCKET_MODE)) as served:
        yield served


async def commands(cabbot: Served) -> list[str]:
    return [each.command for each in await cabbot.journal(TEAM)]


async def test_without_a_signing_secret_nothing_is_taken_over_http(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.post(b"x=y", {"Content-Type": "application/x-www-form-urlencoded"})
    assert ack.status == 404


async def test_the_answer_to_a_command_is_in_its_acknowledgement(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert ack.message is not None
    assert "REL-1 Faster refunds" in ack.message.shown
    assert await commands(cabbot) == ["new"]


async def test_an_event_that_is_delivered_again_counts_once(slack: FakeSlack, cabbot: Served) -> None:
    said = {"type": "app_mention", "user": "UANA", "text": f"<@U0BOT> {NEW}", "channel": "CPAY", "ts": "1.1"}
    for _ in range(3):
        assert (await slack.event(said, event_id="Ev0001")).status == 200
    assert await commands(cabbot) == ["new"]


@pytest.mark.parametrize(
    "payload", [{}, {"type": 7}, {"command": "/release"}, {"type": "event_callback", "event": "\ud800"}]
)
async def test_an_odd_payload_is_acknowledged_so_that_it_does_not_come_for_ever(
    slack: FakeSlack, cabbot: Served, payload: dict[str, object]
) -> None:
    ack = await slack._deliver_by_socket("interactive", payload)
    assert (ack.status, ack.body) == (200, b"")
    assert await commands(cabbot) == []


async def test_a_connection_that_slack_ends_is_opened_anew(slack: FakeSlack, cabbot: Served) -> None:
    old = slack.server.sockets[-1]
    await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
    await slack.until(lambda: slack.server.sockets and slack.server.sockets[-1] is not old)
    await slack.until(lambda: cabbot.edge.ready)
    assert (await slack.command("UANA", "#pay", "/release", NEW)).message is not None


async def test_a_connection_that_breaks_is_opened_anew(slack: FakeSlack, store: Store) -> None:
    async with serving(slack, store, settings=settings_for(slack, **SOCKET_MODE), settled=False) as cabbot:
        socket = cabbot.edge.socket
        assert socket is not None
        socket.ping = 0.1
        await slack.until(lambda: slack.server.sockets and cabbot.edge.ready)
        old = slack.server.sockets[-1]
        await old.close()
        await slack.until(lambda: slack.server.sockets and slack.server.sockets[-1] is not old, seconds=30)


async def test_slack_being_away_holds_nothing_up(slack: FakeSlack, store: Store) -> None:
    """The client's own connect() never returns while Slack is down."""
    slack.faults.order("status", "apps.connections.open", times=1_000)
    slack.faults.order("status", "auth.test", times=1_000)
    async with serving(slack, store, settings=settings_for(slack, **SOCKET_MODE), settled=False) as cabbot:
        assert not cabbot.edge.ready


async def test_a_refused_app_token_is_no_reason_to_end(slack: FakeSlack, store: Store) -> None:
    wrong = settings_for(slack, **{**SOCKET_MODE, "slack_app_token": SecretStr("xapp-wrong")})
    async with serving(slack, store, settings=wrong, settled=False) as cabbot:
        await slack.until(lambda: [call for call in slack.calls_of("apps.connections.open") if call.ok is False])
        assert not cabbot.edge.ready


class Deaf(Front):
    def __init__(self) -> None:
        pass


async def test_a_client_that_stays_silent_is_replaced(slack: FakeSlack) -> None:
    """It asks for ever at an address that is good for one connection only."""
    slack.methods.socket_url = slack.methods.socket_url.replace("/socket", "/nowhere")
    socket = Socket(APP_TOKEN, Deaf(), lambda: AsyncWebClient(base_url=slack.api_url), silence=0.3, ping=0.1)
    running = asyncio.create_task(socket.run())
    await slack.until(lambda: len(slack.calls_of("apps.connections.open")) >= 2)
    slack.methods.socket_url = slack.methods.socket_url.replace("/nowhere", "/socket")
    await slack.until(lambda: socket.connected)
    running.cancel()
    await asyncio.wait({running})
    assert not socket.connected


async def test_at_the_end_nothing_more_is_taken(slack: FakeSlack, cabbot: Served) -> None:
    """What isn't acknowledged goes to another replica, or comes again."""
    cabbot.edge.refuse()
    payload = {"type": "event_callback", "event_id": "Ev1", "team_id": TEAM, "event": {"type": "app_mention"}}
    future = asyncio.get_running_loop().create_future()
    slack.server.acks["env-last"] = future
    whole = {"envelope_id": "env-last", "type": "events_api", "payload": payload}
    await slack.server.sockets[-1].send_str(json.dumps(whole))
    done, _ = await asyncio.wait({future}, timeout=0.3)
    assert not done
    assert await commands(cabbot) == []
