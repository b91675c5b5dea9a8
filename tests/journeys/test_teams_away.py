"""Teams away, slow or full in the middle of a story: nothing lost, nothing twice unless it says so, the cards right."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import teams_cards as cards
from tests.fakes.slack_faults import Fault
from tests.fakes.teams_world import Message
from tests.journeys.house import House
from tests.journeys.played import teams_user as user_of
from tests.journeys.stage import find, holds
from tests.journeys.stories.normal import BALLOT, CARD, registered_and_submitted, started
from tests.journeys.teams_stage import TeamsStage


def away(_method: str, _body: dict[str, Any]) -> Fault:
    """No call gets through."""
    return Fault("ratelimited", retry_after="0")


def in_channels(house: House) -> list[Message]:
    """What the bot wrote for everybody in a channel."""
    conversations = house.teams.world.conversations.values()
    history = [each for where in conversations if where.kind == "channel" for each in where.history]
    return [each for each in history if each.sender == house.teams.world.bot and not each.only_for]


def doubled(house: House) -> list[str]:
    """Words that hang in a conversation more than once."""
    seen = Counter((each.conversation, each.words()) for each in in_channels(house))
    return [words for (_, words), times in seen.items() if times > 1]


async def said(house: House, line: str, who: str = "ana") -> None:
    """A command while Teams takes nothing: it's committed all the same."""
    assert (await house.teams.say(user_of(who), "#releases", line)).status < 300


async def test_teams_away_for_the_whole_deployment_and_a_restart_in_it(cabbot_on_teams: House) -> None:
    stage = TeamsStage(cabbot_on_teams)
    await started(stage)
    before = stage.channel("announcements")
    cabbot_on_teams.teams.service.faults.weather = away
    await said(cabbot_on_teams, "status REL-1 Slowly but surely")
    await said(cabbot_on_teams, "step REL-1")
    await cabbot_on_teams.close()
    await cabbot_on_teams.open(settled=False)
    await said(cabbot_on_teams, "complete REL-1 All well")
    assert stage.channel("announcements") == before, "nothing got through"
    cabbot_on_teams.teams.service.faults.clear()
    await cabbot_on_teams.settled()
    for channel in ("announcements", "payments"):
        told = find(stage.channel(channel), CARD)
        holds(told.words, "Done; the new version is in production", "All well")
        for reply, words in zip(
            told.replies[-3:], ("Slowly but surely", "Pilot is done", "REL-1 is deployed."), strict=True
        ):
            holds(reply, words)
    assert find(stage.channel("releases"), CARD).buttons == ("Roll back", "Details")
    assert doubled(cabbot_on_teams) == []
    await stage.trail()


async def test_a_press_is_answered_while_teams_takes_no_message(cabbot_on_teams: House) -> None:
    """The answer to an invoke needs no call; the copies follow when Teams is back."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    teams.service.faults.weather = away
    shown = await teams.press(user_of("ben"), teams.conversation("#cab").last, "Approve")
    holds(shown.words, "You approved REL-1")
    holds(find(stage.channel("cab"), BALLOT).words, "2 approvals missing of 2")
    teams.service.faults.clear()
    await cabbot_on_teams.settled()
    holds(find(stage.channel("cab"), BALLOT).words, "Ben approved", "1 approval missing of 2")


async def test_a_rate_limit_waits_as_long_as_teams_says(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    loop, begun = asyncio.get_running_loop(), 0.0
    await stage.says("ana", "service list")
    teams.service.faults.order("ratelimited", "create", times=1, retry_after="1")
    begun = loop.time()
    await registered_and_submitted(stage)
    assert loop.time() - begun >= 1
    holds(find(stage.channel("cab"), BALLOT).words, "decision asked")
    assert doubled(cabbot_on_teams) == []


@pytest.mark.parametrize("kind", ["drop_after", "status", "drop_before"])
async def test_a_message_whose_answer_was_lost_is_sent_once_more_and_the_ledger_says_so(
    cabbot_on_teams: House, kind: str
) -> None:
    """Teams lets a bot read nothing, so nobody can look: better twice than never, and never in silence."""
    tried: set[str] = set()

    def once(method: str, body: dict[str, Any]) -> Fault | None:
        if method != "create" or "activity" not in body or (where := body["channelData"]["channel"]["id"]) in tried:
            return None
        tried.add(where)
        return Fault(kind, status=502)

    stage = TeamsStage(cabbot_on_teams)
    cabbot_on_teams.teams.service.faults.weather = once
    await registered_and_submitted(stage)
    assert len(tried) == 2
    arrived = 2 if kind == "drop_after" else 1
    ballots = [each for each in stage.channel("cab") if BALLOT in each.words]
    assert len(ballots) == arrived
    holds((await stage.says("marta", "deliveries REL-1")).words, "so it may appear twice")
    await stage.presses("ben", "Approve", BALLOT, "cab")
    holds(stage.channel("cab")[-1].words, "Ben approved")


async def test_an_edit_in_doubt_is_repeated_and_harms_nothing(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    for kind in ("drop_after", "drop_before", "status"):
        teams.service.faults.order(kind, "edit", times=2, status=504)
    await stage.presses("ben", "Approve", BALLOT, "cab")
    holds(find(stage.channel("cab"), BALLOT).words, "Ben approved", "1 approval missing of 2")
    assert doubled(cabbot_on_teams) == []


async def test_a_channel_that_is_gone_takes_nothing_else_with_it(cabbot_on_teams: House) -> None:
    """#announcements is deleted in the middle: the others hear, the managers are told, and it can be tried again."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await stage.says("ana", "follow payments")
    channel = teams.conversation("#announcements")
    channel.bot_is_member = False
    await started(stage)
    assert stage.channel("announcements") == []
    holds(find(stage.channel("payments"), CARD).words, "Deployment is under way")
    heard = await stage.says("marta", "deliveries", "me")
    holds(heard.words, "Cabbot was removed from it", "#announcements")
    holds(stage.direct("marta")[-1].words, "announcements")
    channel.bot_is_member = True
    await teams.install(user_of("marta"))
    await cabbot_on_teams.settled()  # the team's channels are listed behind the acknowledgement
    oldest = [label for label in heard.buttons if label.startswith("Try")][-1]
    await stage.follows_up("marta", oldest)
    holds(find(stage.channel("announcements"), CARD).words, "Deployment is under way")


