"""What keeps the playground on this machine and in this page.

Whoever reaches the playground may speak as anybody, so nobody but the person at this machine may reach it: it listens
on loopback only, answers to loopback names only (a name from outside that was rebound to 127.0.0.1 is refused), takes
commands only from its own page, and lets the page load nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class NotLoopback(ValueError):
    """The playground was asked to listen where others could reach it."""


def loopback(host: str) -> str:
    """The host, if it is this machine alone. Raises NotLoopback with a sentence otherwise."""
    if not _is_loopback(host):
        raise NotLoopback(
            f"The playground lets everybody act as anybody, so it listens on this machine alone: 127.0.0.1, ::1 or "
            f"localhost, not {host}. To serve others, connect a chat platform and run: cabbot serve"
        )
    return host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request that didn't come from this machine's own page."""
    if not _named_loopback(request.headers.get("Host", "")):
        raise web.HTTPMisdirectedRequest(text="The playground answers on 127.0.0.1, ::1 and localhost only.")
    if not _from_own_page(request):
        raise web.HTTPForbidden(text="The playground takes requests from its own page only.")
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="The playground reads JSON.")
    return await handler(request)


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Put the protecting headers on every response; a signal of the application."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")


def _named_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and _is_loopback(name)


def _from_own_page(request: web.Request) -> bool:
    """By what browsers say of themselves; other programs on this machine say nothing, and have no one's page open."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.headers.get('Host', '')}":
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in ("same-origin", "none"):
        return True
    opens_page = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return opens_page and not request.path.startswith("/api/")
