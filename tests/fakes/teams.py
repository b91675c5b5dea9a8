"""A Teams for tests: over real HTTP, with tokens that its issuer signed, and with people who type, press and fill in.

    teams = FakeTeams()
    async with teams.running():
        teams.app_url = "http://127.0.0.1:8080/api/messages"
        await teams.say("29:ana", "#releases", 'new "Faster refunds"')
        done = await teams.press("29:ben", teams.conversation("#cab").last, "Approve")
        await teams.send("29:ana", title="Faster refunds")

It is held to the facts of Microsoft's documentation: an invoke is waited for as long as Teams waits, a card that answers
one is that person's view until the message is edited, a targeted message is seen by one person, and what Teams would
refuse is noted in `violations`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import aiohttp

from tests.fakes import teams_cards as cards
from tests.fakes import teams_forms as forms
from tests.fakes.teams_activities import Activities
from tests.fakes.teams_authority import APP_ID, APP_PASSWORD, TENANT, Authority
from tests.fakes.teams_service import TeamsService
from tests.fakes.teams_wire import Got, Wire
from tests.fakes.teams_world import CARD, Conversation, Dialog, Json, Message, User, World

__all__ = ["APP_ID", "APP_PASSWORD", "TENANT", "FakeTeams", "Shown"]

T = TypeVar("T")

OUR_TOKEN = "Bearer made-up-access-token-"
"""How every token begins that the authority's login hands out."""
MESSAGE = "application/vnd.microsoft.activity.message"


@dataclass
class Shown:
    """What the one who acted sees of it at once: words, or a card in place of the message's, or a dialog."""

    got: Got
    text: str = ""
    card: Json | None = None
    dialog: Dialog | None = None

    @property
    def words(self) -> str:
        if self.dialog is not None:
            return self.dialog.words
        return cards.words(self.card) if self.card else self.text


