"""The Bot Connector's REST API over real HTTP: what is asked, and where nothing is sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.chat import Never
from bot.outbound import Outbound
from bot.teams.clients import MOST_CLIENTS, Clients, connector_purposes
from bot.teams.connector import Connector
from bot.teams.service_hosts import ServiceHosts
from tests.bot.teams.outgoing import ANA, BEN, ZOE, Outgoing, outgoing, teams_of_three
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


# ---- what is asked


async def test_a_message_is_sent_and_edited(teams: FakeTeams, out: Outgoing) -> None:
    group = teams.conversation("Planning")
    message = await out.connector.send(out.url, group.id, HELLO)
    assert (group.last.id, group.last.words()) == (message, "Hello")
    await out.connector.edit(out.url, group.id, message, LATER)
    await out.connector.edit(out.url, group.id, message, LATER)
    assert [each.words() for each in group.messages] == ["Later"]


async def test_a_card_arrives_as_it_was_drawn(teams: FakeTeams, out: Outgoing) -> None:
    """The SDK's typed calls would leave out what their version of the schema doesn't know."""
    content = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [],
        "msteams": {"width": "Full"},
        "x-unknown": [1, None],
    }
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    await out.connector.send(out.url, teams.conversation("Planning").id, {"type": "message", "attachments": [card]})
    assert teams.conversation("Planning").last.card() == content
    teams.violations.clear()  # Teams itself would not like the unknown one


async def test_a_thread_is_begun_and_answered_in(teams: FakeTeams, out: Outgoing) -> None:
    channel = teams.conversation("#cab")
    root = await out.connector.start_thread(out.url, channel.id, HELLO, tenant=TENANT)
    reply = await out.connector.send(out.url, f"{channel.id};messageid={root}", LATER)
    assert [each.id for each in channel.messages] == [root]
    assert [each.id for each in channel.replies(root)] == [reply]
    await out.connector.edit(out.url, channel.id, reply, HELLO)
    assert channel.replies(root)[0].words() == "Hello"


async def test_a_personal_conversation_is_opened_and_found_again(teams: FakeTeams, out: Outgoing) -> None:
    opened = [await out.connector.open_personal(out.url, ANA, tenant=TENANT) for _ in range(2)]
    assert opened == [teams.personal(ANA).id] * 2
    asked = teams.service.calls_of("create")[0].body
    assert asked["members"] == [{"id": ANA}]
    assert (asked["bot"]["id"], asked["channelData"]["tenant"]["id"]) == (f"28:{APP_ID}", TENANT)


async def test_a_whisper_is_seen_by_one_person(teams: FakeTeams, out: Outgoing) -> None:
    group = teams.conversation("Planning")
    await out.connector.whisper(out.url, group.id, ANA, HELLO)
    assert [each.words() for each in group.targeted(ANA)] == ["Hello"]
    assert group.targeted(BEN) == []
    assert group.messages == []


async def test_a_whisper_to_somebody_elsewhere_is_refused_for_good(teams: FakeTeams, out: Outgoing) -> None:
    with pytest.raises(Never, match="ForbiddenOperationException"):
        await out.connector.whisper(out.url, teams.conversation("Planning").id, ZOE, HELLO)


async def test_members_are_read_one_by_one_and_page_by_page(teams: FakeTeams, out: Outgoing) -> None:
    for number in range(1_100):
        teams.add_user(f"29:u{number}", f"U{number}")
    channel = teams.conversation("#cab")
    members = [each["id"] async for each in out.connector.members(out.url, channel.id)]
    assert len(set(members)) == len(members) == 1_103
    assert len(teams.service.calls_of("members")) == 3
    assert (await out.connector.member(out.url, channel.id, BEN))["email"] == "ben@example.org"
    with pytest.raises(Never, match="MemberNotFoundInConversation"):
        await out.connector.member(out.url, channel.id, "29:nobody")


async def test_a_teams_channels_are_listed(teams: FakeTeams, out: Outgoing) -> None:
    found = await out.connector.channels(out.url, teams.world.team_id)
    assert found == [{"id": teams.world.team_id}, {"id": teams.conversation("#cab").id, "name": "cab"}]


async def test_a_client_is_made_once_for_a_service_url(out: Outgoing) -> None:
    first = out.clients.of(out.url)
    assert out.clients.of(out.url.rstrip("/")) is first
    for number in range(MOST_CLIENTS):
        out.clients.of(f"{out.url}{number}/")
    assert out.clients.of(out.url) is not first


@pytest.mark.parametrize("odd", ["..", ".", ""])
async def test_no_id_leads_to_another_path(teams: FakeTeams, out: Outgoing, odd: str) -> None:
    with pytest.raises(Never, match="no conversation"):
        await out.connector.send(out.url, odd, HELLO)
    with pytest.raises(Never, match="ConversationNotFound"):
        await out.connector.send(out.url, "../../x/y", HELLO)
    assert [each.conversation for each in teams.service.calls] == ["../../x/y"]


# ---- where nothing is sent


HOSTILE = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "https://127.0.0.1:{port}/", "http://[::1]:{port}/",
    "https://smba.trafficmanager.net@127.0.0.1:{port}/", "https://smba.trafficmanager.net:{port}/", "//127.0.0.1:{port}/",
    "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/", "http://0.0.0.0:{port}/",
    "http://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net.evil.example/", "https://evil.example/",
    "https://evil.trafficmanager.net/", "https://smba.trafficmanager.net\\@evil.example/", "https://evilbotframework.com/",
    "https://169.254.169.254/latest/", "ftp://smba.trafficmanager.net/", "file:///etc/passwd", "", "smba.trafficmanager.net",
    "https://smba.trafficmanager.net/../../x/", "https://SMBA.trafficmanager.net@evil.example/", "https://evil.example#.botframework.com",
]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
async def test_a_hostile_service_url_opens_no_socket(teams: FakeTeams, out: Outgoing, address: str) -> None:
    """Row 6 of the threats: our token would go wherever a service URL leads."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        hostile = address.replace("{port}", str(listening.getsockname()[1]))
        for call in _every_call(out.connector, hostile):
            with pytest.raises(Never, match="service URL"):
                await call
        await asyncio.sleep(0)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert out.names.asked == []
    assert teams.authority.asked == {}, "no token is asked for either"


def _every_call(connector: Connector, url: str) -> list[Any]:
    return [
        connector.send(url, "a:1", HELLO),
        connector.edit(url, "a:1", "1", HELLO),
        connector.start_thread(url, "19:x", HELLO, tenant=TENANT),
        connector.open_personal(url, ANA, tenant=TENANT),
        connector.whisper(url, "19:x", ANA, HELLO),
        connector.member(url, "19:x", ANA),
        anext(connector.members(url, "19:x")),
        connector.channels(url, "19:x"),
    ]


async def test_a_redirect_is_not_followed(teams: FakeTeams, out: Outgoing) -> None:
    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("http://127.0.0.1:1/stolen")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there = f"http://127.0.0.1:{runner.addresses[0][1]}"
    outbound = Outbound(connector_purposes(ServiceHosts([there]).allows, [there]))
    connector = Connector(Clients(outbound, None, ServiceHosts([there]).allows), out.clock, APP_ID)
    with pytest.raises(Never, match="status 307"):
        await connector.send(f"{there}/emea/", "a:1", HELLO)
    await outbound.close()
    await runner.cleanup()
