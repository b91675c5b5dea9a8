"""A card as a Slack message: `text` and `blocks`, plain values within every limit that Slack has.

What people wrote stands only in rich text and in plain text with emoji off, which Slack shows as typed; nothing is
markup. The sender passes `parse="none"`, `link_names=False` and no unfurling with it, on updates too.
"""

from __future__ import annotations

import json
import re
from typing import Any, assert_never
from zlib import crc32

from messages import plain_text, rich_text
from messages.card import (
    Bold,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Code,
    Confirm,
    Divider,
    Facts,
    Heading,
    Item,
    Items,
    Note,
    Part,
    Plain,
    Quote,
    Stepper,
    Text,
)
from messages.directory import Directory
from messages.limits import Squeeze, length, shorten, squeezed
from messages.safety import one_line
from messages.tokens import NO_VALUE, SIGNS

Json = dict[str, Any]

MOST_BLOCKS = 50
MOST_ELEMENTS = 25
MOST_VALUE = 2_000
MOST_OPTION = 150
# Slack answers msg_blocks_too_long where texts and their containers come to about 13,200 characters together, a limit
# that it doesn't document. Their compact JSON is an upper bound of whatever it counts.
MOST_JSON = 12_000
_ID_ROOM = 40  # what a block's id and the comma behind it add
# chat.update refuses text over 4,000, and counts bytes.
MOST_FALLBACK_BYTES = 3_000

# From "as it is" to "hardly more than the buttons"; the first that fits is sent.
_SQUEEZES = (
    *(Squeeze(characters, 100, 48) for characters in (2_900, 2_400, 1_900, 1_500, 1_200, 900, 700, 500)),
    *(Squeeze(300, rows, 40) for rows in (60, 45, 30)),
    *(Squeeze(120, rows, 24) for rows in (30, 20, 12)),
    *(Squeeze(60, rows, parts) for rows, parts in ((12, 16), (8, 10), (5, 5), (2, 2), (0, 0))),
    *(Squeeze(60, 0, 0, buttons) for buttons in (100, 50, 25, 12, 6, 4)),
)
_LOUD = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)


def message(card: Card, directory: Directory) -> Json:
    """The message for `chat.postMessage`, `chat.update` or a response: its `text` and its `blocks`."""
    blocks: list[Json] = []
    for squeeze in _SQUEEZES:
        blocks, at_most = _named(_blocks(squeezed(card, squeeze), directory))
        if len(blocks) <= MOST_BLOCKS and (at_most <= MOST_JSON or _size(blocks) <= MOST_JSON):
            break
    return {"text": fallback(card), "blocks": blocks}


def fallback(card: Card) -> str:
    """The summary, then the card in words: Slack shows it in notifications and reads it aloud instead of the blocks."""
    first, rest = plain_text.summary(card), plain_text.render(card, commands=False)
    words = rest if rest.startswith(first) else f"{first}\n\n{rest}"
    most = MOST_FALLBACK_BYTES
    while len((drawn := escaped(shorten(words, most))).encode()) > MOST_FALLBACK_BYTES:
        most = most * 4 // 5
    return drawn or NO_VALUE


def escaped(words: str) -> str:
    """Top-level text with Slack's three control characters escaped, and group mentions broken by a word joiner."""
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LOUD.sub("@\u2060", words)


def plain(words: str, most: int) -> Json:
    """Slack's plain text object; it may be neither empty nor blank."""
    return {"type": "plain_text", "text": shorten(one_line(words), most) or NO_VALUE, "emoji": False}


