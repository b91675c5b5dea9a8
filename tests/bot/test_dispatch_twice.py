"""The same act delivered twice, and what the trail keeps of everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.journal import entry_hash
from storage.store import Store
from storage.terms import Origin, Outcome, Platform
from tests.handlers import stories
from tests.handlers.town import NEW, Town, in_memory, sentence_of, told


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    yield from in_memory()


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database)


# ---- the same act delivered twice


async def test_a_repeated_delivery_changes_nothing_and_answers_the_same(town: Town) -> None:
    first = await town.say("ana", NEW, call="act-1")
    again = await town.say("ana", NEW, call="act-1")
    assert (first.repeated, again.repeated, again.refused) == (False, True, False)
    assert "REL-1 Faster refunds: Draft" in told(again)
    assert len(town.look(lambda records: records.releases.page())) == 1
    assert len(town.journal()) == 1
    assert town.look(lambda records: records.organisation.last_number) == 1


async def test_a_repeat_that_would_now_be_refused_is_still_a_repeat(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1", call="vote")
    again = await town.say("bo", "approve REL-1", call="vote")
    assert again.repeated
    assert told(again).endswith("You approved REL-1; 1 approval still missing.")
    assert len(town.votes()) == 1


async def test_a_repeat_of_a_refusal_is_refused_even_if_it_could_be_done_by_now(town: Town) -> None:
    await stories.drafted(town)
    first = await town.say("bo", "approve REL-1", call="vote")
    await town.all(("ana", "submit REL-1"))
    again = await town.say("bo", "approve REL-1", call="vote")
    assert first.refused
    assert again.refused
    assert sentence_of(first) in told(again)
    assert town.votes() == []


async def test_two_hundred_replays_have_one_effect(town: Town) -> None:
    await stories.submitted(town)
    posted, kept = len(town.postings()), len(town.journal())
    for _ in range(200):
        await town.say("bo", "approve REL-1 fine", call="the-same")
    assert len(town.votes()) == 1
    assert len(town.journal()) == kept + 1
    assert len(town.postings()) == posted + 2  # in the thread, and to the coordinator


async def test_the_same_id_in_another_organisation_is_another_act(town: Town, database: Store) -> None:
    other = Town(database)
    await town.say("ana", NEW, call="act")
    assert not (await other.say("ana", NEW, call="act")).repeated


# ---- what the trail keeps


async def test_a_refusal_is_kept_with_its_sentence_and_its_release(town: Town) -> None:
    await stories.drafted(town)
    for line in ("start REL-1", "start 1", "start rel-1", "start #1"):
        answer = await town.say("st", line)
        entry = town.last()
        assert (entry.command, entry.subject, entry.outcome) == ("start", "REL-1", Outcome.REFUSED)
        assert entry.why == entry.answer == sentence_of(answer)
        assert (entry.person, entry.account, entry.platform) == ("St", "st", Platform.PLAYGROUND)
    assert len(town.look(lambda records: records.journal.of("REL-1"))) == 5


async def test_the_trail_names_person_account_origin_and_answer(town: Town) -> None:
    town.second_account("ana-at-home", of="ana")
    await town.say("ana-at-home", NEW)
    entry = town.last()
    assert (entry.person_id, entry.person, entry.account) == (town.people["ana"], "Ana", "ana-at-home")
    assert (entry.origin, entry.at, entry.answer) == (
        Origin.TYPED, town.clock.at, "REL-1 Faster refunds: Draft",
    )  # fmt: skip


async def test_the_chain_is_whole_over_everything_that_was_said(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=45)
    await town.say("st", "step REL-1")
    await town.all(("ana", "step REL-1"), ("ana", "complete REL-1"), ("ana", "status REL-1 done"))
    entries = town.journal()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) > 12
    previous = ""
    for entry in entries:
        assert entry.previous == previous
        assert entry.hash == entry_hash(entry)
        previous = entry.hash
    organisation = town.look(lambda records: records.organisation)
    assert (organisation.journal_seq, organisation.journal_head) == (len(entries), previous)
