"""A Slack that answers every call at once and costs next to nothing, in a process of its own.

The fake of the tests judges each payload, which would take from the server the core that they share.
`python -m benchmarks.quiet_slack PORT`
"""

from __future__ import annotations

import itertools
import sys
from typing import Any

import orjson
from aiohttp import web

from benchmarks.signed import BOT_USER, TEAM

Json = dict[str, Any]


class QuietSlack:
    """Counts what came, so that a run can be held to it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.counts = {"calls": 0, "answers": 0, "approved": 0}

    async def api(self, request: web.Request) -> web.Response:
        self.counts["calls"] += 1
        body = await request.read()
        return _json({"ok": True, **self._answer(request.match_info["method"], body)})

    async def response(self, request: web.Request) -> web.Response:
        """What Cabbot tells a person behind the acknowledgement of a press."""
        body = await request.read()
        self.counts["answers"] += 1
        self.counts["approved"] += b"You approved REL-" in body
        return web.Response(text="ok")

    async def counted(self, _request: web.Request) -> web.Response:
        return _json(self.counts)

    def _answer(self, method: str, body: bytes) -> Json:
        match method:
            case "auth.test":
                return {"team_id": TEAM, "team": "Bench", "user_id": BOT_USER, "bot_id": "B0BOT"}
            case "users.info":
                return {"user": _user(body.decode().partition("user=")[2].partition("&")[0])}
            case "users.list":
                return {"members": [], "response_metadata": {"next_cursor": ""}}
            case "conversations.open":
                return {"channel": {"id": "D0001"}}
            case "chat.postMessage" | "chat.update":
                return {"channel": "C0001", "ts": f"1700000000.{next(self._numbers):06d}"}
            case _:
                return {}


def _user(key: str) -> Json:
    name = key.lower()
    return {
        "id": key,
        "name": name,
        "tz": "Europe/Berlin",
        "profile": {"real_name": name, "email": f"{name}@example.org"},
    }


def _json(body: Any) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")


def main(port: str) -> None:
    slack, app = QuietSlack(), web.Application()
    app.router.add_route("*", "/api/{method}", slack.api)
    app.router.add_post("/response/{key}", slack.response)
    app.router.add_get("/counted", slack.counted)
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
