"""The ways in which people reach Cabbot in Teams: group chats, threads, old clients, dialogs, cards with questions, refresh."""

from __future__ import annotations

import pytest

from tests.fakes import teams_cards as cards
from tests.fakes import teams_forms as forms
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_world import Message
from tests.journeys.house import House
from tests.journeys.played import teams_user as user_of
from tests.journeys.stage import find, holds
from tests.journeys.stories.normal import BALLOT, CARD, approved, registered_and_submitted
from tests.journeys.teams_stage import TeamsStage

ANA, BEN, SOFIA = user_of("ana"), user_of("ben"), user_of("sofia")


@pytest.fixture
def stage(cabbot_on_teams: House) -> TeamsStage:
    return TeamsStage(cabbot_on_teams)


def ballot(teams: FakeTeams) -> Message:
    return next(each for each in teams.conversation("#cab").messages if BALLOT in each.words())


async def answers(stage: TeamsStage, user: str) -> list[Message]:
    """What the person alone has been told in channels and chats, oldest first."""
    await stage.house.settled()
    return [each for where in stage.teams.world.conversations.values() for each in where.targeted(user)]


# ---- where words are said


async def test_a_group_chat_is_a_place_like_a_channel_but_without_threads(stage: TeamsStage) -> None:
    teams = stage.teams
    chat = teams.world.add_group("Refunds", [user_of(each) for each in ("ana", "marta", "ben")])
    await teams.install(user_of("marta"), "Refunds")
    await teams.say(user_of("marta"), "Refunds", "link announcements")
    heard = (await answers(stage, user_of("marta")))[-1].words()
    holds(heard, "Refunds hears announcements from now on.")
    assert "Invite" not in heard, "it's there already"
    await approved(stage)
    await stage.says("ana", "announce REL-1", "announcements")
    await stage.until("2026-12-01 22:02")
    await stage.presses("ana", "Start", CARD, "releases")
    told = [each for each in chat.messages if each.sender == teams.world.bot]
    holds(told[0].words(), CARD, "Deployment is under way")
    holds("\n".join(each.words() for each in told[1:]), "begins in 1 day", "REL-1 has started")


async def test_an_answer_in_a_thread_stays_in_the_thread(stage: TeamsStage) -> None:
    await stage.says("ana", "service list")
    root = next(each for each in stage.teams.conversation("#releases").history if each.sender == user_of("ana"))
    await stage.teams.say(user_of("ana"), "#releases", "service list", thread=root.id)
    last = (await answers(stage, user_of("ana")))[-1]
    assert last.thread == root.id
    holds(last.words(), "payments 2.3.1")


async def test_words_that_only_cabbot_sees_need_no_mention(stage: TeamsStage) -> None:
    """A slash command, or a message to the bot alone: the client marks the recipient, and nobody else reads along."""
    await stage.teams.say(user_of("ana"), "#releases", "service list", targeted=True)
    holds((await answers(stage, user_of("ana")))[-1].words(), "payments 2.3.1")


@pytest.mark.parametrize("words", ["  service\n list ", "/release service list", "Service List"])
async def test_words_are_taken_as_people_write_them(stage: TeamsStage, words: str) -> None:
    holds((await stage.says("ana", words, "me")).words, "payments 2.3.1")


async def test_who_adds_cabbot_for_themselves_can_speak_with_it_at_once(stage: TeamsStage) -> None:
    await stage.teams.install(SOFIA, "me")
    await stage.house.settled()
    holds(stage.teams.personal(SOFIA).last.words(), "Nothing waits for you.")
    holds((await stage.says("sofia", "help", "me")).words, "new")


# ---- old clients


async def test_an_old_client_presses_and_is_answered_by_a_message(stage: TeamsStage) -> None:
    await registered_and_submitted(stage)
    stage.teams.world.users[BEN].old_client = True
    await stage.teams.press(BEN, ballot(stage.teams), "Approve")
    holds((await answers(stage, BEN))[-1].words(), "You approved REL-1")
    holds(find(stage.channel("cab"), BALLOT).words, "Ben approved")


async def test_an_old_client_that_opens_no_dialog_gets_the_questions_in_a_card(stage: TeamsStage) -> None:
    await registered_and_submitted(stage)
    stage.teams.world.users[BEN].old_client = True
    on, reject = ballot(stage.teams), cards.action(ballot(stage.teams).card() or {}, "Reject")
    plainly = {**reject, "data": {name: value for name, value in reject["data"].items() if name != "msteams"}}
    await stage.teams.act(BEN, on, plainly, {})
    asked = (await answers(stage, BEN))[-1]
    card = asked.card() or {}
    assert set(forms.standing(card)) == {"reason"}
    send = cards.actions(card)[-1]
    await stage.teams.act(BEN, asked, send, forms.filled(card, {"reason": "Not in December."}))
    holds((await answers(stage, BEN))[-1].words(), "The CAB rejected REL-1")
    holds(find(stage.channel("cab"), BALLOT).words, "Ben rejected: Not in December.")


# ---- forms


