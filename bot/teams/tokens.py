"""Whether a request is the Bot Framework's: its token is checked as its documentation demands, and nothing is assumed.

The SDK's own check takes a token that never expires, or that names no service, and answers others with 500.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from bot.clock import Clock
from bot.teams.envelope import CHANNEL
from bot.teams.keys import Key, Keys

ISSUER = "https://api.botframework.com"
"""Of all clouds but the US government's, whose is another (CABBOT_TEAMS_ISSUER)."""

LEEWAY_SECONDS = 60
"""By how much Microsoft's clock and ours may differ."""

REMEMBERED_SECONDS, MOST_REMEMBERED = 300, 1_000
"""Teams sends the same token for an hour; so long and so many at once needn't be computed anew."""

_MOST_TOKEN = 8_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)
_OTHERS = frozenset(f"{family}{bits}" for family in ("HS", "RS", "PS", "ES") for bits in (256, 384, 512))
_RS256 = ["RS256"]


class Rejected(Exception):
    """The request isn't Teams'; the text is a short reason for the log, in which nothing of the token stands."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says: where the Bot Connector is that sent it, and until when (seconds since 1970)."""

    service_url: str
    expires: int


@dataclass(frozen=True, slots=True)
class _Seen:
    claims: Claims
    kid: str
    key: Key
    until: float


class Verifier:
    """Knows one bot: tokens for others are refused."""

    def __init__(self, app_id: str, keys: Keys, clock: Clock, *, issuer: str = ISSUER) -> None:
        """Raises ValueError without an app id: the SDK would then ask nobody for a token."""
        if not app_id:
            raise ValueError("CABBOT_TEAMS_APP_ID is needed to take requests from Teams.")
        self._keys, self._clock = keys, clock
        self._right = (("iss", issuer, "issuer"), ("aud", app_id, "audience"))
        self._jws = PyJWS(_RS256)
        self._seen: dict[bytes, _Seen] = {}

    async def check(self, authorization: str | None) -> Claims:
        """The claims of the token in an Authorization header. Raises Rejected."""
        token = _token(authorization)
        digest = hashlib.sha256(token.encode()).digest()
        now = self._clock.now().timestamp()
        seen = self._seen.get(digest)
        if seen and now < seen.until and await self._keys.find(seen.kid) is seen.key:
            return seen.claims
        kid = _kid(token)
        key = await self._key(kid)
        claims = _checked(self._signed(token, key), self._right, now)
        if CHANNEL not in key.endorsements:
            raise Rejected("unendorsed")
        self._remember(digest, _Seen(claims, kid, key, min(claims.expires, now + REMEMBERED_SECONDS)))
        return claims

    async def _key(self, kid: str) -> Key:
        key = await self._keys.find(kid)
        if key is None:
            raise Rejected("no keys" if self._keys.none_yet else "unknown key")
        return key

    def _signed(self, token: str, key: Key) -> dict[str, Any]:
        try:
            payload = self._jws.decode(token, key.public, _RS256)
        except PyJWTError:
            raise Rejected("bad signature") from None
        return _object(payload)

    def _remember(self, digest: bytes, seen: _Seen) -> None:
        if len(self._seen) >= MOST_REMEMBERED:
            del self._seen[next(iter(self._seen))]  # the oldest
        self._seen.pop(digest, None)
        self._seen[digest] = seen


def _token(authorization: str | None) -> str:
    if not authorization:
        raise Rejected("no token")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Rejected("not bearer")
    if len(token) > _MOST_TOKEN or not _TOKEN.fullmatch(token):
        raise Rejected("garbage")
    return token


def _kid(token: str) -> str:
    """The id of the key that the header names. The algorithm is checked here too, to name it in the log."""
    head = token.partition(".")[0]
    try:
        header = _object(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError:
        raise Rejected("garbage") from None
    if (algorithm := header.get("alg")) != "RS256":
        known = isinstance(algorithm, str) and (algorithm in _OTHERS or algorithm == "none")
        raise Rejected(f"alg {algorithm}" if known else "unknown alg")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise Rejected("no key id")
    return kid


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Rejected("garbage")
    return found


def _checked(payload: dict[str, Any], must_be: Iterable[tuple[str, str, str]], now: float) -> Claims:
    expires = _moment(payload, "exp", "no expiry")
    if now >= expires + LEEWAY_SECONDS:
        raise Rejected("expired")
    if now < _moment(payload, "nbf", "no beginning") - LEEWAY_SECONDS:
        raise Rejected("not yet valid")
    for claim, right, name in must_be:
        if not payload.get(claim):
            raise Rejected(f"no {name}")
        if payload[claim] != right:
            raise Rejected(f"wrong {name}")
    service_url = payload.get("serviceurl")
    if not isinstance(service_url, str) or not service_url:
        raise Rejected("no service url")
    return Claims(service_url, expires)


def _moment(payload: dict[str, Any], claim: str, otherwise: str) -> int:
    """Whole seconds since 1970; neither a truth value nor text is taken for them."""
    given = payload.get(claim)
    if type(given) is not int:
        raise Rejected(otherwise)
    return given
