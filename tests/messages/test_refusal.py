"""What people see when something can't be done, failed, or was done already."""

from __future__ import annotations

from messages.card import Button, Tone
from messages.refusal import crashed, refused, repeated, told, unknown_word
from tests.messages.records import labels, said, words


def test_a_refusal_is_its_sentence_and_the_ways_out() -> None:
    card = refused("There is no REL-9.", (Button("My releases", "list mine"),))
    assert card.summary == "There is no REL-9."
    assert said(card) == ["list mine"]
    assert card.tone is Tone.WARNING
    assert labels(refused("No.")) == []


def test_an_unknown_word_is_answered_with_the_nearest_commands() -> None:
    card = unknown_word("aprove", ["approve", "role grant"])
    assert card.summary == "I don't know “aprove”. Did you mean one of these?"
    assert labels(card) == ["/release approve", "/release role grant"]
    assert said(card) == ["help approve", "help role grant"]
    assert "/release help" in words(unknown_word("x", []))


def test_a_crash_tells_the_reference_and_nothing_else() -> None:
    text = words(crashed("0a1b2c3d"))
    assert "0a1b2c3d" in text
    assert "Nothing was changed." in text
    assert crashed("0a1b2c3d").tone is Tone.BAD


def test_a_repeat_says_what_was_said() -> None:
    assert words(repeated("You approved REL-1.")).endswith("You approved REL-1.")
    assert "done before" in words(repeated(""))


def test_a_short_answer() -> None:
    card = told("Followed", "You follow payments.", (Button("Unfollow", "unfollow payments"),))
    assert (card.title, card.summary, card.tone) == ("Followed", "You follow payments.", Tone.GOOD)
    assert labels(card) == ["Unfollow"]
