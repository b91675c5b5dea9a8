"""Roles through chat groups and changes of the policy, as both databases keep them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from storage.group import GroupGrant
from storage.people import Account, Grant, Person
from storage.policy import PolicyChange
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, Platform, Role
from tests.fakes.outbox import organisation

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
WHERE = (Platform.SLACK, "T1", "S1")


def person(records: Records, name: str, **account: Any) -> int:
    owner = records.organisation.id
    made = records.people.add(Person(organisation_id=owner, name=name, joined_at=AT))
    records.people.add_account(
        Account(
            organisation_id=owner, person_id=made.id, platform=Platform.SLACK, workspace="T1", external=name, **account
        )
    )
    return made.id


def granted(records: Records, role: Role = Role.CAB_MEMBER) -> GroupGrant:
    platform, workspace, external = WHERE
    return records.groups.grant(
        GroupGrant(
            organisation_id=records.organisation.id, role=role, platform=platform, workspace=workspace,
            external=external, name="@cab", granted_by=0, granted_at=AT,
        )
    )  # fmt: skip


def test_members_hold_the_roles_of_their_group(store: Store) -> None:
    key = organisation(store)

    def fill(records: Records) -> None:
        ana, bo = person(records, "Ana"), person(records, "Bo")
        person(records, "Gus", kind=AccountKind.GUEST)
        person(records, "Old", active=False)
        records.people.grant(
            Grant(
                organisation_id=records.organisation.id, person_id=bo, role=Role.CAB_MEMBER, granted_by=0, granted_at=AT
            )
        )
        assert [each.name for each in records.people.holders(Role.CAB_MEMBER)] == ["Bo"]
        granted(records)
        assert records.groups.read(*WHERE, ["Ana", "Bo", "Gus", "Old", "Unknown"], AT)
        assert [each.name for each in records.people.holders(Role.CAB_MEMBER)] == ["Ana", "Bo"]
        assert records.people.roles(ana) == {Role.CAB_MEMBER}
        assert records.people.own_roles(ana) == frozenset()

    store.write_now(lambda tx: fill(Records(tx, key, lock=True)))
    found = store.write_now(lambda tx: [each.name for each in Records(tx, key).people.holders(Role.CAB_MEMBER)])
    assert found == ["Ana", "Bo"]


def test_the_same_members_again_are_no_news(store: Store) -> None:
    key = organisation(store)

    def fill(records: Records) -> tuple[bool, bool, bool, bool]:
        nothing = records.groups.read(*WHERE, ["Ana"], AT)
        granted(records)
        first, again = (records.groups.read(*WHERE, ["Ana", "Bo"], AT) for _ in range(2))
        return nothing, first, again, records.groups.read(*WHERE, ["Bo"], AT)

    assert store.write_now(lambda tx: fill(Records(tx, key, lock=True))) == (False, True, False, True)


def test_members_are_forgotten_with_the_groups_last_role(store: Store) -> None:
    key = organisation(store)

    def fill(records: Records) -> None:
        grants = [granted(records, role) for role in (Role.CAB_MEMBER, Role.ON_CALL)]
        records.groups.read(*WHERE, ["Ana"], AT)
        assert records.groups.revoke(grants[0])
        assert [each.external for each in records.groups.members(*WHERE)] == ["Ana"]
        assert records.groups.revoke(grants[1])
        assert not records.groups.revoke(grants[1])
        assert (records.groups.members(*WHERE), records.organisation.group_grants) == ([], 0)

    store.write_now(lambda tx: fill(Records(tx, key, lock=True)))


def test_a_policy_is_told_apart_by_what_holds(store: Store) -> None:
    ours, theirs = organisation(store), organisation(store, "Other", "T2")

    def change(records: Records, key: str, value: str) -> str:
        owner = records.organisation.id
        who = person(records, f"p{len(records.policy.all())}")
        records.policy.add(PolicyChange(organisation_id=owner, key=key, value=value, person_id=who, at=AT))
        return records.organisation.policy_digest

    def said(key: int, *change_: str) -> str:
        return store.write_now(lambda tx: change(Records(tx, key, lock=True), *change_))

    one, two = said(ours, "status.every_minutes", "5"), said(theirs, "status.every_minutes", "5")
    assert one == two != ""
    assert said(ours, "status.every_minutes", "6") != one
    assert said(ours, "status.every_minutes", "5") == one
    assert said(ours, "status.every_minutes", "") == ""
    kept = store.write_now(lambda tx: Records(tx, theirs))
    assert kept.organisation.policy_digest == two
