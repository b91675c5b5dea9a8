"""The yardstick: a bare slack-bolt app whose only line is `await ack()`, on its aiohttp adapter as documented.

`python -m benchmarks.bare PORT API_URL [before]`; with `before`, Bolt runs the listener before it responds, which takes
away the 10 ms for which it otherwise waits between two looks at `ack`.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.signed import SIGNING_SECRET, TOKEN


def make_app(api_url: str, *, before: bool) -> web.Application:
    client = AsyncWebClient(token=TOKEN, base_url=api_url)
    bolt = AsyncApp(client=client, signing_secret=SIGNING_SECRET, process_before_response=before)

    @bolt.command("/release")
    async def release(ack: Any) -> None:
        await ack()

    @bolt.action("say:0")
    async def say(ack: Any) -> None:
        await ack()

    async def take(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", take)
    return app


def main(port: str, api_url: str, *more: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    app = make_app(api_url, before="before" in more)
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
