"""Who may act: guests and accounts of other workspaces read along, from their very first word."""

import pytest

from storage.terms import Outcome
from tests.bot.slack.acting import NEW, keys, released, whispered
from tests.bot.slack.serving import Served
from tests.fakes.slack import TEAM, Ack, FakeSlack


@pytest.fixture
def cabbot(both_ways: Served) -> Served:
    return both_ways


async def said_no(cabbot: Served, user: str) -> bool:
    entries = await cabbot.journal(TEAM)
    return any(each.account == user and each.outcome is Outcome.REFUSED for each in entries)


async def test_a_guests_first_word_changes_nothing(slack: FakeSlack, cabbot: Served) -> None:
    """Row 13: who is a guest was read at the start."""
    ack = await slack.command("UGUEST", "#pay", "/release", NEW)
    assert ack.message is not None
    assert "guests" in ack.message.shown
    assert await keys(cabbot) == []
    assert await said_no(cabbot, "UGUEST")


async def test_an_account_of_another_workspace_changes_nothing(slack: FakeSlack, cabbot: Served) -> None:
    """Row 13: a shared channel shows our buttons to strangers."""
    card = await released(slack)
    slack.add_user("UTHEIRS", team="T0OTHER")
    await slack.press("UTHEIRS", card, "Cancel" if "Cancel" in card.buttons else card.buttons[-1])
    assert "outside accounts" in (await whispered(slack, "UTHEIRS")).shown
    assert await said_no(cabbot, "UTHEIRS")


async def test_a_mention_from_another_workspace_changes_nothing(slack: FakeSlack, cabbot: Served) -> None:
    await slack.mention("UTHEIRS", "#pay", NEW, team="T0OTHER")
    await slack.until(lambda: slack.private("UTHEIRS"))
    assert await keys(cabbot) == []


async def test_a_workspace_without_an_installation_is_told_so(slack: FakeSlack, cabbot: Served) -> None:
    ack: Ack = await slack.command("UANA", "#pay", "/release", NEW, team_id="T0NOBODY")
    assert "isn't connected" in ack.json["text"]
    assert await keys(cabbot) == []
