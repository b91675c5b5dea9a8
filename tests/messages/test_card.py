import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from bot.postings import card_text
from messages import card as cards
from messages.card import (
    Bold,
    Button,
    ButtonStyle,
    Card,
    Confirm,
    Item,
    Mark,
    Moment,
    MomentStyle,
    Note,
    PersonRef,
    Plain,
    Refresh,
    Text,
    Tone,
    button,
    item,
    note,
    pieces_of,
    text,
)
from messages.card_json import from_json
from messages.line import Words, read
from tests.messages import samples
from tests.messages.everywhere import card_of
from tests.messages.texts import many, wild

pytestmark = pytest.mark.timeout(900)  # 10,000 examples on a build server


def kept(value: Any) -> Any:
    """Through the database and back."""
    return from_json(json.loads(card_text(value)))


@pytest.mark.parametrize("name", samples.CARDS)
def test_a_card_comes_back_from_json_as_it_went(name: str) -> None:
    card = samples.CARDS[name]
    back = kept(card)
    assert back == card
    assert type(back.tone) is Tone


@many
@given(words=wild)
def test_any_text_comes_back_from_json(words: str) -> None:
    card = card_of(words.encode(errors="replace").decode())  # the database takes no half of a character
    assert kept(card) == card


def test_every_part_and_piece_has_a_sample() -> None:
    drawn = card_text(samples.EVERYTHING)
    kinds = {kind.__name__ for kind in (*cards.Part.__args__, *cards.Piece.__args__)}
    assert {kind for kind in kinds if f'"_":"{kind}"' not in drawn} == set()


def test_enums_and_moments_keep_their_types() -> None:
    for value in (
        Moment(datetime(2026, 12, 1, tzinfo=UTC), MomentStyle.AGO),
        Item((), Mark.YES),
        Button("a", "b", ButtonStyle.DANGER),
    ):
        back = kept(value)
        assert back == value
        for field in dataclasses.fields(value):
            assert type(getattr(back, field.name)) is type(getattr(value, field.name))


def test_a_refresh_comes_back_with_its_people() -> None:
    card = Card("T", refresh=Refresh("ballot REL-42", (PersonRef(1, "Ana"), PersonRef(2, "Ben", notify=True))))
    back = kept(card)
    assert back == card
    assert type(back.refresh.people[1]) is PersonRef
    assert kept(Card("T")).refresh is None


def test_a_field_that_an_older_version_did_not_write_takes_its_default() -> None:
    assert from_json({"_": "Card", "title": "Old"}) == Card("Old")


def test_a_field_that_a_newer_version_writes_is_passed_over() -> None:
    assert from_json({"_": "Plain", "text": "x", "colour": "red"}) == Plain("x")


def test_a_part_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError, match="Video"):
        from_json({"_": "Video"})


def test_words_become_plain_pieces() -> None:
    assert text("a", Bold("b")) == Text((Plain("a"), Bold("b")))
    assert note("a") == Note(pieces_of("a"))
    assert item("a", mark=Mark.NO).mark is Mark.NO


def test_a_button_says_a_line_that_can_be_read() -> None:
    made = button(
        "Reject", "reject", "REL-4", style=ButtonStyle.DANGER, confirm=Confirm("t", "x", "y"), why='a "b"', revision=2
    )
    assert read(made.say) == Words(("reject", "REL-4"), {"why": 'a "b"', "revision": "2"})
    assert (made.label, made.style) == ("Reject", ButtonStyle.DANGER)
