"""What was said of templates that the policy file holds, as both databases keep it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.people import Person
from storage.records import Records
from storage.statement import Conflict
from storage.store import Store
from storage.template import Template, TemplateApproval, TemplateKind
from tests.fakes.outbox import organisation

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


def template(body: str, kind: TemplateKind = TemplateKind.RELEASE) -> Template:
    return Template(name="certificates", kind=kind, body=body, made_by=0, made_at=AT)


def test_s10_an_approval_is_of_exactly_one_text(store: Store) -> None:
    ours, theirs = organisation(store), organisation(store, "Other", "T2")
    old, new = template("title: Renew").digest, template("title: Renew them").digest

    def approve(records: Records) -> None:
        who = records.people.add(Person(organisation_id=ours, name="Cm", joined_at=AT))
        records.templates.approve(
            TemplateApproval(organisation_id=ours, name="certificates", digest=old, person_id=who.id, at=AT)
        )

    def approved(records: Records, digest: str, name: str = "certificates") -> bool:
        return records.templates.approval(name, digest) is not None

    store.write_now(lambda tx: approve(Records(tx, ours, lock=True)))
    with pytest.raises(Conflict):
        store.write_now(lambda tx: approve(Records(tx, ours, lock=True)))
    found = store.write_now(lambda tx: [approved(Records(tx, ours), old), approved(Records(tx, ours), new),
                                        approved(Records(tx, ours), old, "other"), approved(Records(tx, theirs), old)])  # fmt: skip
    assert found == [True, False, False, False]


def test_the_digest_is_of_text_and_kind() -> None:
    texts = [template("a"), template("b"), template("a", TemplateKind.PLAN)]
    assert len({each.digest for each in texts}) == 3
    assert template("a").digest == template("a").digest
    assert template("a").by_policy
    assert not template("a").model_copy(update={"made_by": 7}).by_policy
