"""Conversation references: written when Teams tells something new, and where Cabbot then speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.chat import Never
from bot.teams.references import REFRESH, REMOVED, STRANGER, UNKNOWN, Reference, References
from storage.store import Store
from storage.terms import Platform
from tests.bot.teams.keeping import Kept, keeping, said
from tests.bot.teams.keeping import activity as _activity
from tests.bot.teams.outgoing import ANA, BEN, teams_of_three
from tests.fakes.teams import APP_ID, TENANT, FakeTeams

BOT = f"28:{APP_ID}"


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = teams_of_three()
    async with fake.running():
        yield fake


@pytest.fixture
async def kept(teams: FakeTeams, sqlite_store: Store) -> AsyncIterator[Kept]:
    async with keeping(teams, sqlite_store) as made:
        yield made


# ---- what Teams tells


async def test_a_word_in_a_channel_tells_where_it_is(teams: FakeTeams, kept: Kept) -> None:
    channel = teams.conversation("#cab")
    await kept.hear(said(teams, "#cab"))
    found = await kept.references.of(TENANT, channel.id)
    assert found == Reference(kept.out.url, channel.id, "channel", TENANT, BOT, "", teams.world.team_id)
    row = await kept.row(channel.id)
    assert row is not None
    assert (row.kind, row.account, row.removed_at) == ("channel", "", None)
    assert Reference.from_json(row.reference) == found


async def test_group_chats_and_personal_conversations_are_told_apart(teams: FakeTeams, kept: Kept) -> None:
    await kept.hear(said(teams, "Planning"))
    await kept.hear(said(teams, "me"))
    group = await kept.references.of(TENANT, teams.conversation("Planning").id)
    assert (group.kind, group.threads, group.account) == ("group", False, "")
    own = await kept.references.personal(TENANT, ANA)
    assert (own.conversation, own.kind, own.account) == (teams.personal(ANA).id, "personal", ANA)
    row = await kept.row(group.conversation)
    assert row is not None
    assert row.name == "Planning"


async def test_the_same_word_again_is_not_written_until_a_day_has_passed(teams: FakeTeams, kept: Kept) -> None:
    channel = teams.conversation("#cab").id
    await kept.hear(said(teams, "#cab"))
    first = await kept.row(channel)
    kept.out.clock.forward(timedelta(hours=1))
    await kept.hear(said(teams, "#cab", BEN))
    assert await kept.row(channel) == first
    kept.out.clock.forward(REFRESH)
    await kept.hear(said(teams, "#cab"))
    later = await kept.row(channel)
    assert first is not None
    assert later is not None
    assert later.heard_at - first.heard_at >= REFRESH


async def test_a_service_that_moved_is_followed_at_once(teams: FakeTeams, kept: Kept) -> None:
    await kept.hear(said(teams, "#cab"))
    moved = "https://smba.trafficmanager.net/amer/"
    await kept.hear(said(teams, "#cab", serviceUrl=moved))
    found = await kept.references.of(TENANT, teams.conversation("#cab").id)
    assert (found.service_url, found.team) == (moved, teams.world.team_id)


async def test_two_replicas_that_hear_the_same_first_word_do_no_harm(teams: FakeTeams, kept: Kept) -> None:
    other, word = kept.another(), _activity(said(teams, "#cab"))
    await kept.references.heard(kept.organisation, word)
    await other.heard(kept.organisation, word)
    shared = await kept.records(lambda records: records.conversations.shared(Platform.TEAMS, TENANT))
    assert [each.external for each in shared] == [teams.conversation("#cab").id]


async def test_memory_of_what_was_written_is_bounded(teams: FakeTeams, kept: Kept) -> None:
    few = References(kept.store, kept.out.clock, kept.out.connector, kept.references.organisation_of, most=3)
    for number in range(6):
        channel = teams.add_channel(f"c{number}")
        await few.heard(kept.organisation, _activity(said(teams, channel.id)))
    assert len(few._written) == 3


async def test_a_word_without_an_address_or_a_tenant_is_not_kept(teams: FakeTeams, kept: Kept) -> None:
    await kept.hear(said(teams, "#cab", serviceUrl=None))
    away = said(teams, "#cab", channelData={})
    away["conversation"].pop("tenantId")
    await kept.hear(away)
    assert await kept.row(teams.conversation("#cab").id) is None


async def test_every_channel_of_a_team_is_found(teams: FakeTeams, kept: Kept) -> None:
    teams.add_channel("#pay")
    await kept.references.found(kept.organisation, _activity(said(teams, "#cab")))
    shared = await kept.records(lambda records: records.conversations.shared(Platform.TEAMS, TENANT))
    assert [each.name for each in shared] == ["General", "cab", "pay"]
    assert (await kept.references.of(TENANT, teams.conversation("#pay").id)).team == teams.world.team_id


async def test_a_chat_has_no_channels_to_find(teams: FakeTeams, kept: Kept) -> None:
    await kept.references.found(kept.organisation, _activity(said(teams, "Planning")))
    assert teams.service.calls == []


# ---- removed, and back


async def test_a_removed_conversation_is_not_spoken_in_until_it_is_heard_from(teams: FakeTeams, kept: Kept) -> None:
    group = teams.conversation("Planning").id
    await kept.hear(said(teams, "Planning"))
    await kept.references.removed(kept.organisation, TENANT, conversation=group)
    with pytest.raises(Never, match=REMOVED):
        await kept.references.of(TENANT, group)
    await kept.hear(said(teams, "Planning"))
    assert (await kept.references.of(TENANT, group)).conversation == group


async def test_taken_out_of_a_team_cabbot_speaks_in_none_of_its_channels(teams: FakeTeams, kept: Kept) -> None:
    await kept.hear(said(teams, "#cab"))
    await kept.hear(said(teams, "Planning"))
    await kept.references.removed(kept.organisation, TENANT, team=teams.world.team_id)
    with pytest.raises(Never, match=REMOVED):
        await kept.references.of(TENANT, teams.conversation("#cab").id)
    assert (await kept.references.of(TENANT, teams.conversation("Planning").id)).kind == "group"


async def test_what_tells_of_leaving_brings_nothing_back(teams: FakeTeams, kept: Kept) -> None:
    channel = teams.conversation("#cab").id
    await kept.hear(said(teams, "#cab"))
    await kept.references.removed(kept.organisation, TENANT, conversation=channel)
    base = said(teams, "#cab", type="conversationUpdate")
    gone = {"channelData": base["channelData"] | {"eventType": "channelDeleted"}}
    for given in (
        base | {"membersRemoved": [{"id": BOT}]},
        base | gone,
        base | {"type": "installationUpdate", "action": "remove"},
        base | {"type": "installationUpdate", "action": "remove-upgrade"},
    ):
        await kept.hear(given)
        with pytest.raises(Never, match=REMOVED):
            await kept.references.of(TENANT, channel)


async def test_back_again_is_seen_by_a_replica_that_never_heard_of_the_leaving(teams: FakeTeams, kept: Kept) -> None:
    group, other = teams.conversation("Planning").id, kept.another()
    added = said(teams, "Planning", type="installationUpdate", action="add")
    await kept.hear(added)
    await other.removed(kept.organisation, TENANT, conversation=group)
    await kept.hear(added)
    assert (await kept.references.of(TENANT, group)).kind == "group"


async def test_a_channel_is_known_from_the_event_that_tells_of_it(teams: FakeTeams, kept: Kept) -> None:
    """Such an event comes from the team's first channel, and names the one that it is about."""
    event = said(teams, teams.world.team_id, type="conversationUpdate")
    event["channelData"] |= {"eventType": "channelCreated", "channel": {"id": "19:new@thread.tacv2", "name": "New one"}}
    await kept.hear(event)
    row = await kept.row("19:new@thread.tacv2")
    assert row is not None
    assert row.name == "New one"
    assert (await kept.references.of(TENANT, "19:new@thread.tacv2")).team == teams.world.team_id


