"""Each organisation's rules: read once for each change, never for a command that comes after it."""

from __future__ import annotations

from typing import Any

from bot.policies import Policies
from handlers.policy.rules import Rules
from handlers.policy.rules_file import parse_rules
from storage.policy import PolicyChange
from storage.records import Records
from storage.store import Store
from tests.handlers.town import Town


class Unread:
    """Changes that must not be read again."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError("the policy was read again")


def set_(town: Town, key: str, value: str) -> None:
    def write(records: Records) -> None:
        own = town.people["own"]
        owner = records.organisation.id
        records.policy.add(PolicyChange(organisation_id=owner, key=key, value=value, person_id=own, at=town.clock.at))

    town.write(write)


def rules_of(policies: Policies, town: Town, *, unread: bool = False) -> Rules:
    def look(records: Records) -> Rules:
        if unread:
            records.policy = Unread()  # type: ignore[assignment]  # a double that tells of a query
        return policies.of(records)

    return town.look(look)


def test_without_a_change_nothing_is_read(sqlite_store: Store) -> None:
    town, file = Town(sqlite_store), parse_rules("status.every_minutes = 7")
    assert rules_of(Policies(file), town, unread=True) is file


def test_a_change_is_read_once_and_the_next_one_again(sqlite_store: Store) -> None:
    town, policies = Town(sqlite_store), Policies(Rules())
    set_(town, "status.every_minutes", "7")
    first = rules_of(policies, town)
    assert first.status.every_minutes == 7
    assert rules_of(policies, town, unread=True) is first
    set_(town, "status.every_minutes", "8")
    assert rules_of(policies, town).status.every_minutes == 8
    set_(town, "status.every_minutes", "7")
    assert rules_of(policies, town, unread=True) is first


def test_a_change_that_cannot_be_used_any_more_stops_nobody(sqlite_store: Store) -> None:
    town = Town(sqlite_store)
    set_(town, "status.gone", "7")
    set_(town, "status.patience_minutes", "3")
    rules = rules_of(Policies(Rules()), town)
    assert (rules.status.patience_minutes, rules.status.every_minutes) == (3, 30)
