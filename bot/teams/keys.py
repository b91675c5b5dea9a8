"""The keys with which the Bot Framework signs what it sends: fetched without blocking, and kept as long as none newer come.

Microsoft replaces them without notice, so a key that isn't known yet is asked for at once. Whoever invents key ids can
make us ask, though not more than once a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from bot.outbound import Doubtful, Forbidden, Origin, Outbound, Reply, Unreached

log = structlog.get_logger("cabbot.teams")

KEYS = "teams keys"
MICROSOFT = "https://login.botframework.com"

PAUSE_SECONDS, DAY_SECONDS = 60.0, 86_400.0
FIRST_PAUSE_SECONDS = 5.0
"""As long as there are none at all, nobody can be let in, so they are asked for more often."""
FETCH_SECONDS, WAIT_SECONDS = 5.0, 1.0
"""How long a fetch may take, and how much of that a delivery waits for: an invoke must be answered within five seconds.
Who waited in vain is refused, and Teams sends it again.
"""
LEAST_BITS = 2048
"""RS256 is for keys of this size or larger (RFC 7518, section 3.3)."""


def purposes(metadata_url: str) -> dict[str, tuple[Origin, ...]]:
    """The addresses from which keys may come: the metadata's own origin, and Microsoft's."""
    return {KEYS: (Origin.of(metadata_url, inside=True), Origin.of(MICROSOFT))}


@dataclass(frozen=True, slots=True)
class Key:
    """`endorsements` are the channels for which tokens signed with it are good."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class Keys:
    """The published keys by their ids."""

    def __init__(
        self,
        outbound: Outbound,
        metadata_url: str,
        *,
        ticks: Callable[[], float] = time.monotonic,
        patience: float = FETCH_SECONDS,
        wait: float = WAIT_SECONDS,
    ) -> None:
        """`ticks` are seconds of a clock that only goes forward, `patience` how many of them a fetch may take, `wait` for
        how many of those one who asks for a key waits.
        """
        self._outbound, self._metadata_url, self._ticks, self._patience = outbound, metadata_url, ticks, patience
        self._wait = wait
        self._keys: dict[str, Key] = {}
        self._tried = self._fetched = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    @property
    def none_yet(self) -> bool:
        """Never yet could any be fetched."""
        return not self._keys

    async def begin(self) -> None:
        """Fetch them at the start, so that the first delivery needn't wait. Never raises."""
        await self._fetch_unless_just_tried()

    async def find(self, kid: str) -> Key | None:
        """The key of this id, fetched when it isn't known or the day is over. Never raises."""
        if kid not in self._keys or self._ticks() - self._fetched >= DAY_SECONDS:
            await self._fetch_unless_just_tried()
        return self._keys.get(kid)

    async def _fetch_unless_just_tried(self) -> None:
        """Everybody who asks meanwhile waits for the same fetch, which goes on when one of them leaves."""
        if self._fetching is None or self._fetching.done():
            if self._ticks() - self._tried < (PAUSE_SECONDS if self._keys else FIRST_PAUSE_SECONDS):
                return
            self._tried = self._ticks()
            self._fetching = asyncio.create_task(self._fetch())
        await asyncio.wait({self._fetching}, timeout=self._wait)

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                found = await published(self._outbound, self._metadata_url)
        except (Forbidden, Unreached, Doubtful, TimeoutError, Odd) as failed:
            log.warning("keys not fetched", error=type(failed).__name__, why=str(failed), known=len(self._keys))
            return
        self._keys, self._fetched = found, self._ticks()


class Odd(Exception):
    """The answer isn't what an OpenID provider answers."""


async def published(outbound: Outbound, metadata_url: str) -> dict[str, Key]:
    """The keys as they are now, by their ids. Raises Odd, and what the way out raises."""
    metadata = _object(await outbound.get(KEYS, metadata_url))
    return _keys(_object(await outbound.get(KEYS, str(metadata.get("jwks_uri")))))


def _object(reply: Reply) -> dict[str, Any]:
    if reply.status != 200:
        raise Odd(f"status {reply.status}")
    try:
        found = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Odd("an answer that isn't a JSON object")
    return found


def _keys(published: dict[str, Any]) -> dict[str, Key]:
    listed = published.get("keys")
    found = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("kid"), str) and (key := _key(each)):
            found[each["kid"]] = key
    if not found:
        raise Odd("no RSA key of 2048 bits or more in it")
    return found


def _key(published: dict[str, Any]) -> Key | None:
    """What isn't a public RSA key for signatures is left out."""
    if published.get("kty") != "RSA" or published.get("use", "sig") != "sig":
        return None
    try:
        public = RSAAlgorithm.from_jwk({name: published[name] for name in ("kty", "n", "e")})
    except (InvalidKeyError, KeyError, ValueError, TypeError, AttributeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < LEAST_BITS:
        return None
    endorsed = published.get("endorsements")
    words = endorsed if isinstance(endorsed, list) else []
    return Key(public, frozenset(each for each in words if isinstance(each, str)))
