"""Tokens that run out: renewed in time whether or not anybody says a word, by one replica at a time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.clock import Clock
from bot.outbound import CONNECTION_FAILURES
from bot.secrets import Unreadable, Vault
from bot.slack.installation import OWN, Installations, Token
from storage.organisation import Connection, Connections
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.slack")

AHEAD = timedelta(hours=2)
"""How long before its end a token is renewed; it lasts twelve hours (Slack, "Token rotation")."""

CLAIM = timedelta(minutes=1)
"""How long one replica has for it. A refresh token works once, so two must never use the same."""


class Rotation:
    """Nothing waits for Slack inside a transaction: the right to renew is claimed first, the result put down after."""

    def __init__(
        self, installations: Installations, store: Store, clock: Clock, vault: Vault, rotator: AsyncTokenRotator
    ) -> None:
        self._installations, self._store, self._clock = installations, store, clock
        self._vault, self._rotator = vault, rotator

    async def check(self) -> None:
        """Renew every token that ends soon; put every secret under the newest key."""
        for connection in await self._store.read(_sealed):
            try:
                await self._renew_key(connection)
                await self._renew_token(connection)
            except Unreadable as unreadable:
                log.warning("a workspace's token can't be read", workspace=connection.workspace, why=str(unreadable))

    async def _renew_key(self, connection: Connection) -> None:
        if not self._vault.is_current(connection.secret):
            await self._swap(connection, self._vault.renewed(connection.secret))

    async def _renew_token(self, connection: Connection) -> None:
        values, now = self._vault.open(connection.secret), self._clock.now()
        ends = datetime.fromtimestamp(values.get("expires") or 2**33, UTC)
        if ends > now + AHEAD or values.get("claimed", 0) > now.timestamp():
            return
        claimed = {**values, "claimed": (now + CLAIM).timestamp()}
        if not await self._swap(connection, self._vault.seal(claimed)):
            return
        fresh = await self._asked(connection, values)
        if fresh is None or not await self._swap(connection, self._installations.sealed(fresh)):
            log.warning("a token wasn't renewed", workspace=connection.workspace, ends=ends.isoformat())
            return
        self._installations.forget(connection.workspace)
        log.info("token renewed", workspace=connection.workspace)

    async def _asked(self, connection: Connection, values: dict[str, object]) -> Token | None:
        bot = Bot(
            bot_token=str(values["token"]),
            bot_id="",
            bot_user_id=connection.bot_account,
            bot_refresh_token=str(values.get("refresh")),
            bot_token_expires_at=0,  # whether it's time was decided above, by our clock
            installed_at=connection.installed_at.timestamp(),
        )
        try:
            fresh = await self._rotator.perform_bot_token_rotation(bot=bot)
        except (SlackClientError, *CONNECTION_FAILURES) as failed:
            log.warning("Slack didn't renew a token", workspace=connection.workspace, error=type(failed).__name__)
            return None
        if fresh is None or fresh.bot_token_expires_at is None:
            return None
        lasts = timedelta(seconds=fresh.bot_token_expires_at - time.time())  # the SDK counts from the machine's clock
        return Token(fresh.bot_token, fresh.bot_refresh_token or "", self._clock.now() + lasts)

    async def _swap(self, connection: Connection, secret: str) -> bool:
        def write(tx: Transaction) -> bool:
            return Connections(tx).swap_secret(connection, secret)

        swapped = await self._store.write(write)
        if swapped:
            connection.secret = secret
        return swapped


def _sealed(tx: Transaction) -> list[Connection]:
    installed = [each for each in Connections(tx).installed() if each.platform is Platform.SLACK]
    return [each for each in installed if each.secret and not each.secret.startswith(OWN)]
