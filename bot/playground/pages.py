"""The playground's routes: the page itself, what it asks for, what it says, and the stream of what happens."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground import views
from bot.playground.guard import dress, guard
from bot.playground.hub import Event
from bot.playground.playground import Playground
from bot.playground.seed import SEEDED
from bot.playground.tour import tour
from bot.playground.words import words
from storage.due import next_due
from storage.terms import Origin

STATIC = Path(__file__).parent / "static"
BODY_LIMIT = 64 * 1024
HEARTBEAT_SECONDS = 15
LONGEST_LINE = 20_000
NEWEST = 2**62

_ACT = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


class Pages:
    """The handlers of one playground."""

    def __init__(self, house: Playground) -> None:
        self._house = house

    def application(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=BODY_LIMIT)
        app.on_response_prepare.append(dress)
        app.on_shutdown.append(self._shut)
        app.add_routes(
            [
                web.get("/", self.page),
                web.get("/api/state", self.state),
                web.get("/api/words", self.words),
                web.get("/api/tour", self.tour),
                web.get("/api/channel", self.channel),
                web.get("/api/thread", self.thread),
                web.get("/api/events", self.events),
                web.post("/api/say", self.say),
                web.post("/api/chat", self.chat),
                web.post("/api/read", self.read),
                web.post("/api/clock", self.clock),
                web.static("/static", STATIC),
            ]
        )
        return app

    async def _shut(self, _app: web.Application) -> None:
        self._house.hub.close()

    async def page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    # ---- what is shown

    async def state(self, request: web.Request) -> web.Response:
        handle = self._speaker(request.query.get("as", ""))
        there = await self._house.store.read(lambda tx: views.state(self._house, handle, tx))
        return web.json_response(there | views.unread(self._house, handle))

    async def words(self, _request: web.Request) -> web.Response:
        return web.json_response(await self._house.store.read(lambda tx: words(self._house, tx)))

    async def tour(self, _request: web.Request) -> web.Response:
        known = _number(self._house.log.noted(SEEDED) or "0")
        return web.json_response(await self._house.store.read(lambda tx: tour(self._house, known, tx)))

    async def channel(self, request: web.Request) -> web.Response:
        handle = self._speaker(request.query.get("as", ""))
        name = self._channel(handle, request.query.get("id", ""))
        before = _number(request.query.get("before", str(NEWEST)))
        return web.json_response(views.channel(self._house, name, before))

    async def thread(self, request: web.Request) -> web.Response:
        handle = self._speaker(request.query.get("as", ""))
        try:
            root = self._house.log.get(_number(request.query.get("id", "")))
        except LookupError:
            raise _wrong("There is no such message.", web.HTTPNotFound) from None
        self._channel(handle, root.channel)
        return web.json_response(views.thread(self._house, root))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The stream of one open page, until it is closed."""
        handle = self._speaker(request.query.get("as", ""))
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        with contextlib.suppress(ConnectionResetError), self._house.hub.listening() as queue:  # the page was closed
            await stream.prepare(request)  # the page takes it as open from here on, and misses nothing
            await stream.write(b"retry: 1000\n\n")
            while (event := await _next(queue)).kind != "closed":
                told = b": still here" if event is SILENCE else _line(await self._told(handle, event))
                await stream.write(told + b"\n\n")
        return stream

    async def _told(self, handle: str, event: Event) -> views.View:
        view: views.View = {"kind": event.kind, "channel": event.channel, "thread": event.thread}
        if event.kind == "clock":
            due = await self._house.store.read(next_due)
            view["clock"] = {"now": views.stamp(self._house.clock.now()), "next": views.stamp(due) if due else None}
        if event.message:
            view |= views.unread(self._house, handle)
            if event.channel in self._house.channels_of(handle):
                log = self._house.log
                view["message"] = views.with_replies(self._house, log.get(event.message))
                view["root"] = views.with_replies(self._house, log.get(event.thread)) if event.thread else None
        return view

    # ---- what is said

    async def say(self, request: web.Request) -> web.Response:
        body = await _body(request)
        handle = self._speaker(_text(body, "as"))
        name = _text(body, "channel")
        values = body.get("values", {})
        if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
            raise _wrong("“values” holds names and strings.")
        given = await self._house.say(
            handle,
            _act(body),
            _text(body, "line"),
            channel=self._channel(handle, name) if name else "",
            origin=_origin(body),
            values=values,
        )
        return web.json_response(views.answer(self._house, given))

    async def chat(self, request: web.Request) -> web.Response:
        body = await _body(request)
        handle = self._speaker(_text(body, "as"))
        name = self._channel(handle, _text(body, "channel"))
        if not (said := _text(body, "words").strip()):
            raise _wrong("There is nothing to say.")
        try:
            message = self._house.chat(handle, _act(body), said, name, _number(str(body.get("thread", 0))))
        except LookupError:
            raise _wrong("There is no such thread.", web.HTTPNotFound) from None
        return web.json_response(views.message(message))

    async def read(self, request: web.Request) -> web.Response:
        body = await _body(request)
        handle = self._speaker(_text(body, "as"))
        name = self._channel(handle, _text(body, "channel"))
        self._house.log.read_up_to(handle, name, _number(str(body.get("message", 0))))
        return web.json_response(views.unread(self._house, handle))

    async def clock(self, request: web.Request) -> web.Response:
        """Move on by `minutes`, to a moment `at`, or with neither to what falls due next."""
        body = await _body(request)
        try:
            await self._house.forward_to(await self._moment(body))
        except ValueError as wrong:
            raise _wrong(str(wrong)) from None
        return web.json_response({"now": views.stamp(self._house.clock.now())})

    async def _moment(self, body: dict[str, Any]) -> datetime:
        if "at" in body:
            return _instant(_text(body, "at"))
        if "minutes" in body:
            return self._house.clock.now() + timedelta(minutes=_number(str(body["minutes"])))
        due = await self._house.store.read(next_due)
        if due is None:
            raise ValueError("Nothing falls due; plan or submit a release first.")
        return max(due, self._house.clock.now())

    # ---- who and where

    def _speaker(self, handle: str) -> str:
        if handle not in self._house.people:
            raise _wrong(f"Nobody here is called “{handle[:40]}”.", web.HTTPNotFound)
        return handle

    def _channel(self, handle: str, name: str) -> str:
        """The channel, if this person sees it: other people's conversations with Cabbot are their own."""
        if name not in self._house.channels_of(handle):
            raise _wrong(f"{self._house.town.citizen(handle).name} sees no channel “{name[:40]}”.", web.HTTPNotFound)
        return name


