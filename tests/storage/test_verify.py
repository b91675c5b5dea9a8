"""Every way to tamper with the audit trail is found and named: edit, delete, swap, insert, cut, rewrite."""

# ruff: noqa: S608 - an intruder puts SQL together

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage.journal import HASHED, JOURNAL, Entry, entry_hash, hash_of
from storage.organisation import Organisation, Organisations
from storage.reading import read_once
from storage.records import Records
from storage.statement import Conflict, Transaction, Unavailable
from storage.store import Store
from storage.types import utc_text
from storage.verify import Finding, Head, Trouble, verify
from tests.fakes.outbox import organisation
from tests.fakes.trail import LENGTH, Intruder, entry, put_hash, written


def troubles(store: Store, told: list[Head] | None = None) -> list[Finding]:
    return read_once(store.engine, lambda tx: verify(tx, told or []))


def named(store: Store, told: list[Head] | None = None) -> set[tuple[int, Trouble]]:
    return {(finding.seq, finding.trouble) for finding in troubles(store, told)}


@pytest.fixture
def trail(store: Store) -> tuple[Store, int, list[Head]]:
    owner = organisation(store)
    return store, owner, written(store, owner)


def test_an_untouched_trail_is_whole(trail: tuple[Store, int, list[Head]]) -> None:
    store, _, heads = trail
    assert troubles(store, heads) == []
    other = organisation(store, "Globex", "T2")
    assert troubles(store, [*heads, *written(store, other, 3)]) == []


@pytest.mark.parametrize(
    "column, value",
    [
        ("person", "Bo"),
        ("person_id", 99),
        ("outcome", "refused"),
        ("outcome", "nonsense"),
        ("why", "because"),
        ("before", '{"state":"draft"}'),
        ("after", "not json"),
        ("subject", "REL-9"),
        ("call_id", "another"),
        ("hash", "0" * 64),
        ("organisation_id", 2),
    ],
)
def test_an_edited_entry_is_named(trail: tuple[Store, int, list[Head]], column: str, value: object) -> None:
    store, _, _ = trail
    organisation(store, "Globex", "T2")
    Intruder(store.engine).run(f"UPDATE journal SET {column} = :value WHERE seq = 5", value=value)
    found = troubles(store)
    assert 5 in {finding.seq for finding in found}
    assert {finding.trouble for finding in found} & {Trouble.EDITED, Trouble.REMOVED}
    assert all("entry" in str(finding) for finding in found)


def test_an_edited_moment_is_named(trail: tuple[Store, int, list[Head]]) -> None:
    store, _, _ = trail
    Intruder(store.engine).run("UPDATE journal SET at = :at WHERE seq = 5", at="2001-01-01T00:00:00.000000+00:00")
    assert named(store) == {(5, Trouble.EDITED)}


def test_an_edit_that_is_hashed_anew_is_found_by_the_next_entry(trail: tuple[Store, int, list[Head]]) -> None:
    store, owner, _ = trail
    intruder = Intruder(store.engine)
    intruder.run("UPDATE journal SET person = 'Bo' WHERE seq = 5")

    def write(tx: Transaction) -> None:
        each = list(Records(tx, owner).journal.entries())[4]
        each.hash = entry_hash(each)
        put_hash(tx.connection, each)

    store.write_now(write)
    assert named(store) == {(5, Trouble.REWRITTEN)}


@pytest.mark.parametrize("which", ["seq = 5", "seq BETWEEN 4 AND 7", "seq <= 2"])
def test_removed_entries_are_named(trail: tuple[Store, int, list[Head]], which: str) -> None:
    store, _, _ = trail
    Intruder(store.engine).run(f"DELETE FROM journal WHERE {which}")
    first = {"seq = 5": 5, "seq BETWEEN 4 AND 7": 4, "seq <= 2": 1}[which]
    assert named(store) == {(first, Trouble.REMOVED)}


