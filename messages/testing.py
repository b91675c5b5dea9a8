"""The test plan of a release with its results and the sign-off, as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Facts,
    Heading,
    Item,
    Items,
    Mark,
    Moment,
    MomentStyle,
    Part,
    PersonRef,
    Piece,
    Tone,
    fact,
    item,
    note,
    text,
)
from messages.release import Name
from messages.section import SHOWN, Menu, Page, no_menu, pages_of
from messages.stated import stated_words
from messages.words import count
from storage.content import PlannedTest, TestType
from storage.evidence import Stated, TestOutcome, TestResult
from storage.release import Release

_MARKS = {TestOutcome.PASSED: Mark.YES, TestOutcome.FAILED: Mark.NO}


@dataclass(frozen=True, slots=True)
class HowTested:
    """How the tests stand: a result a type, the types that must pass, the sign-off and whether it still holds."""

    results: Sequence[TestResult] = ()
    required: Sequence[TestType] = ()
    signed: Stated | None = None
    holds: bool = False


def type_name(kind: TestType) -> str:
    return kind.value.replace("_", " ")


def how_tested_pages(tests: Sequence[PlannedTest]) -> list[Page]:
    """From which line up to which each page of the test plan goes; an empty plan has one."""
    return pages_of(map(_planned, tests))


def how_tested_card(
    found: Release, tested: HowTested, name: Name, *, page: Page, buttons: Sequence[Button] = (), menu: Menu = no_menu
) -> Card:
    """The whole test plan, a page of it at a time."""
    title = f"Test plan of {found.key}"
    parts = _parts(found, tested, name, page, menu)
    if not found.content.tests:
        parts.insert(0, text(f"{found.key} has no test plan yet."))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(title, tuple(parts), Tone.NEUTRAL, f"{title}: {count(len(found.content.tests), 'test')}")


def how_tested_parts(found: Release, tested: HowTested, name: Name) -> list[Part]:
    """The tests where the whole release is shown, with the way to the rest."""
    tests = found.content.tests
    if not (tests or tested.results or tested.signed):
        return []
    parts: list[Part] = [Heading("Tests"), *_parts(found, tested, name, (1, min(SHOWN, len(tests))), no_menu)]
    if len(tests) > SHOWN:
        parts.append(Buttons((Button(f"The whole test plan: {len(tests)} tests", f"test show {found.key}"),)))
    return parts


def _parts(found: Release, tested: HowTested, name: Name, page: Page, menu: Menu) -> list[Part]:
    first, last = page
    shown = enumerate(found.content.tests[first - 1 : last], first)
    rows = tuple(_planned(each, menu(number)) for number, each in shown)
    parts: list[Part] = [Items(rows, ordered=True, first=first)] if rows else []
    if len(rows) < len(found.content.tests):
        parts.append(note(f"{first} to {last} of {len(found.content.tests)}"))
    if ended := _ended(found, tested, name):
        parts.append(Items(tuple(ended)))
    signed = stated_words(
        tested.signed,
        tested.holds,
        name,
        found.zone,
        changed="the release or a result was changed",
        style=MomentStyle.DATE_TIME,
    )
    return [*parts, Facts((fact("Signed off", *signed),))]


def _planned(test: PlannedTest, buttons: tuple[Button, ...] = ()) -> Item:
    return item(Bold(type_name(test.type)), f": {test.text}", buttons=buttons)


def _ended(found: Release, tested: HowTested, name: Name) -> list[Item]:
    """A row for each type that has a result or must have one."""
    results = {each.type: each for each in tested.results}
    kinds = [kind for kind in TestType if kind in results or kind in tested.required]
    return [_result(found, kind, results.get(kind), name) for kind in kinds]


def _result(found: Release, kind: TestType, result: TestResult | None, name: Name) -> Item:
    label = Bold(type_name(kind).capitalize())
    if result is None:
        return item(label, " tests: no result yet", mark=Mark.TODO)
    pieces: list[Piece | str] = [label, f" tests {result.outcome.value}, "]
    pieces += [PersonRef(result.person_id, name(result.person_id)), ", "]
    pieces.append(Moment(result.at, MomentStyle.DATE_TIME, found.zone))
    if result.evidence:
        pieces.append(f": {result.evidence}")
    return item(*pieces, mark=_MARKS[result.outcome])
