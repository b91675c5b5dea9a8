from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.testing_lines import read_tests, read_type, write_tests
from storage.content import PlannedTest, TestType

F, R, U = TestType.FUNCTIONAL, TestType.REGRESSION, TestType.USER_ACCEPTANCE


@pytest.mark.parametrize(
    "words, tests",
    [
        ("functional: refunds in the shop; regression: checkout", [(F, "refunds in the shop"), (R, "checkout")]),
        ("1. Functional: refunds\n2. UAT: pay; then refund\n", [(F, "refunds"), (U, "pay; then refund")]),
        ("functional tests: refunds: whole; regression test : all", [(F, "refunds: whole"), (R, "all")]),
        ("user-acceptance: a\nuser acceptance: b\nuser_acceptance: c", [(U, "a"), (U, "b"), (U, "c")]),
        ("functional: a; b; regression: c;", [(F, "a; b"), (R, "c")]),
        ("", []),
    ],
)
def test_what_is_taken(words: str, tests: list[tuple[TestType, str]]) -> None:
    assert [(each.type, each.text) for each in read_tests(words)] == tests


@pytest.mark.parametrize("words", ["refunds", "functional:", "load: many", "functional: a\nand b"])
def test_a_line_without_a_type_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="A test begins with its type"):
        read_tests(words)


def test_too_many() -> None:
    with pytest.raises(ValueError, match="at most 100 lines; this has 101"):
        read_tests("unit: x\n" * 101)


@pytest.mark.parametrize(
    "word, kind",
    [("functional", F), ("User Acceptance", U), ("user_acceptance", U), ("uat", U), ("ops", TestType.OPERATIONAL)],
)
def test_types(word: str, kind: TestType) -> None:
    assert read_type(word) is kind


def test_another_type() -> None:
    with pytest.raises(ValueError) as wrong:
        read_type("load")
    assert str(wrong.value) == (
        "A type of test is one of unit, functional, regression, operational, user acceptance; “load” isn't."
    )


PIECES = st.sampled_from(["unit", "uat", "user acceptance", ":", ": ", ";", "; ", " ", "a", "- ", "1. ", "\n", "tests"])


@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_was_read_is_written_and_read_back_the_same(words: str) -> None:
    try:
        tests = read_tests(words)
    except ValueError:
        return
    written = write_tests(tests)
    assert read_tests(written) == tests
    assert all(isinstance(each, PlannedTest) for each in tests)
