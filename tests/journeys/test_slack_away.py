"""Slack away, slow or full in the middle of a story: nothing lost, nothing twice, the cards right in the end."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.slack_faults import Fault
from tests.fakes.slack_world import Message
from tests.journeys.house import House
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import find, holds
from tests.journeys.stories.normal import BALLOT, CARD, registered_and_submitted, started


def away(_method: str, _arguments: dict[str, Any]) -> Fault:
    """No call gets through."""
    return Fault("drop_before")


async def without_slack(house: House, line: str, who: str = "UANA") -> None:
    """A command comes in while nothing goes out: it is committed, and answered in its own response."""
    ack = await house.slack.command(who, "#releases", "/release", line)
    assert ack.status == 200
    assert ack.message is not None
    assert "That can't be done" not in ack.message.shown, ack.message.shown


def everything(house: House) -> list[Message]:
    return [message for channel in house.slack.world.channels.values() for message in channel.history]


def doubled(house: House) -> list[str]:
    """Messages of the same posting, sent twice."""
    seen: dict[int, int] = {}
    for message in everything(house):
        if message.metadata:
            posting = message.metadata["event_payload"]["posting"]
            seen[posting] = seen.get(posting, 0) + 1
    return [f"posting {posting}" for posting, times in seen.items() if times > 1]


async def test_slack_away_for_the_whole_deployment_and_a_restart_in_it(cabbot: House) -> None:
    stage = SlackStage(cabbot)
    await started(stage)
    before = stage.channel("announcements")
    cabbot.slack.faults.weather = away
    await without_slack(cabbot, "status REL-1 Slowly but surely")
    await without_slack(cabbot, "step REL-1")
    await cabbot.close()
    await cabbot.open(settled=False)
    await without_slack(cabbot, "complete REL-1 All well")
    assert stage.channel("announcements") == before, "nothing got through"
    cabbot.slack.faults.clear()
    await cabbot.settled()
    for channel in ("announcements", "payments"):
        told = find(stage.channel(channel), CARD)
        holds(told.words, "Done; the new version is in production", "All well")
        replies = told.replies[-3:]
        for reply, words in zip(replies, ("Slowly but surely", "Pilot is done", "REL-1 is deployed."), strict=True):
            holds(reply, words)
    assert find(stage.channel("releases"), CARD).buttons == ("Roll back", "Details")
    assert doubled(cabbot) == []
    await stage.trail()


async def test_a_rate_limit_waits_as_long_as_slack_says(cabbot: House) -> None:
    stage = SlackStage(cabbot)
    await stage.says("ana", "service list")
    cabbot.slack.faults.order("ratelimited", "chat.postMessage", times=1, retry_after="1")
    begun = asyncio.get_running_loop().time()
    await registered_and_submitted(stage)
    posts = [each for each in cabbot.slack.calls_of("chat.postMessage") if each.at > 0][-8:]
    refused = next(each for each in posts if each.ok is None)
    after = [each for each in posts if each.at > refused.at]
    assert all(each.at - refused.at >= 0.95 for each in after), "the whole workspace rests for the second"
    assert asyncio.get_running_loop().time() - begun >= 1
    holds(find(stage.channel("cab"), BALLOT).words, "decision asked")
    assert doubled(cabbot) == []


async def test_a_channel_that_is_gone_takes_nothing_else_with_it(cabbot: House) -> None:
    """#announcements is archived in the middle: the others hear, the managers are told, and it can be tried again."""
    stage = SlackStage(cabbot)
    await stage.says("ana", "follow payments")
    channel = cabbot.slack.channel("#announcements")
    channel.archived = True
    await started(stage)
    assert stage.channel("announcements") == []
    holds(find(stage.channel("payments"), CARD).words, "Deployment is under way")
    heard = await stage.says("marta", "deliveries")
    holds(heard.words, "is_archived")
    holds(stage.direct("marta")[-1].words, "announcements")
    channel.archived = False
    oldest = [label for label in heard.buttons if label.startswith("Try")][-1]
    await stage.follows_up("marta", oldest)
    holds(find(stage.channel("announcements"), CARD).words, "Deployment is under way")


@pytest.mark.parametrize("kind", ["drop_after", "status", "error"])
async def test_an_answer_that_never_came_is_not_sent_twice(cabbot: House, kind: str) -> None:
    """Every single message meets the fault at its first try."""
    tried: set[int] = set()

    def once(method: str, arguments: dict[str, Any]) -> Fault | None:
        posting = (arguments.get("metadata") or {}).get("event_payload", {}).get("posting")
        if method != "chat.postMessage" or posting is None or posting in tried:
            return None
        tried.add(posting)
        return Fault(kind)

    cabbot.slack.faults.weather = once
    stage = SlackStage(cabbot)
    await started(stage)
    assert len(tried) > 10
    assert doubled(cabbot) == []
    shown = {message.metadata["event_payload"]["posting"] for message in everything(cabbot) if message.metadata}
    assert tried <= shown, "nothing is lost"


async def test_a_slow_slack_slows_no_answer_down(cabbot: House) -> None:
    """Each call takes a second; commands are answered at once all the same, and edits in a hurry become one."""
    stage = SlackStage(cabbot)
    await registered_and_submitted(stage)
    cabbot.slack.faults.latency = 0.4
    edits = len(cabbot.slack.calls_of("chat.update"))
    for minute in itertools.chain(range(4)):
        ack = await cabbot.slack.command("UANA", "#releases", "/release", f'hold REL-1 "for the {minute}th time"')
        assert ack.status == 200
        assert ack.seconds < 0.4
        await cabbot.slack.command("UANA", "#releases", "/release", "resume REL-1")
    cabbot.slack.faults.clear()
    await cabbot.settled()
    card = cabbot.slack.channel("#releases").messages[0]
    assert "On hold" not in card.shown
    assert len(cabbot.slack.calls_of("chat.update")) - edits < 8, "not every one of eight changes is an edit of its own"
    cabbot.clock.forward(timedelta(0))
