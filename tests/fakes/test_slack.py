"""The fake is held to what Slack documents, by Slack's own client where it can be."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, TEAM, FakeSlack, escaped

TEXT: dict[str, Any] = {"text": "hello", "parse": "none", "unfurl_links": False}
VIEW = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form", "emoji": False},
    "submit": {"type": "plain_text", "text": "Save", "emoji": False},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "Title", "emoji": False},
            "element": {"type": "plain_text_input", "action_id": "value", "initial_value": "as it was"},
        }
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    fake.add_user("UANA", "ana", email="ana@example.org")
    fake.add_channel("#pay")
    async with fake.running():
        yield fake


@pytest.fixture
async def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


async def test_arguments_come_as_json_as_a_query_and_as_a_form(slack: FakeSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="CPAY", **TEXT)
    assert (await client.conversations_history(channel="CPAY"))["messages"][0]["ts"] == posted["ts"]
    assert (await client.conversations_open(users="UANA"))["channel"]["id"] == "DANA"
    async with aiohttp.ClientSession() as session:
        form = {"token": BOT_TOKEN, "channel": "CPAY", **TEXT, "unfurl_links": "false", "blocks": json.dumps([])}
        async with session.post(f"{slack.api_url}chat.postMessage", data=form) as response:
            assert (await response.json())["ok"] is True


async def test_only_known_tokens_and_methods_are_taken(slack: FakeSlack, client: AsyncWebClient) -> None:
    stranger = AsyncWebClient(token="xoxb-other", base_url=slack.api_url, retry_handlers=[])
    assert await refused(stranger.auth_test()) == "invalid_auth"
    assert await refused(client.api_call("chat.nothing")) == "unknown_method"
    slack.methods.tokens[BOT_TOKEN].revoked = True
    assert await refused(client.auth_test()) == "account_inactive"


async def test_a_trigger_works_once_and_not_for_long(slack: FakeSlack, client: AsyncWebClient) -> None:
    trigger = slack.methods.trigger("UANA")
    await client.views_open(trigger_id=trigger, view=VIEW)
    assert await refused(client.views_open(trigger_id=trigger, view=VIEW)) == "exchanged_trigger_id"
    slack.methods.trigger_seconds = -1
    assert await refused(client.views_open(trigger_id=slack.methods.trigger("UANA"), view=VIEW)) == "expired_trigger_id"
    assert await refused(client.views_open(trigger_id="1.2", view=VIEW)) == "invalid_trigger_id"


async def test_modals_stack_three_high_and_are_updated_under_their_hash(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    view = (await client.views_open(trigger_id=slack.methods.trigger("UANA"), view=VIEW))["view"]
    for _ in range(2):
        await client.views_push(trigger_id=slack.methods.trigger("UANA"), view=VIEW)
    over = client.views_push(trigger_id=slack.methods.trigger("UANA"), view=VIEW)
    assert await refused(over) == "push_limit_reached"
    await client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)
    assert await refused(client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)) == "hash_conflict"


async def test_a_response_url_takes_five_answers(slack: FakeSlack) -> None:
    url = slack.server.response_url("UANA", "CPAY")
    async with aiohttp.ClientSession() as session:
        answers = [(await session.post(url, json={"text": "again"})).status for _ in range(6)]
    assert answers == [200] * 5 + [404]
    assert len(slack.channel("#pay").ephemerals("UANA")) == 5


async def test_faults_strike_the_calls_that_were_named(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.faults.order("ratelimited", "chat.postMessage", retry_after="7")
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel="CPAY", **TEXT)
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    await client.auth_test()
    for kind, shown in (("drop_before", 0), ("drop_after", 1)):
        slack.faults.order(kind, "chat.postMessage")
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel="CPAY", **TEXT)
        assert len(slack.channel("#pay").messages) == shown


async def test_rate_limits_are_counted_and_on_demand_enforced(slack: FakeSlack, client: AsyncWebClient) -> None:
    for _ in range(8):
        await client.chat_postMessage(channel="CPAY", **TEXT)
    assert slack.server.limits.exceeded["chat.postMessage"] == 3
    slack.server.limits.refusing = True
    assert await refused(client.chat_postMessage(channel="CPAY", **TEXT)) == "ratelimited"


async def test_what_slack_would_refuse_is_noted(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="CPAY", text="hello")
    await client.chat_postMessage(channel="CPAY", **{**TEXT, "text": "<!channel>"})
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}]
    await client.chat_postMessage(channel="CPAY", **TEXT, blocks=blocks)
    assert len(slack.violations) == 3


async def test_requests_are_signed_as_slack_signs_them(slack: FakeSlack) -> None:
    body = "token=x&text=hello"
    headers = slack.signed(body.encode())
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(body, headers)


async def test_a_socket_is_opened_with_an_app_token_only(slack: FakeSlack) -> None:
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    opened = await client.apps_connections_open(app_token=APP_TOKEN)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["type"] == "hello"
    assert await refused(client.apps_connections_open(app_token=BOT_TOKEN)) == "invalid_auth"


async def test_an_answer_that_does_not_come_in_time_is_none(slack: FakeSlack) -> None:
    over = asyncio.Event()

    async def never(_request: web.Request) -> web.Response:
        await over.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", never)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.app_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    ack = await slack.post(b"x", {}, seconds=0.1)
    over.set()
    await runner.cleanup()
    assert ack.status == 0


def test_a_commands_words_are_escaped_but_for_mentions() -> None:
    typed = "grant <@UBEN|ben> in <#CPAY|pay> <!channel> & <b>"
    assert escaped(typed) == "grant <@UBEN|ben> in <#CPAY|pay> &lt;!channel&gt; &amp; &lt;b&gt;"


async def test_pressing_what_is_not_shown_is_a_mistake_of_the_test(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="CPAY", **TEXT)
    with pytest.raises(AssertionError, match="one button"):
        await slack.press("UANA", slack.channel("#pay").last, "Approve")
    with pytest.raises(AssertionError, match="no modal"):
        await slack.submit("UANA")
    await client.views_open(trigger_id=slack.methods.trigger("UANA"), view=VIEW)
    with pytest.raises(AssertionError, match="no field"):
        await slack.submit("UANA", colour="red")


async def test_a_workspace_has_its_own_people(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.add_user("UOTTO", team="T0OTHER")
    assert [each["id"] for each in (await client.users_list())["members"]] == ["UANA"]
    assert (await client.users_lookupByEmail(email="ANA@example.org"))["user"]["id"] == "UANA"
    assert (await client.auth_test())["team_id"] == TEAM
