"""The token with which Cabbot speaks to Teams: by MSAL, once for many sends, and never on the event loop.

MSAL's requests go out through the process's one way out, so that they reach the login's host and nothing else.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as NoResult
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import ClientTimeout
from msal import ConfidentialClientApplication
from msal.exceptions import MsalError

from bot.chat import NotSent
from bot.outbound import Doubtful, Forbidden, Origin, Outbound, Reply, Unreached

log = structlog.get_logger("cabbot.teams")

LOGIN = "teams login"
LOGIN_URL = "https://login.microsoftonline.com"
SERVICE = "https://api.botframework.com"
"""For what a token is asked: the Bot Connector, under the name by which it signs itself."""

MARGIN_SECONDS = 300.0
"""A token is replaced so long before it runs out; MSAL thinks so too."""
REFUSED_SECONDS, AWAY_SECONDS, LOG_SECONDS = 30.0, 5.0, 60.0
"""How long nobody asks again after a login was refused, or couldn't be reached; and between two lines of it in the log."""

PATIENCE = ClientTimeout(total=4.0, connect=2.0, sock_connect=2.0)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ENTRA_CODE = re.compile(r"AADSTS\d{1,9}")
_OAUTH_CODE = re.compile(r"[a-z_]{1,60}")


def login_purposes(login_url: str = LOGIN_URL) -> dict[str, tuple[Origin, ...]]:
    """The one address at which Cabbot logs in; the operator may have put it inside the own network."""
    return {LOGIN: (Origin.of(login_url, inside=True),)}


@dataclass(frozen=True, slots=True)
class _Held:
    """A token; times are of the monotonic clock."""

    text: str = field(repr=False)
    fresh_until: float
    good_until: float


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why there is no token, and until when nobody asks again."""

    word: str
    until: float


class Credentials:
    """One login for the whole process. `ticks` are seconds of a clock that only goes forward."""

    def __init__(
        self,
        outbound: Outbound,
        app_id: str,
        password: str,
        tenant: str,
        *,
        login_url: str = LOGIN_URL,
        service: str = SERVICE,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app_id, self._password, self._tenant = app_id, password, tenant
        self._outbound, self._login_url, self._ticks = outbound, login_url, ticks
        self._scope = f"{service}/.default"
        self._app: ConfidentialClientApplication | None = None
        self._held: _Held | None = None
        self._trouble: _Trouble | None = None
        self._asking: asyncio.Task[None] | None = None
        self._replaced = self._logged = float("-inf")

    def __repr__(self) -> str:
        return f"Credentials(app_id={self._app_id!r})"

    async def token(self) -> str:
        """A token that is good for now. Raises NotSent with the reason when there is none."""
        if self._held is None or self._ticks() >= self._held.fresh_until:
            await self._asked()
        if self._held is not None and self._ticks() < self._held.good_until:
            return self._held.text
        trouble = self._trouble or _Trouble("login gave no token", self._ticks() + AWAY_SECONDS)
        raise NotSent(trouble.word, max(0.0, trouble.until - self._ticks()), everything=True)

    def refused(self, token: str) -> bool:
        """Teams didn't take the token: whether another one is worth asking for. At most once a minute it is."""
        if self._held is not None and self._held.text != token:
            return True  # somebody else has replaced it meanwhile
        if self._ticks() - self._replaced < LOG_SECONDS:
            return False
        self._replaced, self._held = self._ticks(), None
        return True

    # ---- inside

    async def _asked(self) -> None:
        """Everybody who needs a token meanwhile waits for the same login, which goes on when one of them leaves."""
        if self._asking is None or self._asking.done():
            if self._trouble is not None and self._ticks() < self._trouble.until:
                return
            self._asking = asyncio.create_task(self._ask(anew=self._held is None))
        await asyncio.shield(self._asking)

    async def _ask(self, *, anew: bool) -> None:
        http = _Http(self._outbound, asyncio.get_running_loop(), self._login_url)
        try:
            answer = await asyncio.to_thread(self._acquire, http, anew)
        except (Forbidden, Unreached, Doubtful, NoResult, MsalError, ValueError) as failed:
            # MSAL raises ValueError for a discovery that it can't read, as for a tenant that doesn't exist, and its own
            # error for one that fails at Microsoft.
            self._failed(f"login not reached ({type(failed).__name__})", AWAY_SECONDS)
            return
        if "access_token" not in answer:
            self._failed(f"login refused ({_code(answer)})", REFUSED_SECONDS)
            return
        lifetime, now = float(answer.get("expires_in", 0)), self._ticks()
        margin = min(MARGIN_SECONDS, lifetime / 2)
        self._held = _Held(answer["access_token"], now + lifetime - margin, now + lifetime)
        self._trouble = None

    def _acquire(self, http: _Http, anew: bool) -> dict[str, Any]:
        """In a thread: MSAL waits for its answers."""
        if self._app is None:
            self._app = ConfidentialClientApplication(
                self._app_id,
                client_credential=self._password,
                authority=f"{LOGIN_URL}/{self._tenant}",
                instance_discovery=False,
                http_client=http,
            )
        if anew:
            self._app.remove_tokens_for_client()
        answer: dict[str, Any] = self._app.acquire_token_for_client([self._scope])
        return answer

    def _failed(self, word: str, rest: float) -> None:
        now = self._ticks()
        self._trouble = _Trouble(word, now + rest)
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            log.warning("no token for Teams; CABBOT_TEAMS_APP_PASSWORD and its companions may be wrong", why=word)


def _code(answer: Mapping[str, Any]) -> str:
    """Entra's own code, else OAuth's; the description has names and ids in it."""
    entra = _ENTRA_CODE.search(str(answer.get("error_description", "")))
    if entra:
        return entra.group()
    word = str(answer.get("error", ""))
    return word if _OAUTH_CODE.fullmatch(word) else "no reason given"


class _Http:
    """What MSAL asks of an HTTP library, carried out on the event loop while MSAL's thread waits.

    MSAL knows Microsoft's login alone, and insists on https. Whatever host it names, the request goes to the login's own.
    """

    def __init__(self, outbound: Outbound, loop: asyncio.AbstractEventLoop, login_url: str) -> None:
        self._outbound, self._loop, self._login_url = outbound, loop, login_url.rstrip("/")

    def get(self, url: str, params: Any = None, headers: Any = None, **_options: Any) -> _Answer:
        return self._exchanged("GET", url, params, headers or {}, None)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_options: Any) -> _Answer:
        body = data if isinstance(data, str) else urlencode(data or {})
        return self._exchanged("POST", url, params, {**_FORM, **(headers or {})}, body.encode())

    def close(self) -> None:
        """Nothing is held open."""

    def _exchanged(self, method: str, url: str, params: Any, headers: Mapping[str, str], body: bytes | None) -> _Answer:
        query = f"?{urlencode(params)}" if params else ""
        url = self._login_url + urlsplit(url).path + query
        exchange = self._outbound.exchange(method, LOGIN, url, headers, body, patience=PATIENCE)
        return _Answer(asyncio.run_coroutine_threadsafe(exchange, self._loop).result(2 * (PATIENCE.total or 0.0)))


class _Answer:
    """An HTTP answer as MSAL reads it."""

    def __init__(self, reply: Reply) -> None:
        self.status_code, self.headers = reply.status, dict(reply.headers)
        self.text = reply.body.decode(errors="replace")

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise ValueError(f"status {self.status_code}")
