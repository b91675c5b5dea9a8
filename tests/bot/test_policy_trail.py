"""Every change of the policy file is an audit entry (process section 10), in each organisation that goes by it."""

from __future__ import annotations

from typing import Any

from bot.policy_trail import note
from handlers.policy.rules_file import parse_rules
from storage.store import Store
from storage.verify import verify
from tests.handlers.town import Town

FIRST = 'approval.normal.quorum = 3\nroles.cab_member = ["S0123ABCD"]'
TEMPLATE = '[templates.certificates]\ntext = "title: Renew"'


async def begins(town: Town, file: str) -> None:
    await note(town.store, parse_rules(file), town.clock.at)


def told(town: Town) -> list[tuple[Any, ...]]:
    return [(each.command, each.subject, each.before, each.after) for each in town.journal()]


async def test_s10_what_the_file_says_otherwise_is_an_audit_entry(store: Store) -> None:
    town = Town(store)
    await begins(town, FIRST)
    await begins(town, "approval.normal.quorum = 4\nstatus.every_minutes = 7")
    both = ("approval.normal.quorum", "roles.cab_member", "status.every_minutes")
    assert told(town) == [
        ("policy file", "policy.toml", {both[0]: None, both[1]: None}, {both[0]: 3, both[1]: ["S0123ABCD"]}),
        ("policy file", "policy.toml", {both[0]: 3, both[1]: ["S0123ABCD"], both[2]: None},
         {both[0]: 4, both[1]: None, both[2]: 7}),
    ]  # fmt: skip
    assert town.last().person == "Cabbot"
    assert store.write_now(verify) == []


async def test_s10_the_same_file_again_is_no_news(store: Store) -> None:
    town = Town(store)
    for file in ("", FIRST, f"# ours\n{FIRST}", FIRST, "", ""):
        await begins(town, file)
    assert len(told(town)) == 2
    assert town.last().after == {"approval.normal.quorum": None, "roles.cab_member": None}


async def test_s10_another_text_of_a_template_is_told_by_its_digest(store: Store) -> None:
    town = Town(store)
    await begins(town, TEMPLATE)
    await begins(town, TEMPLATE.replace("Renew", "Replace"))
    first, second = told(town)
    assert list(first[3]) == ["templates.certificates"]
    assert second[2] == first[3]
    assert second[3] != first[3]


async def test_s10_every_organisation_has_it_in_its_own_trail(store: Store) -> None:
    ours, theirs = Town(store), Town(store)
    await begins(ours, FIRST)
    assert len(told(ours)) == len(told(theirs)) == 1
