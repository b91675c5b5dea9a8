"""How each kind of delivery is answered: to the person alone, on the card, in the dialog; and what a repeat does."""

from __future__ import annotations

import pytest

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from handlers.policy.rules import Rules
from storage.store import Store
from storage.terms import AccountKind, Platform, Role
from tests.bot.teams.serving import Served, serving, settings_for
from tests.fakes import teams_cards as cards
from tests.fakes.teams import TENANT, FakeTeams

NEW = 'new "Faster refunds" service=payments'


async def a_release(cabbot: Served) -> None:
    """A service, the channel of releases, and REL-1 that hangs there."""
    await cabbot.says("29:ana", "#pay", "link releases")
    await cabbot.says("29:ana", "#pay", "service add payments version=1.0")
    await cabbot.says("29:ana", "#pay", NEW)


# ---- words


async def test_a_word_in_a_channel_is_answered_to_its_writer_alone(cabbot: Served, teams: FakeTeams) -> None:
    answer = await cabbot.says("29:ben", "#pay", "help")
    assert answer.only_for == "29:ben"
    assert answer.thread, "it stands where it was asked"
    assert "What Cabbot can do" in answer.words("29:ben")
    assert "@Cabbot new" in answer.words("29:ben")
    assert [each.sender for each in teams.conversation("#pay").messages] == ["29:ben"]


async def test_plain_words_to_cabbot_are_answered_there(cabbot: Served, teams: FakeTeams) -> None:
    answer = await cabbot.says("29:ben", "me", "list mine")
    assert answer.conversation == teams.personal("29:ben").id
    assert answer.only_for == ""


async def test_where_nothing_can_be_shown_to_one_person_they_are_written_to(cabbot: Served, teams: FakeTeams) -> None:
    teams.service.faults.order("error", "whisper", status=403, word="BotNotSupported")
    answer = await cabbot.says("29:ben", "#pay", "list mine")
    assert answer.conversation == teams.personal("29:ben").id


async def test_a_form_waits_behind_a_button_and_opens_as_a_dialog(cabbot: Served, teams: FakeTeams) -> None:
    answer = await cabbot.says("29:ana", "#pay", "new")
    assert answer.buttons("29:ana") == ["Open the form"]
    shown = await teams.press("29:ana", answer, "Open the form")
    assert shown.dialog is not None
    assert "title" in {name.split(".")[1] for name in shown.dialog.inputs}


# ---- presses


async def test_the_answer_to_a_press_stands_above_what_hangs_there_until_it_is_edited(
    cabbot: Served, teams: FakeTeams
) -> None:
    await a_release(cabbot)
    hanging = teams.conversation("#pay").last
    shown = await teams.press("29:ben", hanging, "Submit to the CAB")
    assert shown.card is not None
    assert "That is for" in shown.words
    assert "Faster refunds" in shown.words, "the card itself is still there"
    assert "Submit to the CAB" in [each["title"] for each in cards.actions(shown.card)]
    assert "That is for" not in hanging.words("29:ana"), "nobody else sees the answer"
    await cabbot.says("29:ana", "me", 'edit REL-1 title="Faster refunds again"')
    assert "That is for" not in hanging.words("29:ben")
    assert "Faster refunds again" in hanging.words("29:ben")


async def test_a_press_on_a_private_answer_leads_on_in_its_place(cabbot: Served, teams: FakeTeams) -> None:
    await a_release(cabbot)
    answer = await cabbot.says("29:ben", "me", "help")
    shown = await teams.press("29:ben", answer, "My releases")
    assert shown.card is not None
    assert "What Cabbot can do" not in shown.words


async def test_a_posting_that_a_client_names_wrongly_shows_nothing_of_it(cabbot: Served, teams: FakeTeams) -> None:
    await a_release(cabbot)
    answer = await cabbot.says("29:ben", "me", "help")
    card = answer.card("29:ben")
    assert card is not None
    forged = cards.action(card, "My releases")
    for posting in (1, 2, True, "1", -1, 2**40, None):
        forged["data"] = {**forged["data"], "posting": posting}
        shown = await teams.act("29:ben", answer, forged, {})
        assert "Faster refunds" not in shown.words


