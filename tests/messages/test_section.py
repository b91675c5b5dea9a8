"""Long lists in pages: nothing is left out, every page fits, and one comes from each to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import adaptive_card, block_kit
from messages.card import Button, Buttons, Card, Items, button, item
from messages.directory import Directory
from messages.limits import length
from messages.section import PAGE_CHARACTERS, PAGE_ROWS, page_of, paged, pages, turning
from messages.tokens import SHORTENED
from storage.terms import Platform
from tests.messages import adaptive_card_rules, block_kit_rules


@given(st.lists(st.integers(1, 3000), max_size=60))
def test_pages_leave_no_row_out(sizes: list[int]) -> None:
    found = pages(sizes)
    assert [number for first, last in found for number in range(first, last + 1)] == list(range(1, len(sizes) + 1))
    for first, last in found:
        assert first == last or (last - first < PAGE_ROWS and sum(sizes[first - 1 : last]) <= PAGE_CHARACTERS)
    assert all(found[page_of(found, number)][0] <= number for number in range(1, len(sizes) + 1))


def test_from_each_page_one_comes_to_those_beside_it() -> None:
    every = pages([100] * 21)
    assert [[each.label for each in turning(every, at, "Step", "plan show REL-1")] for at in range(3)] == [
        ["Steps 11 to 20"], ["Steps 1 to 10", "Step 21"], ["Steps 11 to 20"],
    ]  # fmt: skip
    assert turning(every, 1, "Step", "plan show REL-1")[1].say == "plan show REL-1 page=3"
    assert turning(pages([]), 0, "Step", "plan show REL-1") == []


@pytest.mark.parametrize("after, shown", [(0, 1), (9, 1), (10, 11), (15, 11), (22, 21), (23, 1), (500, 1)])
def test_the_page_around_a_row(after: int, shown: int) -> None:
    assert _list(_of([f"row {number}" for number in range(1, 24)], after)).first == shown


def test_back_and_more() -> None:
    card = _of([f"row {number}" for number in range(1, 24)], 12)
    assert [(each.label, each.say) for each in _buttons(card)] == [
        ("Back", "media list REL-1"), ("More", "media list REL-1 after=20"),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["x", "語", "🙂", '"\\', "<&>"])
def test_a_page_of_rows_with_menus_fits_both_platforms_whole(words: str) -> None:
    """Every step as long as makes a page the fullest, with four acts each."""
    for size in (60, 290, 990, 1500):
        row = words * (size // length(words))
        card = _of([row] * 30, 0)
        message = block_kit.message(card, Directory(Platform.SLACK, "T1"))
        activity = adaptive_card.message(card, Directory(Platform.TEAMS, "T1"))
        assert block_kit_rules.violations(message) == []
        assert adaptive_card_rules.violations(activity) == []
        assert SHORTENED not in str(message["blocks"])
        assert SHORTENED not in str(activity["attachments"])


def _of(rows: list[str], after: int) -> Card:
    acts = tuple(
        button(f"Act {number}", "plan", "step", "REL-1000000", str(number), revision=1000, form="yes")
        for number in range(4)
    )
    return paged(
        "Rows",
        [item(row, buttons=acts) for row in rows],
        after=after,
        whole="media list REL-1",
        empty="None.",
        ordered=True,
    )


def _list(card: Card) -> Items:
    (found,) = [part for part in card.parts if isinstance(part, Items)]
    return found


def _buttons(card: Card) -> list[Button]:
    return [each for part in card.parts if isinstance(part, Buttons) for each in part.buttons]
