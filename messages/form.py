"""The neutral form: what a modal, a dialog or a web page asks for, and where its answer goes.

A submitted form is the sentence `say` plus one named argument per field, through the same door as typed words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from messages.card import Pieces


class FieldKind(StrEnum):
    """What a field asks for; a renderer picks the platform's own element for it."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    CHOICE = "choice"
    PERSON = "person"
    CHANNEL = "channel"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. `value` is what is filled in already, written as a person would type it.

    A MOMENT's value is local wall time `YYYY-MM-DD HH:MM` (in the form's zone field, or the person's zone) or, as
    platforms with pickers send it, `@` and Unix seconds.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    value: str = ""
    hint: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    max_length: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A question sheet. `say` is the pre-typed sentence that the fields complete; `zone` the reader's IANA zone."""

    title: str
    say: str
    fields: tuple[FormField, ...]
    submit: str = "Save"
    intro: Pieces = ()
    zone: str = "UTC"


def in_a_row(notes: Sequence[str]) -> str:
    """Notes below one field; where there are several, each is a sentence."""
    return " ".join(f"{each.rstrip('. ')}." for each in notes) if len(notes) > 1 else "".join(notes)
