import pytest

from messages.card import Card, ChannelRef, Divider, Heading, Items, Link, PersonRef, Tone, item, quote, text
from messages.plain_text import line, render, summary
from tests.messages import samples


@pytest.mark.parametrize(
    "card, words",
    [
        (Card("Title"), "Title"),
        (Card("Title", tone=Tone.EMERGENCY), "🚨 Title"),
        (Card("Title", summary="In one line"), "In one line"),
        (Card("Title", summary="In\n one \x00line"), "In one line"),
        (Card("", summary=" "), ""),
        (Card("", tone=Tone.BAD), ""),
    ],
)
def test_a_summary(card: Card, words: str) -> None:
    assert summary(card) == words


def test_a_link_shows_where_it_leads() -> None:
    assert line((Link("https://a.b", "here"),)) == "here (https://a.b)"
    assert line((Link("https://a.b", "https://a.b"),)) == "https://a.b"
    assert line((Link("https://a.b", ""),)) == "https://a.b"
    assert line((Link("javascript:x", "here"),)) == "here"


def test_people_and_channels_are_names() -> None:
    pieces = (
        PersonRef(1, "Ana", notify=True),
        ChannelRef("slack", "T", "C", "#cab"),
        ChannelRef("slack", "T", "C", "cab"),
    )
    assert line(pieces) == "Ana#cab#cab"


def test_parts_are_set_apart_and_a_heading_stands_close() -> None:
    card = Card("T", (Heading("Plan"), Items((item("a"), item("b"))), text(""), Divider(), quote("x\ny")))
    assert render(card) == "T\n\nPLAN\n• a\n• b\n\n----\n\n> x\n> y"


def test_buttons_are_commands_where_nothing_can_be_pressed() -> None:
    assert "Reject: /release reject REL-42 revision=2\n" in render(samples.BALLOT)
    assert "/release" not in render(samples.BALLOT, commands=False)
