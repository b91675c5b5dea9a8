"""A drawn Adaptive Card fitted to where it is shown: in a dialog, or in a message whose posting its buttons name."""

from __future__ import annotations

from typing import Any

from messages import adaptive_card
from messages.card import Card
from messages.directory import Directory

Json = dict[str, Any]

CARRYING = ("Action.Execute", "Action.Submit")
"""The actions that send data to us."""


def sheet(card: Card, directory: Directory) -> Json:
    """The value of a `task/fetch` or `task/submit` answered with `continue`: a card as a page of a dialog.

    A dialog sends what `Action.Submit` carries as `task/submit`, and knows no other action that reaches us.
    """
    drawn = adaptive_card.card(card, directory)
    drawn.pop("refresh", None)
    for action in _actions(drawn):
        if action["type"] == "Action.Execute":
            del action["verb"], action["fallback"]
            action["type"] = "Action.Submit"
        if action["type"] == "Action.Submit":
            action["data"] = {"say": action["data"]["say"]}
    return {"title": "Cabbot", "height": "large", "width": "large", "card": adaptive_card.attachment(drawn)}


def marked(drawn: Json, posting: int) -> Json:
    """The card or message itself, each of its buttons naming the posting on which it hangs: a pointer, never trusted."""
    for action in _actions(drawn):
        action["data"] = {**action["data"], "posting": posting}
    return drawn


def _actions(drawn: Json) -> list[Json]:
    """Every action that sends something, however deep; one that stands in another's place too."""
    found, left = list[Json](), list[Any]([drawn])
    while left:
        each = left.pop()
        if isinstance(each, dict):
            if each.get("type") in CARRYING and "data" in each:
                found.append(each)
            each = each.values()
        left += [value for value in each if isinstance(value, dict | list)]
    return found
