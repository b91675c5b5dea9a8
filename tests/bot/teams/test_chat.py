"""Teams as the courier sees it, over real HTTP: threads in channels, plain messages elsewhere, and what a failure means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.chat import Marker, Never, NotSent, PerhapsSent, Target
from bot.teams.chat import TeamsChat
from bot.teams.references import REMOVED, UNKNOWN
from messages.card import Buttons, Card, PersonRef, Refresh, button, text
from storage.people import Account, Person
from storage.records import Records
from storage.store import Store
from storage.terms import Platform
from tests.bot.teams.keeping import Kept, keeping, said
from tests.bot.teams.outgoing import ANA, BEN, ZOE, teams_of_three
from tests.fakes import teams_cards as cards
from tests.fakes.teams import TENANT, FakeTeams

CARD = Card("REL-1", (text("<at>everybody</at> *bold*"), Buttons((button("Approve", "approve", "REL-1"),))))
LATER = Card("REL-1", (text("Approved by two"),))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TO_ANA = Target(TENANT, ANA, direct=True)


@dataclass
class Speaking(Kept):
    chat: TeamsChat
    cab: Target
    group: Target


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = teams_of_three()
    async with fake.running():
        yield fake
    assert fake.violations == []


@pytest.fixture
async def here(teams: FakeTeams, sqlite_store: Store) -> AsyncIterator[Speaking]:
    """Cabbot has heard from a channel and from a group chat, and from nobody alone."""
    async with keeping(teams, sqlite_store) as kept:
        await kept.hear(said(teams, "#cab"))
        await kept.hear(said(teams, "Planning"))
        cab, group = (Target(TENANT, teams.conversation(each).id) for each in ("#cab", "Planning"))
        chat = TeamsChat(kept.out.connector, kept.references, sqlite_store)
        yield Speaking(kept.out, kept.store, kept.references, kept.organisation, chat, cab, group)


async def test_the_first_message_begins_the_thread_and_later_ones_hang_in_it(teams: FakeTeams, here: Speaking) -> None:
    root = await here.chat.send(here.cab, CARD, Marker(7, 1), None)
    reply = await here.chat.send(here.cab, LATER, Marker(8, 1), root)
    channel = teams.conversation("#cab")
    assert [each.id for each in channel.messages] == [root]
    assert [each.id for each in channel.replies(root)] == [reply]


async def test_a_card_is_edited_where_it_hangs(teams: FakeTeams, here: Speaking) -> None:
    root = await here.chat.send(here.cab, CARD, Marker(7, 1), None)
    reply = await here.chat.send(here.cab, CARD, Marker(8, 1), root)
    await here.chat.edit(here.cab, root, LATER, Marker(7, 2))
    await here.chat.edit(here.cab, root, LATER, Marker(7, 2))
    await here.chat.edit(here.cab, reply, LATER, Marker(8, 2))
    channel = teams.conversation("#cab")
    assert [each.words() for each in channel.messages] == ["REL-1\nApproved by two"]
    assert "Approved by two" in channel.replies(root)[0].words()
    assert channel.last.buttons() == []


async def test_every_button_names_the_posting_it_hangs_on(teams: FakeTeams, here: Speaking) -> None:
    await here.chat.send(here.cab, CARD, Marker(7, 1), None)
    card = teams.conversation("#cab").last.card()
    assert card is not None
    assert cards.action(card, "Approve")["data"] == {"say": "approve REL-1", "posting": 7}


async def test_a_group_chat_has_no_threads(teams: FakeTeams, here: Speaking) -> None:
    first = await here.chat.send(here.group, CARD, Marker(7, 1), None)
    second = await here.chat.send(here.group, LATER, Marker(8, 1), first)
    assert [each.id for each in teams.conversation("Planning").messages] == [first, second]
    assert teams.service.calls_of("create") == []


async def test_a_direct_message_can_be_edited_and_answered(teams: FakeTeams, here: Speaking) -> None:
    message = await here.chat.send(TO_ANA, CARD, Marker(7, 1), None)
    await here.chat.edit(TO_ANA, message, LATER, Marker(7, 2))
    await here.chat.send(TO_ANA, CARD, Marker(8, 1), message)
    own = teams.personal(ANA)
    assert message == f"{own.id}/{own.messages[0].id}"
    assert "Approved by two" in own.messages[0].words()
    assert len(own.messages) == 2
    assert len(teams.service.calls_of("create")) == 1, "it is opened once"


async def test_a_personal_conversation_that_is_gone_is_opened_anew(teams: FakeTeams, here: Speaking) -> None:
    await here.chat.send(TO_ANA, CARD, Marker(7, 1), None)
    teams.service.faults.order("error", "send", status=404, word="ConversationNotFound")
    await here.chat.send(TO_ANA, LATER, Marker(8, 1), None)
    assert len(teams.personal(ANA).messages) == 2
    assert len(teams.service.calls_of("create")) == 2


async def test_somebody_who_took_cabbot_away_is_written_to_no_more(teams: FakeTeams, here: Speaking) -> None:
    await here.chat.send(TO_ANA, CARD, Marker(7, 1), None)
    teams.personal(ANA).bot_is_member = False
    with pytest.raises(Never, match="BotNotInConversationRoster"):
        await here.chat.send(TO_ANA, LATER, Marker(8, 1), None)


async def test_where_teams_says_that_cabbot_is_gone_nothing_more_is_tried(teams: FakeTeams, here: Speaking) -> None:
    teams.conversation("#cab").bot_is_member = False
    with pytest.raises(Never, match="BotNotInConversationRoster"):
        await here.chat.send(here.cab, CARD, Marker(7, 1), None)
    calls = len(teams.service.calls)
    with pytest.raises(Never, match=REMOVED):
        await here.chat.send(here.cab, CARD, Marker(7, 1), None)
    assert len(teams.service.calls) == calls


async def test_a_thread_that_is_gone_takes_no_channel_away(teams: FakeTeams, here: Speaking) -> None:
    teams.service.faults.order("error", "send", status=404, word="ConversationNotFound")
    with pytest.raises(Never, match="ConversationNotFound"):
        await here.chat.send(here.cab, LATER, Marker(8, 1), "1700000000000")
    await here.chat.send(here.cab, CARD, Marker(9, 1), None)
    assert len(teams.conversation("#cab").messages) == 1


async def test_a_channel_nobody_spoke_in_is_unknown(here: Speaking) -> None:
    with pytest.raises(Never, match=UNKNOWN):
        await here.chat.send(Target(TENANT, "19:unknown@thread.tacv2"), CARD, Marker(7, 1), None)


async def test_teams_cannot_look_so_a_repeat_says_what_it_is(here: Speaking) -> None:
    with pytest.raises(Never):
        await here.chat.find(here.cab, Marker(7, 1), LONG_AGO, None)


@pytest.mark.parametrize(
    "kind, failure", [("drop_after", PerhapsSent), ("drop_before", PerhapsSent), ("ratelimited", NotSent)]
)
async def test_the_courier_hears_what_became_of_it(
    teams: FakeTeams, here: Speaking, kind: str, failure: type[Exception]
) -> None:
    teams.service.faults.order(kind, "create")
    with pytest.raises(failure):
        await here.chat.send(here.cab, CARD, Marker(7, 1), None)
    assert len(teams.service.calls_of("create")) == 1


async def test_people_are_mentioned_and_cards_refreshed_by_their_account_in_that_tenant(
    teams: FakeTeams, here: Speaking
) -> None:
    ana, ben = await here.store.write(lambda tx: _people(Records(tx, here.organisation), here.out.clock.now()))
    named = text(PersonRef(ana, "Ana", notify=True), " and ", PersonRef(999, "Nobody", notify=True))
    card = Card("Vote", (named,), refresh=Refresh("show REL-1", (PersonRef(ben, "Ben"),)))
    await here.chat.send(here.cab, card, Marker(7, 1), None)
    shown = teams.conversation("#cab").last.card()
    assert shown is not None
    assert [each["mentioned"]["id"] for each in shown["msteams"]["entities"]] == [ANA]
    assert shown["refresh"]["userIds"] == [BEN]


def _people(records: Records, now: datetime) -> tuple[int, int]:
    """Ana and Ben with an account here, and each with one elsewhere that doesn't count."""
    made = []
    for name, here, elsewhere in (("Ana", ANA, ZOE), ("Ben", BEN, "29:other")):
        person = records.people.add(
            Person.model_construct(organisation_id=records.organisation.id, name=name, joined_at=now)
        )
        for platform, workspace, external in (
            (Platform.SLACK, TENANT, "U1"),
            (Platform.TEAMS, "another-tenant", elsewhere),
            (Platform.TEAMS, TENANT, here),
        ):
            records.people.add_account(
                Account.model_construct(
                    organisation_id=records.organisation.id,
                    person_id=person.id,
                    platform=platform,
                    workspace=workspace,
                    external=external + (name if external == "U1" else ""),
                )
            )
        made.append(person.id)
    return made[0], made[1]
