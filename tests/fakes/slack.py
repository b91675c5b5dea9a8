"""A Slack for tests and benchmarks: over real HTTP, signed, with people who type, press and fill in.

    slack = FakeSlack()
    async with slack.running():
        slack.app_url = "http://127.0.0.1:8080/slack/events"
        await slack.command("UANA", "#pay", "/release", 'new "Faster refunds"')
        await slack.submit("UANA", title="Faster refunds")
        await slack.press("UBEN", slack.channel("#cab").last, "Approve")

It is held to the facts of docs/decisions and Slack's own documentation: triggers expire and work once, response_urls
take five answers, every payload is judged by the rules of Block Kit, and all that was called is recorded.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.fakes.slack_forms import state_of
from tests.fakes.slack_methods import Methods, Token
from tests.fakes.slack_server import Call, Server
from tests.fakes.slack_wire import Ack, Wire, escaped
from tests.fakes.slack_world import Channel, Json, Message, User, View, World, button_in

__all__ = ["APP_TOKEN", "BOT_TOKEN", "BOT_USER", "SIGNING_SECRET", "TEAM", "Ack", "FakeSlack", "escaped"]

T = TypeVar("T")

TEAM, BOT_USER, BOT_TOKEN, SIGNING_SECRET = "T0CAB", "U0BOT", "xoxb-fake-token", "8f742231b10e8888abcd99yyyzzz85a5"
APP_TOKEN = "xapp-fake-token"


class FakeSlack(Wire):
    """One Slack with a workspace, a bot in it, and the app that it sends to."""

    def __init__(self, team: str = TEAM, signing_secret: str = SIGNING_SECRET) -> None:
        world = World(team)
        self.methods = Methods(world, {BOT_TOKEN: Token(team, BOT_USER, "B0BOT")}, app_tokens={APP_TOKEN})
        super().__init__(world, Server(world, self.methods), signing_secret)

    # ---- what there is

    @property
    def api_url(self) -> str:
        return self.server.api_url

    @property
    def violations(self) -> list[str]:
        return self.methods.violations

    @property
    def faults(self) -> Any:
        return self.server.faults

    @property
    def calls(self) -> list[Call]:
        return self.server.calls

    def calls_of(self, method: str) -> list[Call]:
        return [each for each in self.calls if each.method == method]

    def add_user(self, user: str, name: str = "", **details: Any) -> User:
        return self.world.add_user(user, name, **details)

    def add_channel(self, name: str, **details: Any) -> Channel:
        return self.world.add_channel(name, **details)

    def channel(self, name: str) -> Channel:
        return self.world.channel(name)

    def direct(self, user: str) -> Channel:
        return self.world.direct(user)

    def view_of(self, user: str) -> View:
        views = self.world.open_views(user)
        assert views, f"no modal is open for {user}"
        return views[-1]

    def private(self, user: str) -> list[Message]:
        """Everything that only this person sees, oldest first: ephemeral messages and the bot's direct ones."""
        seen = [each for channel in self.world.channels.values() for each in channel.ephemerals(user)]
        return sorted([*seen, *self.direct(user).messages], key=lambda each: float(each.ts))

    async def until(self, condition: Callable[[], T], seconds: float = 10.0) -> T:
        """What the condition answers, as soon as that is something; it is asked after every call of the app."""
        end = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < end, f"in {seconds:g} s it didn't come to that"
            try:
                await self.server.wait_for_change(min(0.2, seconds))
            except TimeoutError:
                continue
        return found

    # ---- what people do

    async def command(self, user: str, channel: str, command: str, text: str = "", **overrides: Any) -> Ack:
        where = self.channel(channel)
        name = "directmessage" if where.direct_with else "privategroup" if where.private else where.name
        fields = {
            "token": "verification-token",
            "team_id": where.team,
            "team_domain": "example",
            "channel_id": where.id,
            "channel_name": name,
            "user_id": user,
            "user_name": self._name(user),
            "command": command,
            "text": escaped(text),
            "api_app_id": "A0CAB",
            "is_enterprise_install": "false",
            "response_url": self.server.response_url(user, where.id),
            "trigger_id": self.methods.trigger(user),
        } | overrides
        ack = await self._deliver("slash_commands", urlencode(fields), fields)
        if ack.status == 200 and ack.json:
            self.methods.judge({key: ack.json[key] for key in ("text", "blocks") if key in ack.json}, "ack")
            ack.message = self.server.show_privately(user, where.id, ack.json)
        return ack

    async def press(self, user: str, where: Message | View, label: str, /, **overrides: Any) -> Ack:
        """Press the button with that label, as it stands now in a message or in an open modal."""
        if isinstance(where, View):
            return await self._press_in_view(user, where, label, overrides)
        channel = self.channel(where.channel)
        return await self.interact(
            user,
            {
                "type": "block_actions",
                "container": {"type": "message", "message_ts": where.ts, "channel_id": channel.id},
                "channel": {"id": channel.id, "name": channel.name},
                "message": {**where.as_json(), "team": channel.team},
                "response_url": self.server.response_url(user, channel.id, where),
                "actions": [self._action(where.button(label), where.blocks)],
            }
            | overrides,
        )

    async def _press_in_view(self, user: str, view: View, label: str, overrides: Json) -> Ack:
        button = button_in(view.blocks, label)
        container = {"type": "view", "view_id": view.id}
        payload = {"type": "block_actions", "container": container, "view": view.as_json()}
        return await self.interact(user, payload | {"actions": [self._action(button, view.blocks)]} | overrides)

    async def submit(self, user: str, view: View | None = None, **answers: Any) -> Ack:
        """Fill in and send the open modal. What isn't named stays as it was filled in beforehand."""
        view = view or self.view_of(user)
        payload = {"type": "view_submission", "view": {**view.as_json(), "state": {"values": state_of(view, answers)}}}
        ack = await self.interact(user, payload)
        if ack.status == 200:
            self._after_submission(user, view, ack.json)
        return ack

    async def shortcut(self, user: str, callback_id: str) -> Ack:
        return await self.interact(user, {"type": "shortcut", "callback_id": callback_id, "action_ts": "1.2"})

    async def interact(self, user: str, payload: Json) -> Ack:
        """Send an interaction; the envelope's usual parts are added."""
        team = self.world.users[user].team if user in self.world.users else self.world.team
        whole = {
            "team": {"id": self.world.team, "domain": "example"},
            "user": {"id": user, "username": self._name(user), "name": self._name(user), "team_id": team},
            "api_app_id": "A0CAB",
            "token": "verification-token",
            "trigger_id": self.methods.trigger(user),
            "enterprise": None,
            "is_enterprise_install": False,
        } | payload
        return await self._deliver("interactive", urlencode({"payload": json.dumps(whole)}), whole)

    async def mention(self, user: str, channel: str, text: str, /, **details: Any) -> Ack:
        where = self.channel(channel)
        said = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "channel": where.id}
        return await self.event({**said, "ts": self.world.next_ts(), "team": where.team} | details)

    async def write_to_bot(self, user: str, text: str, /, **details: Any) -> Ack:
        said = {"type": "message", "channel_type": "im", "user": user, "text": text, "channel": self.direct(user).id}
        return await self.event({**said, "ts": self.world.next_ts(), "team": self.world.team} | details)

    async def open_home(self, user: str, tab: str = "home") -> Ack:
        """Look at the bot's home tab; it's drawn behind the acknowledgement."""
        return await self.event({"type": "app_home_opened", "user": user, "channel": self.direct(user).id, "tab": tab})

    async def event(self, event: Json, *, event_id: str = "", retry: int = 0, **overrides: Any) -> Ack:
        """Deliver an event; `retry` is the number that Slack writes on a repeated delivery."""
        authorization = {"team_id": self.world.team, "user_id": BOT_USER, "is_bot": True, "enterprise_id": None}
        whole = {
            "token": "verification-token",
            "team_id": self.world.team,
            "api_app_id": "A0CAB",
            "type": "event_callback",
            "event_id": event_id or f"Ev{self.world.number():08d}",
            "event_time": int(self.clock()),
            "event": event,
            "authorizations": [{**authorization, "is_enterprise_install": False}],
        } | overrides
        extra = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        return await self._deliver("events_api", json.dumps(whole), whole, extra)

    def _after_submission(self, user: str, view: View, answer: Json) -> None:
        views = self.world.open_views(user)
        match answer.get("response_action"):
            case None:
                views.remove(view)
            case "clear":
                views.clear()
            case "update":
                self.methods.judge(answer["view"], "response_action update")
                view.body = answer["view"]
            case "push":
                self.methods.judge(answer["view"], "response_action push")
                views.append(View(f"V{self.world.number()}", view.team, answer["view"]))
            case "errors":
                unknown = sorted(set(answer["errors"]) - set(view.inputs))
                self.methods.violations += [f"errors: the modal has no field {name}" for name in unknown]
            case other:
                self.methods.violations.append(f"response_action: Slack knows no {other!r}")

    def _action(self, button: Json, blocks: Iterable[Json]) -> Json:
        for row in blocks:
            menu = row.get("accessory", {})
            if button in menu.get("options", []):
                chosen = {"type": menu["type"], "action_id": menu["action_id"], "selected_option": button}
                return {**chosen, "block_id": row["block_id"], "action_ts": self.world.next_ts()}
        block = next((each["block_id"] for each in blocks if button in each.get("elements", [])), "")
        return {**button, "block_id": block, "action_ts": self.world.next_ts()}

    def _name(self, user: str) -> str:
        return self.world.users[user].name if user in self.world.users else user.lower()
