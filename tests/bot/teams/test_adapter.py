"""A turn of the SDK around our listeners: over real HTTP with a real token, and what it costs in calls."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import metadata
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from botbuilder.core import CloudAdapterBase
from botbuilder.schema import Activity as SdkActivity
from botbuilder.schema import ConversationReference

from bot.chat import Never
from bot.clock import SystemClock
from bot.outbound import Outbound
from bot.teams import sdk
from bot.teams.adapter import TeamsAdapter
from bot.teams.envelope import Activity, Answered, Executed, Said, read
from bot.teams.guard import MessagesDoor
from bot.teams.keys import Keys, purposes
from bot.teams.service_hosts import ServiceHosts
from bot.teams.tokens import Verifier
from tests.bot.teams.keeping import said
from tests.bot.teams.outgoing import Outgoing, outgoing, teams_of_three
from tests.fakes.teams import APP_ID, TENANT, FakeTeams
from tests.fakes.teams_world import CARD

Listen = Callable[[Activity], Awaitable[Answered]]
BODY = {"statusCode": 200, "type": CARD, "value": {"type": "AdaptiveCard", "version": "1.5", "body": []}}


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = teams_of_three()
    async with fake.running():
        yield fake


@pytest.fixture
async def out(teams: FakeTeams) -> AsyncIterator[Outgoing]:
    async with outgoing(teams) as made:
        yield made


@asynccontextmanager
async def serving(out: Outgoing, listen: Listen) -> AsyncIterator[TeamsAdapter]:
    """The way that a delivery takes: the guard with real tokens, then a turn."""
    authority, adapter = out.teams.authority, TeamsAdapter(out.clients, APP_ID)
    outbound = Outbound(purposes(authority.metadata_url))
    verifier = Verifier(APP_ID, Keys(outbound, authority.metadata_url), SystemClock())

    async def take(activity: Activity) -> Answered:
        return await adapter.take(activity, listen)

    door = MessagesDoor(verifier, ServiceHosts([out.teams.service.origin]), tenant=TENANT, take=take)
    app = web.Application()
    app.router.add_post("/api/messages", door.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    out.teams.app_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        yield adapter
    finally:
        await runner.cleanup()
        await outbound.close()


async def deliver(out: Outgoing, activity: dict[str, Any]) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {out.teams.token()}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(out.teams.app_url, json=activity, headers=headers) as answer,
    ):
        return answer.status, await answer.read()


def executed(teams: FakeTeams, name: str = "adaptiveCard/action") -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "verb": "say", "data": {"say": "approve REL-1"}}}
    return said(teams, "#cab", type="invoke", name=name, value=value)


async def test_an_invoke_is_answered_with_its_body(teams: FakeTeams, out: Outgoing) -> None:
    """The stock integration answers 500 to every one that has a body."""
    heard: list[Activity] = []

    async def listen(activity: Activity) -> Answered:
        heard.append(activity)
        return Answered(200, BODY)

    async with serving(out, listen):
        status, body = await deliver(out, executed(teams))
    assert (status, orjson.loads(body)) == (200, BODY)
    assert [type(each) for each in heard] == [Executed]


@pytest.mark.parametrize("name", ["composeExtension/query", "signin/verifyState"])
async def test_an_invoke_that_nobody_knows_is_not_implemented(teams: FakeTeams, out: Outgoing, name: str) -> None:
    heard: list[Activity] = []

    async def listen(activity: Activity) -> Answered:
        heard.append(activity)
        return Answered()

    async with serving(out, listen):
        status, body = await deliver(out, executed(teams, name))
    assert (status, body, heard) == (501, b"", [])


async def test_a_message_is_acknowledged_without_a_body(teams: FakeTeams, out: Outgoing) -> None:
    heard: list[Activity] = []

    async def listen(activity: Activity) -> Answered:
        heard.append(activity)
        return Answered(200, {"not": "shown"})

    async with serving(out, listen):
        assert await deliver(out, said(teams, "me")) == (200, b"")
    assert [type(each) for each in heard] == [Said]


async def test_turns_log_in_nowhere_and_make_one_client(teams: FakeTeams, out: Outgoing) -> None:
    """The stock adapter makes two clients a turn, 5 ms each, and logs in for whatever it sends."""
    adapter, clients = TeamsAdapter(out.clients, APP_ID), set[int]()

    async def listen(_activity: Activity) -> Answered:
        clients.add(id(out.clients.of(out.url)))
        return Answered(200, BODY)

    activity = read(orjson.dumps(executed(teams)))
    for _ in range(20):
        assert await adapter.take(activity, listen) == Answered(200, BODY)
    assert len(clients) == 1
    assert teams.authority.asked == {}
    assert teams.service.calls == []


async def test_an_answer_goes_through_uncopied(teams: FakeTeams, out: Outgoing) -> None:
    """The SDK copies what is sent, deep down: half a millisecond for a card."""

    class Once(dict[str, Any]):
        def __deepcopy__(self, memo: object) -> dict[str, Any]:
            raise AssertionError("copied")

    given = Once(BODY)

    async def listen(_activity: Activity) -> Answered:
        return Answered(200, given)

    answered = await TeamsAdapter(out.clients, APP_ID).take(read(orjson.dumps(executed(teams))), listen)
    assert answered.body is given
    with pytest.raises(AssertionError, match="copied"):
        copy.deepcopy(given)


async def test_a_mistake_of_ours_is_not_swallowed(teams: FakeTeams, out: Outgoing) -> None:
    async def listen(_activity: Activity) -> Answered:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await TeamsAdapter(out.clients, APP_ID).take(read(orjson.dumps(executed(teams))), listen)


async def test_a_turn_from_elsewhere_is_not_even_begun(teams: FakeTeams, out: Outgoing) -> None:
    async def listen(_activity: Activity) -> Answered:
        raise AssertionError("begun")

    evil = read(orjson.dumps(executed(teams) | {"serviceUrl": "https://evil.example/"}))
    with pytest.raises(Never, match="service URL"):
        await TeamsAdapter(out.clients, APP_ID).take(evil, listen)


async def test_the_sdk_itself_can_speak_in_a_turn(teams: FakeTeams, out: Outgoing) -> None:
    """Its typed calls go out by our way too, signed."""
    client = out.clients.of(out.url)
    where = teams.conversation("Planning")
    answer = await client.conversations.send_to_conversation(where.id, SdkActivity(type="message", text="Hello"))
    assert (where.last.id, where.last.words()) == (answer.id, "Hello")


async def test_nothing_is_left_to_the_sdks_own_authentication(out: Outgoing) -> None:
    adapter = TeamsAdapter(out.clients, APP_ID)
    activity = SdkActivity(type="message", service_url=out.url)
    with pytest.raises(PermissionError):
        await adapter.process_activity("Bearer x", activity, None)
    with pytest.raises(PermissionError):
        await adapter.continue_conversation_with_claims(None, ConversationReference(), "", None)


# ---- the installed SDK


def test_the_installed_sdk_is_the_one_that_was_looked_at() -> None:
    sdk.check()


@pytest.mark.parametrize("installed", ["4.17.0", "4.18.0", "none"])
def test_another_version_is_refused_in_one_sentence(installed: str) -> None:
    with pytest.raises(sdk.WrongSdk, match=f"botbuilder-core 4.17.1 exactly, and {installed} is installed"):
        sdk.check(version=lambda _package: installed)


def test_a_package_that_is_not_there_is_named() -> None:
    assert sdk._version(metadata.version, "no-such-package-anywhere") == "none"


def test_a_name_that_went_away_is_named() -> None:
    with pytest.raises(sdk.WrongSdk, match=r"CloudAdapterBase\._gone, CloudAdapterBase\(nothing=\) isn't in"):
        sdk.check(names={CloudAdapterBase: ("_gone",)}, keywords={CloudAdapterBase: ("nothing",)})
