import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.card import Buttons, Card, Facts, Items, Note, Plain, Stepper, Text, button, fact, item, text
from messages.limits import Squeeze, length, shorten, squeezed
from tests.messages import samples
from tests.messages.everywhere import card_of
from tests.messages.texts import many, wild

pytestmark = pytest.mark.timeout(900)  # 10,000 examples on a build server
ROOMY = Squeeze(3_000, 100, 100)


@many
@given(words=wild, limit=st.integers(1, 400))
def test_a_shortened_text_keeps_the_limit_and_shows_the_cut(words: str, limit: int) -> None:
    short = shorten(words, limit)
    assert length(short) <= limit
    assert short == words if length(words) <= limit else short.endswith("… (shortened)" if limit >= 60 else "…")


@pytest.mark.parametrize(
    "words, limit, short",
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("ab cdef", 4, "ab…"),
        ("🙂🙂🙂", 6, "🙂🙂🙂"),
        ("🙂🙂🙂🙂", 6, "🙂🙂…"),  # two units each, none cut in half
        ("cafe\u0301s", 5, "caf…"),  # an accent stays with its letter
        ("a👩\u200d🚀bc", 4, "a…"),  # so does a joined emoji
        ("x" * 100, 61, "x" * 47 + " … (shortened)"),
    ],
)
def test_a_text_is_cut_between_characters(words: str, limit: int, short: str) -> None:
    assert shorten(words, limit) == short


def test_length_counts_as_slack_and_teams_do_at_most() -> None:
    assert [length(words) for words in ("abc", "é", "語", "🙂", "\ud83d")] == [3, 1, 1, 2, 1]


@pytest.mark.parametrize("name", samples.CARDS)
def test_a_small_card_is_left_as_it_is(name: str) -> None:
    assert squeezed(samples.CARDS[name], ROOMY) == samples.CARDS[name]


def test_rows_that_are_left_out_are_counted() -> None:
    card = Card(
        "T",
        (
            Facts(tuple(fact(str(n), "x") for n in range(5))),
            Items(tuple(item(str(n)) for n in range(5))),
            samples.steps(0),
            text(*"abcde"),
        ),
    )
    facts, items, stepper, words = squeezed(card, Squeeze(100, 3, 10)).parts
    assert isinstance(facts, Facts)
    assert isinstance(items, Items)
    assert isinstance(stepper, Stepper)
    assert isinstance(words, Text)
    assert (facts.rows[-1].label, facts.rows[-1].value) == ("…", (Plain("… and 2 more (shortened)"),))
    assert items.rows[-1].pieces == (Plain("… and 2 more (shortened)"),)
    assert stepper.steps[-1].label == "… and 4 more (shortened)"
    assert words.pieces[-1] == Plain("… and 2 more (shortened)")
    assert [len(each) for each in (facts.rows, items.rows, stepper.steps, words.pieces)] == [4] * 4


def test_parts_are_left_out_from_the_end_and_buttons_stay() -> None:
    press = Buttons((button("Go", "go"),))
    card = Card("T", (text("a"), text("b"), press, text("c"), text("d"), press))
    kept = squeezed(card, Squeeze(100, 10, 2)).parts
    assert kept == (text("a"), text("b"), press, Note((Plain("… and 2 more parts (shortened)"),)), press)


def test_buttons_go_last_and_are_counted() -> None:
    press = Buttons(tuple(button(str(n), "go", str(n)) for n in range(3)))
    first, second, said = squeezed(Card("T", (press, press)), Squeeze(100, 10, 0, buttons=4)).parts
    assert (first, second) == (press, Buttons(press.buttons[:1]))
    assert said == Note((Plain("… and 2 more buttons; type the command instead (shortened)"),))


@many
@given(words=wild)
def test_every_text_of_a_card_is_shortened(words: str) -> None:
    def longest(value: object) -> int:
        if isinstance(value, str):
            return length(value)
        if isinstance(value, tuple):
            return max((longest(each) for each in value), default=0)
        names = ("pieces", "rows", "steps", "value", "label", "text", "name")
        return max((longest(getattr(value, name)) for name in names if hasattr(value, name)), default=0)

    parts = squeezed(card_of(words), Squeeze(60, 10, 20)).parts
    assert longest(tuple(part for part in parts if not isinstance(part, Buttons))) <= 60
