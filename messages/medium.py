"""The media of a release: where the authorised versions are kept, with digest and licence."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Button, Card, Code, Item, Items, Mark, Part, Piece, Tone, item, note
from messages.section import paged, section
from messages.words import count
from storage.content import Medium
from storage.release import Release

Checked = tuple[Medium, Sequence[str]]
"""An artifact and what is wrong with its entry."""


def medium_rows(media: Sequence[Medium], digits: int = 64) -> list[Item]:
    return [item(*_pieces(each, digits)) for each in media]


def _pieces(medium: Medium, digits: int) -> list[Piece | str]:
    shown = medium.sha256 if digits >= len(medium.sha256) else f"{medium.sha256[:digits]}…"
    digest: list[Piece | str] = [" · SHA-256 ", Code(shown)] if medium.sha256 else [" · SHA-256 missing"]
    return [Code(medium.uri), *digest, f" · licence {medium.licence or 'missing'}"]


def medium_parts(found: Release) -> list[Part]:
    """The media where the release is shown: of a digest its beginning, which is enough to tell two apart."""
    return section("Media", medium_rows(found.content.media, digits=12), f"media list {found.key}")


def media_card(found: Release, after: int) -> Card:
    add, check = Button("Add", f"media add {found.key} form=yes"), Button("Check", f"media check {found.key}")
    return paged(
        f"Media of {found.key}",
        medium_rows(found.content.media),
        after=after,
        whole=f"media list {found.key}",
        empty=f"No media of {found.key} is recorded yet.",
        ways=(add, check) if found.content.media else (add,),
    )


def checked_card(found: Release, rows: Sequence[Checked], unseen: int) -> Card:
    """Each artifact with what its check found. `unseen` weren't in what a person pasted."""
    wrong = sum(bool(problems) for _, problems in rows)
    items = tuple(
        item(Code(each.uri), f" · {'; '.join(problems) or 'right'}", mark=Mark.WARNING if problems else Mark.YES)
        for each, problems in rows
    )
    said = f"{count(wrong, 'entry', 'entries')} of {len(rows)} to be mended" if wrong else "every entry is right"
    sentence = f"Media of {found.key}: {said}."
    parts: list[Part] = [Items(items)]
    if unseen:
        parts.append(
            note(
                f"The digest of {count(unseen, 'artifact')} was only looked at, not compared. "
                f'Paste what sha256sum prints: media check {found.key} sums="…"'
            )
        )
    return Card(sentence, tuple(parts), Tone.WARNING if wrong else Tone.GOOD, sentence)
