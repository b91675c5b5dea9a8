"""Which workspaces have Cabbot installed, and with which token it speaks there."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import structlog

from bot.chat import Never
from bot.clock import Clock
from bot.organisations import connected
from bot.secrets import Unreadable, Vault
from storage.organisation import Connection, Connections
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.slack")

OWN = "own:"
"""Marks the workspace of CABBOT_SLACK_BOT_TOKEN: its token stays out of the database, a digest of it tells it again."""

MOST_KNOWN = 1_000
KNOWN_SECONDS = 60.0
"""How long a replica goes on with what it has read: what another one installed or removed is seen then."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a workspace gave us. Without `expires_at` the token stays good until it is revoked."""

    text: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """`workspace` is a team's id, or an enterprise's for an organisation-wide installation."""

    workspace: str
    organisation: int
    bot_user: str
    token: Token

    @property
    def org_wide(self) -> bool:
        return self.workspace.startswith("E")


@dataclass(frozen=True, slots=True)
class Installed:
    """What Slack says of an installation that was just made, or made sure of."""

    workspace: str
    name: str
    bot_user: str
    token: Token


class Installations:
    """Found in memory for a minute, else in the database; bounded, so that nobody can fill it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        vault: Vault | None = None,
        own_token: str = "",
        zone: str = "UTC",
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._clock, self._vault, self._own_token = store, clock, vault, own_token
        self._zone, self._ticks = zone, ticks
        self._known: OrderedDict[str, tuple[Installation | None, float]] = OrderedDict()
        self.on_change: list[Callable[[str], None]] = []
        """Called with the workspace whenever one was connected, removed or is to be looked up again."""

    async def find(self, workspaces: Iterable[str]) -> Installation | None:
        """The first of these workspaces that has Cabbot installed."""
        for workspace in workspaces:
            found, fresh = self._remembered(workspace)
            if not fresh:
                found = await self._store.read(partial(self._read, workspace))
                self._remember(workspace, found)
            if found is not None:
                return found
        return None

    async def of(self, workspace: str) -> Installation:
        """Raises Never for a workspace that has removed Cabbot: nothing is sent there."""
        found = await self.find((workspace,))
        if found is None:
            raise Never("account_inactive")
        return found

    async def all(self) -> list[Installation]:
        """Every installation whose token we have."""

        def read(tx: Transaction) -> list[Installation]:
            slack = [each for each in Connections(tx).installed() if each.platform is Platform.SLACK]
            return [found for each in slack if (found := self._opened(each)) is not None]

        return await self._store.read(read)

    async def connect(self, installed: Installed) -> Installation:
        """Write an installation down; a workspace's first one makes its organisation."""
        await self._store.write(partial(self._connect, installed))
        self.forget(installed.workspace)
        return await self.of(installed.workspace)

    async def remove(self, workspace: str) -> None:
        """The workspace has removed Cabbot, or revoked its tokens. What it recorded stays."""

        def write(tx: Transaction) -> None:
            connection = Connections(tx).of(Platform.SLACK, workspace)
            if connection is not None and connection.removed_at is None:
                connection.removed_at, connection.secret = self._clock.now(), ""
                Connections(tx).save(connection)

        await self._store.write(write)
        self.forget(workspace)

    def forget(self, workspace: str) -> None:
        """Look it up again at the next use."""
        self._known.pop(workspace, None)
        for tell in self.on_change:
            tell(workspace)

    # ---- secrets

    def sealed(self, token: Token) -> str:
        """The token as the database keeps it."""
        if token.text == self._own_token:
            return self._own_mark()
        if self._vault is None:
            raise ValueError("CABBOT_ENCRYPTION_KEY is needed to keep a workspace's token")
        expires = token.expires_at.timestamp() if token.expires_at else None
        return self._vault.seal({"token": token.text, "refresh": token.refresh, "expires": expires})

    def unsealed(self, secret: str) -> Token | None:
        """The token behind a connection's secret, None when there is none (any more). Raises Unreadable."""
        if secret.startswith(OWN):
            return Token(self._own_token) if self._own_token and secret == self._own_mark() else None
        if not secret or self._vault is None:
            return None
        values = self._vault.open(secret)
        expires = values.get("expires")
        return Token(
            values["token"], values.get("refresh", ""), datetime.fromtimestamp(expires, UTC) if expires else None
        )

    def _own_mark(self) -> str:
        return OWN + hashlib.sha256(self._own_token.encode()).hexdigest()[:32]

    # ---- inside

    def _remembered(self, workspace: str) -> tuple[Installation | None, bool]:
        entry = self._known.get(workspace)
        if entry is None or self._ticks() - entry[1] > KNOWN_SECONDS:
            return None, False
        return entry[0], True

    def _remember(self, workspace: str, found: Installation | None) -> None:
        self._known[workspace] = (found, self._ticks())
        self._known.move_to_end(workspace)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _read(self, workspace: str, tx: Transaction) -> Installation | None:
        connection = Connections(tx).of(Platform.SLACK, workspace)
        return None if connection is None or connection.removed_at else self._opened(connection)

    def _opened(self, connection: Connection) -> Installation | None:
        try:
            token = self.unsealed(connection.secret)
        except Unreadable as unreadable:
            log.warning("a workspace's token can't be read", workspace=connection.workspace, why=str(unreadable))
            return None
        if token is None:
            return None
        return Installation(connection.workspace, connection.organisation_id, connection.bot_account, token)

    def _connect(self, installed: Installed, tx: Transaction) -> None:
        said = Connection.model_construct(
            platform=Platform.SLACK,
            workspace=installed.workspace,
            name=installed.name,
            bot_account=installed.bot_user,
            secret=self.sealed(installed.token),
            installed_at=self._clock.now(),
        )
        connected(tx, said, zone=self._zone)
