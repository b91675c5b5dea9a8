"""Found by words, on both databases: newest first, one's own organisation's, and never by an operator."""

# ruff: noqa: S608 - rows are made by the thousand

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.content import ChangeRequest, PlanStep, ServiceVersion
from storage.people import PEOPLE, Person
from storage.records import Records
from storage.release import Release, Update
from storage.search import NEWEST, Found, Hit
from storage.search_text import words_of
from storage.service import Service
from storage.statement import Transaction
from storage.store import Store
from storage.terms import ReleaseType
from tests.fakes.outbox import now, organisation


@pytest.mark.parametrize(
    "said, words",
    [
        ("Faster refunds, faster!", ["faster", "refunds"]),
        ("REL-42 and rel-42", ["rel42", "and"]),
        ("payments 2.4.0", ["payments", "2", "4", "0"]),
        ("Überweisung Straße ÉTÉ", ["uberweisung", "strasse", "ete"]),
        ("支払い完了", ["支", "払", "い", "完", "了"]),
        ("\uff26\uff35\uff2c\uff2c ™", ["full", "tm"]),
        ("a_b  -- \x00 \"'*()", ["a", "b"]),
        ("x" * 100, ["x" * 40]),
        ("", []),
    ],
)
def test_the_words_of_a_text(said: str, words: list[str]) -> None:
    assert words_of([said]) == words


class Shelf:
    """An organisation's releases, filled in and looked up; each call a transaction of its own."""

    def __init__(self, store: Store, workspace: str = "T1") -> None:
        self.store, self.owner = store, organisation(store, workspace=workspace)
        self.person = store.write_now(
            lambda tx: PEOPLE.add(tx, Person(organisation_id=self.owner, name="Ana", joined_at=now())).id
        )
        self.numbers = 0

    def records(self, tx: Transaction) -> Records:
        return Records(tx, self.owner, lock=True)

    def add(self, title: str, **more: object) -> Release:
        self.numbers += 1
        release = Release.model_validate(
            {
                "organisation_id": self.owner, "number": self.numbers, "key": f"REL-{self.numbers}", "title": title,
                "type": ReleaseType.NORMAL, "coordinator_id": self.person, "requester_id": self.person,
                "created_at": now(), **more,
            }
        )  # fmt: skip
        return self.store.write_now(lambda tx: self.records(tx).releases.add(release))

    def find(self, words: str, **page: int) -> list[int]:
        return [hit.target for hit in self.hits(words, **page)]

    def hits(self, words: str, **page: int) -> list[Hit]:
        return self.store.write_now(lambda tx: self.records(tx).search.find(words, **page))


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


@pytest.mark.parametrize(
    "words",
    [
        "faster", "FASTER refunds", "refunds faster", "refun", "fast ref", "REL-1", "day", "CHG-101", "chg 101", "PRB-9",
        "instant", "drain", "depth", "redeploy", "payments", "2.4.0", "INC-77", "faster, faster", "pause",
    ],
)  # fmt: skip
def test_a_release_is_found_by_what_is_recorded_of_it(shelf: Shelf, words: str) -> None:
    shelf.add(
        "Faster refunds", goal="Within a day", reason="INC-77", impact="Short pause",
        services=[ServiceVersion(name="payments", version="2.4.0")],
        change_requests=[ChangeRequest(ref="CHG-101", title="Instant", problem="PRB-9")],
        plan=[PlanStep(text="Drain", verify="depth is 0")], back_out=["redeploy 2.3.9"],
    )  # fmt: skip
    shelf.add("Other")
    assert shelf.find(words) == [1]


@pytest.mark.parametrize("words", ["efunds", "faster slower", "", "  ", "-- ' %", "refundss"])
def test_what_is_not_there_is_not_found(shelf: Shelf, words: str) -> None:
    shelf.add("Faster refunds")
    assert shelf.find(words) == []


def test_newest_first_and_in_pages(shelf: Shelf) -> None:
    for number in range(7):
        shelf.add(f"Refund {number}")
    first = shelf.hits("refund", limit=3)
    assert [hit.target for hit in first] == [7, 6, 5]
    assert shelf.find("refund", before=first[-1].id, limit=3) == [4, 3, 2]


def test_a_rare_word_is_found_however_old_it_is(shelf: Shelf) -> None:
    shelf.add("The zebra crossing")
    shelf.add("Another zebra")
    _past_the_newest(shelf)
    assert shelf.find("zebra") == [2, 1]
    assert shelf.find("zeb cross") == [1]
    assert len(shelf.find("common", limit=20)) == 20


def test_a_common_word_narrows_a_rare_one_that_only_the_index_knows(shelf: Shelf) -> None:
    shelf.add("The zebra crossing")
    shelf.add("Another zebra, with common words")
    _past_the_newest(shelf)
    assert shelf.find("zebra common") == [2]
    assert shelf.find("zebra commonplace") == []


def test_words_that_are_all_common_are_looked_for_further_back(shelf: Shelf) -> None:
    shelf.add("Common words, and apart")
    _past_the_newest(shelf)
    assert shelf.find("comm word", limit=NEWEST + 5)[-1] == 1


