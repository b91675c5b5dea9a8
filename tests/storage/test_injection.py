"""Whatever people write is a value: a thousand vectors in every text that is stored change nothing but their own row."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sqlalchemy import text

from storage.content import ChangeRequest, PlanStep, ServiceVersion
from storage.due import Due
from storage.organisation import Link, Organisation, Organisations
from storage.people import PEOPLE, Account, Person
from storage.records import Records
from storage.release import Release, Update
from storage.service import Follow, Service
from storage.statement import Transaction
from storage.store import Store
from storage.terms import FollowLevel, Platform, ReleaseType
from tests.fakes.outbox import now, organisation, posting
from tests.fakes.trail import entry

_ENDS = [
    "",
    "'",
    '"',
    "`",
    "')",
    '")',
    "';",
    "\\'",
    "\\",
    "%",
    "%s",
    "%(x)s",
    ":x",
    "?",
    "$1",
    "$$",
    "{x}",
    "\u02bc",
    "'';",
]
_MIDDLES = [
    "DROP TABLE release",
    "DELETE FROM journal",
    "UPDATE person SET active = false",
    " OR 1=1",
    " OR '1'='1",
    " UNION SELECT secret FROM connection",
    "; ATTACH DATABASE 'x' AS y",
    "|| pg_sleep(5)",
    "COPY person TO PROGRAM 'true'",
    "x",
]
_TAILS = ["", "--", "/*", ";--", "\n", " #"]
VECTORS = ["".join(parts) for parts in itertools.product(_ENDS, _MIDDLES, _TAILS)]
TABLES = ("organisation", "person", "account", "release", "service", "journal", "posting", "due", "link", "follow")


def counts(tx: Transaction) -> dict[str, int]:
    return {
        table: int(tx.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608  # names of our own tables
        for table in TABLES
    }


def write(tx: Transaction, owner: int, person: int, n: int, words: str) -> None:
    """Every text that somebody outside has a hand in, through the records that handlers use."""
    records = Records(tx, owner)
    named: dict[str, Any] = {"organisation_id": owner}
    records.releases.add(
        Release(
            **named, number=n, key=f"REL-{n}", title=words, goal=words, reason=words, impact=words, hold=words,
            type=ReleaseType.NORMAL, coordinator_id=person, requester_id=person, services=[ServiceVersion(name=words)],
            plan=[PlanStep(text=words)], back_out=[words], change_requests=[ChangeRequest(ref=words)], stages=[words], created_at=now(),
        )
    )  # fmt: skip
    records.releases.add_update(Update(**named, release_id=n, person_id=person, words=words, at=now()))
    records.people.add(Person(**named, name=words, email=words, joined_at=now()))
    records.people.add_account(
        Account(**named, person_id=person, platform=Platform.SLACK, workspace=words, external=words, handle=words)
    )
    records.services.add(Service(**named, name=words, version=words, owner_id=person, added_at=now()))
    records.follows.set(Follow(**named, person_id=person, subject=words, level=FollowLevel.ALL, since=now()))
    records.links.add(
        Link(
            **named, audience=words, platform=Platform.SLACK, workspace=words, channel=words, channel_name=words,
            linked_by=person, linked_at=now(),
        )
    )  # fmt: skip
    records.postings.say(posting(owner, words, words, title=words, subject=words, workspace=words))
    records.dues.plan(Due(**named, key=words, subject=words, line=words, at=now()))
    records.journal.append(
        records.organisation,
        entry(n, call_id=words, person=words, account=words, command=words, subject=words, why=words,
              before={words: words}, after={words: [words]}),
    )  # fmt: skip
    records.save_organisation()


def asked(tx: Transaction, owner: int, words: str) -> list[int]:
    """How many answers each question that takes a text has."""
    records = Records(tx, owner)
    return [
        len(records.releases.of_service(words)),
        len(records.postings.in_slot(words)),
        len(records.postings.of(words)),
        len(records.dues.of(words)),
        len(records.journal.of(words)),
        len(records.links.of(words)),
        len(records.follows.of(words)),
        int(records.journal.by_call(words) is not None),
        int(records.people.account(Platform.SLACK, words, words) is not None),
    ]


def test_a_thousand_vectors_change_nothing_but_their_own_rows(store: Store) -> None:
    owner, theirs = organisation(store), organisation(store, "Globex", "T2")

    def all_of_them(tx: Transaction) -> int:
        person = PEOPLE.add(tx, Person(organisation_id=owner, name="Ana", joined_at=now()))
        for n, words in enumerate(VECTORS, 1):
            write(tx, owner, person.id, n, words)
        return person.id

    assert len(VECTORS) == len(set(VECTORS)) > 1000
    person = store.write_now(all_of_them)
    found = store.write_now(counts)
    assert found == dict.fromkeys(TABLES, len(VECTORS)) | {"organisation": 2, "person": len(VECTORS) + 1}

    def read(tx: Transaction) -> None:
        records = Records(tx, owner)
        for n, words in enumerate(VECTORS, 1):
            release = records.releases.by_number(n)
            assert release is not None
            assert (release.title, release.plan[0].text, release.services[0].name) == (words, words, words)
            if n % 5 == 0:
                assert asked(tx, owner, words) == [1] * 9
            if n % 25 == 0:
                assert asked(tx, theirs, words) == [0] * 9
        assert records.people.get(person).active

    store.write_now(read)


@pytest.mark.parametrize("words", ["nul \0 byte", "half a surrogate \ud800"])
def test_what_no_database_can_hold_changes_nothing(store: Store, words: str) -> None:
    """Edges clean such text; should one slip through, the command fails as a whole."""
    owner = organisation(store)

    def add(tx: Transaction) -> None:
        Organisations(tx).add(Organisation(name="before", created_at=now()))
        Records(tx, owner).people.add(Person(organisation_id=owner, name=words, joined_at=now()))

    try:
        store.write_now(add)
    except Exception:
        assert [each.name for each in store.write_now(lambda tx: Organisations(tx).all())] == ["Acme"]
    else:
        people = store.write_now(lambda tx: Records(tx, owner).people.all())
        assert [each.name for each in people] == [words]
