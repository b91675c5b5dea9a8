"""A card as an Adaptive Card 1.5 for Teams: plain values, small enough, with no markup in what people wrote.

Colours are the host's own, by their meaning, so that a card is readable in light, dark and high contrast.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any, assert_never

from messages import plain_text
from messages.adaptive_card_action import action, action_sets, menu, refresh
from messages.adaptive_card_text import Mentions, heading, label, mentions, paragraph, rich, run
from messages.answered import together, without_twins
from messages.card import (
    Buttons,
    Card,
    Divider,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Mark,
    Note,
    Part,
    Quote,
    Stepper,
    Text,
    Tone,
)
from messages.directory import Directory
from messages.limits import Squeeze, shorten, squeezed
from messages.safety import one_line
from messages.tokens import ICONS, NO_VALUE, SIGNS

Json = dict[str, Any]

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
MOST_BYTES = 26_500  # Teams' 28 KB less the envelope that the sender puts around it
_TOO_OLD = "This card needs a newer version of Teams. Update Teams, or write help to see what to type instead."

# From "as it is" to "hardly more than the buttons"; the first that fits is sent.
_SQUEEZES = (
    *(Squeeze(characters, 100, 100) for characters in (6_000, 4_000, 2_500, 1_500, 900, 500)),
    *(Squeeze(300, rows, 60) for rows in (60, 45, 30)),
    *(Squeeze(120, rows, 30) for rows in (30, 20, 12)),
    *(Squeeze(60, rows, parts) for rows, parts in ((12, 16), (8, 10), (5, 5), (2, 2), (0, 0))),
    *(Squeeze(60, 0, 0, buttons) for buttons in (100, 50, 25, 12, 6, 4, 2)),
)
_STYLES = {
    Tone.NEUTRAL: "emphasis",
    Tone.INFO: "accent",
    Tone.GOOD: "good",
    Tone.WARNING: "warning",
    Tone.BAD: "attention",
    Tone.EMERGENCY: "attention",
}
_MARKS: dict[Mark, Json] = {
    Mark.BULLET: {},
    Mark.DONE: {"color": "good"},
    Mark.CURRENT: {"color": "accent", "weight": "bolder"},
    Mark.TODO: {"isSubtle": True},
    Mark.YES: {"color": "good", "weight": "bolder"},
    Mark.NO: {"color": "attention", "weight": "bolder"},
    Mark.WAITING: {"isSubtle": True},
    Mark.WARNING: {"color": "warning", "weight": "bolder"},
}
_UNSPOKEN = str.maketrans({"<": "\u2039", ">": "\u203a", "&": "+"})  # `speak` may be SSML
_NO_BREAK = "\u00a0"
_WIDE = "\u2003"


def message(card: Card, directory: Directory, answer: Card | None = None) -> Json:
    """The activity that shows the card: its attachment, and a `summary` for notifications. `answer`: see `card`."""
    drawn: Json = {}
    for squeeze in _SQUEEZES:
        drawn = _message(squeezed(card, squeeze), directory, squeezed(answer, squeeze) if answer else None)
        if size(drawn) <= MOST_BYTES:
            break
    return drawn


def card(card: Card, directory: Directory, answer: Card | None = None) -> Json:
    """The Adaptive Card alone: what an invoke is answered with.

    An `answer` to the one who pressed stands in it on a colour of its own, where the pressed button is or was: a ballot
    is longer than a phone is high, and what is said on top of it would be out of sight.
    """
    said = without_twins(answer, card) if answer else None
    content: Json = message(card, directory, said)["attachments"][0]["content"]
    return content


def size(drawn: Json) -> int:
    """Bytes of the JSON as it is sent."""
    return len(json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def attachment(content: Json) -> Json:
    return {"contentType": CONTENT_TYPE, "content": content}


def frame(body: list[Json], **more: Any) -> Json:
    """An Adaptive Card around a body."""
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": _TOO_OLD,
        **more,
        "body": body,
    }


def _message(card: Card, directory: Directory, answer: Card | None) -> Json:
    known = mentions(together(card, answer), directory)
    teams: Json = {"width": "Full"}
    if known:
        teams["entities"] = [each.entity() for each in known.values()]
    spoken = shorten(label(plain_text.summary(answer or card)), 300) or NO_VALUE
    more = refresh(card.refresh, directory)
    said = [_answer(answer, known, len(card.parts))] if answer else []
    content = frame(_body(card, known, said), speak=spoken.translate(_UNSPOKEN), msteams=teams, **more)
    return {"type": "message", "summary": spoken, "attachments": [attachment(content)]}


def _body(card: Card, known: Mentions, said: list[Json]) -> list[Json]:
    """`said` comes before the last buttons, or at the end of a card that has none left."""
    drawn = _parts(card.parts, known)
    ways = max((at for at, part in enumerate(card.parts) if isinstance(part, Buttons)), default=len(drawn))
    body = [*_title(card), *chain(*drawn[:ways]), *said, *chain(*drawn[ways:])]
    return body or rich(run(label(plain_text.summary(card)) or NO_VALUE))


def _answer(answer: Card, known: Mentions, number: int) -> Json:
    title = heading(shorten(one_line(answer.title), 150), "medium", ICONS[answer.tone])
    items = [*title, *chain(*_parts(answer.parts, known, number))]
    return {"type": "Container", "style": _STYLES[answer.tone], "items": items or rich(run(NO_VALUE))}


def _parts(parts: Sequence[Part], known: Mentions, first: int = 0) -> list[list[Json]]:
    """The elements of each part. `first` is the number of the first one, for ids that are the card's alone."""
    drawn: list[list[Json]] = []
    after: type[Part] | None = None
    for number, part in enumerate(parts, first):
        elements = _part(part, known, number)
        if elements:
            elements[0] |= _distance(after)
        drawn.append(elements)
        after = type(part) if elements or isinstance(part, Divider) else after
    return drawn


