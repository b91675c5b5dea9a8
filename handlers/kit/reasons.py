"""Why somebody may not say a command, and who may: asked of the very rules that refuse it, and nothing is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.kit.call import Call, NotTheirs, Refused
from handlers.kit.checklist import needs
from handlers.kit.command import Command
from handlers.kit.move_reasons import (
    MOVES,
    against_content,
    against_person,
    against_state,
    lacking,
    refusal,
    rule_of,
)
from handlers.kit.one_person import full_member
from handlers.kit.permit import permit
from handlers.policy.gates import Row
from storage.people import Person
from storage.records import Records
from storage.release import Release
from storage.terms import Role

MOST_ASKED = 60
"""People of whom it is found out whether they may; an organisation has few with roles."""


class Unsaid(Exception):
    """The rule needs to know more of what the command would be said about."""


class Said(dict[str, Any]):
    """The values that were said of a command's arguments; raises Unsaid for another one."""

    def __missing__(self, name: str) -> Any:
        raise Unsaid(name)


@dataclass(frozen=True, slots=True)
class Matter:
    """A command and what it would be said about: the values of its arguments, and the release among them."""

    made: Command
    values: Mapping[str, Any]
    found: Release | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """Sentences that stand in the way: those about the person, all of them in order, and rows of the checklist."""

    personal: tuple[str, ...]
    every: tuple[str, ...]
    rows: tuple[Row, ...] = ()


def as_person(call: Call, person: Person, records: Records) -> Call:
    """The call as that person would make it."""
    member = person.active and full_member(records, person)
    return replace(call, person=person, member=member, roles=records.people.roles(person.id) if member else frozenset())


def reasons(call: Call, matter: Matter, records: Records) -> Reasons:
    """Everything that stands in this person's way."""
    personal = _personal(call, matter, records)
    if matter.found is None or matter.made.name not in MOVES:
        every = [*personal, *refusal(lambda: _whose(call, matter, records))]
        return Reasons(tuple(personal), tuple(dict.fromkeys(every)))
    found, rule = matter.found, rule_of(matter.found, matter.made.name, call)
    rows = lacking(call, found, records, rule.move)
    every = [
        *refusal(lambda: permit(matter.made, call)),
        *against_state(call, found, records, rule),
        *personal,
        *([f"{found.key} needs {needs(rows)}."] if rows else []),
        *against_content(call, found, records, rule),
    ]
    return Reasons(tuple(personal), tuple(dict.fromkeys(every)), tuple(rows))


def is_for_all(matter: Matter) -> bool:
    """Any full member may say it."""
    return not matter.made.roles and matter.made.whose is None and matter.made.name not in MOVES


def who_may(call: Call, matter: Matter, records: Records) -> list[Person]:
    """The people whose it is, those who have a part in the matter first: each is asked for by the same rules."""
    candidates = dict.fromkeys([*_concerned(call, matter, records), *_with_a_role(records)])
    people = [records.people.get(each) for each in list(candidates)[:MOST_ASKED]]
    return [each for each in people if not _personal(as_person(call, each, records), matter, records)]


def _personal(call: Call, matter: Matter, records: Records) -> list[str]:
    found = refusal(lambda: permit(matter.made, call))
    if matter.found is not None and matter.made.name in MOVES:
        return [*found, *against_person(call, matter.found, records, rule_of(matter.found, matter.made.name, call))]
    return found + _only_theirs(call, matter, records)


def _only_theirs(call: Call, matter: Matter, records: Records) -> list[str]:
    try:
        _whose(call, matter, records)
    except NotTheirs as refused:
        return [refused.sentence]
    except Refused:
        return []  # that's in everybody's way
    return []


def _whose(call: Call, matter: Matter, records: Records) -> None:
    if matter.made.whose is not None:
        matter.made.whose(call, matter.values, records)


def _concerned(call: Call, matter: Matter, records: Records) -> Iterable[int]:
    """Whom the rules name besides those who hold a role."""
    if matter.found is not None and matter.made.name in MOVES:
        return (matter.found.coordinator_id,)
    try:
        _whose(call, matter, records)
    except NotTheirs as refused:
        return refused.people
    except Refused:
        pass
    return ()


def _with_a_role(records: Records) -> Iterator[int]:
    for role in Role:
        yield from (person.id for person in records.people.holders(role))