@pytest.mark.parametrize(
    "data", [{}, {"say": ""}, {"say": 7}, {"say": "nonsense words"}, {"form": True}, {"say": "new\x00"}]
)
async def test_odd_data_is_answered_in_words(cabbot: Served, teams: FakeTeams, data: dict[str, object]) -> None:
    answer = await cabbot.says("29:ben", "me", "help")
    card = answer.card("29:ben")
    assert card is not None
    odd = {**cards.action(card, "My releases"), "data": data}
    shown = await teams.act("29:ben", answer, odd, {})
    assert shown.got.status == 200
    assert shown.words


async def test_a_press_that_is_repeated_changes_nothing_and_says_the_same(cabbot: Served, teams: FakeTeams) -> None:
    await a_release(cabbot)
    hanging = teams.conversation("#pay").last
    first = await teams.press("29:ana", hanging, "Submit to the CAB")
    await cabbot.settled()
    repeated = teams.wire.delivered[-1]
    again = [await teams.invoke("29:ana", hanging, repeated) for _ in range(2)]
    entries = [each for each in await cabbot.journal() if each.command == "submit"]
    assert len(entries) == 1
    assert "isn't ready for the CAB" in first.words
    assert all("isn't ready for the CAB" in each.words for each in again)


async def test_a_client_that_knows_only_older_buttons_is_answered_by_a_message(
    cabbot: Served, teams: FakeTeams
) -> None:
    await a_release(cabbot)
    teams.world.users["29:ben"].old_client = True
    await teams.press("29:ben", teams.conversation("#pay").last, "Submit to the CAB")
    await cabbot.settled()
    assert "That is for" in cabbot.private("29:ben")[-1].words("29:ben")


async def test_an_older_client_is_asked_in_a_card_and_its_answers_count(cabbot: Served, teams: FakeTeams) -> None:
    await cabbot.says("29:ana", "#pay", "service add payments version=1.0")
    teams.world.users["29:ana"].old_client = True
    answer = await cabbot.says("29:ana", "me", "help")
    card = answer.card("29:ana")
    assert card is not None
    plainly = {"type": "Action.Submit", "title": "New", "data": {"say": "new form=yes"}}
    await teams.act("29:ana", answer, plainly, {})
    await cabbot.settled()
    asking = cabbot.private("29:ana")[-1]
    await teams.press("29:ana", asking, "Register", title="Faster refunds", service="payments")
    await cabbot.settled()
    assert "REL-1 Faster refunds" in cabbot.private("29:ana")[-1].words("29:ana")


async def test_an_inline_form_shows_what_is_wrong_in_its_place(cabbot: Served, teams: FakeTeams) -> None:
    answer = await cabbot.says("29:ana", "me", "help")
    plainly = {"type": "Action.Execute", "verb": "say", "title": "New", "data": {"say": "new form=yes"}}
    await teams.act("29:ana", answer, plainly, {})
    shown = await teams.press("29:ana", answer, "Register", title="Faster refunds", service="ledger")
    assert "There is no service “ledger”" in shown.words
    assert "Faster refunds" in str(shown.card)


# ---- a card that shows each reader their own


async def test_a_refresh_shows_the_readers_own_ballot_and_a_refused_one_leaves_the_card(
    cabbot: Served, teams: FakeTeams
) -> None:
    await a_release(cabbot)
    hanging = teams.conversation("#pay").last
    activity = teams.activities.executed(
        teams.world.users["29:ben"], hanging, {"verb": "refresh"}, {"say": "ballot REL-1"}, trigger="automatic"
    )
    nothing = await teams.invoke("29:ben", hanging, activity)
    assert (nothing.card, nothing.text) == (None, "")
    assert nothing.got.status == 200


# ---- dialogs


async def test_a_field_that_is_wrong_is_told_beside_it_and_nothing_is_lost(cabbot: Served, teams: FakeTeams) -> None:
    answer = await cabbot.says("29:ana", "#pay", "new")
    await teams.press("29:ana", answer, "Open the form")
    shown = await teams.send("29:ana", title="Faster refunds", service="ledger")
    assert shown.dialog is not None
    assert "There is no service “ledger”" in shown.words
    assert shown.dialog.inputs["field.title"]["value"] == "Faster refunds"


