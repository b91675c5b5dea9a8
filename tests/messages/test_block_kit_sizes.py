"""Cards of any size: shortened visibly, within Slack's limits, with their buttons."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.block_kit import message
from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Confirm,
    Facts,
    Heading,
    Items,
    Mark,
    Step,
    Stepper,
    Tone,
    button,
    fact,
    item,
    note,
    quote,
    text,
)
from tests.messages import samples
from tests.messages.block_kit_rules import all_text, violations
from tests.messages.test_block_kit import buttons
from tests.messages.texts import many

pytestmark = pytest.mark.timeout(900)  # 1,000 examples on a build server
HERE = samples.DIRECTORY


def huge(rows: int, characters: int, actions: int) -> Card:
    words = "long " * (characters // 5)
    return Card(
        words,
        (
            text(words, Bold(words)),
            Heading(words),
            Facts(tuple(fact(words, words) for _ in range(rows))),
            Items(tuple(item(words, mark=Mark.YES) for _ in range(rows))),
            *(quote(words) for _ in range(rows)),
            Stepper(tuple(Step(words, Mark.TODO) for _ in range(rows))),
            note(words),
            Buttons(tuple(button(f"Do {n}", "do", f"REL-{n}") for n in range(actions))),
        ),
        Tone.BAD,
        words,
    )


@settings(many, max_examples=many.max_examples // 10)
@given(rows=st.integers(0, 80), characters=st.integers(0, 6_000), actions=st.integers(0, 30))
def test_a_huge_card_is_shortened_and_keeps_its_buttons(rows: int, characters: int, actions: int) -> None:
    drawn = message(huge(rows, characters, actions), HERE)
    assert violations(drawn) == []
    assert all_text(drawn["blocks"]) < 12_000
    assert [each["value"] for each in buttons(drawn)] == [f"do REL-{n}" for n in range(actions)]


def test_what_is_shortened_says_so() -> None:
    drawn = json.dumps(message(huge(80, 6_000, 5), HERE), ensure_ascii=False)
    assert "… (shortened)" in drawn
    assert "more (shortened)" in drawn
    assert "more parts (shortened)" in drawn


def test_a_card_that_fits_is_not_shortened() -> None:
    words = "x" * 2_800
    drawn = message(Card("T", (text(words), text(words), text(words))), HERE)
    assert [block["elements"][0]["elements"][0]["text"] for block in drawn["blocks"][1:]] == [words] * 3


def test_thirty_rows_with_a_button_each_keep_all_buttons() -> None:
    parts = [part for n in range(30) for part in (text(f"REL-{n}"), Buttons((button("Show", "show", f"REL-{n}"),)))]
    drawn = message(Card("All releases", tuple(parts)), HERE)
    assert violations(drawn) == []
    assert len(buttons(drawn)) == 30


def test_more_buttons_than_slack_could_ever_take_are_cut_visibly() -> None:
    asked = Confirm("t" * 100, "x" * 300, "y" * 30, "n" * 30)
    many_buttons = tuple(Button("b" * 75, f"{n} " + "s" * 1_900, confirm=asked) for n in range(40))
    drawn = message(Card("T", (text("words"), Buttons(many_buttons))), HERE)
    assert violations(drawn) == []
    assert 1 <= len(buttons(drawn)) < 40
    assert "more buttons; type the command instead" in json.dumps(drawn)


def test_a_title_of_any_length_is_a_title() -> None:
    drawn = message(Card("🙂" * 200, (text("x"),)), HERE)
    assert violations(drawn) == []
    assert drawn["blocks"][0]["text"]["text"].endswith(" … (shortened)")
