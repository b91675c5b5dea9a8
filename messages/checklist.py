"""What blocks a release: the readiness checklist as a card, waivers wherever a release is shown, and the nudge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import (
    Button,
    Buttons,
    Card,
    Fact,
    Heading,
    Item,
    Items,
    Mark,
    Part,
    PersonRef,
    Piece,
    Tone,
    fact,
    item,
    text,
)
from messages.release import Name, headline
from messages.words import STATES, count
from storage.evidence import Waiver
from storage.release import Release

LABEL_LIMIT = 75
"""The most characters of a button's label (Slack, Block Kit reference)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it's shown. `mark` is DONE, NO (it stands in the way), WARNING (not asked for by the policy) or WAITING (waived).

    `who` must act; `buttons` do it, or nudge who must.
    """

    phase: str
    label: str
    mark: Mark
    detail: str = ""
    who: tuple[PersonRef, ...] = ()
    buttons: tuple[Button, ...] = ()
    waiver: tuple[Piece | str, ...] = ()


_PHASES = {"submit": "To submit", "start": "To start"}


def checklist_card(release: Release, lines: Sequence[Line], more: Sequence[Button] = ()) -> Card:
    """What is there in short, what is missing with who must act and the button that does it."""
    blocking = [line for line in lines if line.mark is Mark.NO]
    sentence = _sentence(release, lines, len(blocking))
    parts: list[Part] = [text(sentence)]
    for phase, title in _PHASES.items():
        parts += _phase(title, [line for line in lines if line.phase == phase])
    parts.append(Buttons((*more, Button("Details", f"show {release.key}"))))
    return Card(f"Checklist: {headline(release)}", tuple(parts), _tone(lines, blocking), sentence)


def _sentence(release: Release, lines: Sequence[Line], blocking: int) -> str:
    if not lines:
        return f"{release.key} is {STATES[release.state].lower()}; nothing has to be there any more."
    return f"{release.key}: {count(blocking, 'thing')} missing." if blocking else f"Nothing blocks {release.key}."


def _tone(lines: Sequence[Line], blocking: Sequence[Line]) -> Tone:
    if blocking:
        return Tone.WARNING
    return Tone.GOOD if lines else Tone.NEUTRAL


def _phase(title: str, lines: Sequence[Line]) -> list[Part]:
    """Rows that need nobody are one list; each of the others stands by itself above its buttons."""
    if not lines:
        return []
    quiet = [line for line in lines if not line.buttons]
    parts: list[Part] = [Heading(title)]
    if quiet:
        parts.append(Items(tuple(_item(line) for line in quiet)))
    for line in lines:
        if line.buttons:
            parts += [Items((_item(line),)), Buttons(line.buttons)]
    return parts


def _item(line: Line) -> Item:
    pieces: list[Piece | str] = [_capital(line.label)]
    if line.detail:
        pieces.append(f" ({line.detail})")
    if line.waiver:
        pieces += [", ", *line.waiver]
    elif line.mark is Mark.WARNING:
        pieces.append(": not there (optional)")
    for place, person in enumerate(line.who if line.mark is Mark.NO else ()):
        pieces += [": " if place == 0 else ", ", person]
    return item(*pieces, mark=line.mark)


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


# ---- waivers, wherever the release is shown


def waiver_words(waiver: Waiver, name: Name) -> tuple[Piece | str, ...]:
    """`waived by Devika: the window is short`."""
    return ("waived by ", PersonRef(waiver.person_id, name(waiver.person_id)), ": ", waiver.reason)


def waiver_facts(waivers: Sequence[Waiver], name: Name) -> list[Fact]:
    """A fact for each row that was waived, by whom, why."""
    return [fact(f"Waived: {row_words(each.row)}", *_by(each, name)) for each in waivers]


def _by(waiver: Waiver, name: Name) -> tuple[Piece | str, ...]:
    return (waiver.reason, " (", PersonRef(waiver.person_id, name(waiver.person_id)), ")")


def row_words(row: str) -> str:
    """A row's name as a person reads it: `back-out trigger`."""
    return row.replace("back_out", "back-out").replace("_", " ")


# ---- the nudge


def nudge_card(release: Release, asker: PersonRef, label: str, buttons: Sequence[Button]) -> Card:
    """To the person who must act: who asks, for what, and the button that does it."""
    sentence = f"{release.key} waits for {label}, which is yours to give."
    return Card(
        f"{headline(release)}: something waits for you",
        (text(asker, f" asks: {sentence}"), Buttons(tuple(buttons))),
        Tone.WARNING,
        sentence,
    )
