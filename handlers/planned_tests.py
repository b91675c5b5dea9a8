"""`/release test edit` and `strike`: the test plan, test by test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import read
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command, of_release
from handlers.kit.part import changeable, filled_in, standing
from handlers.kit.rows import as_seen, ask_argument, over_list, really
from handlers.kit.tested import with_tests
from handlers.kit.tested_pages import row_of_tests
from messages.card import Button
from messages.form import Choice, FieldKind
from messages.testing_lines import TYPE_NAMES, read_tests, read_type, write_tests
from storage.content import PlannedTest, TestType
from storage.records import Records
from storage.release import Release

_TYPES = tuple(Choice(kind.value, name.capitalize()) for kind, name in TYPE_NAMES.items())


@dataclass(frozen=True, slots=True)
class OneTest:
    release: int = release_argument()
    number: int = argument("Test", read.whole, kind=FieldKind.NUMBER, positional=True, pointer=True, example="2")
    type: TestType | None = argument(
        "Type", read_type, kind=FieldKind.CHOICE, default=None, choices=_TYPES, example="regression"
    )
    text: str | None = argument("What is tested", read.title, default=None, rest=True, limit=1000)
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Struck:
    release: int = release_argument()
    number: int = argument("Test", read.whole, kind=FieldKind.NUMBER, positional=True, pointer=True, example="2")
    revision: int | None = revision_argument()
    ask: bool = ask_argument()


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    """The test that is to be changed, if it's still the one on whose row the button stood."""
    found = changeable(call, values["release"], records)
    number = values["number"]
    as_seen(found, values.get("revision"), row_of_tests(call, found, records, number))
    return standing(found, _as_words(number, _planned(found, number)))


def _as_words(number: int, test: PlannedTest) -> dict[str, str]:
    return {"number": str(number), "type": test.type.value, "text": test.text}


@command(
    "test edit", "Change one test of the test plan", title="Change a test", group="Plan", stands=_stands,
    example="/release test edit REL-42 2 type=regression",
    whose=of_release(changeable),
)  # fmt: skip
def edit_test(call: Call, arguments: OneTest, records: Records) -> Reply:
    """What isn't said stays. Without words it opens the form, filled in with what stands."""
    found = changeable(call, arguments.release, records)
    row = row_of_tests(call, found, records, arguments.number)
    as_seen(found, arguments.revision, row)
    stands = _planned(found, arguments.number)
    if (arguments.type, arguments.text) == (None, None):
        return filled_in("test edit", found, _as_words(arguments.number, stands))
    changed = PlannedTest(type=arguments.type or stands.type, text=arguments.text or stands.text)
    if read_tests(write_tests([changed])) != (changed,):
        raise Refused("A number, a bullet or a semicolon sets tests apart; write it without.", field="text")
    tests = list(found.content.tests)
    tests[arguments.number - 1] = changed
    return over_list(with_tests(call, found, records, tests), arguments.revision, row)


@command(
    "test strike", "Strike a test off the test plan", title="Strike a test", submit="Strike", group="Plan",
    example="/release test strike REL-42 2",
    whose=of_release(changeable),
)  # fmt: skip
def strike_test(call: Call, arguments: Struck, records: Records) -> Reply:
    found = changeable(call, arguments.release, records)
    number = arguments.number
    row = row_of_tests(call, found, records, number)
    as_seen(found, arguments.revision, row)
    _planned(found, number)
    if arguments.ask:
        return really(found, row, "test", "strike", found.key, str(number), back=f"test show {found.key}")
    tests = [each for place, each in enumerate(found.content.tests, 1) if place != number]
    return over_list(with_tests(call, found, records, tests), arguments.revision, row)


def _planned(found: Release, number: int) -> PlannedTest:
    tests = found.content.tests
    if number > len(tests):
        has = f"tests 1 to {len(tests)}" if tests else "no tests yet"
        raise Refused(
            f"The test plan of {found.key} has {has}; there is no test {number}.", field="number",
            ways=(Button("Show the tests", f"test show {found.key}"),),
        )  # fmt: skip
    return tests[number - 1]
