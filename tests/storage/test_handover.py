"""Every table has its place when an organisation joins another, and when two people turn out to be one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import SQLModel

from storage.group import GROUP_GRANTS, GROUP_MEMBERS, GroupGrant, GroupMember
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform, Role
from tests.handlers.town import NOON, Town

GO_ALONG = {"connection", "person", "account", "follow", "service", "link", "conversation", "courier_lease"}
END = {"role_grant", "group_grant", "member", "due", "status_schedule", "join_code"}
STAY = {"journal", "posting", "told", "policy_change", "template", "template_approval"}
"""What was written down in the closed organisation stays there: its trail, what was delivered, its rules."""
OF_ITS_OWN = {"search_entry", "organisation"}
"""The index of what is found by words follows the services (storage/search.py)."""

NAMES_SOMEBODY_FOR_GOOD = {
    "ballot.opened_by", "release_update.person_id", "status_schedule.created_by", "policy_change.person_id",
    "template_approval.person_id", "nudge.asked_id",
}  # fmt: skip
"""Who did something once: the name of then stays, also when that person is known by another one today."""
GIVEN = {
    "account.person_id", "release.coordinator_id", "release.requester_id", "service.owner_id", "vote.person_id",
    "role_grant.person_id", "follow.person_id", "risk_item.owner_id", "test_result.person_id",
    "release_statement.person_id", "waiver.person_id", "nudge.person_id", "participant.person_id",
    "stakeholder.person_id", "step_owner.person_id", "collision_accepted.person_id", "medium_reading.asked_by",
    "template.made_by",
}  # fmt: skip


def test_every_table_is_thought_of_when_an_organisation_joins_another() -> None:
    """What hangs on a release has nothing to do here: the organisation that joins has none."""
    tables = SQLModel.metadata.tables
    of_releases = {name for name, table in tables.items() if "release_id" in table.c} | {"release", "vote"}
    known = GO_ALONG | END | STAY | OF_ITS_OWN | of_releases
    assert set(tables) <= known, f"storage/handover.py doesn't say what becomes of {set(tables) - known}"


def test_every_reference_to_a_person_is_thought_of_when_two_are_one() -> None:
    found = {
        f"{name}.{column.name}"
        for name, table in SQLModel.metadata.tables.items()
        for column in table.c
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    known = GIVEN | NAMES_SOMEBODY_FOR_GOOD
    assert found <= known, f"storage/handover.py doesn't say what becomes of {found - known}"


def test_nothing_of_what_goes_along_or_ends_is_left(store: Store) -> None:
    old, new = Town(store, platform=Platform.TEAMS), Town(store, platform=Platform.SLACK)

    def groups(tx: Transaction) -> None:
        place: dict[str, Any] = {
            "organisation_id": old.organisation,
            "platform": Platform.TEAMS,
            "workspace": old.workspace,
        }
        grant = GroupGrant(**place, role=Role.CAB_MEMBER, external="G1", granted_by=0, granted_at=NOON)
        GROUP_GRANTS.add(tx, grant)
        GROUP_MEMBERS.add(tx, GroupMember(**place, group_id="G1", external="bo"))

    def join(tx: Transaction) -> None:
        lower, higher = sorted((old.organisation, new.organisation))
        first = Records(tx, lower, lock=True)
        second = first.beside(higher)
        closed = first if lower == old.organisation else second
        closed.hand_over(second if closed is first else first, NOON + timedelta(minutes=1))

    store.write_now(groups)
    store.write_now(join)
    for name in sorted(GO_ALONG | {"role_grant", "group_grant", "member"}):
        assert count(store, name, old.organisation) == 0, name
    assert count(store, "person", new.organisation) == 20
    assert count(store, "role_grant", new.organisation) == 8


def count(store: Store, name: str, organisation: int) -> int:
    table = SQLModel.metadata.tables[name]
    with store.engine.connect() as connection:
        found = connection.execute(table.select().where(table.c.organisation_id == organisation))
        return len(found.fetchall())
