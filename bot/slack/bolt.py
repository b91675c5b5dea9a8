"""Slack's own framework between the guard and our listeners: one app, six listeners, one shared client.

It is handed what the guard has verified and the envelope has understood, in the same way for HTTP and Socket Mode, so
it parses nothing and checks no signature. `process_before_response` takes away the 10 ms that Bolt otherwise waits for
every acknowledgement (ADR 0006 has the figures).
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.envelope import Envelope
from bot.slack.installation import Installation
from bot.slack.listeners import Delivery, Listeners

EVERY = re.compile("")
FROM_OUTSIDE = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


class Authorize(AsyncAuthorize):
    """The installation was found before Bolt saw the request: nothing is asked of Slack here."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # slack_bolt gives it no types

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult:
        return result_of(context["delivery"].installation, user_id)


def result_of(installation: Installation, user: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=installation.workspace if installation.org_wide else None,
        team_id=None if installation.org_wide else installation.workspace,
        bot_user_id=installation.bot_user,
        bot_token=installation.token.text,
        user_id=user,
    )


def make_app(listeners: Listeners, client: AsyncWebClient) -> AsyncApp:
    with _unheard(*FROM_OUTSIDE):
        app = _bare_app(client)
    # The first that matches takes it, and each that is tried before costs a little: the frequent ones come first.
    app.command(EVERY)(listeners.command)
    app.action(EVERY)(listeners.action)
    app.view(EVERY)(listeners.view)
    app.event(EVERY)(listeners.event)
    app.shortcut(EVERY)(listeners.shortcut)
    app.options(EVERY)(listeners.options)
    return app


def _bare_app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(
        name="cabbot",
        client=client,
        authorize=Authorize(),
        process_before_response=True,
        request_verification_enabled=False,  # the guard has done it, on the raw bytes
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,  # the listener tells people from bots itself
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


@contextlib.contextmanager
def _unheard(*names: str) -> Iterator[None]:
    """Variables that Bolt would read by itself, and build other stores and tokens from than ours."""
    kept = {name: value for name in names if (value := os.environ.pop(name, None)) is not None}
    try:
        yield
    finally:
        os.environ.update(kept)


async def dispatched(app: AsyncApp, envelope: Envelope, delivery: Delivery) -> BoltResponse:
    """Have the envelope's listener called; its answer."""
    context: dict[str, Any] = {"envelope": envelope, "delivery": delivery}
    return await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=envelope.bolt(), context=context))
