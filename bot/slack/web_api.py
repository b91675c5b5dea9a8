"""Slack's Web API, called once: what can't be told from an answer is never repeated here (ADR 0008)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from bot.chat import Never, NotSent, PerhapsSent
from bot.outbound import Doubtful, Forbidden, Origin, Outbound, Reply, Unreached
from bot.setting_rules import is_loopback
from bot.slack import failures

Json = dict[str, Any]

API, RESPONSES = "slack api", "slack responses"

# Methods that take JSON. Those that only read take a form, and ignore JSON silently.
WRITES = ("chat.", "views.", "conversations.open")
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def purposes(api_url: str) -> dict[str, tuple[Origin, ...]]:
    """The addresses that Slack's edge may reach: the API as configured, and Slack's own host for response_urls."""
    api = Origin.of(api_url, inside=True)
    hooks = [Origin.of("https://hooks.slack.com")]
    if api.host.endswith("slack-gov.com"):
        hooks = [Origin.of("https://hooks.slack-gov.com")]
    elif is_loopback(api.host):
        hooks = [api]
    return {API: (api,), RESPONSES: tuple(hooks)}


class WebApi:
    """Every method raises NotSent, PerhapsSent or Never."""

    def __init__(self, outbound: Outbound, api_url: str) -> None:
        self.outbound, self.url = outbound, api_url

    async def call(self, method: str, token: str, arguments: Mapping[str, Any]) -> Json:
        """Call a method with arguments of which None are left out; the answer, once it says that all is well."""
        given = {name: value for name, value in arguments.items() if value is not None}
        as_json = method.startswith(WRITES)
        body = (
            orjson.dumps(given) if as_json else urlencode({name: _text(each) for name, each in given.items()}).encode()
        )
        headers = {**(_JSON if as_json else _FORM), "Authorization": f"Bearer {token}"}
        reply = await self._posted(API, self.url + method, body, headers)
        return _answer(reply)

    async def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Answer to an interaction after its acknowledgement: 5 times within 30 minutes (Slack, "Handling user interaction")."""
        reply = await self._posted(RESPONSES, response_url, orjson.dumps(message), _JSON)
        if failed := failures.of_status(reply.status, reply.headers.get("retry-after")):
            raise Never(f"status {reply.status}") if reply.status in (400, 403, 404, 410) else failed

    async def _posted(self, purpose: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        try:
            return await self.outbound.post(purpose, address, body, headers)
        except Forbidden as forbidden:
            raise Never(str(forbidden)) from None
        except Unreached as unreached:
            raise NotSent(str(unreached)) from None
        except Doubtful as doubtful:
            raise PerhapsSent(str(doubtful)) from None


def _answer(reply: Reply) -> Json:
    if failed := failures.of_status(reply.status, reply.headers.get("retry-after")):
        raise failed
    try:
        answer = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise PerhapsSent("an answer that isn't Slack's")
    if answer.get("ok") is not True:
        raise failures.of_error(str(answer.get("error", "no reason given")))
    return answer


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