async def test_a_form_refused_as_a_whole_comes_back_with_what_was_typed(cabbot: Served, teams: FakeTeams) -> None:
    await a_release(cabbot)
    await cabbot.says("29:ben", "me", "list")
    answer = await cabbot.says("29:ben", "me", "status REL-1 form=yes")
    await teams.press("29:ben", answer, "Open the form")
    shown = await teams.send("29:ben", words="It goes on")
    assert shown.dialog is not None, shown.text
    assert "It goes on" in str(shown.dialog.inputs)


async def test_what_a_dialog_answers_leads_on_inside_it(cabbot: Served, teams: FakeTeams) -> None:
    await cabbot.says("29:ana", "#pay", "link releases")
    await cabbot.says("29:ana", "#pay", "service add payments version=1.0")
    answer = await cabbot.says("29:ana", "#pay", "new")
    await teams.press("29:ana", answer, "Open the form")
    shown = await teams.send("29:ana", title="Faster refunds", service="payments")
    assert shown.dialog is not None
    assert "REL-1" in shown.words
    further = await teams.press_in_dialog("29:ana", shown.dialog.buttons[0])
    assert further.dialog is not None


# ---- when it takes longer than Teams waits


async def test_what_takes_longer_is_told_behind_the_answer(teams: FakeTeams, store: Store) -> None:
    async with serving(teams, store, patience=0.0) as cabbot:
        answer = await cabbot.says("29:ana", "me", "help")
        shown = await teams.press("29:ana", answer, "My releases")
        assert shown.text.startswith("Working on it")
        await cabbot.settled()
        assert "You coordinate no release" in cabbot.private("29:ana")[-1].words("29:ana")


async def test_a_dialog_that_takes_longer_says_so(teams: FakeTeams, store: Store) -> None:
    async with serving(teams, store, patience=0.0) as cabbot:
        answer = await cabbot.says("29:ana", "me", "new")
        shown = await teams.press("29:ana", answer, "Open the form")
        assert shown.text.startswith("Working on it")
        await cabbot.settled()
        assert cabbot.private("29:ana")[-1].buttons("29:ana") == ["Open the form"]


class _Crashing(Door):
    async def say(self, sentence: Sentence) -> Answer:
        if sentence.line == "list mine":
            raise RuntimeError("a mistake of ours")
        return await super().say(sentence)


async def test_a_mistake_of_ours_ends_one_delivery_and_tells_nothing_of_itself(teams: FakeTeams, store: Store) -> None:
    async with serving(teams, store, door=_Crashing(store, SystemClock(), Rules())) as cabbot:
        answer = await cabbot.says("29:ana", "me", "help")
        shown = await teams.press("29:ana", answer, "My releases")
        assert shown.got.status == 500
        assert b"mistake" not in shown.got.body
        assert (await teams.say("29:ana", "me", "help")).status == 200
        teams.violations.clear()
        await cabbot.settled()


# ---- who it is


async def test_somebody_named_in_the_settings_is_process_owner_after_the_first_word(cabbot: Served) -> None:
    await cabbot.says("29:ana", "me", "help")
    owners = await cabbot.records(lambda records: [each.email for each in records.people.holders(Role.PROCESS_OWNER)])
    assert owners == ["ana@example.org"]


async def test_a_guest_is_known_from_the_team_before_the_first_word(cabbot: Served, teams: FakeTeams) -> None:
    await teams.install("29:ana")
    await cabbot.settled()
    answer = await cabbot.says("29:gus", "#pay", NEW)
    assert "Only full members" in answer.words("29:gus")
    account = await cabbot.records(lambda records: records.people.account(Platform.TEAMS, TENANT, "29:gus"))
    assert account is not None
    assert account.kind is AccountKind.GUEST


async def test_a_device_tells_the_time_zone(cabbot: Served) -> None:
    answer = await cabbot.says("29:ben", "me", "me")
    assert "Europe/London" in answer.words("29:ben")


# ---- the local trial


async def test_without_authentication_words_are_taken_without_a_token(
    teams: FakeTeams, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    off = settings_for(
        teams, teams_app_id=None, teams_app_password=None, teams_tenant_id=None, teams_insecure_local=True
    )
    async with serving(teams, store, settings=off) as cabbot:
        said = teams.activities.said(teams.world.users["29:ana"], teams.personal("29:ana"), "help")
        got = await teams.wire.deliver(said, token="")
        assert got.status == 200
        await cabbot.settled()
    assert "AUTHENTICATION IS OFF" in capsys.readouterr().out
