"""Readings of chat groups: one that fails says why where roles are listed, and is tried again soon, then seldomer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Never, NotSent
from bot.chores import Chores
from bot.groups import HOUR, PAUSES, Home, Readings, kept
from storage.store import Store
from storage.terms import Platform, Role
from tests.handlers.town import Town, told

GRANT = "group grant <&S1|@cab> cab_member"


class Group:
    """A chat group of a platform that fails as often as it is told to."""

    def __init__(self, town: Town, failures: Iterator[Exception]) -> None:
        self._town, self._failures, self.asked = town, failures, 0
        self.home = Home(town.organisation, town.platform, town.workspace)

    async def read(self) -> None:
        self.asked += 1
        for failure in self._failures:
            raise failure
        await kept(self._town.store, self.home, "S1", ["st"], self._town.clock.at)


@pytest.fixture
async def slack(store: Store) -> Town:
    town = Town(store, platform=Platform.SLACK)
    await town.all(("own", GRANT))
    return town


def readings(town: Town, chores: Chores, count: int) -> Readings:
    return Readings(town.store, town.clock, chores, pauses=(0.0,) * count)


async def ended(chores: Chores) -> None:
    for each in list(chores._tasks):
        await each


def holds(town: Town) -> bool:
    return "St" in [each.name for each in town.look(lambda records: records.people.holders(Role.CAB_MEMBER))]


def test_the_pauses_grow_and_reach_into_the_hourly_round() -> None:
    assert sorted(PAUSES) == list(PAUSES)
    assert PAUSES[0] < 60
    assert HOUR / 4 <= PAUSES[-1] < HOUR


async def test_s2_a_first_reading_that_fails_is_tried_again_until_it_succeeds(slack: Town) -> None:
    chores, group = Chores("a test"), Group(slack, iter([NotSent("ratelimited"), NotSent("ratelimited")]))
    await readings(slack, chores, 5).read(group.home, "S1", group.read)
    assert not holds(slack)
    await ended(chores)
    assert holds(slack)
    assert group.asked == 3
    assert "because" not in told(await slack.say("st", "role matrix"))


async def test_the_matrix_and_the_list_say_why_it_was_not_read(slack: Town) -> None:
    chores, group = Chores("a test"), Group(slack, iter([NotSent("ratelimited")] * 9))
    await readings(slack, chores, 0).read(group.home, "S1", group.read)
    sentence = (
        "@cab in Slack: CAB member, not read yet, because Slack didn't tell who is in it (“ratelimited”), so nobody"
    )
    assert sentence in told(await slack.say("st", "role matrix"))
    assert sentence in told(await slack.say("st", "group list"))


@pytest.mark.parametrize(
    "word, sentence",
    [
        ("missing_scope", "because the app lacks the permission usergroups:read until it is installed again"),
        ("no_such_subteam", "because Slack has no such group any more"),
    ],
)
async def test_what_somebody_can_mend_is_said_in_words(slack: Town, word: str, sentence: str) -> None:
    group = Group(slack, iter([Never(word)]))
    await readings(slack, Chores("a test"), 0).read(group.home, "S1", group.read)
    assert sentence in told(await slack.say("st", "role matrix"))


async def test_what_fails_later_keeps_who_was_in_it(slack: Town) -> None:
    chores, group = Chores("a test"), Group(slack, iter([]))
    mine = readings(slack, chores, 0)
    await mine.read(group.home, "S1", group.read)
    group = Group(slack, iter([Never("missing_scope")]))
    await mine.read(group.home, "S1", group.read)
    assert holds(slack)
    assert "because" not in told(await slack.say("st", "group list"))  # it was read a moment ago
    await slack.later(hours=25)
    text = told(await slack.say("st", "group list"))
    assert "and not since, because the app lacks the permission" in text


async def test_s2_a_change_that_could_not_be_read_is_tried_again_soon_too(slack: Town) -> None:
    chores, home = Chores("a test"), Home(slack.organisation, slack.platform, slack.workspace)
    mine = readings(slack, chores, 3)
    await kept(slack.store, home, "S1", [], slack.clock.at)
    group = Group(slack, iter([NotSent("ratelimited")]))
    await mine.read(home, "S1", group.read)  # the platform has told that somebody came
    await ended(chores)
    assert holds(slack)


async def test_it_is_given_up_after_the_last_pause_and_once_at_a_time(slack: Town) -> None:
    chores, group = Chores("a test"), Group(slack, iter([NotSent("away")] * 99))
    mine = readings(slack, chores, 2)
    await mine.read(group.home, "S1", group.read)
    await mine.read(group.home, "S1", group.read)
    assert len(chores._tasks) == 1
    await ended(chores)
    assert group.asked == 2 + 2
    await mine.read(group.home, "S1", group.read)
    assert len(chores._tasks) == 1  # an hour later it begins anew
    await chores.stop()


async def test_a_group_that_holds_no_role_any_more_is_not_asked_for_again(slack: Town) -> None:
    chores, asked, home = Chores("a test"), list[str](), Home(slack.organisation, slack.platform, slack.workspace)

    async def read() -> None:
        asked.append("S1")
        await slack.all(("own", GRANT.replace("grant", "revoke", 1)))
        raise NotSent("away")

    await readings(slack, chores, 3).read(home, "S1", read)
    await ended(chores)
    assert asked == ["S1"]
