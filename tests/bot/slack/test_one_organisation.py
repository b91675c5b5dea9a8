"""A Slack workspace joins another platform's organisation: its edge notices."""

from __future__ import annotations

import pytest

from storage.store import Store
from storage.terms import Platform, Role
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack
from tests.handlers.town import Town
from tests.handlers.two_platforms import code_on


@pytest.fixture
def teams(store: Store) -> Town:
    return Town(store, platform=Platform.TEAMS)


async def joined(slack: FakeSlack, teams: Town) -> str:
    """Ana types the code; what she is told."""
    code = code_on((await teams.say("own", "link organisation", direct=True)).card)
    ack = await slack.command("UANA", "#pay", "/release", f"link organisation {code}")
    assert ack.message is not None
    return ack.message.shown


async def test_what_is_said_in_slack_belongs_to_the_organisation_of_teams(
    slack: FakeSlack, store: Store, teams: Town
) -> None:
    async with serving(slack, store, settings=settings_for(slack, admins=("UANA",))) as cabbot:
        before = await cabbot.edge.installations.of(TEAM)
        assert "This workspace belongs to the organisation “Acme” now." in await joined(slack, teams)
        await slack.command("UBEN", "#pay", "/release", "new x")
        assert teams.release().title == "x"
        after = await cabbot.edge.installations.of(TEAM)
        assert (before.organisation != teams.organisation, after.organisation) == (True, teams.organisation)


async def test_a_profile_that_comes_by_an_older_installation_is_written_where_it_belongs(
    slack: FakeSlack, store: Store, teams: Town
) -> None:
    async with serving(slack, store, settings=settings_for(slack, admins=("UANA",))) as cabbot:
        older = await cabbot.edge.installations.of(TEAM)
        await slack.command("UBEN", "#pay", "/release", "help")
        await joined(slack, teams)
        ben = slack.world.users["UBEN"]
        ben.real_name = "Ben Who Joined"
        cabbot.edge.profiles.changed(older, ben.as_json())
        await cabbot.edge._behind.finish(5)
        names = await names_of(cabbot)
        assert "Ben Who Joined" in names


async def names_of(cabbot: Served) -> list[str]:
    return await cabbot.records(lambda records: [each.name for each in records.people.all()], TEAM)


async def test_who_has_the_same_e_mail_in_teams_is_one_person(slack: FakeSlack, store: Store, teams: Town) -> None:
    teams.known_by("bo", "ben@example.org")
    async with serving(slack, store, settings=settings_for(slack, admins=("UANA",))) as cabbot:
        await joined(slack, teams)
        await slack.command("UBEN", "#pay", "/release", "help")
        await cabbot.edge._behind.finish(5)
        accounts = teams.look(lambda records: records.people.accounts(teams.people["bo"]))
        assert [each.platform for each in accounts] == [Platform.TEAMS, Platform.SLACK]
        assert teams.look(lambda records: records.people.roles(teams.people["bo"])) == {Role.CAB_MEMBER}
