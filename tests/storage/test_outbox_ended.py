"""Postings that were ended: whose time has passed, or that were given up, and how they are tried again by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import outbox
from storage.outbox import Ending
from storage.posting import Posting
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import PostingState, ToldHow
from tests.fakes.claims import claim, finish, look, shown
from tests.fakes.outbox import ledger, now, organisation, posting, reword, rows, say


def test_what_expired_is_ended_with_a_line_each_but_not_what_hangs_or_is_in_doubt(store: Store) -> None:
    owner = organisation(store)
    past = now() - timedelta(hours=1)
    hangs, doubt = say(store, posting(owner, "C1", "a", title="one", until=past), posting(owner, "C2", "b", until=past))
    for each in claim(store):
        end = shown() if each.posting.id == hangs else Ending(PostingState.DOUBTFUL, retry_in=0, unsure=True)
        finish(store, each, end)
    reword(store, hangs, "two", until=past)
    old = say(store, *(posting(owner, f"C{n}", "old", until=past) for n in range(3, 9)))
    assert store.write_now(lambda tx: outbox.expire(tx, now())) == 6
    assert {row.state for row in rows(store, old)} == {PostingState.EXPIRED}
    assert [line.outcome for key in old for line in ledger(store, key)] == [ToldHow.EXPIRED] * 6
    assert [row.state for row in rows(store, [hangs, doubt])] == [PostingState.WAITING, PostingState.DOUBTFUL]


@pytest.mark.parametrize("state", [PostingState.DEAD, PostingState.EXPIRED])
def test_an_ended_posting_can_be_retried_by_hand(store: Store, state: PostingState) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a", until=now() + timedelta(hours=1)))
    [mine] = claim(store)
    finish(store, mine, Ending(state, error="channel_not_found", told=ToldHow.DEAD))
    assert look(store).heads == []
    assert [each.id for each in _in_state(store, owner, state)] == [key]
    row = store.write_now(lambda tx: Records(tx, owner).postings.retry(rows_in(tx, owner, key), now()))
    assert (row.state, row.attempts, row.until) == (PostingState.WAITING, 0, None)
    assert len(claim(store, token="t2")) == 1


def rows_in(tx: Transaction, owner: int, key: int) -> Posting:
    found = Records(tx, owner).postings.get(key)
    assert found is not None
    return found


def test_a_retry_does_not_touch_what_is_shown_or_in_doubt(store: Store) -> None:
    owner = organisation(store)
    done, doubt = say(store, posting(owner, "C1", "a"), posting(owner, "C2", "b"))
    for each in claim(store):
        end = shown() if each.posting.id == done else Ending(PostingState.DOUBTFUL, retry_in=25, unsure=True)
        finish(store, each, end)

    def retry(tx: Transaction) -> None:
        for key in (done, doubt):
            Records(tx, owner).postings.retry(rows_in(tx, owner, key), now())

    store.write_now(retry)
    assert [row.state for row in rows(store, [done, doubt])] == [PostingState.SHOWN, PostingState.DOUBTFUL]


def _in_state(store: Store, owner: int, state: PostingState) -> list[Posting]:
    return store.write_now(lambda tx: Records(tx, owner).postings.in_state(state))