class FakeTeams:
    """One tenant with a team in it, its Bot Framework service, and the app that it sends to."""

    def __init__(self, tenant: str = TENANT) -> None:
        self.world = World(tenant, f"28:{APP_ID}")
        self.authority = Authority()
        self.activities = Activities(self.world)
        self.service = TeamsService(self.world, lambda header: header.startswith(OUR_TOKEN))
        self.wire = Wire(self.token)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        connector = aiohttp.TCPConnector(limit=0)
        with self.authority.running():
            async with self.service.running(), aiohttp.ClientSession(connector=connector) as self.wire.session:
                self.activities.service_url = self.service.url
                yield self

    def token(self) -> str:
        """A genuine one, of the world's own time."""
        now = int(self.world.clock())
        return self.authority.token(self.service.url, nbf=now - 10, exp=now + 3_600)

    # ---- what there is

    @property
    def violations(self) -> list[str]:
        return self.service.violations

    @property
    def app_url(self) -> str:
        return self.wire.app_urls[0]

    @app_url.setter
    def app_url(self, url: str) -> None:
        self.wire.app_urls = [url]

    def add_user(self, user: str, name: str = "", **details: Any) -> User:
        return self.world.add_user(user, name, **details)

    def add_channel(self, name: str, **details: Any) -> Conversation:
        return self.world.add_channel(name, **details)

    def conversation(self, name: str) -> Conversation:
        return self.world.conversation(name)

    def personal(self, user: str) -> Conversation:
        return self.world.personal(user)

    def dialog_of(self, user: str) -> Dialog:
        found = self.world.dialogs.get(user, [])
        assert found, f"no dialog is open for {user}"
        return found[-1]

    async def until(self, condition: Callable[[], T], seconds: float = 10.0) -> T:
        """What the condition answers, as soon as that is something; it is asked after every call of the app."""
        end = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < end, f"in {seconds:g} s it didn't come to that"
            await self.service.wait_for_change(0.2)
        return found

    # ---- what people do

    async def say(self, user: str, where: str, text: str, *, thread: str = "", targeted: bool = False) -> Got:
        """Type to the bot: with a mention in a channel or a group chat, plain words for `where="me"`."""
        found = self.personal(user) if where == "me" else self.conversation(where)
        said = self.activities.said(self.world.users[user], found, text, thread, targeted=targeted)
        if not targeted:
            root = said["conversation"]["id"].partition(";messageid=")[2]
            thread = "" if root == said["id"] else root
            found.history.append(Message(said["id"], found.id, user, {"type": "message", "text": ""}, thread=thread))
        return await self.wire.deliver(said)

    async def press(self, user: str, on: Message, label: str, **answers: str) -> Shown:
        """Press a button of a message, as it stands there for that person; `answers` fill in the card's own fields."""
        card = on.card(user)
        assert card is not None, "there is no card on it"
        return await self.act(user, on, cards.action(card, label), forms.filled(card, answers))

    async def press_in_dialog(self, user: str, label: str) -> Shown:
        """Press another button of the dialog than the one that sends it."""
        dialog = self.dialog_of(user)
        return await self._send(user, dialog, cards.action(dialog.card, label), {})

    async def send(self, user: str, **answers: str) -> Shown:
        """Fill in the open dialog and send it. What isn't named stays as it was filled in beforehand."""
        dialog = self.dialog_of(user)
        sending = [each for each in cards.actions(dialog.card) if each["type"] == "Action.Submit"]
        assert sending, "the dialog has no button that sends it"
        return await self._send(user, dialog, sending[-1], forms.filled(dialog.card, answers))

    async def act(self, user: str, on: Message, action: Json, inputs: Json) -> Shown:
        """What the client does for an action of a card."""
        who = self.world.users[user]
        if action["type"] == "Action.Execute" and who.old_client:
            action = action.get("fallback", {"type": "nothing"})
        data = {**inputs, **action.get("data", {})}
        if action["type"] == "Action.Execute":
            return await self.invoke(user, on, self.activities.executed(who, on, action, data))
        if action["type"] != "Action.Submit":
            return Shown(Got(0))  # an old client shows no such button at all
        if data.get("msteams", {}).get("type") == "task/fetch":
            asked = self.activities.dialog_asked(who, on, data)
            return self._dialog(user, on, await self.wire.deliver(asked))
        return Shown(await self.wire.deliver(self.activities.submitted(who, on, data)))

    async def looks(self, user: str, on: Message) -> Shown | None:
        """The message comes into sight: a card that refreshes itself for this person does it. None when it doesn't."""
        refresh = (on.card(user) or {}).get("refresh", {})
        if user not in refresh.get("userIds", []):
            return None
        action = refresh["action"]
        activity = self.activities.executed(
            self.world.users[user], on, action, action.get("data", {}), trigger="automatic"
        )
        return await self.invoke(user, on, activity)

    async def invoke(self, user: str, on: Message, activity: Json) -> Shown:
        """Send an adaptiveCard/action and show what it is answered with. Public, so that one can be repeated."""
        got = await self.wire.deliver(activity)
        if got.status != 200:
            return Shown(got)
        answer = got.json
        if answer.get("type") == CARD and answer.get("statusCode") == 200:
            self.service.judge_card(answer["value"], "the answer to an invoke")
            on.views[user] = answer["value"]
            return Shown(got, card=answer["value"])
        if answer.get("type") == MESSAGE and answer.get("statusCode") == 200:
            return Shown(got, text=str(answer["value"]))
        self.violations.append(f"invoke: Teams shows “Something went wrong” for {str(answer)[:200]}")
        return Shown(got)

    def close_dialogs(self, user: str) -> None:
        self.world.dialogs.pop(user, None)

    async def _send(self, user: str, dialog: Dialog, action: Json, inputs: Json) -> Shown:
        if action["type"] != "Action.Submit":
            self.violations.append(f"dialog: a dialog has only Action.Submit, not {action['type']}")
        data = {**inputs, **action.get("data", {})}
        who = self.world.users[user]
        sent = self.activities.dialog_sent(who, dialog.message, dialog.conversation, data)
        return self._dialog(user, dialog.message, await self.wire.deliver(sent))

    def _dialog(self, user: str, on: Message | None, got: Got) -> Shown:
        if got.status != 200:
            return Shown(got)
        open_now, task = self.world.dialogs.setdefault(user, []), got.json.get("task")
        open_now.clear()
        if task is None:
            return Shown(got)
        if task["type"] == "message":
            return Shown(got, text=str(task["value"]))
        shown = task["value"]
        self.service.judge_dialog(shown)
        conversation = on.conversation if on else self.personal(user).id
        open_now.append(Dialog(user, str(shown.get("title", "")), shown["card"]["content"], conversation, on))
        return Shown(got, dialog=open_now[-1])

    # ---- what becomes of the app and of channels

    async def install(self, user: str, where: str = "team") -> None:
        """Add the app to the team, to a group chat, or (`me`) for oneself."""
        await self._told(self._changed(user, where, "add"))

    async def uninstall(self, user: str, where: str = "team") -> None:
        await self._told(self._changed(user, where, "remove"))

    def _changed(self, user: str, where: str, action: str) -> list[Json]:
        if where == "team":
            for each in self.world.conversations.values():
                each.bot_is_member = action == "add" if each.kind == "channel" else each.bot_is_member
            return self.activities.installed(self.world.users[user], self.world.general, action)
        found = self.personal(user) if where == "me" else self.conversation(where)
        found.bot_is_member = action == "add"
        return self.activities.installed(self.world.users[user], found, action)

    async def rename_channel(self, user: str, channel: str, name: str) -> None:
        found = self.conversation(channel)
        found.name = name.removeprefix("#")
        await self._told([self.activities.channel_changed(self.world.users[user], found, "channelRenamed")])

    async def delete_channel(self, user: str, channel: str) -> None:
        found = self.conversation(channel)
        found.bot_is_member = False
        await self._told([self.activities.channel_changed(self.world.users[user], found, "channelDeleted")])

    async def _told(self, activities: list[Json]) -> None:
        for each in activities:
            got = await self.wire.deliver(each)
            assert got.status < 300, got
