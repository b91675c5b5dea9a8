"""Who I am, and where notices go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.postings import put
from handlers.kit.call import Direct, Post
from messages.card import Card
from storage.organisation import Connections
from storage.posting import Posting
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform, Role
from tests.handlers.buttons import labels
from tests.handlers.calls import call
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told
from tests.handlers.two_platforms import House, house


@pytest.fixture
async def both(database: Store) -> House:
    made = await house(database)
    made.both("ana", "bo", "cy", "dee")
    return made


def direct(both: House, handle: str, slot: str) -> list[Posting]:
    return [each for each in both.slack.postings(handle, slot) if each.direct]


def uninstalled(town: Town) -> None:
    """Cabbot is taken out of the workspace."""
    connection(town, removed_at=town.clock.at)


def named(town: Town, name: str) -> None:
    connection(town, name=name)


def connection(town: Town, **changes: Any) -> None:
    def write(tx: Transaction) -> None:
        found = Connections(tx).of(town.platform, town.workspace)
        assert found is not None
        Connections(tx).save(found.model_copy(update=changes))

    town.store.write_now(write)


async def test_it_tells_everything_that_is_known(both: House) -> None:
    named(both.slack, "Acme chat")
    await both.slack.all(("bo", "follow payments"), ("bo", "follow web"))
    text = told(await both.teams.say("bo", "me"))
    for fragment in (
        "Name: Bo",
        "E-mail: bo@example.org",
        "Time zone: UTC",
        "Roles: CAB member",
        "Accounts: Slack, Acme chat (bo); Microsoft Teams (bo)",
        "Follows: 2 releases and services",
        "Notices go to: Slack, Acme chat",
    ):
        assert fragment in text


async def test_what_is_not_known_is_said(both: House) -> None:
    answer = await both.teams.say("st", "me")
    for fragment in ("E-mail: not known", "Roles: none", "Follows: nothing", "people vote once their e-mail is known"):
        assert fragment in told(answer)
    assert labels(answer.card) == []
    assert labels((await both.teams.say("bo", "me")).card) == ["Write to me elsewhere"]


async def test_it_leaves_no_trail_unless_something_changes(both: House) -> None:
    before = len(both.slack.journal())
    await both.slack.say("bo", "me")
    assert len(both.slack.journal()) == before
    answer = await both.slack.say("bo", "me notices=teams")
    assert "I write to you on Microsoft Teams from now on" in sentence_of(answer)
    last = both.slack.last()
    assert (last.subject, last.before, last.after) == ("people", {"notices": ""}, {"person": "Bo", "notices": "teams"})


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("me notices=teams", "You have no account on Microsoft Teams here."),
        ("me notices=mail", "Write to me on is one of slack, teams; “mail” isn't."),
    ],
)
async def test_where_nobody_can_be_written_to(database: Store, line: str, sentence: str) -> None:
    town = Town(database, platform=Platform.SLACK)
    assert sentence in sentence_of(await town.say("bo", line))
    assert town.look(lambda records: records.people.get(town.people["bo"]).prefers) == ""


# ---- notices


@pytest.mark.parametrize("prefers, place", [("", "slack"), ("slack", "slack"), ("teams", "teams")])
async def test_notices_go_where_they_are_wanted_and_once(both: House, prefers: str, place: str) -> None:
    if prefers:
        await both.slack.all(("bo", f"me notices={prefers}"))
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    assert [each.platform.value for each in direct(both, "bo", "ballot:")] == [place]


async def test_a_card_that_hangs_already_is_edited_where_it_is(both: House) -> None:
    """Whoever changes their mind while a ballot hangs doesn't get a second one."""
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"), ("bo", "me notices=teams"))
    hangs = direct(both, "bo", "ballot:")
    said_again(both, hangs[0])
    assert [(each.id, each.platform) for each in direct(both, "bo", "ballot:")] == [(hangs[0].id, Platform.SLACK)]
    assert direct(both, "bo", "ballot:")[0].wanted == 2


def said_again(both: House, hangs: Posting) -> None:
    """The same slot has another card for Bo."""
    post = Post(Direct(both.person(both.slack, "bo").id), Card("Anew"), hangs.slot, hangs.subject)
    both.slack.write(lambda records: put(records, post, replace(call(), at=both.slack.clock.at)))


async def test_where_cabbot_was_removed_nothing_is_sent(both: House) -> None:
    await both.slack.all(("bo", "me notices=teams"))
    uninstalled(both.teams)
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    assert [each.platform.value for each in direct(both, "bo", "ballot:")] == ["slack"]
    uninstalled(both.slack)
    assert "Notices go to: Microsoft Teams" in told(await both.slack.say("bo", "me"))


async def test_a_card_that_hangs_where_cabbot_was_removed_is_said_anew(both: House) -> None:
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    hangs = direct(both, "bo", "ballot:")
    uninstalled(both.slack)
    said_again(both, hangs[0])
    assert [each.platform.value for each in direct(both, "bo", "ballot:")] == ["slack", "teams"]


async def test_an_account_that_was_closed_hears_nothing(both: House) -> None:
    await both.slack.all(("bo", "me notices=teams"))
    both.tell(both.teams, "bo", "bo@example.org", active=False)
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    assert [each.platform.value for each in direct(both, "bo", "ballot:")] == ["slack"]


async def test_roles_stand_in_their_order(both: House) -> None:
    both.grant(both.person(both.slack, "st").id, Role.ON_CALL, Role.RELEASE_MANAGER)
    assert "Roles: Release manager, On-call" in told(await both.slack.say("st", "me"))
