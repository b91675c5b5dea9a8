"""Who may take which posting when, and whose word about it counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from storage import outbox
from storage.lease import LEASE_SECONDS
from storage.outbox import Ending
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Delivery, PostingState
from tests.fakes.claims import claim, finish, look, shown
from tests.fakes.outbox import ledger, now, organisation, posting, reword, rows, say


def later(store: Store, seconds: float) -> None:
    """Let leases and retries of all rows age by so much."""

    def age(tx: Transaction) -> None:
        for table, columns in {
            "posting": ("lease_until", "retry_at", "started_at"),
            "courier_lease": ("until", "sends_from", "edits_from"),
        }.items():
            for column in columns:
                for key, at in tx.connection.execute(text(f"SELECT id, {column} FROM {table}")).all():  # noqa: S608  # names of our own tables
                    if at is None:
                        continue
                    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
                    moved: Any = moment - timedelta(seconds=seconds)
                    if isinstance(at, str):
                        moved = moved.isoformat(timespec="microseconds")
                    tx.connection.execute(
                        text(f"UPDATE {table} SET {column} = :at WHERE id = :id"),  # noqa: S608  # names of our own tables
                        {"at": moved, "id": key},
                    )

    store.write_now(age)


def test_a_claim_takes_the_head_of_each_channel_with_lease_and_token(store: Store) -> None:
    owner = organisation(store)
    first, _, other = say(store, posting(owner, "C1", "a"), posting(owner, "C1", "b"), posting(owner, "C2", "c"))
    taken = claim(store)
    assert [each.posting.id for each in taken] == [first, other]
    for each in rows(store, [first, other]):
        assert (each.token, each.attempts, each.state) == ("t1", 1, PostingState.WAITING)
        assert each.started_at is not None
        assert each.lease_until is not None
        assert each.lease_until > each.started_at


def test_what_is_taken_is_not_taken_twice_and_holds_its_channel(store: Store) -> None:
    owner = organisation(store)
    heads = look(store).heads
    say(store, posting(owner, "C1", "a"), posting(owner, "C1", "b"))
    heads = look(store).heads
    assert len(claim(store, heads=heads)) == 1
    assert claim(store, heads=heads) == []
    assert claim(store, heads=[heads[0]._replace(id=heads[0].id + 1)]) == []  # not its turn


def test_another_replica_leaves_the_workspace_alone_until_the_lease_ends(store: Store) -> None:
    owner = organisation(store)
    say(store, posting(owner, "C1", "a"))
    [mine] = claim(store, "me")
    assert finish(store, mine, shown())
    say(store, posting(owner, "C1", "b"))
    assert claim(store, "other", "t2") == []
    later(store, LEASE_SECONDS + 1)
    assert len(claim(store, "other", "t2")) == 1


def test_a_released_workspace_can_be_taken_over_at_once(store: Store) -> None:
    owner = organisation(store)
    say(store, posting(owner, "C1", "a"))
    [mine] = claim(store, "me")
    assert finish(store, mine, shown())
    store.write_now(lambda tx: outbox.release(tx, "me"))
    say(store, posting(owner, "C1", "b"))
    assert len(claim(store, "other", "t2")) == 1


def test_only_who_holds_the_token_can_finish(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a"))
    [zombie] = claim(store, "me", "t1")
    later(store, 60)
    store.write_now(lambda tx: outbox.recover(tx, 0.0))
    [heir] = claim(store, "other", "t2")
    assert heir.doubtful
    assert finish(store, zombie, shown("zombie")) is False
    assert finish(store, heir, shown("heir"))
    assert rows(store, [key])[0].message == "heir"
    assert len(ledger(store, key)) == 1


def test_a_late_answer_counts_as_long_as_nobody_else_took_the_posting(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a"))
    [mine] = claim(store)
    later(store, 60)
    store.write_now(lambda tx: outbox.recover(tx, 25))
    assert rows(store, [key])[0].state is PostingState.DOUBTFUL
    assert finish(store, mine, shown("late"))
    assert rows(store, [key])[0].state is PostingState.SHOWN


def test_a_courier_that_died_leaves_doubt_which_is_looked_at_after_the_settle_time(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a"))
    claim(store)
    assert store.write_now(lambda tx: outbox.recover(tx, 25)) == 0  # its lease still runs
    later(store, 13)
    assert claim(store) == []  # never without having been looked for
    assert store.write_now(lambda tx: outbox.recover(tx, 25)) == 1
    assert claim(store) == []
    later(store, 26)
    [again] = claim(store)
    assert (again.posting.id, again.doubtful) == (key, True)


def test_at_the_start_of_the_only_process_nothing_is_leased(sqlite_store: Store) -> None:
    owner = organisation(sqlite_store)
    sent, edited = say(sqlite_store, posting(owner, "C1", "a"), posting(owner, "C2", "b", title="old"))
    for each in claim(sqlite_store):
        if each.posting.id == edited:
            finish(sqlite_store, each, shown())
    reword(sqlite_store, edited, "new")
    claim(sqlite_store, token="t2")
    assert sqlite_store.write_now(lambda tx: outbox.recover_all(tx, 0.0)) == 1
    states = [(each.id, each.state, each.lease_until) for each in rows(sqlite_store, [sent, edited])]
    assert states == [(sent, PostingState.DOUBTFUL, None), (edited, PostingState.WAITING, None)]
    assert [each.doubtful for each in claim(sqlite_store, "new", "t3")] == [True, False]


def test_after_a_restore_every_send_is_looked_for_first(store: Store) -> None:
    owner = organisation(store)
    open_row, hangs = say(store, posting(owner, "C1", "a"), posting(owner, "C2", "b", title="old"))
    for each in claim(store):
        finish(store, each, shown() if each.posting.id == hangs else Ending(PostingState.WAITING))
    reword(store, hangs, "new")
    assert store.write_now(outbox.doubt_everything) == 1
    taken = {each.posting.id: each.doubtful for each in claim(store, token="t2")}
    assert taken == {open_row: True, hangs: False}


def test_a_newer_revision_makes_a_shown_posting_wait_again(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a", title="one"))
    [mine] = claim(store)
    reword(store, key, "two")
    assert finish(store, mine, shown())
    [row] = rows(store, [key])
    assert (row.state, row.shown, row.wanted) == (PostingState.WAITING, 1, 2)
    [edit] = look(store).heads
    assert edit.is_edit


def test_a_change_never_writes_over_what_the_courier_wrote_meanwhile(store: Store) -> None:
    """A command read the row before the courier finished it, and changes it after."""
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a", title="one"))
    [stale] = rows(store, [key])
    [mine] = claim(store)
    finish(store, mine, shown("m7"))
    store.write_now(lambda tx: Records(tx, owner, lock=True).postings.change(stale, "{}", now()))
    [row] = rows(store, [key])
    assert (row.message, row.shown, row.wanted, row.state) == ("m7", 1, 2, PostingState.WAITING)


def test_an_edit_waits_for_no_send_but_not_beside_one(store: Store) -> None:
    owner = organisation(store)
    [card] = say(store, posting(owner, "C1", "card", title="one"))
    [mine] = claim(store)
    finish(store, mine, shown())
    reword(store, card, "two")
    [reply] = say(store, posting(owner, "C1", "reply"))
    heads = look(store).heads
    assert {head.id for head in heads} == {card, reply}
    [first] = claim(store, token="t2", heads=[head for head in heads if head.is_edit])
    assert claim(store, token="t3", heads=heads) == []
    finish(store, first, shown("m1", 2))
    assert [each.posting.id for each in claim(store, token="t4", heads=heads)] == [reply]


def test_a_doubtful_or_waiting_head_is_not_overtaken_but_one_of_tomorrow_is(store: Store) -> None:
    owner = organisation(store)
    tomorrow, head, behind = say(
        store,
        posting(owner, "C1", "a", due_at=now() + timedelta(days=1)),
        posting(owner, "C1", "b"),
        posting(owner, "C1", "c"),
    )
    [mine] = claim(store)
    assert mine.posting.id == head
    finish(store, mine, Ending(PostingState.DOUBTFUL, retry_in=25, unsure=True))
    assert [each.id for each in look(store).heads] == [head]
    assert claim(store, token="t2", heads=[look(store).heads[0]._replace(id=behind)]) == []
    assert [each.id for each in look(store, now() + timedelta(days=2)).heads] == [tomorrow]


def test_the_platform_s_wish_for_rest_outlives_a_restart(store: Store) -> None:
    owner = organisation(store)
    card, first = say(store, posting(owner, "C1", "card", title="one"), posting(owner, "C2", "a"))
    taken = {each.posting.id: each for each in claim(store)}
    finish(store, taken[card], shown())
    finish(store, taken[first], Ending(PostingState.WAITING, retry_in=30, rest=30))
    reword(store, card, "two")
    [other] = say(store, posting(owner, "C3", "b"))
    store.write_now(lambda tx: outbox.release(tx, "me"))
    [edit] = claim(store, "after restart", "t2")
    assert edit.posting.id == card  # edits have limits of their own
    finish(store, edit, shown("m1", 2))
    later(store, 31)
    assert {each.posting.id for each in claim(store, "after restart", "t3")} == {first, other}


def test_replies_know_the_message_in_whose_thread_they_belong(store: Store) -> None:
    owner = organisation(store)
    say(store, posting(owner, "C1", "card"))
    [card] = claim(store)
    finish(store, card, shown("m42"))
    say(store, posting(owner, "C1", "reply", delivery=Delivery.REPLY, parent="card"))
    assert [each.thread for each in claim(store, token="t2")] == ["m42"]


def test_an_error_that_no_database_would_take_is_kept_short_and_clean(store: Store) -> None:
    owner = organisation(store)
    [key] = say(store, posting(owner, "C1", "a"))
    [mine] = claim(store)
    assert finish(store, mine, Ending(PostingState.WAITING, error="nul \0 " + "x" * 5000))
    assert rows(store, [key])[0].error == "nul  " + "x" * 495


def test_a_message_goes_before_an_edit_of_the_same_urgency_and_after_a_more_urgent_one(store: Store) -> None:
    owner = organisation(store)
    card, ballot = say(
        store, posting(owner, "C1", "card", title="one"), posting(owner, "C2", "ballot", title="one", priority=0)
    )
    for each in claim(store):
        finish(store, each, shown(f"m{each.posting.id}"))
    reword(store, card, "two")
    reword(store, ballot, "two")
    [news] = say(store, posting(owner, "C1", "news"))
    assert [head.id for head in look(store).heads] == [ballot, news, card]
