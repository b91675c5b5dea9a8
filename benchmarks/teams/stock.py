"""The SDK as it is made: its adapter, its authentication, its activity handler, behind a route of a few lines.

`python -m benchmarks.teams.stock PORT QUIET`. The SDK's own aiohttp package isn't used, as it answers every invoke that
has a body with 500.
"""

from __future__ import annotations

import sys
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, CloudAdapterBase, InvokeResponse
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthenticationFactory, PasswordServiceClientCredentialFactory

from benchmarks.teams.serving import application, drawn, serve
from benchmarks.teams.signed import APP_ID, METADATA, PASSWORD, PATH, TENANT
from bot.teams.tokens import ISSUER


class Bot(ActivityHandler):  # type: ignore[misc]  # the SDK has no types
    def __init__(self) -> None:
        self._answer = drawn(TENANT)

    async def on_invoke_activity(self, turn_context: Any) -> InvokeResponse:
        if turn_context.activity.name != "adaptiveCard/action":
            return InvokeResponse(status=501)
        return InvokeResponse(status=200, body=self._answer)


def make_app(quiet: str) -> web.Application:
    adapter, bot = CloudAdapterBase(_authentication(quiet)), Bot()

    async def take(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        try:
            said = await adapter.process_activity(request.headers.get("Authorization", ""), activity, bot.on_turn)
        except PermissionError:
            return web.Response(status=401)
        return web.Response(status=201) if said is None else web.json_response(said.body, status=said.status)

    app = application()
    app.router.add_post(PATH, take)
    return app


def _authentication(quiet: str) -> Any:
    return BotFrameworkAuthenticationFactory.create(
        channel_service="",
        validate_authority=True,
        to_channel_from_bot_login_url=f"https://login.microsoftonline.com/{TENANT}",
        to_channel_from_bot_oauth_scope=ISSUER,
        to_bot_from_channel_token_issuer=ISSUER,
        oauth_url="https://api.botframework.com",
        to_bot_from_channel_open_id_metadata_url=quiet + METADATA,
        to_bot_from_emulator_open_id_metadata_url=quiet + METADATA,
        caller_id="",
        credential_factory=PasswordServiceClientCredentialFactory(APP_ID, PASSWORD, tenant_id=TENANT),
    )


if __name__ == "__main__":
    serve(make_app(sys.argv[2]), sys.argv[1])
