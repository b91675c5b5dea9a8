"""A load generator that costs little: raw keep-alive sockets, each sending the next request when the last is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

PATIENCE = 30.0
"""Seconds that the last answers may take."""


@dataclass
class Load:
    """What came of one run: seconds it took, seconds that each request took, and the bodies that were answered."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds."""
        return sorted(self.took)[min(len(self.took) - 1, int(share * len(self.took)))] * 1000


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], load: Load, end: float) -> None:
        self._requests, self._load, self._end = requests, load, end
        self._received, self._sent_at = b"", 0.0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found or len(rest) < (length := _length(head)):
            return
        self._load.took.append(time.perf_counter() - self._sent_at)
        if head.startswith(b"HTTP/1.1 200"):
            self._load.bodies.append(rest[:length])
        else:
            self._load.failures.append(head.split(b"\r\n")[0].decode())
        self._received = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self._load.failures.append("the connection was closed")
            self.over.set_result(None)

    def _next(self) -> None:
        now = time.perf_counter()
        request = next(self._requests, None) if now < self._end else None
        if request is None:
            self.over.set_result(None)
            self._transport.close()
            return
        self._sent_at = now
        self._transport.write(request)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def drive(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Send requests over that many connections until time or requests are used up; what was sent is waited for."""
    load, loop = Load(), asyncio.get_running_loop()
    started = time.perf_counter()
    made = [
        (await loop.create_connection(lambda: _Connection(requests, load, started + seconds), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    async with asyncio.timeout(seconds + PATIENCE):
        await asyncio.gather(*(each.over for each in made))
    load.seconds = time.perf_counter() - started
    return load


async def all_of(port: int, requests: list[bytes], connections: int = 16) -> list[bytes]:
    """Every request answered with 200; the bodies. Raises RuntimeError otherwise."""
    load = await drive(port, iter(requests), connections, 600)
    if load.failures or len(load.bodies) != len(requests):
        raise RuntimeError(f"{len(load.bodies)} of {len(requests)} requests were answered: {load.failures[:3]}")
    return load.bodies
