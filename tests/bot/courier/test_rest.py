"""A platform that wants to be left alone for a while is left alone, for exactly as much as it said."""

from __future__ import annotations

import time
from itertools import pairwise

from bot.courier.pace import Limits, Pace, Rate
from storage.store import Store
from storage.terms import Platform
from tests.fakes.chat import Behaviour, FakeChat, FakePlatform, Request
from tests.fakes.outbox import delivering, organisation, posting, reword, say, settled, until


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


async def test_a_wish_for_one_channel_stops_its_messages_and_edits_where_they_are_counted_together(
    store: Store,
) -> None:
    owner = organisation(store)
    [hanging, elsewhere] = say(store, *(posting(owner, channel, "a") for channel in ("C1", "C2")))
    refused: list[float] = []

    def limited(request: Request) -> Behaviour:
        if request.kind == "edit" and not refused:
            refused.append(time.monotonic())
            return Behaviour.LIMITED
        return Behaviour.OK

    counted_together = {Platform.SLACK: Pace(channel=Limits(both=(Rate(100, burst=100),)))}
    platform = FakePlatform(limited, retry_after=0.4)
    async with delivering(store, FakeChat(platform), paces=counted_together):
        await settled(store, [hanging, elsewhere])
        reword(store, hanging, "b")
        await until(lambda: bool(refused))
        [same] = say(store, posting(owner, "C1", "c"))
        [other] = say(store, posting(owner, "C2", "c"))
        await settled(store, [hanging, same, other])
    assert platform.of(same)[0].at - refused[0] >= 0.4
    assert platform.of(other)[0].at < platform.of(same)[0].at