async def test_taken_out_of_the_team_and_added_again(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    await teams.uninstall(user_of("marta"))
    calls = len(teams.service.calls_of("create", "edit"))
    await stage.presses("ben", "Approve", BALLOT, "me")
    assert [each for each in teams.service.calls_of("create")[calls:] if "activity" in each.body] == []
    await teams.install(user_of("marta"))
    await stage.presses("chiara", "Approve", BALLOT, "me")
    holds(find(stage.channel("cab"), BALLOT).words, "Ben approved", "Chiara approved")


async def test_a_renamed_channel_is_called_by_its_new_name(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await teams.rename_channel(user_of("marta"), "#cab", "#board")
    holds((await stage.says("marta", "link service:search", "board")).words, "#board hears service:search")


async def test_a_slow_teams_slows_no_answer_down(cabbot_on_teams: House) -> None:
    """Each call takes half a second; a press is answered at once all the same, and edits in a hurry become one."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    card = find(stage.channel("releases"), CARD)
    assert "Hold" in card.buttons
    edits, teams.service.faults.latency = len(teams.service.calls_of("edit")), 0.4
    for minute in range(4):
        assert (await teams.say(user_of("devika"), "me", f'hold REL-1 "for the {minute}th time"')).seconds < 0.4
        assert (await teams.say(user_of("devika"), "me", "resume REL-1")).seconds < 0.4
    teams.service.faults.clear()
    await cabbot_on_teams.settled()
    assert "On hold" not in find(stage.channel("releases"), CARD).words
    assert len(teams.service.calls_of("edit")) - edits < 20, "not every one of eight changes is an edit of its own"
    cabbot_on_teams.clock.forward(timedelta(0))


async def test_somebody_unknown_is_answered_while_teams_says_nothing_about_them(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    teams.add_user("29:1nora-0Xw", "Nora", email="nora@example.org")
    teams.service.faults.order("hang", "member", times=1)
    got = await teams.say("29:1nora-0Xw", "me", "service list")
    assert got.status < 300
    await teams.until(lambda: teams.personal("29:1nora-0Xw").messages[1:])
    holds(teams.personal("29:1nora-0Xw").last.words(), "payments 2.3.1")
    await stage.trail()


async def test_an_answer_that_meets_a_limit_comes_a_moment_later(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    teams.service.faults.order("ratelimited", "whisper", times=1, retry_after="0")
    holds((await stage.says("ana", "service list")).words, "payments 2.3.1")


async def test_where_no_message_can_be_for_one_alone_the_answer_comes_directly(cabbot_on_teams: House) -> None:
    """An older tenant refuses targeted messages; nobody else may read the answer all the same."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    teams.service.faults.order("error", "whisper", times=1, status=400, word="BadArgument")
    holds((await stage.says("ana", "service list")).words, "payments 2.3.1")
    holds(teams.personal(user_of("ana")).last.words(), "payments 2.3.1")


async def test_who_has_no_conversation_with_cabbot_is_missed_in_the_ledger_and_votes_in_the_channel(
    cabbot_on_teams: House,
) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    teams.personal(user_of("ben")).bot_is_member = False
    await registered_and_submitted(stage)
    assert not [each for each in stage.direct("ben") if BALLOT in each.words]
    holds((await stage.says("marta", "deliveries REL-1")).words, "Not told", "Ben: ballot")
    holds((await stage.presses("ben", "Approve", BALLOT, "cab")).words, "You approved REL-1")


async def test_an_invoke_that_is_repeated_before_it_was_answered_is_one_press(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    ballot = teams.conversation("#cab").last
    who = teams.world.users[user_of("ben")]
    action = cards.action(ballot.card() or {}, "Approve")
    same = teams.activities.executed(who, ballot, action, action["data"])
    shown = await asyncio.gather(*(teams.invoke(who.id, ballot, same) for _ in range(3)))
    await cabbot_on_teams.settled()
    assert {each.got.status for each in shown} == {200}
    for each in shown:
        holds(each.words, "You approved REL-1")
    holds(find(stage.channel("cab"), BALLOT).words, "Ben approved", "1 approval missing of 2")
    assert [each for each in await stage.trail() if each.startswith("ben")] == ["ben approve REL-1"]
