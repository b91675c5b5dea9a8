"""An organisation that has joined another: whoever remembers it as it was finds where it went, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot import organisations
from bot.anchor import Anchor
from bot.dispatch import Door
from bot.due_work import DueWork
from handlers.link_organisation import digest
from handlers.policy.rules import Rules
from storage.due import Due
from storage.organisation import Moved, Organisations
from storage.records import LockFirst, Records, records_now
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Outcome, Platform
from storage.verify import verify
from tests.handlers.test_link_organisation import joined, shown
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told
from tests.handlers.two_platforms import code_on

Open = Callable[..., Store]


@pytest.fixture
def slack(store: Store) -> Town:
    return Town(store, platform=Platform.SLACK)


@pytest.fixture
def teams(store: Store) -> Town:
    return Town(store, platform=Platform.TEAMS)


def journal_seq(store: Store, organisation: int) -> int:
    return store.write_now(lambda tx: Organisations(tx).get(organisation).journal_seq)


async def test_another_door_notices_at_its_next_sentence(store: Store, slack: Town, teams: Town) -> None:
    other = Door(store, teams.clock, Rules())
    noticed: list[tuple[Platform, str]] = []
    other.on_move.append(lambda platform, workspace: noticed.append((platform, workspace)))
    await other.say(teams.sentence("ana", "follow payments"))  # from now on it knows the tenant's organisation
    old = teams.organisation
    await joined(teams, slack)
    closed_at = journal_seq(store, old)
    answer = await other.say(teams.sentence("ana", NEW))
    assert "REL-1" in told(answer)
    assert slack.release().title == "Faster refunds"
    assert noticed == [(Platform.TEAMS, teams.workspace)]
    assert journal_seq(store, old) == closed_at


@pytest.mark.parametrize("line", ["show REL-1", "list", "approve REL-9"])
async def test_what_only_reads_and_what_is_refused_notice_it_too(
    store: Store, slack: Town, teams: Town, line: str
) -> None:
    other = Door(store, teams.clock, Rules())
    await other.say(teams.sentence("ana", "follow payments"))
    await joined(teams, slack)
    await slack.all(("ana", 'new "In Slack"'))
    before = len(slack.journal())
    answer = await other.say(teams.sentence("ana", line))
    assert answer.card is not None or answer.form is not None
    if line.startswith("approve"):
        assert (sentence_of(answer), slack.last().outcome) == ("There is no REL-9.", Outcome.REFUSED)
    else:
        assert "In Slack" in str(answer)
        assert len(slack.journal()) == before


async def test_two_join_with_one_code_and_one_wins(store: Store, slack: Town, teams: Town) -> None:
    third = Town(store, platform=Platform.TEAMS)
    code = await shown(slack)
    answers = await asyncio.gather(*(each.say("own", f"link organisation {code}") for each in (teams, third)))
    assert sorted(each.refused for each in answers) == [False, True]
    successors = [each.look(lambda records: records.organisation.successor) for each in (teams, third)]
    assert sorted(successors) == [0, slack.organisation]


async def test_two_that_join_each_other_at_once_do_not_wait_for_ever(store: Store, slack: Town, teams: Town) -> None:
    ours = await shown(slack)
    theirs = code_on((await teams.say("own", "link organisation", direct=True)).card)
    answers = await asyncio.wait_for(
        asyncio.gather(
            slack.say("own", f"link organisation {theirs}"), teams.say("own", f"link organisation {ours}", direct=True)
        ),
        20,
    )
    assert sum(not each.refused for each in answers) == 1
    successors = [each.look(lambda records: records.organisation.successor) for each in (slack, teams)]
    assert sorted(successors)[0] == 0
    assert len(set(successors)) == 2


@pytest.mark.parametrize("round_", range(4))
async def test_commands_that_race_with_the_join_end_up_in_one_organisation(
    store: Store, slack: Town, teams: Town, round_: int
) -> None:
    """Nothing is lost, nothing lands in the closed one after its last entry, and both chains hold."""
    doors = [Door(store, teams.clock, Rules()) for _ in range(3)]
    old, code = teams.organisation, await shown(slack)
    crowd = [
        door.say(teams.sentence("ana", f"follow {service} {level}"))
        for door, (service, level) in zip(
            doors * 4, [(service, level) for service in ("payments", "web") for level in ("all", "problems")] * 3,
            strict=True,
        )
    ]  # fmt: skip
    crowd.insert(round_ * 4, teams.say("own", f"link organisation {code}"))
    answers = await asyncio.wait_for(asyncio.gather(*crowd), 30)
    assert [each.refused for each in answers] == [False] * 13
    closed = store.write_now(lambda tx: list(Records(tx, old).journal.entries()))
    teams.organisation = slack.organisation
    opened = slack.journal()
    assert closed[-1].command == "link organisation"
    assert [each.command for each in closed + opened].count("follow") == 12
    assert store.write_now(verify) == []


async def test_the_lower_number_is_locked_first(store: Store, slack: Town, teams: Town) -> None:
    """Slack's was founded first: joining the other way round begins anew, with the other one locked first."""
    code = code_on((await teams.say("own", "link organisation", direct=True)).card)

    def in_the_wrong_order(tx: Transaction) -> None:
        Records(tx, teams.organisation, lock=True).beside(slack.organisation)

    with pytest.raises(LockFirst):
        store.write_now(in_the_wrong_order)
    assert not (await slack.say("own", f"link organisation {code}")).refused


