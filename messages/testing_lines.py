"""A test plan as lines of text, a type and what is tested: `functional: refunds in the shop; regression: checkout`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from messages.plan_lines import without_marks
from storage.content import PlannedTest, TestType

MOST_TESTS = 100
TYPE_NAMES = {kind: kind.value.replace("_", " ") for kind in TestType}
_SHORT = {
    "uat": TestType.USER_ACCEPTANCE,
    "acceptance": TestType.USER_ACCEPTANCE,
    "operations": TestType.OPERATIONAL,
    "ops": TestType.OPERATIONAL,
}
_TYPES = {name.replace(" ", ""): kind for kind, name in TYPE_NAMES.items()} | _SHORT
_TYPE = r"(?:user[ _-]?acceptance|uat|acceptance|unit|functional|regression|operational|operations|ops)"
_ENDS = re.compile(rf"\n|;(?=\s*{_TYPE}(?:\s+tests?)?\s*:)", re.IGNORECASE)
_LINE = re.compile(rf"({_TYPE})(?:\s+tests?)?\s*:\s*(.*)\Z", re.IGNORECASE)


def read_type(word: str) -> TestType:
    """A type of test by its name, or uat for user acceptance. Raises ValueError with a sentence."""
    found = _TYPES.get(re.sub(r"[\s_-]", "", word.lower()))
    if found is None:
        raise ValueError(f"A type of test is one of {', '.join(TYPE_NAMES.values())}; “{word}” isn't.")
    return found


def read_tests(words: str) -> tuple[PlannedTest, ...]:
    """The lines of a test plan. Raises ValueError with a sentence for the person who wrote them."""
    lines = [bare for line in _ENDS.split(words) if (bare := without_marks(line).rstrip("; "))]
    if len(lines) > MOST_TESTS:
        raise ValueError(f"A test plan has at most {MOST_TESTS} lines; this has {len(lines)}.")
    return tuple(_read_line(line) for line in lines)


def _read_line(line: str) -> PlannedTest:
    found = _LINE.match(line)
    if found is None or not found.group(2):
        kinds = ", ".join(TYPE_NAMES.values())
        raise ValueError(
            f"A test begins with its type, such as “functional: refunds in the shop”; “{line}” doesn't. Types are {kinds}."
        )
    return PlannedTest(type=read_type(found.group(1)), text=found.group(2))


def write_tests(tests: Sequence[PlannedTest]) -> str:
    """The text that `read_tests` reads as these tests."""
    return "\n".join(f"{TYPE_NAMES[each.type]}: {each.text}" for each in tests)
