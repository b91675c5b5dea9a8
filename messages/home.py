"""Home: what waits for the reader, their releases with their one next act each, the next windows; each one press away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messages.card import (
    Bold,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Heading,
    Item,
    Items,
    Mark,
    Moment,
    Part,
    Piece,
    Tone,
    item,
    note,
    text,
)
from messages.release import headline, services_text
from messages.words import STATES, count
from storage.release import Release

LABEL = 40
"""Characters of a button's label; clients cut longer ones."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does next with a release, in words; `say` is empty while there is only to wait."""

    sentence: str
    label: str = ""
    say: str = ""
    at: datetime | None = None

    @property
    def asks_for_vote(self) -> bool:
        return self.say.startswith("ballot ")


@dataclass(frozen=True, slots=True)
class Row:
    """A release with the reader's next act on it, if any, and what they are to it when it isn't theirs."""

    release: Release
    act: Act | None = None
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """What stands on it. `more_waiting`, `more_mine` and `more_shared` tell that there are more than are shown."""

    waiting: Sequence[Row]
    mine: Sequence[Row]
    windows: Sequence[Release]
    shared: Sequence[Row] = ()
    more_waiting: bool = False
    more_mine: bool = False
    more_shared: bool = False


def home_card(home: Home, zone: str) -> Card:
    """The way in: also whoever has nothing to do finds what they could do."""
    parts = [*_waiting(home, zone), *_mine(home, zone), *_shared(home, zone), *_windows(home, zone)]
    ways = (
        Button("New release", "new form=yes", ButtonStyle.PRIMARY),
        Button("All releases", "list"),
        Button("Find", "find form=yes"),
        Button("Help", "help"),
    )
    asked = len(home.waiting)
    summary = f"{count(asked, 'thing waits', 'things wait')} for you." if asked else "Nothing waits for you."
    return Card("Your releases", (*parts, Buttons(ways)), Tone.INFO if asked else Tone.NEUTRAL, summary)


def act_parts(act: Act | None, buttons: Sequence[Button], zone: str) -> list[Part]:
    """The reader's next act at the head of a release's card, with the buttons that do it."""
    if act is None:
        return []
    parts: list[Part] = [text(Bold("Next for you: "), *_sentence(act, zone))]
    return [*parts, Buttons(tuple(buttons))] if buttons else parts


def _waiting(home: Home, zone: str) -> list[Part]:
    if not home.waiting:
        own = (
            []
            if home.mine or home.shared
            else [note("Register a release with the button below; Help shows all that I can do.")]
        )
        return [text("Nothing waits for you."), *own]
    rows = tuple(_row(each, zone, Mark.WAITING) for each in home.waiting)
    more = (Button("All votes", "list waiting"),) if home.more_waiting else ()
    return [Heading("Waits for you"), Items(rows), Buttons((*_acts(home.waiting), *more))]


def _mine(home: Home, zone: str) -> list[Part]:
    return _section("Yours", home.mine, zone, Button("All of mine", "list mine") if home.more_mine else None)


def _shared(home: Home, zone: str) -> list[Part]:
    """What others coordinate."""
    more = Button("All I take part in", "list shared") if home.more_shared else None
    return _section("You take part in", home.shared, zone, more)


def _section(title: str, shown: Sequence[Row], zone: str, more: Button | None) -> list[Part]:
    if not shown:
        return []
    rows = tuple(_row(each, zone, Mark.CURRENT if each.act and each.act.say else Mark.TODO) for each in shown)
    ways = [Button(each.release.key, f"show {each.release.key}") for each in shown]
    return [Heading(title), Items(rows), Buttons((*ways, more) if more else tuple(ways))]


def _windows(home: Home, zone: str) -> list[Part]:
    if not home.windows:
        return [note("No release has a window ahead.")]
    rows = tuple(_window(each, zone) for each in home.windows)
    ways = tuple(Button(each.key, f"show {each.key}") for each in home.windows)
    return [Heading("Next windows"), Items(rows), Buttons(ways)]


def _row(row: Row, zone: str, mark: Mark) -> Item:
    state = f" — {STATES[row.release.state]}{', on hold' if row.release.hold else ''}"
    state += f"; you are {', '.join(row.parts)}. " if row.parts else ". "
    said = _sentence(row.act, zone) if row.act else []
    return item(Bold(headline(row.release)), state, *said, mark=mark)


def _sentence(act: Act, zone: str) -> list[Piece | str]:
    return [act.sentence] if act.at is None else [f"{act.sentence.rstrip('.')}: ", Moment(act.at, zone=zone), "."]


def _acts(rows: Sequence[Row]) -> list[Button]:
    return [
        Button(f"{row.release.key}: {row.act.label}"[:LABEL], row.act.say) for row in rows if row.act and row.act.say
    ]


def _window(release: Release, zone: str) -> Item:
    """`21:00 REL-4 Faster refunds — payments 2.4.0, approved`."""
    begins: list[Piece | str] = [Moment(release.starts_at, zone=zone), " "] if release.starts_at else []
    what = f" — {services_text(release)}, {STATES[release.state].lower()}"
    return item(*begins, Bold(headline(release)), what)
