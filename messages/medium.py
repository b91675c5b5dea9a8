"""The media of a release: where the authorised versions are kept, with digest and licence."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import Button, Card, Code, Item, Part, Piece, item, pieces_of
from messages.media_check import Readings, reading_words
from messages.plain_text import line
from messages.section import Menu, no_menu, paged, section
from storage.content import Medium
from storage.medium_reading import MediumReading
from storage.release import Release


def medium_rows(
    media: Sequence[Medium], digits: int = 64, read: Readings | None = None, menu: Menu = no_menu
) -> list[Item]:
    """A row for each; `read` is what Cabbot read of them itself, by URI."""
    return [
        item(*_pieces(each, digits), *_read(each, (read or {}).get(each.uri)), buttons=menu(number))
        for number, each in enumerate(media, 1)
    ]


def medium_words(medium: Medium) -> str:
    """In a sentence: where it is, and what is recorded of it."""
    return line(pieces_of(*_pieces(medium, 12)))


def _pieces(medium: Medium, digits: int) -> list[Piece | str]:
    shown = medium.sha256 if digits >= len(medium.sha256) else f"{medium.sha256[:digits]}…"
    digest: list[Piece | str] = [" · SHA-256 ", Code(shown)] if medium.sha256 else [" · SHA-256 missing"]
    return [Code(medium.uri), *digest, f" · licence {medium.licence or 'missing'}"]


def medium_parts(found: Release) -> list[Part]:
    """The media where the release is shown: of a digest its beginning, which is enough to tell two apart."""
    return section("Media", medium_rows(found.content.media, digits=12), f"media list {found.key}")


def _read(medium: Medium, reading: MediumReading | None) -> list[Piece | str]:
    return [] if reading is None else [" · ", *reading_words(reading, medium.sha256)]


def media_card(found: Release, after: int, read: Readings, menu: Menu = no_menu) -> Card:
    """A page of them, numbered as `media edit` and `media strike` count."""
    add, check = Button("Add", f"media add {found.key} form=yes"), Button("Check", f"media check {found.key}")
    return paged(
        f"Media of {found.key}",
        medium_rows(found.content.media, read=read, menu=menu),
        after=after,
        whole=f"media list {found.key}",
        empty=f"No media of {found.key} is recorded yet.",
        ways=(add, check) if found.content.media else (add,),
        ordered=True,
    )
