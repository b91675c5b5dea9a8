"""How fast a platform may be spoken to: its documented limits, and buckets that keep to them before it has to say so.

Times are seconds of a monotonic clock, passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.outbox_sql import Head
from storage.terms import Platform


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, `burst` of them at once after a pause."""

    per_second: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """A platform's limits; an empty one has none. Several rates for one thing all hold.

    `channel`: new messages in one channel. `sends`, `edits`: in a whole workspace. `edit_gap`: seconds between what one
    message shows and its next edit, so that changes in a hurry become one.
    """

    channel: tuple[Rate, ...] = ()
    sends: tuple[Rate, ...] = ()
    edits: tuple[Rate, ...] = ()
    edit_gap: float = 0.0


SLACK = Pace(
    # "1 per second per channel, short bursts allowed"; 5 % slower, since the minute is Slack's and not ours.
    channel=(Rate(1 / 1.05, burst=3),),
    # chat.postMessage: "several hundred messages per minute" in a workspace.
    sends=(Rate(5, burst=60),),
    # chat.update is of tier 3: 50 a minute in a workspace, over all cards.
    edits=(Rate(50 / 60 / 1.05, burst=10),),
    edit_gap=1.2,
)
PACES: Mapping[Platform, Pace] = {Platform.SLACK: SLACK}
"""Platforms that aren't named have no limits: the playground is our own."""


class Bucket:
    """One rate, kept as the moment up to which it is used up (the generic cell rate algorithm)."""

    __slots__ = ("_interval", "_slack", "_used_up_to")

    def __init__(self, rate: Rate) -> None:
        self._interval = 1 / rate.per_second
        self._slack = self._interval * (rate.burst - 1)
        self._used_up_to = 0.0

    def wait(self, now: float) -> float:
        return max(0.0, self._used_up_to - self._slack - now)

    def take(self, now: float) -> None:
        self._used_up_to = max(self._used_up_to, now) + self._interval

    def idle(self, now: float) -> bool:
        """Nothing is lost by forgetting it."""
        return self._used_up_to <= now


class Pacer:
    """All buckets of one process, and what a platform has asked to be left alone with. Not shared between threads."""

    def __init__(self, paces: Mapping[Platform, Pace]) -> None:
        self._paces = paces
        self._buckets: dict[tuple[object, ...], list[Bucket]] = {}
        self._rests: dict[tuple[object, ...], float] = {}

    def wait(self, head: Head, now: float) -> float:
        """Seconds until this may go out; 0 for now."""
        keys = self._keys(head)
        rests = (self._rests.get(key, 0.0) - now for key in keys)
        buckets = (bucket.wait(now) for key, rates in keys.items() for bucket in self._of(key, rates))
        return max(0.0, *rests, *buckets)

    def take(self, head: Head, now: float) -> None:
        """It goes out now."""
        for key, rates in self._keys(head).items():
            for bucket in self._of(key, rates):
                bucket.take(now)
        gap = self._pace(head).edit_gap
        if gap:
            self._rests[("message", head.id)] = now + gap

    def rest(self, head: Head, seconds: float, now: float) -> None:
        """The platform said so: things of this kind stand still in the whole workspace."""
        key = self._workspace(head)
        self._rests[key] = max(self._rests.get(key, 0.0), now + seconds)

    def forget(self, now: float) -> None:
        """Drop what is full again, so that memory follows what is being delivered and not what ever was."""
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        self._buckets = {
            key: buckets for key, buckets in self._buckets.items() if not all(each.idle(now) for each in buckets)
        }

    def _keys(self, head: Head) -> dict[tuple[object, ...], tuple[Rate, ...]]:
        pace = self._pace(head)
        if head.is_edit:
            return {self._workspace(head): pace.edits, ("message", head.id): ()}
        return {self._workspace(head): pace.sends, (head.platform, head.workspace, head.channel): pace.channel}

    def _of(self, key: tuple[object, ...], rates: tuple[Rate, ...]) -> list[Bucket]:
        return self._buckets.setdefault(key, [Bucket(rate) for rate in rates]) if rates else []

    def _pace(self, head: Head) -> Pace:
        return self._paces.get(head.platform, Pace())

    @staticmethod
    def _workspace(head: Head) -> tuple[object, ...]:
        return (head.platform, head.workspace, "edits" if head.is_edit else "sends", "")
