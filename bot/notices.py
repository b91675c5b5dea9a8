"""The few cards that are about the platforms' own ways rather than about releases."""

from __future__ import annotations

from messages.card import Button, Buttons, Card, Code, Tone, text
from messages.form import Form
from messages.limits import length
from messages.line import compose

MOST_SENTENCE = 2_000
"""Characters of a button's value (Slack, Block Kit reference)."""

WORKING = "Working on it. The answer follows here."


def working() -> Card:
    return Card("Working on it", (text("The answer will stand here in a moment."),), Tone.INFO, WORKING)


def starting() -> Card:
    return Card("Cabbot is starting", (text("Nothing was changed. Try again in a few seconds."),), Tone.WARNING)


def not_installed() -> Card:
    sentence = "This workspace isn't connected to Cabbot; ask whoever runs Cabbot to install it here."
    return Card("Not connected", (text(sentence),), Tone.WARNING)


def unshowable(reference: str) -> Card:
    """It was carried out (or refused) before its answer turned out to be one that the platform can't show."""
    words = "What you asked for was answered, but the answer can't be shown here. Give this reference to whoever runs Cabbot: "
    return Card("The answer can't be shown", (text(words, Code(reference)),), Tone.BAD, f"Reference {reference}.")


def form_behind_a_button(form: Form, most: int = MOST_SENTENCE) -> Card:
    """A platform opens a form only right after a press: words alone can offer a button that does."""
    return Card(
        form.title,
        (text("This takes a few answers."), Buttons((Button("Open the form", opening(form, most)),))),
        Tone.INFO,
        f"{form.title}: open the form to go on.",
    )


def form_too_late(form: Form) -> Card:
    """Slack takes a form only within three seconds."""
    return Card(
        "The form didn't open",
        (
            text("Slack took too long to open it. Nothing was changed."),
            Buttons((Button("Open the form", opening(form)),)),
        ),
        Tone.WARNING,
    )


def opening(form: Form, most: int = MOST_SENTENCE) -> str:
    """The sentence that opens the form again with what is filled in, as far as a button's `most` characters carry it."""
    filled = {field.name: field.value for field in form.fields if field.value}
    while length(line := f"{form.say} {compose(form='yes', **filled)}") > most and filled:
        del filled[max(filled, key=lambda name: len(filled[name]))]
    return line if length(line) <= most else "help"