def _size(blocks: list[Json]) -> int:
    return length(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def _blocks(card: Card, directory: Directory) -> list[Json]:
    blocks = _title(card)
    after_heading = False
    for part in card.parts:
        for block in _part(part, directory):
            if after_heading and block["type"] == "rich_text":
                _join(blocks[-1], block)
            else:
                blocks.append(block)
            after_heading = isinstance(part, Heading)
    return _with_rich_text(blocks, card)


def _title(card: Card) -> list[Json]:
    words = plain_text.title(card)
    return [{"type": "header", "text": plain(words, 150)}] if words else []


def _part(part: Part, directory: Directory) -> list[Json]:
    match part:
        case Items() if any(row.buttons for row in part.rows):
            return [_row(row, f"{place}." if part.ordered else SIGNS[row.mark].text)
                    for place, row in enumerate(part.rows, part.first)]  # fmt: skip
        case Heading() | Text() | Quote() | Facts() | Items() | Stepper():
            return _rich(rich_text.elements(part, directory))
        case Note():
            return _note(part, directory)
        case Divider():
            return [{"type": "divider"}]
        case Buttons():
            return _actions(part)
        case _:
            assert_never(part)


def _rich(elements: list[Json]) -> list[Json]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def _note(note: Note, directory: Directory) -> list[Json]:
    """Slack's small grey print holds plain text only; a note with a date or a person in it is italic instead."""
    words = plain_text.line(note.pieces)
    if not words.strip():
        return []
    if all(isinstance(piece, Plain | Bold | Code) for piece in note.pieces):
        small = {"type": "plain_text", "text": shorten(words, 3_000), "emoji": False}
        return [{"type": "context", "elements": [small]}]
    return _rich(rich_text.section(rich_text.pieces(note.pieces, directory, italic=True)))


def _row(row: Item, sign: str) -> Json:
    """A row with a menu of its own: only a section has a place for one, and it holds plain text alone."""
    words = shorten(f"{sign} {plain_text.line(row.pieces)}", 3_000)
    drawn: Json = {"type": "section", "text": {"type": "plain_text", "text": words, "emoji": False}}
    if not row.buttons:
        return drawn
    return {**drawn, "accessory": {"type": "overflow", "options": [_option(each) for each in row.buttons]}}


def _option(button: Button) -> Json:
    """Raises ValueError for what a menu can't carry: the card's own mistake."""
    if length(button.say) > MOST_OPTION or button.confirm is not None:
        raise ValueError(
            f"“{button.say}” can't stand in a row's menu: it takes up to {MOST_OPTION} characters and asks no question."
        )
    return {"text": plain(button.label, 75), "value": button.say}


def _actions(part: Buttons) -> list[Json]:
    chunks = [part.buttons[at : at + MOST_ELEMENTS] for at in range(0, len(part.buttons), MOST_ELEMENTS)]
    return [{"type": "actions", "elements": [_button(each) for each in chunk]} for chunk in chunks]


def _button(button: Button) -> Json:
    if length(button.say) > MOST_VALUE:
        raise ValueError(
            f"The button “{button.label}” says {length(button.say)} characters; Slack carries at most {MOST_VALUE}."
            " Point to a record instead of spelling it out."
        )
    drawn: Json = {"type": "button", "text": plain(button.label, 75), "value": button.say}
    if button.style is not ButtonStyle.PLAIN:
        drawn["style"] = button.style.value
    if button.confirm is not None:
        drawn["confirm"] = _confirm(button.confirm, button.style)
    return drawn


def _confirm(confirm: Confirm, style: ButtonStyle) -> Json:
    return {
        "title": plain(confirm.title, 100),
        "text": plain(confirm.text, 300),
        "confirm": plain(confirm.yes, 30),
        "deny": plain(confirm.no, 30),
        "style": "danger" if style is ButtonStyle.DANGER else "primary",
    }


def _join(heading: Json, block: Json) -> None:
    """Let a heading stand close above what it heads: in one block, in one section where that begins with text."""
    first, *rest = block["elements"]
    if first["type"] == "rich_text_section":
        heading["elements"][-1]["elements"] += [*rich_text.text("\n"), *first["elements"]]
        heading["elements"] += rest
    else:
        heading["elements"] += block["elements"]


def _with_rich_text(blocks: list[Json], card: Card) -> list[Json]:
    """At least one block of rich text: chat.update refuses to put others in the place of rich text (block_mismatch)."""
    if any(block["type"] == "rich_text" for block in blocks):
        return blocks
    words = shorten(plain_text.summary(card), 300) or NO_VALUE
    title = _rich(rich_text.section(rich_text.text(words, bold=True)))
    return title + [block for block in blocks if block["type"] != "header"]


def _named(blocks: list[Json]) -> tuple[list[Json], int]:
    """Ids that are the same for the same card, unique in it, and new where a block's content is new, as Slack asks.

    And a size that the blocks don't exceed, as their JSON is at hand here.
    """
    for at, button in enumerate(pressed for block in blocks for pressed in _pressable(block)):
        button["action_id"] = f"say:{at}"
    forms = [json.dumps(block).encode() for block in blocks]
    named = [
        {**block, "block_id": f"{at}-{crc32(form):08x}"}
        for at, (block, form) in enumerate(zip(blocks, forms, strict=True))
    ]
    return named, sum(map(len, forms)) + _ID_ROOM * len(blocks)


def _pressable(block: Json) -> list[Json]:
    """The elements of a block that send something: its buttons, or the menu beside a row."""
    elements: list[Json] = block["elements"] if block["type"] == "actions" else []
    return [*elements, *([block["accessory"]] if "accessory" in block else [])]
