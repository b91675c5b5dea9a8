"""What the page asks for and says, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.bot.playground.conftest import Client

_acts = count()


async def said(client: Client, who: str, line: str, **more: Any) -> dict[str, Any]:
    body = {"as": who, "id": f"act-{next(_acts):06}", "line": line, "channel": "releases", **more}
    response = await client.post("/api/say", json=body)
    assert response.status == 200, await response.text()
    answer: dict[str, Any] = await response.json()
    return answer


async def got(client: Client, path: str, **query: str) -> dict[str, Any]:
    response = await client.get(path, params=query)
    assert response.status == 200, await response.text()
    found: dict[str, Any] = await response.json()
    return found


@asynccontextmanager
async def watching(client: Client, who: str) -> AsyncIterator[ClientResponse]:
    async with client.get("/api/events", params={"as": who}) as stream:
        assert await stream.content.readline() == b"retry: 1000\n"
        yield stream


async def until(stream: ClientResponse, kind: str, channel: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                event: dict[str, Any] = json.loads(line[6:])
                if (event["kind"], event["channel"]) == (kind, channel):
                    return event


async def test_it_opens_with_people_channels_and_releases_in_different_states(client: Client) -> None:
    state = await got(client, "/api/state", **{"as": "ana"})
    titles = {each["title"] for each in state["people"]}
    assert {"Release coordinator", "Testing coordinator", "Change manager", "On-call engineer", "Stakeholder"} <= titles
    assert sum("cab member" in each["roles"] for each in state["people"]) >= 2
    assert {"releases", "cab", "ecab", "announcements"} <= {each["id"] for each in state["channels"]}
    words = await got(client, "/api/words")
    states = {each["label"].rpartition("(")[2].rstrip(")") for each in words["releases"]}
    assert states == {"draft", "in review", "approved", "deploying", "deployed", "cancelled"}


async def test_what_was_written_to_somebody_since_their_last_word_is_unread(client: Client) -> None:
    state = await got(client, "/api/state", **{"as": "chiara"})
    assert {name for name, waits in state["waiting"].items() if not waits} == {"sofia"}
    assert state["unread"]["@chiara"] == 1
    assert state["unread"]["cab"] == 0


async def test_a_command_is_answered_privately_and_its_card_hangs_in_the_channel(client: Client) -> None:
    async with watching(client, "ben") as stream:
        answer = await said(client, "ana", 'new "Bigger <b>baskets</b>" service=checkout')
        event = await until(stream, "posted", "releases")
    assert "Bigger &lt;b&gt;baskets&lt;/b&gt;" in answer["card"]
    assert not answer["refused"]
    assert "Bigger &lt;b&gt;baskets&lt;/b&gt;" in event["message"]["html"]
    shown = await got(client, "/api/channel", **{"as": "ben", "id": "releases"})
    assert shown["messages"][-1]["id"] == event["message"]["id"]


async def test_an_act_sent_twice_is_done_once(client: Client) -> None:
    body = {"as": "ana", "id": "the-same-act", "line": 'new "Once"', "channel": "releases"}
    first = await (await client.post("/api/say", json=body)).json()
    again = await (await client.post("/api/say", json=body)).json()
    assert (first["repeated"], again["repeated"]) == (False, True)
    words = await got(client, "/api/words")
    assert sum(each["label"].startswith("Once") for each in words["releases"]) == 1


async def test_an_edit_is_seen_live_where_the_card_hangs(client: Client) -> None:
    async with watching(client, "sofia") as stream:
        await said(client, "chiara", "approve REL-5", origin="pressed", channel="cab")
        event = await until(stream, "edited", "cab")
    assert event["message"]["edited"] is not None
    assert event["message"]["id"] in [
        each["id"]
        for each in (await got(client, "/api/channel", **{"as": "sofia", "id": event["channel"]}))["messages"]
    ]


async def test_a_reply_comes_with_the_message_in_whose_thread_it_hangs(client: Client) -> None:
    async with watching(client, "sofia") as stream:
        await said(client, "ana", 'status REL-7 "All is well."')
        event = await until(stream, "posted", "releases")
    assert event["thread"] == event["root"]["id"] == event["message"]["thread"]
    thread = await got(client, "/api/thread", **{"as": "sofia", "id": str(event["thread"])})
    assert thread["root"]["replies"]["count"] == len(thread["replies"]) == event["root"]["replies"]["count"]
    assert "All is well." in thread["replies"][-1]["html"]


async def test_a_direct_message_is_its_readers_alone(client: Client) -> None:
    before = (await got(client, "/api/state", **{"as": "sofia"}))["waiting"]["tomas"]
    async with watching(client, "sofia") as stream:
        await said(client, "marta", "role grant @tomas configuration_manager")
        event = await until(stream, "posted", "@tomas")
    assert "message" not in event
    assert event["waiting"]["tomas"] == before + 1
    refused = await client.get("/api/channel", params={"as": "sofia", "id": "@tomas"})
    assert refused.status == 404
    own = await got(client, "/api/channel", **{"as": "tomas", "id": "@tomas"})
    foreign = await client.get("/api/thread", params={"as": "sofia", "id": str(own["messages"][-1]["id"])})
    assert foreign.status == 404


async def test_what_is_read_stays_read(client: Client) -> None:
    own = await got(client, "/api/channel", **{"as": "chiara", "id": "@chiara"})
    body = {"as": "chiara", "channel": "@chiara", "message": own["messages"][-1]["id"]}
    after = await (await client.post("/api/read", json=body)).json()
    assert after["unread"]["@chiara"] == after["waiting"]["chiara"] == 0


async def test_people_talk_among_themselves_without_cabbot(client: Client) -> None:
    body = {"as": "jun", "id": "talk-0001", "channel": "payments", "words": "<script>alert(1)</script>"}
    message = await (await client.post("/api/chat", json=body)).json()
    assert (message["author"], message["words"], message["html"]) == ("jun", "<script>alert(1)</script>", "")
    again = await (await client.post("/api/chat", json=body)).json()
    assert again == message
    wrong = await client.post("/api/chat", json={**body, "id": "talk-0002", "channel": "cab", "thread": message["id"]})
    assert wrong.status == 404


async def test_a_form_comes_filled_in_and_goes_back_with_its_errors(client: Client) -> None:
    asked = await said(client, "ana", "edit REL-4", origin="pressed")
    assert 'value="Sign in with a passkey"' in asked["form"]
    wrong = await said(client, "ana", "edit REL-4", origin="filled", values={"hours": "soon"})
    assert wrong["errors"]
    assert 'id="field-hours-error"' in wrong["form"]
    right = await said(client, "ana", "edit REL-4", origin="filled", values={"start": "2026-12-08T20:00", "hours": "2"})
    assert "revision 5" in right["summary"]


async def test_a_person_without_a_role_is_refused(client: Client) -> None:
    answer = await said(client, "sofia", "approve REL-5", origin="pressed", channel="cab")
    assert answer["refused"]
    assert answer["summary"] == "Only members of the CAB vote on REL-5."


@pytest.mark.parametrize(
    "path, body, status",
    [
        ("/api/say", {"as": "nobody", "id": "a" * 8, "line": "help"}, 404),
        ("/api/say", {"as": "ana", "id": "short", "line": "help"}, 400),
        ("/api/say", {"as": "ana", "id": "a" * 8, "line": 7}, 400),
        ("/api/say", {"as": "ana", "id": "a" * 8, "line": "x" * 20_001}, 400),
        ("/api/say", {"as": "ana", "id": "a" * 8, "line": "help", "origin": "clock"}, 400),
        ("/api/say", {"as": "ana", "id": "a" * 8, "line": "help", "values": {"a": 1}}, 400),
        ("/api/say", {"as": "ana", "id": "a" * 8, "line": "help", "channel": "@ben"}, 404),
        ("/api/say", [], 400),
        ("/api/chat", {"as": "ana", "id": "a" * 8, "channel": "cab", "words": "  "}, 400),
        ("/api/clock", {"minutes": -5}, 400),
        ("/api/clock", {"minutes": 10**9}, 400),
        ("/api/clock", {"at": "2026-12-01T10:00"}, 400),
        ("/api/clock", {"at": "soon"}, 400),
        ("/api/clock", {"at": "2020-01-01T10:00Z"}, 400),
    ],
    ids=str,
)
async def test_bad_input_gets_a_sentence(client: Client, path: str, body: Any, status: int) -> None:
    response = await client.post(path, json=body)
    assert response.status == status
    sentence = (await response.json())["error"]
    assert sentence.endswith(".")


async def test_what_isnt_json_gets_a_sentence_too(client: Client) -> None:
    response = await client.post("/api/say", data=b"{", headers={"Content-Type": "application/json"})
    assert (response.status, (await response.json())["error"]) == (400, "That isn't JSON.")


async def test_words_too_many_are_refused_before_they_are_read(client: Client) -> None:
    response = await client.post("/api/say", json={"line": "x" * 100_000})
    assert response.status == 413
