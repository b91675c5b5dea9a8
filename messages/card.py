"""The neutral card: a closed set of parts that every renderer knows how to draw.

Text is made of typed pieces, so what a person wrote is data wherever it is drawn and never markup.
All classes are frozen values; messages/card_json.py carries a card through the database unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messages.line import compose


class Tone(StrEnum):
    """The mood of a card: a renderer turns it into a colour or an icon (see messages/tokens.py)."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    EMERGENCY = "emergency"


class Mark(StrEnum):
    """The sign before a list item or in a stepper."""

    BULLET = "bullet"
    DONE = "done"
    CURRENT = "current"
    TODO = "todo"
    YES = "yes"
    NO = "no"
    WAITING = "waiting"
    WARNING = "warning"


class MomentStyle(StrEnum):
    """How a moment is shown, always in the reader's own time zone where the platform can."""

    DATE_TIME = "date_time"
    DATE = "date"
    TIME = "time"
    AGO = "ago"


class ButtonStyle(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


# ---- pieces: what a line of text is made of


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an address that Cabbot itself made; never one that a user typed."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person by id; a renderer mentions their account where it knows one, else shows the name.

    `notify` false shows the name only, so that an edited card doesn't ping people again.
    """

    person_id: int
    name: str
    notify: bool = False


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel by the platform's own id."""

    platform: str
    workspace: str
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (aware, UTC). `zone` is the IANA zone in which the fallback text shows it."""

    at: datetime
    style: MomentStyle = MomentStyle.DATE_TIME
    zone: str = "UTC"


Piece = Plain | Bold | Code | Link | PersonRef | ChannelRef | Moment
Pieces = tuple[Piece, ...]


# ---- parts: what a card is made of


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a person, set apart."""

    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: Pieces


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Confirm:
    """The question asked before a button's sentence is said."""

    title: str
    text: str
    yes: str
    no: str = "Not now"


@dataclass(frozen=True, slots=True)
class Button:
    """A pre-typed sentence: `say` is exactly what a person could type after /release."""

    label: str
    say: str
    style: ButtonStyle = ButtonStyle.PLAIN
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list. `buttons` are what can be done with just this row: its menu, which has no place for a question of
    a button's own, and carries short sentences (150 characters on Slack).
    """

    pieces: Pieces
    mark: Mark = Mark.BULLET
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `ordered` rows are numbered in place of their marks: the steps of a plan, which may go on from `first`."""

    rows: tuple[Item, ...]
    ordered: bool = False
    first: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Stepper:
    """The activities of the process with the one that is current; marks are DONE, CURRENT, TODO, WARNING, NO."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]


Part = Heading | Text | Quote | Note | Facts | Items | Stepper | Divider | Buttons


@dataclass(frozen=True, slots=True)
class Refresh:
    """`say` is the sentence that only reads, answered with the reader's own card; `people` for whom it's worth asking."""

    say: str
    people: tuple[PersonRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown in one place: a title, parts, a tone.

    `summary` is the one plain line for notifications, screen readers and lists; the title stands in when it's empty.
    `refresh` says how the card looks for one reader, where the platform can show each their own.
    """

    title: str
    parts: tuple[Part, ...] = ()
    tone: Tone = Tone.NEUTRAL
    summary: str = ""
    refresh: Refresh | None = None


# ---- small builders


def text(*pieces: Piece | str) -> Text:
    """A paragraph; plain strings become `Plain`."""
    return Text(pieces_of(*pieces))


def note(*pieces: Piece | str) -> Note:
    return Note(pieces_of(*pieces))


def quote(*pieces: Piece | str) -> Quote:
    return Quote(pieces_of(*pieces))


def fact(label: str, *value: Piece | str) -> Fact:
    return Fact(label, pieces_of(*value))


def item(*pieces: Piece | str, mark: Mark = Mark.BULLET, buttons: tuple[Button, ...] = ()) -> Item:
    return Item(pieces_of(*pieces), mark, buttons)


def pieces_of(*pieces: Piece | str) -> Pieces:
    return tuple(Plain(piece) if isinstance(piece, str) else piece for piece in pieces)


def button(
    label: str,
    *words: str,
    style: ButtonStyle = ButtonStyle.PLAIN,
    confirm: Confirm | None = None,
    **named: object,
) -> Button:
    """A button that says a composed sentence: `button("Approve", "approve", "REL-4", revision=2)`."""
    return Button(label, compose(*words, **named), style, confirm)
