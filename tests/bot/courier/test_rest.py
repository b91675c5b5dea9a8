"""A platform that wants to be left alone for a while is left alone, for exactly as much as it said."""

from __future__ import annotations

import time
from itertools import pairwise

from storage.store import Store
from tests.fakes.chat import Behaviour, FakeChat, FakePlatform, Request
from tests.fakes.outbox import delivering, organisation, posting, say, settled, until


async def test_nothing_is_called_again_before_the_platform_s_retry_after(store: Store) -> None:
    [key] = say(store, posting(organisation(store), "C1", "a"))
    moments: list[float] = []

    def limited(_request: Request) -> Behaviour:
        moments.append(time.monotonic())
        return Behaviour.LIMITED if len(moments) < 4 else Behaviour.OK

    async with delivering(store, FakeChat(FakePlatform(limited, retry_after=0.2))):
        await settled(store, [key])
    assert len(moments) == 4
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(moments))


async def test_a_wish_for_the_whole_workspace_stops_all_its_sends_but_no_other_workspace(store: Store) -> None:
    owner, other = organisation(store), organisation(store, "Globex", "T2")
    first = say(store, posting(owner, "C0", "a"))
    refused: list[float] = []

    def limited(_request: Request) -> Behaviour:
        if not refused:
            refused.append(time.monotonic())
            return Behaviour.LIMITED
        return Behaviour.OK

    platform = FakePlatform(limited, retry_after=0.4, everything=True)
    async with delivering(store, FakeChat(platform)):
        await until(lambda: bool(refused))
        ours = say(store, *(posting(owner, f"C{n}", "a") for n in range(1, 5)))
        theirs = say(store, posting(other, "C1", "a", workspace="T2"))
        await settled(store, theirs)
        await settled(store, [*first, *ours])
    ours_at = [message.at for message in platform.messages.values() if message.posting in {*first, *ours}]
    assert min(ours_at) - refused[0] >= 0.4
    assert platform.of(theirs[0])[0].at < min(ours_at)
