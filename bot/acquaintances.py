"""What an edge remembers of accounts: who is no full member, and whom it has asked its platform about lately."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from storage.people import Account
from storage.terms import AccountKind

DAY = 24 * 3_600.0
SOON = 60.0
"""Seconds after which an account is asked about again when the platform didn't answer."""

MOST_REMEMBERED = 50_000


class Acquaintances:
    """By workspace and the platform's own id; bounded, so that nobody can fill it."""

    def __init__(self, *, ticks: Callable[[], float] = time.monotonic, most: int = MOST_REMEMBERED) -> None:
        self._ticks, self._most = ticks, most
        self._kinds: dict[tuple[str, str], AccountKind] = {}
        self._asked: OrderedDict[tuple[str, str], float] = OrderedDict()

    def kind(self, workspace: str, user: str) -> AccountKind:
        """What the platform has told of the account; a member until it says otherwise."""
        return self._kinds.get((workspace, user), AccountKind.MEMBER)

    def remember(self, workspace: str, user: str, kind: AccountKind) -> None:
        if kind is AccountKind.MEMBER:
            self._kinds.pop((workspace, user), None)
        elif len(self._kinds) < self._most:
            self._kinds[workspace, user] = kind

    def asked(self, workspace: str, user: str) -> bool:
        """The platform was asked about it, be it long ago."""
        return (workspace, user) in self._asked

    def rests(self, workspace: str, user: str) -> bool:
        """It isn't time yet to ask about it again."""
        return self._asked.get((workspace, user), float("-inf")) > self._ticks()

    def ask_again(self, workspace: str, user: str, seconds: float) -> None:
        self._asked[workspace, user] = self._ticks() + seconds
        self._asked.move_to_end((workspace, user))
        if len(self._asked) > self._most:
            self._asked.popitem(last=False)


def is_old(account: Account | None, now: datetime) -> bool:
    """Of a known account: its profile was never read, or more than a day ago."""
    if account is None:
        return False
    return account.profile_at is None or (now - account.profile_at).total_seconds() > DAY
