"""How fast a platform may be spoken to: its documented limits, and buckets that keep to them before it has to say so.

Times are seconds of a monotonic clock, passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.outbox_sql import Head
from storage.terms import Platform

Key = tuple[object, ...]
"""What a bucket is for: a place and a kind of call."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, `burst` of them at once after a pause."""

    per_second: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Of new messages, of edits, and of both counted together; several rates for one thing all hold."""

    sends: tuple[Rate, ...] = ()
    edits: tuple[Rate, ...] = ()
    both: tuple[Rate, ...] = ()

    def rates(self) -> tuple[Rate, ...]:
        return (*self.sends, *self.edits, *self.both)


@dataclass(frozen=True, slots=True)
class Pace:
    """A platform's limits; an empty one has none.

    `edit_gap`: seconds between what one message shows and its next edit, so that changes in a hurry become one.
    """

    channel: Limits = Limits()
    workspace: Limits = Limits()
    edit_gap: float = 0.0


SLACK = Pace(
    # "1 per second per channel, short bursts allowed"; 5 % slower, since the minute is Slack's and not ours.
    channel=Limits(sends=(Rate(1 / 1.05, burst=3),)),
    workspace=Limits(
        # chat.postMessage: "several hundred messages per minute" in a workspace.
        sends=(Rate(5, burst=60),),
        # chat.update is of tier 3: 50 a minute in a workspace, over all cards.
        edits=(Rate(50 / 60 / 1.05, burst=10),),
    ),
    edit_gap=1.2,
)
TEAMS = Pace(
    channel=Limits(
        # In one conversation 7 in 1 s, 8 in 2 s, 60 in 30 s and 1800 in 3600 s, an edit counting like a message. The first
        # rate lets through 5, 6 and 33 of them at most; the rest is for answers, which don't wait for the courier.
        # The second one keeps to the hour, and leaves room for three replicas that take over with a full bucket in it.
        both=(Rate(1 / 1.05, burst=5), Rate(0.45, burst=45)),
        # Live cards: one edit a second in a conversation, as Microsoft advises.
        edits=(Rate(1 / 1.05),),
    ),
    # 50 requests a second of one app in one tenant; answers to people need some of them too.
    workspace=Limits(both=(Rate(30, burst=10),)),
    edit_gap=1.0,
)
PACES: Mapping[Platform, Pace] = {Platform.SLACK: SLACK, Platform.TEAMS: TEAMS}
"""Platforms that aren't named have no limits: the playground is our own."""
NO_LIMITS = Pace()


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
        self._buckets: dict[Key, list[Bucket]] = {}
        self._rests: dict[Key, float] = {}

    def wait(self, head: Head, now: float) -> float:
        """Seconds until this may go out; 0 for now."""
        return max(self.place_wait(head, now), self.message_wait(head, now))

    def place_wait(self, head: Head, now: float) -> float:
        """The same for whatever else of its kind goes out in its channel."""
        keys = self._keys(head)
        rests = (self._rests.get(key, 0.0) - now for key in keys)
        buckets = (bucket.wait(now) for key, rates in keys.items() for bucket in self._of(key, rates))
        return max(0.0, *rests, *buckets)

    def message_wait(self, head: Head, now: float) -> float:
        """The same for this message alone, when it was changed just now."""
        return max(0.0, self._rests.get(("message", head.id), 0.0) - now) if head.is_edit else 0.0

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
        self._rest(self._keys_in(_workspace(head), self._pace(head).workspace, head), now + seconds)

    def rest_channel(self, head: Head, seconds: float, now: float) -> None:
        """The same in one channel."""
        self._rest(self._keys_in(_channel(head), self._pace(head).channel, head), now + seconds)

    def forget(self, now: float) -> None:
        """Drop what is full again, so that memory follows what is being delivered and not what ever was."""
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        self._buckets = {
            key: buckets for key, buckets in self._buckets.items() if not all(each.idle(now) for each in buckets)
        }

    def _rest(self, keys: Mapping[Key, tuple[Rate, ...]], until: float) -> None:
        """What is counted together rests together, so the last key is the one to stop."""
        key = list(keys)[-1]
        self._rests[key] = max(self._rests.get(key, 0.0), until)

    def _keys(self, head: Head) -> dict[Key, tuple[Rate, ...]]:
        pace = self._pace(head)
        return {
            **self._keys_in(_workspace(head), pace.workspace, head),
            **self._keys_in(_channel(head), pace.channel, head),
        }

    @staticmethod
    def _keys_in(place: Key, limits: Limits, head: Head) -> dict[Key, tuple[Rate, ...]]:
        """Its own kind's key, then the one of both kinds where the platform counts them together."""
        kind, rates = ("edits", limits.edits) if head.is_edit else ("sends", limits.sends)
        own = {(*place, kind): rates}
        return {**own, (*place, "both"): limits.both} if limits.both else own

    def _of(self, key: Key, rates: tuple[Rate, ...]) -> list[Bucket]:
        return self._buckets.setdefault(key, [Bucket(rate) for rate in rates]) if rates else []

    def _pace(self, head: Head) -> Pace:
        return self._paces.get(head.platform, NO_LIMITS)


def _workspace(head: Head) -> Key:
    return (head.platform, head.workspace)


def _channel(head: Head) -> Key:
    return (head.platform, head.workspace, head.channel)