def test_a_removed_entry_whose_gap_was_closed_is_found(trail: tuple[Store, int, list[Head]]) -> None:
    store, _, _ = trail
    intruder = Intruder(store.engine)
    intruder.run("DELETE FROM journal WHERE seq = 5")
    for seq in range(6, LENGTH + 1):
        intruder.run("UPDATE journal SET seq = :to WHERE seq = :seq", seq=seq, to=seq - 1)
    found = named(store)
    assert {(seq, Trouble.MOVED) for seq in range(5, LENGTH)} | {(LENGTH, Trouble.CUT)} == found


def test_swapped_entries_are_named_with_where_they_were(trail: tuple[Store, int, list[Head]]) -> None:
    store, _, _ = trail
    intruder = Intruder(store.engine)
    for old, new in ((5, 1000), (8, 5), (1000, 8)):
        intruder.run("UPDATE journal SET seq = :new WHERE seq = :old", old=old, new=new)
    assert named(store) == {(5, Trouble.MOVED), (8, Trouble.MOVED)}
    assert "was written as entry 8" in str(troubles(store)[0])


def test_an_entry_put_in_between_is_named(trail: tuple[Store, int, list[Head]]) -> None:
    store, owner, heads = trail
    intruder = Intruder(store.engine)
    for seq in range(LENGTH, 4, -1):
        intruder.run("UPDATE journal SET seq = :to WHERE seq = :seq", seq=seq, to=seq + 1)
    forged = entry(77, organisation_id=owner, seq=5, previous=heads[3].hash)
    _insert(store, forged)
    found = named(store)
    assert (5, Trouble.INSERTED) in found
    assert {(seq, Trouble.MOVED) for seq in range(6, LENGTH + 2)} <= found


@pytest.mark.parametrize("seq", [0, -3, LENGTH + 1])
def test_an_entry_put_in_at_an_end_is_named(trail: tuple[Store, int, list[Head]], seq: int) -> None:
    store, owner, heads = trail
    Intruder(store.engine)
    _insert(store, entry(77, organisation_id=owner, seq=seq, previous=heads[-1].hash))
    assert (seq, Trouble.INSERTED) in named(store)


def _insert(store: Store, forged: Entry) -> None:
    forged.hash = entry_hash(forged)
    store.write_now(lambda tx: JOURNAL.add(tx, forged))


def test_a_cut_end_is_found_by_what_the_organisation_keeps(trail: tuple[Store, int, list[Head]]) -> None:
    store, _, _ = trail
    Intruder(store.engine).run("DELETE FROM journal WHERE seq > 8")
    assert named(store) == {(9, Trouble.CUT)}


def test_a_cut_that_covers_its_tracks_is_found_by_a_head_told_outside(trail: tuple[Store, int, list[Head]]) -> None:
    store, owner, heads = trail
    intruder = Intruder(store.engine)
    intruder.run("DELETE FROM journal WHERE seq > 8")
    intruder.rechain(store, owner, 9, head_too=True)
    assert named(store) == set()  # the chain alone misses it
    assert named(store, [heads[5], heads[10]]) == {(9, Trouble.CUT)}


def test_a_trail_made_anew_is_found_by_a_head_told_outside(trail: tuple[Store, int, list[Head]]) -> None:
    store, owner, heads = trail
    intruder = Intruder(store.engine)
    intruder.run("UPDATE journal SET person = 'Bo' WHERE seq = 7")
    intruder.rechain(store, owner, 7, head_too=True)
    assert named(store) == set()  # the chain alone misses it
    found = troubles(store, [heads[2], heads[5], heads[9]])
    assert [(finding.seq, finding.trouble) for finding in found] == [(10, Trouble.REWRITTEN)]
    assert "after number 6" in str(found[0])


def test_a_head_that_was_set_back_is_found(trail: tuple[Store, int, list[Head]]) -> None:
    store, owner, _ = trail
    Intruder(store.engine).run("UPDATE organisation SET journal_head = 'ff' WHERE id = :id", id=owner)
    assert named(store) == {(LENGTH, Trouble.REWRITTEN)}


