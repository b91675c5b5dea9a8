"""One text in every slot of a card and of a form, to see what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.card import (
    Bold,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    ChannelRef,
    Code,
    Confirm,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Moment,
    Note,
    PersonRef,
    Pieces,
    Plain,
    Quote,
    Step,
    Stepper,
    Text,
    Tone,
)
from messages.form import Choice, FieldKind, Form, FormField


def pieces_with(words: str) -> Pieces:
    return (
        Plain(words),
        Bold(words),
        Code(words),
        Link("https://example.org/", words),
        Link(words, words),
        PersonRef(1, words),
        PersonRef(2, words, notify=True),
        ChannelRef("slack", "T1", "C1", words),
        ChannelRef(words, words, words, words),
        Moment(datetime(2026, 12, 1, 21, 0, tzinfo=UTC), zone=words),
    )


def card_of(words: str, say: str = "approve REL-1", tone: Tone = Tone.WARNING) -> Card:
    confirm = Confirm(words, words, words, words)
    return Card(
        words,
        (
            Heading(words),
            Text(pieces_with(words)),
            Quote(pieces_with(words)),
            Note((Plain(words), Bold(words))),
            Note(pieces_with(words)),
            Facts((Fact(words, pieces_with(words)), Fact(words, (Plain(words),)))),
            Items((Item(pieces_with(words)), Item((Plain(words),)))),
            Items((Item(pieces_with(words), Mark.YES), Item((Plain(words),), Mark.BULLET))),
            Items(
                (Item(pieces_with(words), buttons=(Button(words, say),)), Item((Plain(words),))), ordered=True, first=9
            ),
            Stepper((Step(words, Mark.DONE), Step(words, Mark.CURRENT))),
            Buttons((Button(words, say), Button(words, say, ButtonStyle.DANGER, confirm))),
        ),
        tone,
        words,
    )


def form_of(words: str, say: str = "edit REL-1") -> Form:
    """Each kind of field with the words in its label, hint, error, value and choices; names are never a person's."""
    choices = (Choice("one", words), Choice(words, words))
    fields = tuple(FormField(kind.value, words, kind, words, words, error=words, choices=choices) for kind in FieldKind)
    chosen = FormField("chosen", words, FieldKind.CHOICE, words, required=True, choices=choices)
    return Form(words, say, (*fields, chosen), words, pieces_with(words), words)
