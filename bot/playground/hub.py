"""What open pages are told while they watch: server-sent events carry pointers, each page fetches its own view."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BACKLOG = 500
"""Events that wait for a page that doesn't read; a page that is further behind is told to begin anew."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: a message posted or edited, the clock moved, a form opened, the tour advanced."""

    kind: str
    channel: str = ""
    message: int = 0
    thread: int = 0


ANEW = Event("anew")
CLOSED = Event("closed")


class Hub:
    """Every open page listens here. To be used from one event loop."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[Event]] = set()
        self._closed = False

    def tell(self, event: Event) -> None:
        for page in self._pages:
            if page.qsize() >= BACKLOG:
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(ANEW)
            page.put_nowait(event)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Event]]:
        """A page's own queue, for as long as it is open."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        if self._closed:
            queue.put_nowait(CLOSED)
        self._pages.add(queue)
        try:
            yield queue
        finally:
            self._pages.discard(queue)

    def close(self) -> None:
        """Let every page go, so that the server can stop."""
        self._closed = True
        self.tell(CLOSED)
