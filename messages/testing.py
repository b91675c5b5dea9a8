"""The test plan of a release with its results and the sign-off, as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Fact,
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
from messages.section import SHOWN
from messages.words import count
from storage.content import PlannedTest, TestType
from storage.evidence import Stated, TestOutcome, TestResult
from storage.release import Release

PAGE = 20
"""Lines of the test plan on a page of its own; where the whole release is shown, as many as of every other part."""
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


def how_tested_card(found: Release, tested: HowTested, name: Name, buttons: Sequence[Button], page: int) -> Card:
    """The whole test plan, a page of it at a time."""
    title = f"Test plan of {found.key}"
    first = (page - 1) * PAGE
    parts = _parts(found, tested, name, first, PAGE)
    if not found.content.tests:
        parts.insert(0, text(f"{found.key} has no test plan yet."))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(title, tuple(parts), Tone.NEUTRAL, f"{title}: {count(len(found.content.tests), 'test')}")


def how_tested_parts(found: Release, tested: HowTested, name: Name) -> list[Part]:
    """The tests where the whole release is shown, with the way to the rest."""
    if not (found.content.tests or tested.results or tested.signed):
        return []
    parts: list[Part] = [Heading("Tests"), *_parts(found, tested, name, 0, SHOWN)]
    if len(found.content.tests) > SHOWN:
        parts.append(Buttons((Button("The whole test plan", f"test show {found.key}"),)))
    return parts


def _parts(found: Release, tested: HowTested, name: Name, first: int, most: int) -> list[Part]:
    tests = found.content.tests
    rows = tuple(_planned(each) for each in tests[first : first + most])
    parts: list[Part] = [Items(rows, ordered=True, first=first + 1)] if rows else []
    if len(rows) < len(tests):
        parts.append(note(f"{first + 1} to {first + len(rows)} of {len(tests)}"))
    if ended := _ended(found, tested, name):
        parts.append(Items(tuple(ended)))
    return [*parts, Facts((_signed(found, tested, name),))]


def _planned(test: PlannedTest) -> Item:
    return item(Bold(type_name(test.type)), f": {test.text}")


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


def _signed(found: Release, tested: HowTested, name: Name) -> Fact:
    if tested.signed is None:
        return fact("Signed off", "not yet")
    signed = tested.signed
    said: list[Piece | str] = [PersonRef(signed.person_id, name(signed.person_id)), ", "]
    said.append(Moment(signed.at, MomentStyle.DATE_TIME, found.zone))
    if signed.words:
        said.append(f": {signed.words}")
    if tested.holds:
        return fact("Signed off", *said)
    return fact("Signed off", "no more, the release or a result was changed since (", *said, ")")
