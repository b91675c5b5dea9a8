"""What a check of a release's media found: in each entry, in the digests that a person saw, in the artifact itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.card import (
    Button,
    Buttons,
    Card,
    Code,
    Confirm,
    Facts,
    Item,
    Items,
    Mark,
    Moment,
    MomentStyle,
    Part,
    Piece,
    Tone,
    button,
    fact,
    item,
    note,
    text,
)
from messages.words import count
from storage.content import Medium
from storage.medium_reading import MediumReading, Verdict
from storage.release import Release

Readings = Mapping[str, MediumReading]
"""What Cabbot read of artifacts itself, by URI."""
LABEL_LIMIT = 75
"""The most characters of a button's label (Slack, Block Kit reference)."""
OFFERED = 5
"""Digests that one card offers to record."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An artifact, what is wrong with its entry, what Cabbot read of it (None: it wasn't asked to), and why it doesn't."""

    medium: Medium
    problems: Sequence[str] = ()
    reading: MediumReading | None = None
    unreadable: str = ""
    compared: bool = False
    """A person saw its digest and it was compared with that."""

    @property
    def verdict(self) -> Verdict | None:
        return None if self.reading is None else self.reading.verdict(self.medium.sha256)

    @property
    def wrong(self) -> bool:
        return bool(self.problems) or self.verdict is Verdict.DIFFERS


def reading_words(reading: MediumReading, recorded: str) -> list[Piece | str]:
    """`read and right 2026-11-30 12:00`, or what else came of it."""
    verdict = reading.verdict(recorded)
    if verdict is Verdict.WAITING or reading.read_at is None:
        return ["being read"]
    when = Moment(reading.read_at, MomentStyle.DATE_TIME)
    match verdict:
        case Verdict.VERIFIED:
            return ["read and right, ", when]
        case Verdict.DIFFERS:
            return ["the digest differs: ", Code(reading.sha256), " was read, ", when]
        case Verdict.NEW:
            return [Code(reading.sha256), " was read, ", when]
        case _:
            return [f"couldn't be read: {reading.why}, ", when]


def checked_card(found: Release, rows: Sequence[Checked], *, can_ask: bool = True) -> Card:
    """Each artifact with what its check found. `can_ask`: who looks may have artifacts read."""
    wrong, waiting = sum(each.wrong for each in rows), sum(each.verdict is Verdict.WAITING for each in rows)
    said = f"{count(wrong, 'entry', 'entries')} of {len(rows)} to be mended" if wrong else "every entry is right"
    reading = f", {waiting} being read" if waiting else ""
    sentence = f"Media of {found.key}: {said}{reading}."
    unseen = sum(not each.compared and each.verdict in (None, Verdict.UNREAD) for each in rows)
    parts: list[Part] = [Items(tuple(_row(each) for each in rows)), *_notes(found, unseen, waiting, can_ask)]
    paste = (Button("Paste digests", f"media check {found.key} form=yes"),) if unseen else ()
    ways = (*_offers(found, rows), *paste, Button("Media", f"media list {found.key}"))
    return Card(sentence, (*parts, Buttons(ways)), Tone.WARNING if wrong else Tone.GOOD, sentence)


def _row(checked: Checked) -> Item:
    pieces: list[Piece | str] = [Code(checked.medium.uri)]
    if checked.problems or checked.reading is None:
        pieces.append(f" · {'; '.join(checked.problems) or 'right'}")
    if checked.reading is not None:
        pieces += [" · ", *reading_words(checked.reading, checked.medium.sha256)]
    elif checked.unreadable:
        pieces.append(f" · not read: {checked.unreadable}")
    return item(*pieces, mark=_mark(checked))


def _mark(checked: Checked) -> Mark:
    if checked.wrong or checked.verdict is Verdict.UNREAD:
        return Mark.WARNING
    return Mark.WAITING if checked.verdict is Verdict.WAITING else Mark.YES


def _notes(found: Release, unseen: int, waiting: int, can_ask: bool) -> list[Part]:
    parts: list[Part] = []
    if waiting:
        parts.append(note("Whoever asked for it hears by direct message what was read."))
    if unseen:
        who = (
            ""
            if can_ask
            else f" The coordinator of {found.key} or a release manager can have it read where Cabbot may."
        )
        parts.append(
            note(
                f"The digest of {count(unseen, 'artifact')} was only looked at, not compared.{who} "
                f'Paste what sha256sum prints: media check {found.key} sums="…"'
            )
        )
    return parts


def _offers(found: Release, rows: Sequence[Checked]) -> list[Button]:
    """To record the digest that was read where there is none. It's approved content, so that is somebody's own act."""
    new = [each.reading for each in rows if each.reading is not None and each.verdict is Verdict.NEW]
    return [_offer(found, each, alone=len(new) == 1) for each in new[:OFFERED]]


def _offer(found: Release, reading: MediumReading, *, alone: bool) -> Button:
    name = reading.uri.rstrip("/").rpartition("/")[2]
    label = "Record this digest" if alone else f"Record the digest of {name}"[:LABEL_LIMIT]
    ask = Confirm(
        "Record this digest?", f"{found.key} gets a new revision with it, and an approval would be void.", "Record"
    )
    return button(label, "media", "add", found.key, reading.uri, confirm=ask, sha256=reading.sha256)


def differs_card(found: Release, medium: Medium, read: str) -> Card:
    """To the coordinator: what lies there isn't what was recorded."""
    sentence = f"{found.key}: an artifact isn't what was recorded; its digest differs."
    facts = Facts((fact("Artifact", Code(medium.uri)), fact("Recorded", Code(medium.sha256)), fact("Read", Code(read))))
    ways = (Button("Media", f"media list {found.key}"), Button("Read it again", f"media check {found.key}"))
    return Card("A digest differs", (text(sentence), facts, Buttons(ways)), Tone.BAD, sentence)
