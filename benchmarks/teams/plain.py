"""The yardstick: an aiohttp handler that reads an invoke, parses it, verifies its token and answers it. Nothing else.

`python -m benchmarks.teams.plain PORT KEYS`; the keys are known from the start, a token is verified every time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jwt
import orjson
from aiohttp import web
from jwt.types import Options

from benchmarks.teams.serving import application, drawn, serve
from benchmarks.teams.signed import APP_ID, PATH, TENANT
from bot.teams.tokens import ISSUER

REQUIRED: Options = {"require": ["exp", "nbf", "iss", "aud", "serviceurl"]}


def make_app(keys: Path) -> web.Application:
    known = {key.key_id: key for key in jwt.PyJWKSet.from_json(keys.read_text()).keys}
    answer = drawn(TENANT)

    def verified(authorization: str, service_url: str) -> bool:
        token = authorization.removeprefix("Bearer ")
        try:
            key = known[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, algorithms=["RS256"], audience=APP_ID, issuer=ISSUER, options=REQUIRED)
        except (jwt.PyJWTError, KeyError):
            return False
        return bool(claims["serviceurl"] == service_url)

    async def take(request: web.Request) -> web.Response:
        activity = orjson.loads(await request.read())
        if not verified(request.headers.get("Authorization", ""), activity["serviceUrl"]):
            return web.Response(status=401)
        if activity["type"] != "invoke" or activity["name"] != "adaptiveCard/action":
            return web.Response(status=501)
        return web.Response(body=orjson.dumps(answer), content_type="application/json")

    app = application()
    app.router.add_post(PATH, take)
    return app


if __name__ == "__main__":
    serve(make_app(Path(sys.argv[2])), sys.argv[1])
