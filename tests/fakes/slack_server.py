"""The HTTP side of the fake: the Web API in all three ways in which arguments come, response_urls, sockets, OAuth."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack_faults import Faults, Limits
from tests.fakes.slack_methods import Methods, Refuse
from tests.fakes.slack_world import Json, Message, World

RESPONSES_PER_URL, RESPONSE_SECONDS = 5, 30 * 60
_AS_JSON = ("blocks", "view", "metadata", "attachments")


@dataclass
class Call:
    """One call of the Web API; `ok` is what it was answered with, None while or if it never was."""

    method: str
    token: str
    arguments: Json
    at: float
    ok: bool | None = None


@dataclass
class ResponseUrl:
    user: str
    channel: str
    message: Message | None
    at: float = field(default_factory=time.monotonic)
    used: int = 0


class Server:
    """Serves a world on a free port of this machine."""

    def __init__(self, world: World, methods: Methods) -> None:
        self.world, self.methods = world, methods
        self.faults, self.limits = Faults(), Limits()
        self.calls: list[Call] = []
        self.responses: dict[str, ResponseUrl] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self._peers: set[object] = set()
        self.acks: dict[str, asyncio.Future[Json]] = {}
        self.url = ""
        self._changed = asyncio.Event()
        self._hanging = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{key}", self._respond)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.methods.socket_url = f"ws://{host}:{port}/socket"

    async def stop(self) -> None:
        self._hanging.set()
        for socket in list(self.sockets):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def connections(self) -> int:
        """How many connections the Web API was called over."""
        return len(self._peers)

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        key = f"R{self.world.number()}"
        self.responses[key] = ResponseUrl(user, channel, message)
        return f"{self.url}/response/{key}"

    def changed(self) -> None:
        """Wake whoever waits for something to be shown."""
        self._changed.set()

    async def wait_for_change(self, seconds: float) -> None:
        self._changed.clear()
        await asyncio.wait_for(self._changed.wait(), seconds)

    # ---- the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        self._peers.add(request.transport and request.transport.get_extra_info("peername"))
        method, arguments = request.match_info["method"], await _arguments(request)
        token = _token(request, arguments)
        call = Call(method, token, arguments, time.monotonic())
        self.calls.append(call)
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        known = self.methods.tokens.get(token)
        if wait := self.limits.over(method, known.team if known else "", arguments):
            return _ratelimited(str(int(wait) + 1))
        fault = self.faults.next(method, arguments)
        if fault is not None and (struck := await self._strike(fault.kind, fault, request)) is not None:
            return struck
        answer = self._answer(call)
        self.changed()
        if fault is not None and fault.kind == "drop_after":
            return _dropped(request)
        return web.json_response(answer, headers={"x-oauth-scopes": "chat:write,commands"})

    def _answer(self, call: Call) -> Json:
        try:
            answer = {"ok": True, **self.methods.call(call.method, call.token, call.arguments)}
        except Refuse as refused:
            answer = {"ok": False, "error": str(refused)}
        call.ok = bool(answer["ok"])
        return answer

    async def _strike(self, kind: str, fault: Any, request: web.Request) -> web.StreamResponse | None:
        match kind:
            case "ratelimited":
                return _ratelimited(fault.retry_after)
            case "error":
                return web.json_response({"ok": False, "error": fault.word})
            case "status":
                return web.Response(status=fault.status, text="upstream trouble")
            case "hang":
                await self._hanging.wait()
                return _dropped(request)
            case "drop_before":
                return _dropped(request)
            case _:  # "drop_after" strikes behind the call
                return None

    # ---- answers to interactions

    async def _respond(self, request: web.Request) -> web.Response:
        found = self.responses.get(request.match_info["key"])
        body = await request.json()
        if found is None or found.used >= RESPONSES_PER_URL:
            return web.Response(status=404, text="used_url")
        if time.monotonic() - found.at > RESPONSE_SECONDS:
            return web.Response(status=404, text="expired_url")
        found.used += 1
        if not body.get("delete_original"):
            self.methods.judge({key: body[key] for key in ("text", "blocks") if key in body}, "response_url")
        self._shown(found, body)
        self.changed()
        return web.Response(text="ok")

    def _shown(self, found: ResponseUrl, body: Json) -> None:
        original = found.message
        if original is not None and (body.get("replace_original") or body.get("delete_original")):
            original.edits.append({"text": original.text, "blocks": original.blocks})
            original.text, original.blocks = body.get("text", ""), body.get("blocks", [])
            original.deleted = bool(body.get("delete_original"))
            return
        self.show_privately(found.user, found.channel, body)

    def show_privately(self, user: str, channel: str, body: Json) -> Message:
        """An ephemeral message, or for `in_channel` one for everybody."""
        only_for = None if body.get("response_type") == "in_channel" else user
        bot = next(iter(self.methods.tokens.values())).bot_user if self.methods.tokens else ""
        message = Message(
            self.world.next_ts(), channel, bot, body.get("text", ""), body.get("blocks", []), only_for=only_for
        )
        self.world.channel(channel).history.append(message)
        self.changed()
        return message

    # ---- installation, sockets

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page on which somebody allows the installation, and does so at once."""
        code = next(iter(self.methods.codes), "denied")
        query = request.query
        raise web.HTTPFound(f"{query['redirect_uri']}?code={code}&state={query['state']}")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        self.changed()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _acknowledged(self, ack: Json) -> None:
        waiting = self.acks.pop(str(ack.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)


async def _arguments(request: web.Request) -> Json:
    """Arguments from a JSON body, a form body or the query: slack_sdk uses all three."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.method == "POST":
        found |= dict(await request.post())
    for name in _AS_JSON:
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found


def _token(request: web.Request, arguments: Json) -> str:
    """The bearer token; an app that speaks for itself sends its id and secret as a name and a password."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        arguments["client_id"], _, arguments["client_secret"] = b64decode(given).decode().partition(":")
        return ""
    return given or str(arguments.pop("token", ""))


def _ratelimited(retry_after: str) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": retry_after})


def _dropped(request: web.Request) -> web.Response:
    """End the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