# ---- where to speak


async def test_nothing_is_sent_where_nothing_is_known(kept: Kept) -> None:
    with pytest.raises(Never, match=UNKNOWN):
        await kept.references.of(TENANT, "19:unknown@thread.tacv2")
    with pytest.raises(Never, match=STRANGER):
        await kept.references.personal(TENANT, ANA)
    with pytest.raises(Never, match="another tenant"):
        await kept.references.of("another", "19:unknown@thread.tacv2")


async def test_a_person_who_never_wrote_is_written_to_first(teams: FakeTeams, kept: Kept) -> None:
    await kept.hear(said(teams, "#cab"))
    own = await kept.references.personal(TENANT, BEN)
    assert own == Reference(kept.out.url, teams.personal(BEN).id, "personal", TENANT, BOT, BEN)
    assert await kept.references.personal(TENANT, BEN) == own
    assert len(teams.service.calls_of("create")) == 1
    assert await kept.references.of(TENANT, own.conversation) == own


async def test_a_person_who_took_cabbot_away_is_tried_anew(teams: FakeTeams, kept: Kept) -> None:
    await kept.hear(said(teams, "#cab"))
    await kept.hear(said(teams, "me"))
    await kept.references.removed(kept.organisation, TENANT, conversation=teams.personal(ANA).id)
    teams.personal(ANA).bot_is_member = False
    with pytest.raises(Never, match="BotNotInConversationRoster"):
        await kept.references.personal(TENANT, ANA)
    teams.personal(ANA).bot_is_member = True
    assert (await kept.references.personal(TENANT, ANA)).conversation == teams.personal(ANA).id


async def test_a_stored_service_url_is_checked_again_when_it_is_used(teams: FakeTeams, kept: Kept) -> None:
    """Whatever stands in the database, or was allowed by earlier settings, opens no socket."""
    await kept.hear(said(teams, "#cab", serviceUrl="https://evil.example/"))
    found = await kept.references.of(TENANT, teams.conversation("#cab").id)
    with pytest.raises(Never, match="service URL"):
        await kept.out.connector.send(found.service_url, found.conversation, {"type": "message", "text": "x"})
    assert kept.out.names.asked == []


async def test_a_list_of_channels_that_comes_late_overwrites_no_newer_word(teams: FakeTeams, kept: Kept) -> None:
    """The list was asked for, then the channel was renamed or Cabbot removed, then the list arrived."""
    channel = teams.conversation("#cab").id
    await kept.hear(said(teams, "#cab"))
    renamed = said(teams, teams.world.team_id, type="conversationUpdate")
    renamed["channelData"] |= {"eventType": "channelRenamed", "channel": {"id": channel, "name": "change board"}}
    gate = teams.service.faults
    gate.latency = 0.2
    listing = asyncio.create_task(kept.references.found(kept.organisation, _activity(renamed)))
    await asyncio.sleep(0.05)
    await kept.hear(renamed)
    await listing
    row = await kept.row(channel)
    assert row is not None
    assert row.name == "change board"
