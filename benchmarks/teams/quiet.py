"""The services of Microsoft that a bot for Teams needs, answering at once: published keys, a login, a Bot Connector.

`python -m benchmarks.teams.quiet PORT KEYS`, where KEYS is a file with the list of keys as it is to be published.
"""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from benchmarks.teams.signed import JWKS, METADATA, TENANT, person
from bot.teams.tokens import ISSUER


class QuietTeams:
    """Counts the calls that came."""

    def __init__(self, address: str, keys: bytes) -> None:
        self._address, self._keys = address, keys
        self._numbers = itertools.count(1_600_000_000_000)
        self.counts: Counter[str] = Counter()

    def routes(self) -> list[web.RouteDef]:
        login, place = f"/{TENANT}", "/emea/v3/conversations"
        return [
            web.get(METADATA, self._answer("metadata", {"issuer": ISSUER, "jwks_uri": self._address + JWKS})),
            web.get(JWKS, self._answer("keys", orjson.loads(self._keys))),
            web.get(f"{login}/v2.0/.well-known/openid-configuration", self._answer("discovery", _discovery())),
            web.post(f"{login}/oauth2/v2.0/token", self._answer("login", _token())),
            web.post(place, self.created),
            web.post(f"{place}/{{conversation}}/activities", self.created),
            web.post(f"{place}/{{conversation}}/activities/{{message}}", self.created),
            web.put(f"{place}/{{conversation}}/activities/{{message}}", self._answer("edited", {"id": "1"})),
            web.get(f"{place}/{{conversation}}/members/{{member}}", self.member),
            web.get(f"{place}/{{conversation}}/pagedmembers", self._answer("members", {"members": []})),
            web.get("/emea/v3/teams/{team}/conversations", self._answer("channels", {"conversations": []})),
            web.get("/counted", self.counted),
        ]

    async def created(self, request: web.Request) -> web.Response:
        """A message, or a conversation with its first one."""
        await request.read()
        self.counts["sent"] += 1
        key = str(next(self._numbers))
        return _json({"id": key, "activityId": key}, 201)

    async def member(self, request: web.Request) -> web.Response:
        self.counts["member"] += 1
        user = request.match_info["member"]
        email = f"{user[3:]}@example.org"
        return _json({**person(user), "email": email, "userPrincipalName": email, "tenantId": TENANT})

    async def counted(self, _request: web.Request) -> web.Response:
        return _json(self.counts)

    def _answer(self, name: str, body: Any) -> Any:
        async def answer(request: web.Request) -> web.Response:
            await request.read()
            self.counts[name] += 1
            return _json(body)

        return answer


def _discovery() -> dict[str, str]:
    """MSAL wants https; its requests are sent here all the same (bot/teams/credentials.py)."""
    base = f"https://login.microsoftonline.com/{TENANT}"
    return {
        "issuer": f"{base}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
    }


def _token() -> dict[str, Any]:
    return {"token_type": "Bearer", "expires_in": 3_600, "access_token": "made-up-access-token"}


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def main(port: str, keys: str) -> None:
    app = web.Application()
    app.router.add_routes(QuietTeams(f"http://127.0.0.1:{port}", Path(keys).read_bytes()).routes())
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
