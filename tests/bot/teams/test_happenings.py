"""What happens around Cabbot in Teams: added, taken out, renamed, and what isn't for it at all."""

from __future__ import annotations

from typing import Any

import pytest

from storage.conversation import Conversation
from storage.people import Account
from storage.records import Records
from storage.terms import Platform
from tests.bot.teams.guarded import payload
from tests.bot.teams.serving import Served
from tests.fakes.teams import TENANT, FakeTeams


def shared(records: Records) -> dict[str, Conversation]:
    return {each.name: each for each in records.conversations.shared(Platform.TEAMS, TENANT)}


async def test_added_to_a_team_its_channels_and_people_are_known(cabbot: Served, teams: FakeTeams) -> None:
    await teams.install("29:ana")
    await cabbot.settled()
    assert sorted(await cabbot.records(shared)) == ["General", "announcements", "cab", "pay"]
    assert cabbot.edge.profiles.kind(TENANT, "29:gus").value == "guest"


async def test_a_channel_with_a_new_name_is_offered_under_it(cabbot: Served, teams: FakeTeams) -> None:
    await teams.install("29:ana")
    await teams.rename_channel("29:ana", "#cab", "change board")
    await cabbot.settled()
    names = await cabbot.records(shared)
    assert "change board" in names
    assert "cab" not in names


@pytest.mark.parametrize("way", ["uninstalled", "deleted"])
async def test_where_cabbot_is_no_longer_nothing_is_sent(cabbot: Served, teams: FakeTeams, way: str) -> None:
    await cabbot.says("29:ana", "#pay", "link releases")
    await cabbot.says("29:ana", "#pay", "service add payments")
    await (teams.uninstall("29:ana") if way == "uninstalled" else teams.delete_channel("29:ana", "#pay"))
    await cabbot.settled()
    await cabbot.says("29:ana", "me", "new Refunds service=payments")
    dead = await cabbot.says("29:ana", "me", "deliveries")
    assert "removed from it" in dead.words("29:ana")


async def test_back_in_the_team_its_channels_are_spoken_in_again(cabbot: Served, teams: FakeTeams) -> None:
    await cabbot.says("29:ana", "#pay", "link releases")
    await cabbot.says("29:ana", "#pay", "service add payments")
    await teams.uninstall("29:ana")
    await teams.install("29:ana")
    await cabbot.settled()
    await cabbot.says("29:ana", "me", "new Refunds service=payments")
    assert "REL-1 Refunds" in teams.conversation("#pay").last.words()


async def test_somebody_who_comes_later_is_known_at_once(cabbot: Served, teams: FakeTeams) -> None:
    await cabbot.says("29:ana", "#pay", "help")
    teams.add_user("29:lea", "Lea", email="lea@example.net", guest=True)
    came = teams.activities.installed(teams.world.users["29:ana"], teams.conversation("#pay"))[0]
    came["membersAdded"] = [{"id": "29:lea"}]
    assert (await teams.wire.deliver(came)).status == 200
    await cabbot.settled()
    assert cabbot.edge.profiles.kind(TENANT, "29:lea").value == "guest"


async def test_a_person_named_in_the_settings_may_set_up_before_the_first_word(
    cabbot: Served, teams: FakeTeams
) -> None:
    await teams.install("29:ben")
    await cabbot.settled()

    def owner(records: Records) -> Account | None:
        return records.people.account(Platform.TEAMS, TENANT, "29:ana")

    assert await cabbot.records(owner) is not None
    answer = await cabbot.says("29:ana", "#pay", "link releases")
    assert "hears releases from now on" in answer.words("29:ana")


NOT_OURS = {"message_reaction": 200, "message_edited": 200, "other_invoke": 501}


@pytest.mark.parametrize("name", NOT_OURS)
async def test_what_isnt_for_cabbot_is_acknowledged_and_changes_nothing(
    cabbot: Served, teams: FakeTeams, name: str
) -> None:
    given: dict[str, Any] = payload(name)
    given["serviceUrl"] = teams.service.url
    given["channelData"]["tenant"]["id"] = given["conversation"]["tenantId"] = TENANT
    before = await cabbot.says("29:ana", "me", "help")
    got = await teams.wire.deliver(given)
    assert got.status == NOT_OURS[name]
    await cabbot.settled()
    assert cabbot.private("29:ana")[-1] is before
    assert await cabbot.journal() == [each for each in await cabbot.journal() if each.command == "role grant"]


async def test_another_tenant_is_served_nothing(cabbot: Served, teams: FakeTeams) -> None:
    stranger = teams.add_user("29:eve", "Eve", tenant="99999999-7d5a-4b57-9f0e-4f1f4a3a7c11", email="eve@example.com")
    said = teams.activities.said(stranger, teams.conversation("#pay"), "list")
    said["channelData"]["tenant"]["id"] = said["conversation"]["tenantId"] = stranger.tenant
    got = await teams.wire.deliver(said)
    assert (got.status, got.body) == (403, b"")
    await cabbot.settled()
    assert teams.service.calls_of("send", "whisper") == []


async def test_whoever_adds_cabbot_for_themself_is_greeted_with_what_waits_for_them(
    cabbot: Served, teams: FakeTeams
) -> None:
    await cabbot.says("29:ana", "me", "new Refunds")
    before = len(cabbot.private("29:ana"))
    await teams.install("29:ana", "me")
    await cabbot.settled()
    [greeting] = cabbot.private("29:ana")[before:]
    assert "REL-1 Refunds" in greeting.words("29:ana")
    assert "Help" in greeting.buttons("29:ana")


async def test_nobody_is_greeted_when_a_team_gets_cabbot(cabbot: Served, teams: FakeTeams) -> None:
    await teams.install("29:ana")
    await cabbot.settled()
    assert cabbot.private("29:ana") == []


@pytest.mark.parametrize("where, words", [("me", "home"), ("me", ""), ("#pay", ""), ("#pay", "home")])
async def test_home_and_the_mention_alone_show_what_waits(
    cabbot: Served, teams: FakeTeams, where: str, words: str
) -> None:
    answer = await cabbot.says("29:ana", where, words)
    assert "Nothing waits for you." in answer.words("29:ana")
