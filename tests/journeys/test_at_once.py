"""Everybody at the same moment, on both platforms, with Teams repeating what isn't answered yet: on either database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from tests.fakes import teams_cards as cards
from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_world import Json
from tests.journeys.both import become_one
from tests.journeys.house import House, opened
from tests.journeys.played import slack_user, teams_user
from tests.journeys.slack_stage import SlackStage, move_in
from tests.journeys.stage import find, holds
from tests.journeys.stories.normal import BALLOT, registered_and_submitted
from tests.journeys.teams_stage import TeamsStage

TIMES = 4


@pytest.fixture(
    params=[
        pytest.param(("sqlite_url", 1), id="sqlite"),
        pytest.param(("postgres_url", 2), id="two replicas on postgres", marks=pytest.mark.postgres),
    ]
)
async def house(request: pytest.FixtureRequest, slack: FakeSlack, teams: FakeTeams) -> AsyncIterator[House]:
    fixture, replicas = request.param
    async with opened(request.getfixturevalue(fixture), slack, teams, replicas=replicas) as opened_house:
        await move_in(SlackStage(opened_house))
        await become_one(SlackStage(opened_house), TeamsStage(opened_house))
        yield opened_house


def approving(house: House, who: str) -> Json:
    """One press of the button in Teams, as it is delivered and may be delivered again."""
    ballot = house.teams.conversation("#cab").last
    action = cards.action(ballot.card() or {}, "Approve")
    user = house.teams.world.users[teams_user(who)]
    return house.teams.activities.executed(user, ballot, action, action["data"])


async def test_presses_and_repeats_of_several_people_are_one_vote_each(house: House) -> None:
    slack, teams = SlackStage(house), TeamsStage(house)
    await registered_and_submitted(slack)
    ballot = house.slack.channel("#cab").last
    people = ("ben", "chiara", "devika")
    acts = [approving(house, who) for who in people]
    delivered, pressed = await asyncio.gather(
        asyncio.gather(*(house.teams.wire.deliver(act) for act in acts for _ in range(TIMES))),
        asyncio.gather(
            *(house.slack.press(slack_user(who), ballot, "Approve") for who in people for _ in range(TIMES))
        ),
    )
    assert {each.status for each in delivered} | {each.status for each in pressed} == {200}
    await house.settled()
    done = Counter(each for each in await slack.trail() if each.endswith("approve REL-1"))
    assert set(done.values()) == {1}, done
    assert len(done) == 2, "the third came after the decision"
    seen = [find(stage.channel("cab"), BALLOT) for stage in (slack, teams)]
    assert [each.buttons for each in seen] == [(), ()]
    voters = [{who for who in ("Ben", "Chiara", "Devika") if f"{who} approved" in each.words} for each in seen]
    assert voters[0] == voters[1]
    assert len(voters[0]) == 2


async def test_a_repeat_of_what_is_still_carried_out_is_answered_like_it(house: House) -> None:
    """Teams sends an invoke again after five seconds, and to whichever replica."""
    slack = SlackStage(house)
    await registered_and_submitted(slack)
    act = approving(house, "ben")
    answers = await asyncio.gather(*(house.teams.wire.deliver(act) for _ in range(3 * TIMES)))
    await house.settled()
    for each in answers:
        assert each.status == 200
        holds(cards.words(each.json["value"]), "You approved REL-1; 1 approval still missing.")
    assert [each for each in await slack.trail() if each.startswith("ben")] == ["ben approve REL-1"]
