"""Reading an Adaptive Card as a person does: its words, the buttons in sight, the fields and what stands in them.

Written from the documentation of Adaptive Cards 1.5 and of cards in Teams, without a look at our own renderer: text
blocks read a subset of Markdown, text runs don't; `{{DATE(…)}}` and `{{TIME(…)}}` show the reader's own zone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

_MACRO = re.compile(r"\{\{(DATE|TIME)\(([^,)]+)(?:,\s*(COMPACT|SHORT|LONG))?\)\}\}")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"(?<!\\)\[((?:[^\]\\]|\\.)*)\]\((?:[^)\\]|\\.)*\)")
_STRONG = re.compile(r"(?<![\\\w])(\*\*|__)(?=\S)(.+?)(?<=[^\s\\])\1(?!\w)", re.DOTALL)
_MENTION = re.compile(r"<at>(.*?)</at>")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

INPUTS = ("Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.ChoiceSet", "Input.Toggle")
_HOLDERS = ("items", "columns", "rows", "cells", "body", "inlines", "images", "facts")


def words(card: Json, zone: str = "Europe/Berlin") -> str:
    """Everything in sight but the buttons, a line for each paragraph, row of facts and row of columns."""
    found = (_words(each, zone) for each in card.get("body", []))
    return "\n".join(filter(None, (each.strip("\n") for each in found)))


def _words(node: Json, zone: str) -> str:
    if not node.get("isVisible", True):
        return ""
    kind = str(node.get("type", ""))
    if kind == "TextBlock":
        return marked(str(node.get("text", "")), zone)
    if kind == "RichTextBlock":
        return "".join(_run(each, zone) for each in node["inlines"])
    if kind in ("ColumnSet", "TableRow"):
        return _row([_words(each, zone) for each in node.get("columns") or node.get("cells") or ()])
    if kind == "FactSet":
        return "\n".join(f"{marked(each['title'], zone)}: {marked(each['value'], zone)}" for each in node["facts"])
    if kind == "Badge":
        return str(node.get("text", ""))
    if kind in INPUTS:
        return "\n".join(filter(None, (str(node.get("label", "")), str(node.get("errorMessage", "")))))
    return "\n".join(filter(None, (_words(each, zone) for each in _children(node))))


def _row(cells: list[str]) -> str:
    """Cells side by side. A name before its value reads as one with a colon; a sign or a number does not."""
    first, *others = [*filter(None, cells)] or [""]
    named = others and any(each.isalpha() for each in first)
    return (": " if named else " ").join((first, " ".join(others))) if others else first


def _run(node: Json | str, zone: str) -> str:
    if isinstance(node, str):
        return node
    if node.get("type") == "TextRun":
        return _readable(dated(str(node.get("text", "")), zone))
    return _words(node, zone)


def _children(node: Json) -> Iterator[Json]:
    for holder in _HOLDERS:
        yield from (each for each in node.get(holder, []) if isinstance(each, dict))


def marked(text: str, zone: str = "Europe/Berlin") -> str:
    """What a text block shows: Markdown of Teams read, mentions by name, moments in the reader's zone."""
    text = _MENTION.sub(r"@\1", dated(text, zone))
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = re.sub(r"(?m)^- ", "• ", text)
    return _readable(html.unescape(_ESCAPED.sub(r"\1", text))).replace("\n\n", "\n")


def _readable(text: str) -> str:
    """Without the signs that have no width, and with spaces that look like any other."""
    return text.replace("\u2060", "").replace("\u00a0", " ")


def plain(text: str) -> str:
    """A message's own text, mentions by name."""
    return html.unescape(_MENTION.sub(r"@\1", text))


def dated(text: str, zone: str) -> str:
    """The macros as a client of that zone shows them; ours writes days and hours as Cabbot does elsewhere."""

    def shown(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[2].strip().replace("Z", "+00:00")).astimezone(ZoneInfo(zone))
        if found[1] == "TIME":
            return f"{at:%H:%M} {at:%Z}"
        return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}"

    return _MACRO.sub(shown, text)


# ---- buttons


def actions(card: Json) -> list[Json]:
    """The buttons in sight, in reading order: of the body, then the card's own."""
    body = (action for each in card.get("body", []) for action in _actions(each))
    return [*body, *card.get("actions", [])]


def _actions(node: Json) -> Iterator[Json]:
    if not node.get("isVisible", True):
        return
    if node.get("type") == "ActionSet":
        yield from node["actions"]
    for each in _children(node):
        yield from _actions(each)


def action(card: Json, label: str) -> Json:
    """The button with that label, or the one that its question is answered yes by.

    `Drain the queue -> Strike` is in the menu of the row with those words.
    """
    row, _, act = label.rpartition(" -> ")
    if row:
        menus = [
            each
            for node in every(card)
            if node.get("type") == "ColumnSet" and row in _words(node, "UTC")
            for each in _actions(node)
        ]
        offered = [each for menu in menus for each in doing(card, menu) if each["title"] == act]
        assert len(offered) == 1, f"one row “{row}” with “{act}” was looked for; there are {len(offered)}"
        return offered[0]
    found = [each for each in actions(card) if each.get("title") == label]
    labels = [each.get("title") for each in actions(card)]
    assert len(found) == 1, f"one button “{label}” was looked for; there are {labels}"
    return _confirmed(card, found[0])


def _confirmed(card: Json, pressed: Json) -> Json:
    found = doing(card, pressed)
    assert len(found) == 1, f"“{pressed['title']}” asks, and {len(found)} buttons do something"
    return found[0]


def doing(card: Json, pressed: Json) -> list[Json]:
    """What comes to the server of a button: itself, or what is in sight once it's pressed (a question, a row's menu)."""
    if pressed["type"] == "Action.ShowCard":
        offered = actions(pressed["card"])
    elif pressed["type"] == "Action.ToggleVisibility":
        offered = list(_toggled(card, pressed))
    else:
        return [pressed]
    return [each for each in offered if each["type"] in ("Action.Execute", "Action.Submit")]


def _toggled(card: Json, pressed: Json) -> Iterator[Json]:
    targets = [each if isinstance(each, str) else each["elementId"] for each in pressed["targetElements"]]
    for node in every(card):
        if node.get("id") in targets and node.get("isVisible", True) is False:
            yield from _actions({**node, "isVisible": True})


# ---- fields


def inputs(card: Json) -> list[Json]:
    return [each for each in every(card) if each.get("type") in INPUTS]


def every(node: Any) -> Iterator[Json]:
    """Every element of a card, whether in sight or not."""
    if isinstance(node, list):
        for each in node:
            yield from every(each)
    elif isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name not in ("data", "fallback", "refresh", "msteams", "selectAction"):
                yield from every(value)
