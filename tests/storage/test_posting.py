"""What people ask of the outbox: what waits, what is late, what failed, who knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from storage.outbox import Ending
from storage.posting import Posting
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import PostingState, ToldHow
from tests.fakes.claims import claim, finish, shown
from tests.fakes.outbox import now, organisation, posting, reword, say


def test_lists_for_people_come_in_pages_and_stay_in_their_organisation(store: Store) -> None:
    owner, other = organisation(store), organisation(store, "Globex", "T2")
    keys = say(store, *(posting(owner, f"C{n}", "a", due_at=now() - timedelta(minutes=n)) for n in range(5)))
    say(store, posting(other, "C1", "a", workspace="T2"))

    def pages(read: Callable[[Records, int], list[Posting]]) -> list[list[int]]:
        found: list[list[int]] = []

        def next_page(tx: Transaction) -> list[Posting]:
            return read(Records(tx, owner), found[-1][-1] if found else 2**31 - 1)

        while page := store.write_now(next_page):
            found.append([each.id for each in page])
        return found

    waiting = pages(lambda records, before: records.postings.in_state(PostingState.WAITING, before, 2))
    assert waiting == [keys[4:2:-1], keys[2:0:-1], keys[:1]]
    since = now() - timedelta(minutes=2, seconds=30)
    assert pages(lambda records, before: records.postings.late(since, before, 2)) == [[keys[4], keys[3]]]


def test_who_knows_of_a_subject(store: Store) -> None:
    owner = organisation(store)
    here, there = say(store, posting(owner, "C1", "a", title="one"), posting(owner, "C2", "a"))
    say(store, posting(owner, "C3", "b", subject="REL-2"))
    for each in claim(store):
        if each.posting.subject == "REL-1":
            finish(store, each, shown(f"m{each.posting.id}"))
    reword(store, here, "two")
    for each in claim(store, token="t2"):
        if each.posting.id == here:
            finish(store, each, Ending(PostingState.SHOWN, message="m1", shown=2, told=ToldHow.EDITED))
    lines = store.write_now(lambda tx: Records(tx, owner).postings.tellings("REL-1"))
    assert [(each.posting.channel, each.told.outcome, each.told.revision) for each in lines] == [
        ("C1", ToldHow.SENT, 1),
        ("C2", ToldHow.SENT, 1),
        ("C1", ToldHow.EDITED, 2),
    ]
    assert {each.told.posting_id for each in lines} == {here, there}
