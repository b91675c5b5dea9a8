"""Cards of any size: shortened visibly, within what Teams takes, with their buttons."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.adaptive_card import MOST_BYTES, message, size
from messages.card import Button, Buttons, Card, Confirm, PersonRef, Refresh, button, text
from messages.directory import Directory
from tests.messages import samples
from tests.messages.adaptive_card_rules import violations, walk
from tests.messages.test_block_kit_sizes import huge
from tests.messages.texts import many

pytestmark = pytest.mark.timeout(900)  # 1,000 examples on a build server
HERE = samples.TEAMS


def said(drawn: dict[str, Any]) -> list[str]:
    """The sentences of the buttons that a card has in the end."""
    nodes = walk(drawn["attachments"][0]["content"]["body"])
    return [each["data"]["say"] for each in nodes if each.get("type") == "Action.Execute"]


@settings(many, max_examples=many.max_examples // 20)
@given(rows=st.integers(0, 80), characters=st.integers(0, 6_000), actions=st.integers(0, 30))
def test_a_huge_card_is_shortened_and_keeps_its_buttons(rows: int, characters: int, actions: int) -> None:
    drawn = message(huge(rows, characters, actions), HERE)
    assert violations(drawn) == []
    assert size(drawn) <= MOST_BYTES
    assert said(drawn) == [f"do REL-{n}" for n in range(actions)]


def test_what_is_shortened_says_so() -> None:
    drawn = json.dumps(message(huge(80, 6_000, 5), HERE), ensure_ascii=False)
    assert "… (shortened)" in drawn
    assert "more (shortened)" in drawn
    assert "more parts (shortened)" in drawn


def test_a_card_that_fits_is_not_shortened() -> None:
    words = "x" * 5_900
    drawn = message(Card("T", (text(words), text(words), text(words))), HERE)
    body = drawn["attachments"][0]["content"]["body"]
    assert [each["inlines"][0]["text"] for each in body[1:]] == [words] * 3


@pytest.mark.parametrize("letter", ["é", "日", "🙂", '"', "\\"])
def test_the_size_is_counted_in_bytes_as_they_are_sent(letter: str) -> None:
    drawn = message(Card("T", tuple(text(letter * 5_000) for _ in range(9))), HERE)
    assert violations(drawn) == []
    assert size(drawn) == len(json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode())
    assert MOST_BYTES // 3 < size(drawn) <= MOST_BYTES


def test_thirty_rows_with_a_button_each_keep_all_buttons() -> None:
    parts = [part for n in range(30) for part in (text(f"REL-{n}"), Buttons((button("Show", "show", f"REL-{n}"),)))]
    drawn = message(Card("All releases", tuple(parts)), HERE)
    assert violations(drawn) == []
    assert len(said(drawn)) == 30


def test_more_buttons_than_fit_are_cut_visibly() -> None:
    asked = Confirm("t" * 100, "x" * 300, "y" * 30, "n" * 30)
    many_buttons = tuple(Button("b" * 75, f"{n} " + "s" * 1_900, confirm=asked) for n in range(40))
    drawn = message(Card("T", (text("words"), Buttons(many_buttons))), HERE)
    assert violations(drawn) == []
    assert 1 <= len(said(drawn)) < 40
    assert "more buttons; type the command instead" in json.dumps(drawn)


def test_a_crowd_that_refreshes_has_room_beside_a_huge_card() -> None:
    crowd = tuple(PersonRef(number, "x") for number in range(60))
    where = Directory("teams", "t", {number: f"29:{number:0>90}" for number in range(60)})
    living = huge(80, 6_000, 5)
    drawn = message(Card(living.title, living.parts, refresh=Refresh("show REL-1", crowd)), where)
    assert violations(drawn) == []
    assert len(drawn["attachments"][0]["content"]["refresh"]["userIds"]) == 60


def test_a_title_of_any_length_is_a_title() -> None:
    drawn = message(Card("🙂" * 200, (text("x"),)), HERE)
    assert violations(drawn) == []
    (title,) = drawn["attachments"][0]["content"]["body"][0]["items"]
    assert title["inlines"][0]["text"].endswith(" … (shortened)")