SILENCE = Event("silence")


async def _next(queue: asyncio.Queue[Event]) -> Event:
    """What happens next, or SILENCE when nothing does for a while: an answer that stands still looks dead."""
    try:
        return await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return SILENCE


def _line(view: views.View) -> bytes:
    return b"data: " + json.dumps(view).encode()


def _wrong(sentence: str, kind: type[web.HTTPException] = web.HTTPBadRequest) -> web.HTTPException:
    return kind(text=json.dumps({"error": sentence}), content_type="application/json")


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise _wrong("That isn't JSON.") from None
    if not isinstance(body, dict):
        raise _wrong("A request is a JSON object.")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_LINE:
        raise _wrong(f"“{name}” is a string of at most {LONGEST_LINE:,} characters.")
    return value


def _act(body: dict[str, Any]) -> str:
    """What makes a repeated request harmless; chosen by the page, once for each act."""
    value = _text(body, "id")
    if not _ACT.match(value):
        raise _wrong("“id” is 8 to 64 letters, digits or dashes, new for each act.")
    return value


def _origin(body: dict[str, Any]) -> Origin:
    said = _text(body, "origin") or "typed"
    if said not in ("typed", "pressed", "filled"):
        raise _wrong("“origin” is typed, pressed or filled.")
    return Origin(said)


def _instant(word: str) -> datetime:
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise _wrong("“at” is a moment such as 2026-12-01T22:00:00+00:00.") from None
    if at.tzinfo is None:
        raise _wrong("“at” says how far it is from UTC, such as 2026-12-01T22:00:00+00:00.")
    return at


def _number(word: str) -> int:
    if not word.isdecimal() or not word.isascii() or len(word) > 19 or int(word) > NEWEST:
        raise _wrong("A number is needed there.")
    return int(word)
