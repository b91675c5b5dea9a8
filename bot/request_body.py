"""The body of a request that came in from a platform, unless it dawdles."""

from __future__ import annotations

import asyncio

from aiohttp import web

BODY_SECONDS = 5.0
"""Within this long a body has to be here; Slack gives up after three, Teams on an invoke after five."""


async def whole_body(request: web.Request, seconds: float = BODY_SECONDS) -> bytes:
    """Raises HTTPRequestTimeout, and HTTPRequestEntityTooLarge beyond the application's `client_max_size`."""
    if request.content.is_eof():  # it came with its headers, as it nearly always does
        return await request.read()
    try:
        async with asyncio.timeout(seconds):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