def _distance(after: type[Part] | None) -> Json:
    """What a part keeps from the one above: close under a heading, a line where a divider was."""
    if after is Divider:
        return {"separator": True, "spacing": "large"}
    return {"spacing": "small"} if after is Heading else {}


def _title(card: Card) -> list[Json]:
    """The title on the colour that the host has for the tone; its icon and its words say the same without colour."""
    words = shorten(one_line(card.title), 150)
    items = heading(words, "large", ICONS[card.tone])
    return [{"type": "Container", "style": _STYLES[card.tone], "bleed": True, "items": items}] if items else []


def _part(part: Part, known: Mentions, number: int) -> list[Json]:
    match part:
        case Heading():
            return heading(one_line(part.text), "medium", spacing="large")
        case Text() | Quote() | Note():
            return _paragraph(part, known)
        case Facts():
            return _rows([_fact(row, known) for row in part.rows])
        case Items():
            return _items(part, known, number)
        case Stepper():
            return _stepper(part)
        case Divider():
            return []
        case Buttons():
            return action_sets(part, number)
        case _:
            assert_never(part)


def _paragraph(part: Text | Quote | Note, known: Mentions) -> list[Json]:
    match part:
        case Text():
            return paragraph(part.pieces, known)
        case Quote():
            items = paragraph(part.pieces, known)
            return [{"type": "Container", "style": "emphasis", "items": items}] if items else []
        case Note():
            return paragraph(part.pieces, known, size="small", isSubtle=True)
        case _:
            assert_never(part)


def _rows(rows: list[Json]) -> list[Json]:
    """Rows stand closer to each other than to what is above them."""
    return [*rows[:1], *({**row, "spacing": "small"} for row in rows[1:])]


def _beside(width: str, first: list[Json], second: list[Json]) -> Json:
    """A narrow column and one that takes the rest, in which long words wrap: on a phone too."""
    narrow = {"type": "Column", "width": width, "items": first}
    wide = {"type": "Column", "width": "stretch", "spacing": "small", "items": second}
    return {"type": "ColumnSet", "columns": [narrow, wide]}


def _fact(row: Fact, known: Mentions) -> Json:
    name = rich(run(label(row.label) or NO_VALUE, isSubtle=True))
    return _beside("110px", name, paragraph(row.value, known) or rich(run(NO_VALUE)))


def _items(part: Items, known: Mentions, number: int) -> list[Json]:
    drawn = [(row, words) for row in part.rows if (words := paragraph(row.pieces, known))]
    if not part.ordered:
        marks = [rich(run(SIGNS[row.mark].text, **_MARKS[row.mark])) for row, _ in drawn]
    else:
        marks = [rich(run(f"{place}.")) for place in range(part.first, part.first + len(drawn))]
    width = "20px" if part.first + len(drawn) <= 10 or not part.ordered else "32px"
    rows: list[Json] = []
    for mark, (row, words) in zip(marks, drawn, strict=True):
        rows += _with_menu(_beside(width, mark, words), row, f"row-{number}-{len(rows)}")
    return _rows(rows)


def _with_menu(drawn: Json, row: Item, name: str) -> list[Json]:
    """The row, and behind a small button its own buttons below it: they would crowd a phone beside the words."""
    if not row.buttons:
        return [drawn]
    more = {"type": "Column", "width": "auto", "items": [{"type": "ActionSet", "actions": [menu(name)]}]}
    acts = [action(button) for button in row.buttons]
    hidden = {"type": "ActionSet", "id": name, "isVisible": False, "actions": acts}
    return [{**drawn, "columns": [*drawn["columns"], more]}, hidden]


def _stepper(part: Stepper) -> list[Json]:
    """One line that breaks only between steps, on a phone too; signs, weight and colour set them apart."""
    runs: list[Json] = []
    for step in part.steps:
        words = f"{SIGNS[step.mark].text} {label(step.label)}".replace(" ", _NO_BREAK)
        runs += (run(_WIDE) if runs else []) + run(words, **_MARKS[step.mark])
    return rich(runs)
