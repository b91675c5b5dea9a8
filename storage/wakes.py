"""Who is woken after a commit that wrote postings."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger("cabbot.store")


class Wakes:
    """Called from whichever thread committed; one that fails keeps no other from being woken."""

    def __init__(self) -> None:
        self._wakes: list[Callable[[], None]] = []

    def add(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def all(self) -> None:
        for wake in self._wakes:
            try:
                wake()
            except Exception:
                log.exception("a courier could not be woken; its poll will find the postings")