async def shown_directly(town: Town) -> str:
    return code_on((await town.say("own", "link organisation", direct=True)).card)


async def test_a_chain_of_joins_is_followed_to_its_end(store: Store, slack: Town, teams: Town) -> None:
    third = Town(store)
    first = third.organisation
    await third.all(("own", f"link organisation {await shown_directly(teams)}"))
    await joined(teams, slack)
    assert store.write_now(lambda tx: records_now(tx, first, lock=True).organisation.id) == slack.organisation
    assert await organisations.look(store, first, lambda records: records.organisation.id) == slack.organisation
    assert await organisations.change(store, first, lambda records: records.organisation.id) == slack.organisation
    answer = await third.say("ana", NEW)
    assert "REL-1" in told(answer)


async def test_what_was_due_in_the_closed_one_is_not_said(store: Store, slack: Town, teams: Town) -> None:
    await teams.all(("st", 'status schedule "every 4h"'))
    due, old = teams.waiting()[0], teams.organisation
    await joined(teams, slack)
    with pytest.raises(Moved):
        await teams.door.say_due(old, due)
    teams.clock.at = due.at
    await DueWork(store, teams.clock, teams.door).run()
    assert [each for each in store.write_now(lambda tx: waiting_of(tx, old)) if each.state.value == "waiting"] == []


async def test_work_that_was_read_before_the_join_is_dropped_quietly(store: Store, slack: Town, teams: Town) -> None:
    class Late(DueWork):
        """Has read what is due, and meanwhile the organisation joins another."""

        def _due(self, tx: Transaction) -> list[Due]:
            return [due]

    await teams.all(("st", 'status schedule "every 4h"'))
    due, old = teams.waiting()[0], teams.organisation
    await joined(teams, slack)
    before = journal_seq(store, old)
    await Late(store, teams.clock, teams.door).run()
    assert journal_seq(store, old) == before


def waiting_of(tx: Transaction, organisation: int) -> list[Due]:
    return Records(tx, organisation).dues.of("status")


async def test_the_head_of_the_closed_trail_troubles_nobody(
    store: Store, slack: Town, teams: Town, tmp_path: Any
) -> None:
    await joined(teams, slack)
    await Anchor(store, teams.clock, tmp_path / "heads").drop()
    assert (tmp_path / "heads").read_text(encoding="utf-8").count("\n") == 2


async def test_a_code_is_found_by_its_digest_alone(store: Store, slack: Town) -> None:
    code = await shown(slack)
    found = slack.look(lambda records: records.join_codes.by_digest(digest(code)))
    assert found is not None
    assert (found.organisation_id, found.made_by) == (slack.organisation, slack.people["own"])


async def test_a_release_goes_through_both_platforms(store: Store, slack: Town, teams: Town) -> None:
    """Registered in Slack, approved half here and half there."""
    for handle in ("bo", "cy"):
        slack.known_by(handle, f"{handle}@example.org")
        teams.known_by(handle, f"{handle}@example.org")
    await joined(teams, slack)
    await slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"), ("bo", "approve REL-1"))
    assert "stands already" in sentence_of(await teams.say("bo", "approve REL-1"))
    assert len(slack.votes()) == 1
    await teams.all(("cy", "approve REL-1"))
    assert slack.release().state.value == "approved"
