"""The database away, answers that can't be shown, a Teams that takes nothing: whoever acts is answered in words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from handlers.policy.rules import Rules
from messages.card import Button, Buttons, Card, text
from storage.store import Store
from tests.bot.slack.test_trouble import Failing
from tests.bot.teams.serving import Served, serving
from tests.bot.teams.test_answers import NEW, a_release
from tests.fakes.teams import TENANT, FakeTeams
from tests.fakes.teams_world import Message


@pytest.fixture
async def troubled(teams: FakeTeams, store: Store) -> AsyncIterator[tuple[Served, Failing]]:
    failing = Failing(store)
    async with serving(teams, failing) as served:
        yield served, failing


def away(served: Served, failing: Failing) -> None:
    """The database is gone, and nothing of it is remembered: the worst moment."""
    failing.away = True
    served.edge.tenants.forget(TENANT)


async def told_behind(served: Served, teams: FakeTeams, user: str, before: int) -> Message:
    await teams.until(lambda: len(served.private(user)) > before)
    return served.private(user)[before]


async def test_words_without_a_database_are_answered_and_work_again_when_it_is_back(
    teams: FakeTeams, troubled: tuple[Served, Failing]
) -> None:
    served, failing = troubled
    await served.says("29:ana", "me", "help")
    for where in ("me", "#pay"):
        away(served, failing)
        before = len(served.private("29:ana"))
        assert (await teams.say("29:ana", where, NEW)).status == 200
        assert "went wrong" in (await told_behind(served, teams, "29:ana", before)).words("29:ana")
    failing.away = False
    assert "REL-1" in (await served.says("29:ana", "me", 'new "Faster refunds"')).words("29:ana")


async def test_a_press_without_a_database_is_answered_in_words(
    teams: FakeTeams, troubled: tuple[Served, Failing]
) -> None:
    served, failing = troubled
    await a_release(served)
    hanging = teams.conversation("#pay").last
    away(served, failing)
    shown = await teams.press("29:ana", hanging, "Submit to the CAB")
    assert shown.got.status == 200
    assert "went wrong" in shown.words
    failing.away = False
    await served.settled()
    again = await teams.act(
        "29:ana", hanging, {"type": "Action.Execute", "verb": "say", "data": {"say": "show REL-1"}}, {}
    )
    assert "Faster refunds" in again.words


async def test_a_refresh_without_a_database_leaves_the_card(teams: FakeTeams, troubled: tuple[Served, Failing]) -> None:
    served, failing = troubled
    await a_release(served)
    hanging = teams.conversation("#pay").last
    away(served, failing)
    ana = teams.world.users["29:ana"]
    asked = teams.activities.executed(ana, hanging, {"verb": "refresh"}, {"say": "show REL-1"}, trigger="automatic")
    shown = await teams.invoke("29:ana", hanging, asked)
    assert (shown.got.status, shown.card, shown.text) == (200, None, "")


async def test_a_dialog_without_a_database_keeps_what_was_typed(
    teams: FakeTeams, troubled: tuple[Served, Failing]
) -> None:
    served, failing = troubled
    await a_release(served)
    answer = await served.says("29:ana", "me", "new")
    await teams.press("29:ana", answer, "Open the form")
    away(served, failing)
    shown = await teams.send("29:ana", title="Slower refunds", service="payments")
    assert shown.got.status == 200
    assert "went wrong" in shown.words
    assert shown.dialog is not None
    assert "Slower refunds" in str(shown.dialog.inputs)


async def test_what_happens_around_cabbot_is_refused_while_it_cannot_be_kept(
    teams: FakeTeams, troubled: tuple[Served, Failing]
) -> None:
    served, failing = troubled
    away(served, failing)
    general, ana = teams.world.general, teams.world.users["29:ana"]
    for activity in teams.activities.installed(ana, general):
        assert (await teams.wire.deliver(activity)).status == 503


class Boastful(Door):
    """Carries everything out, and answers with a card that nobody can draw."""

    async def say(self, sentence: Sentence) -> Answer:
        answer = await super().say(sentence)
        if sentence.line.startswith(("submit", "list")):
            return Answer(card=Card("Done", (text("done"), Buttons((Button("Go on", "x" * 5_000),)))))
        return answer


async def test_an_answer_that_cannot_be_drawn_is_told_with_a_reference(teams: FakeTeams, store: Store) -> None:
    async with serving(teams, store, door=Boastful(store, SystemClock(), Rules())) as served:
        await a_release(served)
        assert "can't be shown" in (await served.says("29:ana", "me", "list")).words("29:ana")
        with capture_logs():
            shown = await teams.press("29:ana", teams.conversation("#pay").last, "Submit to the CAB")
        assert "can't be shown" in shown.words


async def test_a_dialog_that_was_refused_too_late_says_why_and_keeps_what_was_typed(
    teams: FakeTeams, store: Store
) -> None:
    async with serving(teams, store) as served:
        await a_release(served)
    async with serving(teams, store, patience=0.0) as served:
        answer = await served.says("29:ben", "me", "status REL-1 form=yes")
        data = {"say": "status REL-1", "form": True, "asks": {"words": "text"}, "field.words": "It goes on"}
        sent = teams.activities.dialog_sent(teams.world.users["29:ben"], answer, answer.conversation, data)
        before = len(served.private("29:ben"))
        assert (await teams.wire.deliver(sent)).json["task"]["value"].startswith("Working on it")
        told = await told_behind(served, teams, "29:ben", before)
        assert "is told by its coordinator" in told.words("29:ben")
        back = await teams.press("29:ben", told, "Open the form")
        assert back.text.startswith("Working on it")
        await served.settled()


# ---- what a client says without anybody's doing


@pytest.mark.parametrize("trigger, verb", [("automatic", "refresh"), ("manual", "refresh"), ("automatic", "say")])
async def test_a_card_that_refreshes_itself_does_nothing(
    cabbot: Served, teams: FakeTeams, trigger: str, verb: str
) -> None:
    """Whatever line a refresh carries: it may look, and never acts in the name of who only reads along."""
    await a_release(cabbot)
    hanging, ana = teams.conversation("#pay").last, teams.world.users["29:ana"]
    for say in ('hold REL-1 "by nobody"', "submit REL-1", "approve REL-1", "link organisation"):
        data = {"say": say, "form": True, "asks": {"comment": "text"}, "field.comment": "yes"}
        for each in ({"say": say}, data):
            asked = teams.activities.executed(ana, hanging, {"verb": verb}, each, trigger=trigger)
            shown = await teams.invoke("29:ana", hanging, asked)
            assert (shown.got.status, shown.card, shown.text) == (200, None, "")
    await cabbot.settled()
    assert [each.command for each in await cabbot.journal()][-1] == "new"