def test_an_organisation_that_is_gone_is_missed(trail: tuple[Store, int, list[Head]]) -> None:
    store, _, heads = trail
    assert (12, Trouble.CUT) in named(store, [Head(99, 12, heads[0].hash)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_done_to_one_row_is_found(sqlite_trail: tuple[Store, int, list[Head]], data: st.DataObject) -> None:
    store, _, heads = sqlite_trail
    seq = data.draw(st.integers(1, LENGTH))
    column = data.draw(st.sampled_from([name for name in HASHED if name not in ("seq", "organisation_id")]))
    with store.engine.begin() as connection:
        old = connection.execute(text(f"SELECT {column} FROM journal WHERE seq = :seq"), {"seq": seq}).scalar()
        new = data.draw(
            st.one_of(st.text(max_size=5), st.integers(-5, 5), st.binary(max_size=3)).filter(lambda x: x != old)
        )
        connection.execute(text(f"UPDATE journal SET {column} = :new WHERE seq = :seq"), {"new": new, "seq": seq})
    try:
        with store.engine.begin() as connection:
            stored = connection.execute(text(f"SELECT {column} FROM journal WHERE seq = :seq"), {"seq": seq}).scalar()
        assert stored == old or seq in {finding.seq for finding in troubles(store, heads)}
    finally:
        with store.engine.begin() as connection:
            connection.execute(text(f"UPDATE journal SET {column} = :old WHERE seq = :seq"), {"old": old, "seq": seq})


@pytest.fixture
def sqlite_trail(sqlite_store: Store) -> tuple[Store, int, list[Head]]:
    owner = organisation(sqlite_store)
    heads = written(sqlite_store, owner)
    Intruder(sqlite_store.engine)
    return sqlite_store, owner, heads


# ---- the guards of the database itself


@pytest.mark.parametrize(
    "sql", ["UPDATE journal SET person = 'Bo' WHERE seq = 1", "DELETE FROM journal WHERE seq = 12"]
)
def test_the_database_refuses_to_change_the_trail(trail: tuple[Store, int, list[Head]], sql: str) -> None:
    store, _, heads = trail
    with pytest.raises(Conflict, match="the audit trail is append-only"):
        store.write_now(lambda tx: tx.raw(sql))
    assert troubles(store, heads) == []


def test_postgresql_refuses_to_empty_the_trail(postgres_store: Store) -> None:
    heads = written(postgres_store, organisation(postgres_store))
    with pytest.raises((Conflict, Unavailable), match="append-only"):
        postgres_store.write_now(lambda tx: tx.raw("TRUNCATE journal"))
    assert troubles(postgres_store, heads) == []


def test_a_call_is_in_the_trail_once(trail: tuple[Store, int, list[Head]]) -> None:
    store, owner, heads = trail

    def again(tx: Transaction) -> None:
        records = Records(tx, owner, lock=True)
        records.journal.append(records.organisation, entry(3))
        records.save_organisation()

    with pytest.raises(Conflict):
        store.write_now(again)
    assert troubles(store, heads) == []


def test_the_hash_is_over_the_canonical_form() -> None:
    """The form is part of what auditors may rely on: it never changes."""
    assert (
        hash_of({"b": 1, "a": {"y": "ü", "x": None}})
        == "22f0c1fa7e2342d3677da0bd9f78ba9c2f2518d7551f92bb7fcbb425873017e3"
    )
    assert utc_text(entry(1).at).endswith("+00:00")


def test_organisations_have_trails_of_their_own(store: Store) -> None:
    keys = [organisation(store, name, f"T{name}") for name in ("A", "B")]
    for key in keys:
        written(store, key, 3)
    found = store.write_now(lambda tx: [Organisations(tx).get(key) for key in keys])
    assert [each.journal_seq for each in found] == [3, 3]
    assert isinstance(found[0], Organisation)
