"""The Bot Framework's service of the fake: what the app calls to speak in conversations, over HTTP, into the world.

Paths and answers are those of the Bot Connector's REST documentation; faults strike by the names in `METHODS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes import teams_cards as cards
from tests.fakes.slack_faults import Fault, Faults
from tests.fakes.teams_world import CARD, Conversation, Message, World
from tests.messages.adaptive_card_rules import violations

Json = dict[str, Any]

METHODS = ("create", "send", "whisper", "reply", "edit", "delete", "member", "members", "channels", "team")


class Refuse(Exception):
    """An error as the service words it."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass
class Call:
    """One call; `ok` is whether it was done, None while or if nobody heard."""

    method: str
    conversation: str
    body: Json
    ok: bool | None = None


class TeamsService:
    """Serves a world on a free port of this machine."""

    def __init__(self, world: World, allowed: Callable[[str], bool]) -> None:
        self.world, self._allowed = world, allowed
        self.faults, self.calls, self.violations = Faults(), list[Call](), list[str]()
        self.url = ""
        self._changed, self._hanging = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_routes(self._routes())
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/emea/"
        try:
            yield
        finally:
            self._hanging.set()
            await runner.cleanup()

    @property
    def origin(self) -> str:
        return self.url.removesuffix("/emea/")

    def calls_of(self, *methods: str) -> list[Call]:
        return [each for each in self.calls if each.method in methods]

    async def wait_for_change(self, seconds: float) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    # ---- what Teams would refuse

    def judge_card(self, card: Json, where: str) -> None:
        """Note what Teams refuses or shows wrongly, and what it would read as markup."""
        self.violations += [f"{where}: {each}" for each in violations(card)]

    def judge_dialog(self, shown: Json) -> None:
        card = shown.get("card", {})
        if card.get("contentType") != CARD:
            self.violations.append("dialog: its card has no content type")
            return
        self.judge_card(card["content"], "a dialog")
        if any(each["type"] == "Action.Execute" for each in cards.actions(card["content"])):
            self.violations.append("dialog: Action.Execute does nothing in a dialog")

    def _judge_message(self, activity: Json, where: str) -> None:
        if activity.get("type") != "message":
            self.violations.append(f"{where}: an activity of type {activity.get('type')!r}")
        if any(each.get("contentType") == CARD for each in activity.get("attachments", [])):
            self.violations += [f"{where}: {each}" for each in violations(activity)]
        if not activity.get("attachments") and not activity.get("text"):
            self.violations.append(f"{where}: a message without words")

    # ---- over HTTP

    def _routes(self) -> list[web.RouteDef]:
        one = "/emea/v3/conversations/{conversation}"
        return [
            web.post("/emea/v3/conversations", self._taking("create", self._create)),
            web.post(f"{one}/activities", self._taking("send", self._send)),
            web.post(f"{one}/activities/{{message}}", self._taking("reply", self._send)),
            web.put(f"{one}/activities/{{message}}", self._taking("edit", self._edit)),
            web.delete(f"{one}/activities/{{message}}", self._taking("delete", self._delete)),
            web.get(f"{one}/members/{{member}}", self._taking("member", self._member)),
            web.get(f"{one}/pagedmembers", self._taking("members", self._members)),
            web.get("/emea/v3/teams/{team}/conversations", self._taking("channels", self._channels)),
            web.get("/emea/v3/teams/{team}", self._taking("team", self._team)),
        ]

    def _taking(
        self, method: str, work: Callable[[web.Request, Json], tuple[int, Json]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def take(request: web.Request) -> web.StreamResponse:
            body: Json = await request.json() if request.can_read_body else {}
            targeted = request.query.get("isTargetedActivity") == "true"
            call = Call("whisper" if targeted else method, request.match_info.get("conversation", ""), body)
            self.calls.append(call)
            if self.faults.latency:
                await asyncio.sleep(self.faults.latency)
            if not self._allowed(request.headers.get("Authorization", "")):
                return _error(Refuse(401, "Unauthorized"))
            fault = self.faults.next(call.method, {**body, "conversation": call.conversation})
            if fault is not None and (struck := await self._strike(fault, request)) is not None:
                return struck
            answer = self._answer(call, work, request)
            self._changed.set()
            return _dropped(request) if fault is not None and fault.kind == "drop_after" else answer

        return take

    def _answer(
        self, call: Call, work: Callable[[web.Request, Json], tuple[int, Json]], request: web.Request
    ) -> web.Response:
        try:
            status, answer = work(request, call.body)
        except Refuse as refused:
            call.ok = False
            return _error(refused)
        call.ok = True
        return web.json_response(answer, status=status)

    async def _strike(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        match fault.kind:
            case "ratelimited":
                headers = {"Retry-After": fault.retry_after}
                return web.json_response({"error": {"code": "TooManyRequests"}}, status=429, headers=headers)
            case "error":
                return _error(Refuse(fault.status, fault.word))
            case "status":
                return web.Response(status=fault.status, text="upstream trouble")
            case "hang":
                await self._hanging.wait()
                return _dropped(request)
            case "drop_before":
                return _dropped(request)
            case _:  # "drop_after" strikes behind the call
                return None

    # ---- what is done

    def _conversation(self, key: str) -> Conversation:
        try:
            found = self.world.conversation(key)
        except LookupError:
            raise Refuse(404, "ConversationNotFound", "Conversation not found.") from None
        if not found.bot_is_member:
            raise Refuse(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return found

    def _create(self, _request: web.Request, body: Json) -> tuple[int, Json]:
        channel = body.get("channelData", {}).get("channel", {}).get("id")
        if channel:
            message = self._post(self._conversation(channel), body["activity"], "")
            return 201, {"id": f"{message.conversation};messageid={message.id}", "activityId": message.id}
        members = body.get("members", [])
        if len(members) != 1 or members[0].get("id") not in self.world.users:
            raise Refuse(403, "ForbiddenOperationException", "The bot can't speak with that person.")
        found = self.world.personal(members[0]["id"])
        if not found.bot_is_member:
            raise Refuse(403, "BotNotInConversationRoster", "The person has removed the bot.")
        return 201, {"id": found.id}

    def _send(self, request: web.Request, body: Json) -> tuple[int, Json]:
        key = request.match_info["conversation"]
        where = self._conversation(key)
        thread = key.partition(";messageid=")[2]
        if not thread and where.kind == "channel":
            thread = request.match_info.get("message", "")
        only_for = ""
        if request.query.get("isTargetedActivity") == "true":
            only_for = self._targeted(where, body)
        return 201, {"id": self._post(where, body, thread, only_for).id}

    def _targeted(self, where: Conversation, body: Json) -> str:
        user = str(body.get("recipient", {}).get("id", ""))
        if where.kind == "personal":
            raise Refuse(400, "BadArgument", "Targeted messages are for group chats and channels.")
        if user not in {each.id for each in self.world.members(where)}:
            raise Refuse(403, "ForbiddenOperationException", "The recipient isn't a member of the conversation.")
        return user

    def _post(self, where: Conversation, activity: Json, thread: str, only_for: str = "") -> Message:
        self._judge_message(activity, f"a message in {where.name or where.kind}")
        if thread and where.message(thread) is None:
            raise Refuse(404, "MessageNotFound", "The thread isn't there.")
        message = Message(self.world.next_id(), where.id, self.world.bot, activity, thread, only_for)
        where.history.append(message)
        return message

    def _edit(self, request: web.Request, body: Json) -> tuple[int, Json]:
        message = self._message(request)
        self._judge_message(body, "an edit")
        message.edited(body)
        return 200, {"id": message.id}

    def _delete(self, request: web.Request, _body: Json) -> tuple[int, Json]:
        self._message(request).deleted = True
        return 200, {}

    def _message(self, request: web.Request) -> Message:
        where = self._conversation(request.match_info["conversation"])
        message = where.message(request.match_info["message"])
        if message is None or message.sender != self.world.bot:
            raise Refuse(404, "ActivityNotFoundInConversation", "The message isn't there.")
        return message

    def _member(self, request: web.Request, _body: Json) -> tuple[int, Json]:
        where, key = self._conversation(request.match_info["conversation"]), request.match_info["member"]
        for user in self.world.members(where):
            if key in (user.id, user.object_id):
                return 200, user.as_member()
        raise Refuse(404, "MemberNotFoundInConversation", "Member not found.")

    def _members(self, request: web.Request, _body: Json) -> tuple[int, Json]:
        members = self.world.members(self._conversation(request.match_info["conversation"]))
        size = int(request.query.get("pageSize", 50))
        begin = int(request.query.get("continuationToken") or 0)
        page = [each.as_member() for each in members[begin : begin + size]]
        more = {"continuationToken": str(begin + size)} if begin + size < len(members) else {}
        return 200, {"members": page, **more}

    def _team(self, request: web.Request, _body: Json) -> tuple[int, Json]:
        team = self._conversation(request.match_info["team"])
        return 200, {"id": team.id, "name": self.world.team_name, "aadGroupId": self.world.team_group}

    def _channels(self, _request: web.Request, _body: Json) -> tuple[int, Json]:
        channels = (each for each in self.world.conversations.values() if each.kind == "channel")
        found = [each for each in channels if each is not self.world.general]
        return 200, {
            "conversations": [{"id": self.world.team_id}, *({"id": each.id, "name": each.name} for each in found)]
        }


def _error(refused: Refuse) -> web.Response:
    return web.json_response({"error": {"code": refused.code, "message": refused.message}}, status=refused.status)


def _dropped(request: web.Request) -> web.Response:
    """End the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