def test_a_change_is_found_and_what_it_took_away_is_not(shelf: Shelf) -> None:
    shelf.add("Faster refunds")

    def rename(tx: Transaction) -> None:
        found = shelf.records(tx).releases
        release = found.by_number(1)
        assert release is not None
        release.title = "Slower payouts"
        found.save(release)

    shelf.store.write_now(rename)
    assert (shelf.find("payouts"), shelf.find("refunds")) == ([1], [])
    _past_the_newest(shelf)
    assert (shelf.find("payouts"), shelf.find("refunds")) == ([1], [])


def test_a_save_of_a_release_that_was_not_read_here_is_found_too(shelf: Shelf) -> None:
    release = shelf.add("Faster refunds")
    release.title = "Slower payouts"
    shelf.store.write_now(lambda tx: shelf.records(tx).releases.save(release))
    assert (shelf.find("payouts"), shelf.find("refunds")) == ([1], [])


def test_a_save_that_changes_no_word_writes_no_entry(shelf: Shelf) -> None:
    shelf.add("Faster refunds")

    class Counting(Transaction):
        count = 0

        def _guarded(self, sql: str, given: object) -> None:
            Counting.count += "search_entry" in sql
            super()._guarded(sql, given)

    with shelf.store.engine.connect() as connection:
        releases = Records(Counting(connection), shelf.owner).releases
        release = releases.by_number(1)
        assert release is not None
        release.stage = 1
        releases.save(release)
        assert Counting.count == 0
        release.goal = "More"
        releases.save(release)
        assert Counting.count == 1
        connection.rollback()


def test_what_is_rolled_back_is_not_found(shelf: Shelf) -> None:
    def fails(tx: Transaction) -> None:
        shelf.records(tx).search.add(Found.SERVICE, 9, ("phantom",))
        raise KeyError

    with pytest.raises(KeyError):
        shelf.store.write_now(fails)
    assert shelf.find("phantom") == []


def test_services_and_words_about_a_release_are_found(shelf: Shelf) -> None:
    release = shelf.add("Faster refunds")
    service = Service(
        organisation_id=shelf.owner, name="Ledger", owner_id=shelf.person, dependencies=["vault"], added_at=now()
    )
    update = Update(
        organisation_id=shelf.owner, release_id=release.id, person_id=shelf.person, words="The queue is dry", at=now()
    )
    shelf.store.write_now(lambda tx: shelf.records(tx).services.add(service))
    shelf.store.write_now(lambda tx: shelf.records(tx).releases.add_update(update))
    assert [hit.kind for hit in shelf.hits("vault")] == [Found.SERVICE]
    assert [(hit.kind, hit.target) for hit in shelf.hits("queue dry")] == [(Found.UPDATE, update.id)]


OPERATORS = (
    "refunds OR other", "refunds* OR *", '" OR "', "NOT zebra", "NEAR(refunds other)", "words : refunds", "refunds | other",
    "!zebra", "refunds <-> faster", "':*", "\\", "/1", "/2", "refunds & /2", "{refunds}", "^refunds", "refunds:B", "%", "_",
)  # fmt: skip


@pytest.mark.parametrize("words", OPERATORS)
def test_no_sign_is_an_operator(shelf: Shelf, words: str) -> None:
    """What is found has every word; a sign changes nothing."""
    shelf.add("Faster refunds")
    shelf.add("Other things near 1")
    for far in (False, True):
        if far:
            _past_the_newest(shelf)
        for number in shelf.find(words):
            title = {1: "rel1 faster refunds", 2: "rel2 other things near 1"}[number]
            assert all(any(own.startswith(word) for own in title.split()) for word in words_of([words]))


def test_another_organisations_entries_are_not_found(store: Store) -> None:
    ours, theirs = Shelf(store), Shelf(store, "T2")
    ours.add("Ours refunds")
    theirs.add("Theirs refunds")
    for far in (False, True):
        if far:
            _past_the_newest(ours)
        assert [hit.id for hit in ours.hits("refunds")] != [hit.id for hit in theirs.hits("refunds")]
        assert ours.find("theirs") == theirs.find("ours") == []
        assert len(ours.find("refunds")) == len(theirs.find("refunds")) == 1


def test_services_that_go_to_another_organisation_are_found_there(store: Store) -> None:
    ours, theirs = Shelf(store), Shelf(store, "T2")
    service = Service(organisation_id=ours.owner, name="Ledger", owner_id=ours.person, added_at=now())
    store.write_now(lambda tx: ours.records(tx).services.add(service))

    def join(tx: Transaction) -> None:
        into = Records(tx, theirs.owner, lock=True, first=ours.owner)
        into.beside(ours.owner).hand_over(into, now())

    store.write_now(join)
    assert theirs.find("ledger") == [service.id]
    assert store.write_now(lambda tx: Records(tx, ours.owner).search.find("ledger")) == []


def _past_the_newest(shelf: Shelf) -> None:
    """So many newer entries that only the index knows the others."""
    series = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n <= {NEWEST})"
    into = "INSERT INTO search_entry (organisation_id, kind, target, words)"
    row = f"SELECT {shelf.owner}, 'service', 10000 + n, '/{shelf.owner} common words' FROM n"
    with shelf.store.engine.begin() as connection:
        connection.execute(text(f"{into} {series} {row}"))
