"""The one way out: HTTP to the few addresses that each purpose may reach, and nowhere else.

A URL that came from outside (a `response_url`, a webhook) is never trusted for having come. It must belong to a listed
origin, no redirect is followed, and a name that resolves to a private address is refused at the moment of connecting,
so that an address can't change between the check and its use.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

MOST_ANSWER = 1024 * 1024
"""Bytes of an answer that are read; none of the methods we call answers with more."""
OK = 200

CONNECTION_FAILURES = (aiohttp.ClientError, TimeoutError, OSError)
"""What goes wrong on the way, for callers who use the session through a library."""


class Forbidden(Exception):
    """The address isn't on the purpose's list; nothing was connected."""


class Unreached(Exception):
    """Surely nothing arrived: no such name, refused connection, no TLS, or no connection in time."""


class Doubtful(Exception):
    """The request was on its way and no whole answer came back: it may have arrived."""


class NotGiven(Exception):
    """Answered, but not with the whole of what is kept there: by another status than 200, or without saying how long it is."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Place(Protocol):
    """Where a purpose may lead. `inside`: it may lie in a private network, because the operator named it."""

    @property
    def host(self) -> str: ...

    @property
    def inside(self) -> bool: ...

    def holds(self, url: URL) -> bool: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, host and port. `inside`: it may lie in a private network, because the operator named it."""

    scheme: str
    host: str
    port: int
    inside: bool = False

    @classmethod
    def of(cls, address: str, *, inside: bool = False) -> Origin:
        """The origin of an address. Raises ValueError for what isn't one."""
        url = URL(address)
        if url.scheme not in ("http", "https") or not url.raw_host or url.port is None:
            raise ValueError("an origin is http or https, a host and a port")
        return cls(url.scheme, url.raw_host, url.port, inside)

    def holds(self, url: URL) -> bool:
        return (self.scheme, self.host, self.port) == (url.scheme, url.raw_host, url.port)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. `headers` are by lower-case name."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class PublicOnly(AbstractResolver):
    """Resolves names, and refuses those that lead into a private network unless they are listed as inside."""

    def __init__(self, inner: AbstractResolver, inside: Iterable[str]) -> None:
        self._inner, self._inside = inner, frozenset(inside)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host not in self._inside and not all(is_public(each["host"]) for each in found):
            raise OSError(None, f"{host} leads into a private network")
        return found

    async def close(self) -> None:
        await self._inner.close()


def is_public(address: str) -> bool:
    """The address is one of the open internet, also where an IPv4 address is wrapped in an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(ip.packed[-4:])
    return None


class Outbound:
    """One HTTP session for the whole process. Made and closed inside the event loop."""

    def __init__(
        self, purposes: Mapping[str, Iterable[Place]], *, seconds: float = 10, resolver: AbstractResolver | None = None
    ) -> None:
        """`seconds` is how long a whole exchange may take; half of it is for getting the connection."""
        self._purposes = {name: tuple(origins) for name, origins in purposes.items()}
        inside = {each.host for origins in self._purposes.values() for each in origins if each.inside}
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=256, resolver=PublicOnly(resolver or DefaultResolver(), inside)),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=seconds, connect=seconds / 2, sock_connect=seconds / 2),
            headers={"User-Agent": "Cabbot"},
        )

    async def post(self, purpose: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send and read the answer. Raises Forbidden, Unreached or Doubtful, in whose words no address stands."""
        return await self.exchange("POST", purpose, address, headers, body)

    async def get(self, purpose: str, address: str) -> Reply:
        """Ask and read the answer. Raises as `post` does."""
        return await self.exchange("GET", purpose, address, {}, None)

    async def exchange(
        self,
        method: str,
        purpose: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        patience: aiohttp.ClientTimeout | None = None,
    ) -> Reply:
        """Any method of HTTP. Raises as `post` does. `patience` in place of the session's own."""
        url = self.allowed(purpose, address)
        try:
            async with self.session.request(
                method, url, data=body, headers=headers, allow_redirects=False, timeout=patience or self.session.timeout
            ) as response:
                read = await _limited(response)
                named = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status, read, named)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failed:
            raise Unreached(_word(failed)) from None
        except CONNECTION_FAILURES as failed:
            raise Doubtful(_word(failed)) from None

    async def stream(
        self, purpose: str, address: str, *, patience: aiohttp.ClientTimeout
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of what is kept there as they come, however many; the caller stops when it's enough.

        Raises as `post` does, and NotGiven. They are what is stored: nothing is unpacked on the way.
        """
        url = self.allowed(purpose, address)
        plain = {"Accept-Encoding": "identity"}
        try:
            async with self.session.get(
                url, headers=plain, allow_redirects=False, timeout=patience, auto_decompress=False
            ) as response:
                if response.status != OK or not _says_its_length(response):
                    raise NotGiven(response.status)
                async for part in response.content.iter_any():
                    yield part
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failed:
            raise Unreached(_word(failed)) from None
        except CONNECTION_FAILURES as failed:
            raise Doubtful(_word(failed)) from None

    def allowed(self, purpose: str, address: str) -> URL:
        """The address as it will be used. Raises Forbidden when it isn't one of the purpose's."""
        try:
            url = URL(address)
            listed = any(each.holds(url) for each in self._purposes[purpose])
        except (ValueError, TypeError):
            raise Forbidden("that is no address") from None
        if not listed or url.user is not None or url.password is not None:
            raise Forbidden("the address isn't one of those that Cabbot speaks to")
        return url

    async def close(self) -> None:
        await self.session.close()


def _says_its_length(response: aiohttp.ClientResponse) -> bool:
    """Else an answer that was cut off looks like a whole one."""
    chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    return chunked or response.content_length is not None


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    parts, size = list[bytes](), 0
    async for part in response.content.iter_any():
        parts.append(part)
        if (size := size + len(part)) > MOST_ANSWER:
            raise aiohttp.ClientPayloadError(f"the answer is longer than {MOST_ANSWER} bytes")
    return b"".join(parts)


def _word(failed: BaseException) -> str:
    """What went wrong, without the address: it may hold a secret."""
    cause: Any = getattr(failed, "os_error", None) or failed
    detail = getattr(cause, "strerror", None) or ""
    return f"{type(failed).__name__} {detail}".strip()
