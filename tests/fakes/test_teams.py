"""The fake is held to what Microsoft documents of Teams and of the Bot Connector."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import aiohttp
import jwt
import pytest
from aiohttp import web

from tests.fakes import teams_cards as cards
from tests.fakes import teams_forms as forms
from tests.fakes.teams import MESSAGE, OUR_TOKEN, FakeTeams
from tests.fakes.teams_authority import APP_ID, private_key
from tests.fakes.teams_world import CARD, Json, Message

ANA, BEN = "29:ana", "29:ben"
APPROVE = {"type": "Action.Execute", "title": "Approve", "verb": "say", "data": {"say": "approve REL-1"}}
FALLBACK = {"type": "Action.Submit", "title": "Approve", "data": {"say": "approve REL-1"}}
ASKED: Json = {
    "type": "Action.Submit",
    "title": "Reject",
    "data": {"msteams": {"type": "task/fetch"}, "say": "reject REL-1 form=yes"},
}


def card(*body: Json, **more: Any) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


def with_buttons(*actions: Json) -> Json:
    return card({"type": "TextBlock", "text": "Vote, please"}, {"type": "ActionSet", "actions": list(actions)})


def message(content: Json) -> Json:
    return {"type": "message", "attachments": [{"contentType": CARD, "content": content}]}


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = FakeTeams()
    fake.add_user(ANA, "Ana", email="ana@example.org")
    fake.add_user(BEN, "Ben", email="ben@example.org")
    fake.add_channel("#cab")
    async with fake.running():
        yield fake


@asynccontextmanager
async def app_that_answers(teams: FakeTeams, *answers: Json) -> AsyncIterator[list[Json]]:
    """An app in our place: it keeps what it got and gives these answers, the last one again and again."""
    got: list[Json] = []
    waiting = list(answers)

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        token = request.headers["Authorization"].removeprefix("Bearer ")
        jwt.decode(token, private_key(0).public_key(), ["RS256"], audience=APP_ID)
        return web.json_response(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    app = web.Application()
    app.router.add_post("/api/messages", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.app_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        yield got
    finally:
        await runner.cleanup()


async def call(teams: FakeTeams, method: str, path: str, body: Json | None = None, token: str = OUR_TOKEN + "1") -> Any:
    assert teams.wire.session is not None
    url = f"{teams.service.url}v3/{path}"
    async with teams.wire.session.request(method, url, json=body, headers={"Authorization": token}) as response:
        return response.status, await response.json()


async def posted(teams: FakeTeams, content: Json) -> Message:
    where = quote(teams.conversation("#cab").id, safe="")
    status, _ = await call(teams, "POST", f"conversations/{where}/activities", message(content))
    assert status == 201
    return teams.conversation("#cab").last


def shown(content: Json) -> Json:
    return {"statusCode": 200, "type": CARD, "value": content}


async def test_words_come_with_the_mention_as_teams_writes_it(teams: FakeTeams) -> None:
    async with app_that_answers(teams, {}) as got:
        await teams.say(ANA, "#cab", "role grant <at>Ben</at> cab_member & more")
        await teams.say(ANA, "me", "list mine")
    assert got[0]["text"] == "<at>Cabbot</at>&nbsp;role grant <at>Ben</at> cab_member &amp; more\n"
    assert [each["mentioned"]["id"] for each in got[0]["entities"][:2]] == [f"28:{APP_ID}", BEN]
    assert got[0]["conversation"]["id"].endswith(f";messageid={got[0]['id']}")
    assert (got[1]["text"], got[1]["conversation"]["conversationType"]) == ("list mine", "personal")


async def test_a_card_that_answers_a_press_is_one_persons_view_until_the_next_edit(teams: FakeTeams) -> None:
    on = await posted(teams, with_buttons(APPROVE))
    async with app_that_answers(teams, shown(card({"type": "TextBlock", "text": "You approved"}))) as got:
        done = await teams.press(BEN, on, "Approve")
    assert (done.words, on.words(BEN), on.words(ANA)) == ("You approved", "You approved", "Vote, please")
    assert got[0]["name"] == "adaptiveCard/action"
    assert got[0]["value"]["action"]["data"] == {"say": "approve REL-1"}
    assert got[0]["replyToId"] == on.id
    path = f"conversations/{quote(on.conversation, safe='')}/activities/{on.id}"
    assert (await call(teams, "PUT", path, message(card({"type": "TextBlock", "text": "Approved"}))))[0] == 200
    assert on.words(BEN) == on.words(ANA) == "Approved"


async def test_an_old_client_takes_the_fallback_and_gets_no_answer_in_place(teams: FakeTeams) -> None:
    on = await posted(teams, with_buttons({**APPROVE, "fallback": FALLBACK}))
    teams.world.users[BEN].old_client = True
    async with app_that_answers(teams, {}) as got:
        await teams.press(BEN, on, "Approve")
    assert (got[0]["type"], got[0]["value"], got[0].get("text")) == ("message", {"say": "approve REL-1"}, None)


async def test_a_dialog_opens_is_filled_in_and_closes(teams: FakeTeams) -> None:
    on = await posted(teams, with_buttons(ASKED))
    field = {"type": "Input.Text", "id": "field.reason", "label": "Why?", "isRequired": True, "errorMessage": "Why?"}
    send = {"type": "Action.Submit", "title": "Reject", "data": {"say": "reject REL-1", "form": True}}
    page = {"title": "Reject REL-1", "card": {"contentType": CARD, "content": card(field, actions=[send])}}
    done = {"task": {"type": "message", "value": "Rejected."}}
    async with app_that_answers(teams, {"task": {"type": "continue", "value": page}}, done) as got:
        await teams.press(BEN, on, "Reject")
        assert teams.dialog_of(BEN).title == "Reject REL-1"
        with pytest.raises(AssertionError, match="filled in"):
            await teams.send(BEN)
        answer = await teams.send(BEN, reason="Not in December.")
    assert [each["name"] for each in got] == ["task/fetch", "task/submit"]
    assert got[1]["value"]["data"] == {"say": "reject REL-1", "form": True, "field.reason": "Not in December."}
    assert answer.text == "Rejected."
    with pytest.raises(AssertionError, match="no dialog"):
        teams.dialog_of(BEN)


async def test_a_card_refreshes_itself_for_those_whom_it_names(teams: FakeTeams) -> None:
    refresh = {"action": {"type": "Action.Execute", "verb": "refresh", "data": {"say": "show"}}, "userIds": [BEN]}
    on = await posted(teams, {**with_buttons(APPROVE), "refresh": refresh})
    async with app_that_answers(teams, shown(card({"type": "TextBlock", "text": "For you"}))) as got:
        assert await teams.looks(ANA, on) is None
        await teams.looks(BEN, on)
    assert [each["value"]["trigger"] for each in got] == ["automatic"]
    assert (on.words(BEN), on.words(ANA)) == ("For you", "Vote, please")


async def test_an_answer_that_teams_cannot_read_is_noted(teams: FakeTeams) -> None:
    on = await posted(teams, with_buttons(APPROVE))
    async with app_that_answers(teams, {"message": "ok"}, {"statusCode": 200, "type": MESSAGE, "value": "Done."}):
        teams.violations.clear()
        await teams.press(BEN, on, "Approve")
        assert len(teams.violations) == 1
        assert (await teams.press(BEN, on, "Approve")).text == "Done."


async def test_the_service_knows_its_conversations_and_who_may_speak_there(teams: FakeTeams) -> None:
    where = quote(teams.conversation("#cab").id, safe="")
    hello = {"type": "message", "text": "hello"}
    assert (await call(teams, "POST", f"conversations/{where}/activities", hello, token="Bearer other"))[0] == 401
    assert (await call(teams, "POST", "conversations/19:none@thread.tacv2/activities", hello))[0] == 404
    status, made = await call(
        teams,
        "POST",
        "conversations",
        {"isGroup": True, "channelData": {"channel": {"id": teams.conversation("#cab").id}}, "activity": hello},
    )
    assert (status, made["activityId"]) == (201, teams.conversation("#cab").last.id)
    thread = quote(made["id"], safe="")
    assert (await call(teams, "POST", f"conversations/{thread}/activities", hello))[0] == 201
    assert len(teams.conversation("#cab").replies(made["activityId"])) == 1
    teams.conversation("#cab").bot_is_member = False
    assert (await call(teams, "POST", f"conversations/{where}/activities", hello))[0] == 403
    assert (await call(teams, "POST", "conversations", {"members": [{"id": BEN}]}))[1]["id"] == teams.personal(BEN).id


async def test_a_targeted_message_is_seen_by_one_person(teams: FakeTeams) -> None:
    where = quote(teams.conversation("#cab").id, safe="")
    told = {"type": "message", "text": "only you", "recipient": {"id": BEN}}
    assert (await call(teams, "POST", f"conversations/{where}/activities?isTargetedActivity=true", told))[0] == 201
    assert [each.words() for each in teams.conversation("#cab").targeted(BEN)] == ["only you"]
    assert teams.conversation("#cab").messages == []
    own = quote(teams.personal(BEN).id, safe="")
    assert (await call(teams, "POST", f"conversations/{own}/activities?isTargetedActivity=true", told))[0] == 400


async def test_members_come_in_pages_and_a_guest_is_named_as_one(teams: FakeTeams) -> None:
    teams.add_user("29:gus", "Gus", email="gus@other.example", guest=True)
    where = quote(teams.conversation("#cab").id, safe="")
    _, first = await call(teams, "GET", f"conversations/{where}/pagedmembers?pageSize=2")
    assert [each["id"] for each in first["members"]] == [ANA, BEN]
    token = first["continuationToken"]
    _, last = await call(teams, "GET", f"conversations/{where}/pagedmembers?pageSize=2&continuationToken={token}")
    assert [each["userRole"] for each in last["members"]] == ["guest"]
    assert "#EXT#" in last["members"][0]["userPrincipalName"]


async def test_faults_strike_the_calls_that_were_named(teams: FakeTeams) -> None:
    where, hello = quote(teams.conversation("#cab").id, safe=""), {"type": "message", "text": "hello"}
    teams.service.faults.order("ratelimited", "send")
    assert (await call(teams, "POST", f"conversations/{where}/activities", hello))[0] == 429
    for kind, count in (("drop_before", 0), ("drop_after", 1)):
        teams.service.faults.order(kind, "send")
        with pytest.raises(aiohttp.ClientError):
            await call(teams, "POST", f"conversations/{where}/activities", hello)
        assert len(teams.conversation("#cab").messages) == count


async def test_the_app_comes_and_goes(teams: FakeTeams) -> None:
    async with app_that_answers(teams, {}) as got:
        await teams.install(ANA)
        await teams.rename_channel(ANA, "#cab", "#board")
        await teams.uninstall(ANA)
    installed = ["conversationUpdate", "installationUpdate"]
    assert [each["type"] for each in got] == [*installed, "conversationUpdate", *installed]
    assert got[0]["membersAdded"] == [{"id": f"28:{APP_ID}"}]
    assert got[2]["channelData"]["eventType"] == "channelRenamed"
    assert not teams.conversation("#board").bot_is_member


# ---- reading cards


def test_a_question_is_answered_yes() -> None:
    inside = {"type": "ActionSet", "actions": [{**APPROVE, "title": "Cancel it"}]}
    ask = {"type": "Container", "id": "ask", "isVisible": False, "items": [inside]}
    toggle = {"type": "Action.ToggleVisibility", "title": "Cancel", "targetElements": ["ask"]}
    drawn = card({"type": "ActionSet", "actions": [toggle]}, ask)
    assert [each["title"] for each in cards.actions(drawn)] == ["Cancel"]
    assert cards.action(drawn, "Cancel")["title"] == "Cancel it"
    with pytest.raises(AssertionError, match="one button"):
        cards.action(drawn, "Cancel it")


@pytest.mark.parametrize(
    "element, read",
    [
        ({"type": "TextBlock", "text": r"**bold**, \*not\*, [a link](https://example.org)"}, "bold, *not*, a link"),
        ({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "**as it is**"}]}, "**as it is**"),
        ({"type": "TextBlock", "text": "Awaited: <at>Ben</at>"}, "Awaited: @Ben"),
        ({"type": "TextBlock", "text": "{{DATE(2026-12-01T21:00:00Z, SHORT)}}"}, "Tue 1 Dec 2026"),
        ({"type": "TextBlock", "text": "{{TIME(2026-12-01T21:00:00Z)}}"}, "22:00 CET"),
        ({"type": "FactSet", "facts": [{"title": "Risk", "value": "low"}]}, "Risk: low"),
        ({"type": "TextBlock", "text": "hidden", "isVisible": False}, ""),
    ],
)
def test_words_are_read_as_teams_shows_them(element: Json, read: str) -> None:
    assert cards.words(card(element)) == read


def test_a_moment_is_shown_in_the_zone_of_the_reader() -> None:
    drawn = card({"type": "TextBlock", "text": "{{TIME(2026-12-01T21:00:00Z)}}"})
    assert cards.words(drawn, "Asia/Kolkata") == "02:30 IST"


def test_a_moment_of_two_pickers_is_filled_in_as_one() -> None:
    day, clock = ({"type": f"Input.{each.title()}", "id": f"field.start.{each}"} for each in ("date", "time"))
    drawn = card({**day, "value": "2026-12-01"}, {**clock, "value": "22:00"})
    assert forms.standing(drawn) == {"start": "2026-12-01 22:00"}
    assert forms.filled(drawn, {"start": "2026-12-02 23:30"}) == {
        "field.start.date": "2026-12-02",
        "field.start.time": "23:30",
    }
    with pytest.raises(AssertionError, match="no field"):
        forms.filled(drawn, {"end": "2026-12-02 23:30"})