async def test_a_press_that_lacks_an_answer_is_answered_with_the_questions(stage: TeamsStage) -> None:
    """A card with inputs stands in the card's place; wrong answers come back beside their fields, nothing is lost."""
    await stage.says("ana", "service list")
    on = (await answers(stage, user_of("ana")))[-1]
    action = {"type": "Action.Execute", "verb": "say", "data": {"say": "new service=payments version=2.4.0"}}
    asked = await stage.teams.act(user_of("ana"), on, action, {})
    assert asked.card is not None
    assert forms.standing(asked.card)["service"] == "payments"
    for service, errors in (("paymnets 2.4.0", {"service"}), ("payments 2.4.0", set())):
        given = {"title": "Faster refunds", "service": service, "start": "2026-12-01 22:00", "plan": "Deploy"}
        inputs = forms.filled(asked.card, given)
        asked = await stage.teams.act(user_of("ana"), on, cards.actions(asked.card)[-1], inputs)
        assert asked.card is not None
        assert set(forms.errors(asked.card)) == errors
        assert not errors or forms.standing(asked.card)["title"] == "Faster refunds"
    holds(asked.words, CARD, "payments 2.4.0")


async def test_a_dialog_offers_the_people_and_channels_that_there_are(stage: TeamsStage) -> None:
    form = await stage.says("marta", "role grant form=yes", "me")
    assert set(form.fields) == {"person", "role"}
    holds((await stage.sends("marta", person="Jun", role="cab_member")).words, "Jun", "CAB member")
    form = await stage.says("marta", "link form=yes", "me")
    await stage.sends("marta", audience="audit", channel="#payments")
    holds((await stage.says("marta", "link", "me")).words, "payments")


async def test_a_refused_dialog_keeps_what_was_typed(stage: TeamsStage) -> None:
    await registered_and_submitted(stage)
    await stage.presses("sofia", "Reject", BALLOT, "cab")
    refused = await stage.sends("sofia", reason="I don't like it.")
    holds(refused.words, "Only members of the CAB vote on REL-1.")
    assert refused.fields["reason"] == "I don't like it."


# ---- what single readers see


async def test_a_member_sees_their_own_ballot_and_others_the_common_one(stage: TeamsStage) -> None:
    await registered_and_submitted(stage)
    on = ballot(stage.teams)
    assert await stage.teams.looks(SOFIA, on) is None
    await stage.teams.looks(BEN, on)
    assert "Approve" in on.buttons(BEN)
    await stage.presses("ben", "Approve", BALLOT, "me")
    await stage.teams.looks(BEN, on)
    holds(on.words(BEN), "You approved", "1 approval missing of 2")
    assert "Approve" not in on.buttons(BEN)
    assert "Approve" in on.buttons(SOFIA)
    assert "You approved" not in on.words(SOFIA)
    assert [each for each in await stage.trail() if each.startswith("ben")] == ["ben approve REL-1"], (
        "looking is no act"
    )
    await stage.presses("chiara", "Approve", BALLOT, "cab")
    assert on.buttons(BEN) == on.buttons(SOFIA) == []


async def test_the_shared_release_card_shows_each_reader_their_own_next_act(stage: TeamsStage) -> None:
    await registered_and_submitted(stage)
    on = next(each for each in stage.teams.conversation("#releases").messages if CARD in each.words())
    assert await stage.teams.looks(SOFIA, on) is None, "she has nothing to do with it"
    await stage.teams.looks(BEN, on)
    await stage.teams.looks(ANA, on)
    holds(on.words(BEN), "Next for you: Your vote is asked for.")
    holds(on.words(ANA), "Next for you: It waits for the votes of the board.")
    assert "Next for you" not in on.words(SOFIA)
    assert (await stage.presses("ben", "Vote", CARD, "releases")).words
    holds(on.words(BEN), CARD, BALLOT)
    await stage.presses("ben", "Approve", BALLOT, "me")
    await stage.presses("chiara", "Approve", BALLOT, "cab")
    assert "Next for you" not in on.words(BEN), "everybody's card, until it comes into sight again"
    await stage.teams.looks(BEN, on)
    assert "Next for you" not in on.words(BEN)
    await stage.teams.looks(ANA, on)
    holds(on.words(ANA), "Next for you: It is authorised; its window opens")


async def test_a_moment_is_shown_in_the_zone_of_the_readers_device(stage: TeamsStage) -> None:
    await registered_and_submitted(stage)
    on = ballot(stage.teams)
    for zone, words in (("Europe/Berlin", "22:00 CET"), ("America/New_York", "16:00 EST"), ("Asia/Kolkata", "IST")):
        holds(on.words(zone=zone), words)


async def test_wall_time_that_somebody_types_is_meant_in_the_zone_of_their_device(stage: TeamsStage) -> None:
    await stage.says("sofia", "list mine", "me")
    words = 'new "Later" service=payments version=2.4.1 start="2026-12-03 16:00" hours=1 plan=Deploy backout=Redeploy'
    holds((await stage.says("sofia", words, "me")).words, "Thu 3 Dec 2026, 22:00 CET")
