"""Pieces of a card as the leaves of Slack's rich text, in which nothing that a person wrote is parsed."""

from __future__ import annotations

from typing import Any, assert_never

from messages.card import (
    Bold,
    ChannelRef,
    Code,
    Facts,
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Moment,
    MomentStyle,
    PersonRef,
    Piece,
    Pieces,
    Plain,
    Quote,
    Stepper,
    Text,
)
from messages.directory import Directory
from messages.moments import moment_text
from messages.safety import one_line, visible, web_address
from messages.tokens import NO_VALUE, SIGNS

Json = dict[str, Any]

# Slack shows each date in the reader's own zone and language.
_DATE_FORMATS = {
    MomentStyle.DATE_TIME: "{date_short_pretty} at {time}",
    MomentStyle.DATE: "{date_short_pretty}",
    MomentStyle.TIME: "{time}",
    MomentStyle.AGO: "{ago}",
}
_NO_BREAK = "\u00a0"
_WIDE = "\u2003"


def elements(part: Heading | Text | Quote | Facts | Items | Stepper, directory: Directory) -> list[Json]:
    """The elements of a rich_text block, one for most parts, none for an empty one."""
    match part:
        case Heading():
            return section(text(one_line(part.text), bold=True))
        case Text():
            return section(pieces(part.pieces, directory))
        case Quote():
            leaves = pieces(part.pieces, directory)
            return [{"type": "rich_text_quote", "elements": leaves}] if leaves else []
        case Facts():
            return facts(part, directory)
        case Items():
            return items(part, directory)
        case Stepper():
            return stepper(part)
        case _:
            assert_never(part)


def text(words: str, **style: bool) -> list[Json]:
    """A text leaf, or none: Slack refuses an empty one."""
    if not words:
        return []
    return [{"type": "text", "text": words, "style": style} if style else {"type": "text", "text": words}]


def section(leaves: list[Json]) -> list[Json]:
    return [{"type": "rich_text_section", "elements": leaves}] if leaves else []


def pieces(row: Pieces, directory: Directory, **style: bool) -> list[Json]:
    return [leaf for piece in row for leaf in _leaf(piece, directory, style)]


def _leaf(piece: Piece, directory: Directory, style: dict[str, bool]) -> list[Json]:
    match piece:
        case Plain():
            return text(visible(piece.text), **style)
        case Bold():
            return text(visible(piece.text), **{**style, "bold": True})
        case Code():
            return text(visible(piece.text), **{**style, "code": True})
        case Link():
            return _link(piece, style)
        case PersonRef():
            account = directory.account(piece.person_id) if piece.notify else None
            return [{"type": "user", "user_id": account}] if account else text(one_line(piece.name), **style)
        case ChannelRef():
            if channel := directory.channel(piece):
                return [{"type": "channel", "channel_id": channel}]
            return text("#" + one_line(piece.name).removeprefix("#"), **style)
        case Moment():
            return [_date(piece, style)]
        case _:
            assert_never(piece)


def _link(link: Link, style: dict[str, bool]) -> list[Json]:
    label = one_line(link.label)
    if (address := web_address(link.url)) is None:
        return text(label, **style)
    return [{"type": "link", "url": address, "text": label} if label else {"type": "link", "url": address}]


def _date(moment: Moment, style: dict[str, bool]) -> Json:
    drawn: Json = {
        "type": "date",
        "timestamp": int(moment.at.timestamp()),
        "format": _DATE_FORMATS[moment.style],
        "fallback": moment_text(moment),
    }
    return {**drawn, "style": style} if style else drawn


def facts(part: Facts, directory: Directory) -> list[Json]:
    """One section, one line a fact: a section each would stand apart, a table would not fit a phone."""
    leaves: list[Json] = []
    for row in part.rows:
        leaves += text(("\n" if leaves else "") + one_line(row.label) + ": ", bold=True)
        leaves += pieces(row.value, directory) or text(NO_VALUE)
    return section(leaves)


def items(part: Items, directory: Directory) -> list[Json]:
    """A bullet or numbered list; with other marks than bullets, lines with the marks, because Slack would add bullets to them."""
    rows = [row for row in part.rows if row.pieces]
    if part.ordered or all(row.mark is Mark.BULLET for row in rows):
        lines = [line for row in rows for line in section(pieces(row.pieces, directory))]
        style = "ordered" if part.ordered else "bullet"
        offset = {"offset": part.first - 1} if part.ordered and part.first > 1 else {}
        return [{"type": "rich_text_list", "style": style, "elements": lines, **offset}] if lines else []
    leaves: list[Json] = []
    for row in rows:
        leaves += (text("\n") if leaves else []) + _mark(row) + pieces(row.pieces, directory)
    return section(leaves)


def _mark(row: Item) -> list[Json]:
    sign = SIGNS[row.mark]
    if not sign.emoji:
        return text(sign.text + _NO_BREAK * 2)
    return [{"type": "emoji", "name": sign.emoji}, *text(_NO_BREAK * 2)]


def stepper(part: Stepper) -> list[Json]:
    """One line that breaks only between steps, on a phone too; their signs set them apart."""
    leaves: list[Json] = []
    for step in part.steps:
        words = f"{SIGNS[step.mark].text} {one_line(step.label)}".replace(" ", _NO_BREAK)
        leaves += (text(_WIDE) if leaves else []) + text(words, **_emphasis(step.mark))
    return section(leaves)


def _emphasis(mark: Mark) -> dict[str, bool]:
    return {"bold": True} if mark in (Mark.CURRENT, Mark.WARNING, Mark.NO) else {}
