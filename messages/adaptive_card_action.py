"""Buttons as actions of an Adaptive Card, the questions asked before them, and the refresh of a card."""

from __future__ import annotations

from typing import Any

from messages.adaptive_card_text import label, rich, run, shown
from messages.card import Button, Buttons, ButtonStyle, Confirm, Refresh
from messages.directory import Directory
from messages.limits import length, shorten
from messages.line import LineError, read
from messages.tokens import NO_VALUE

Json = dict[str, Any]

MOST_IN_A_ROW = 6  # Teams shows six actions; what comes after them in one set may not be seen
MOST_READERS = 60  # of refresh.userIds, Teams' limit
MOST_SENTENCE = 2_000  # Slack's limit: the same button hangs there
_STYLES = {ButtonStyle.PLAIN: "default", ButtonStyle.PRIMARY: "positive", ButtonStyle.DANGER: "destructive"}


def action_sets(part: Buttons, number: int) -> list[Json]:
    """The buttons in sets that a client shows whole, each with the hidden questions of its buttons below.

    `number` is the part's place in its card, for ids that are the card's alone.
    """
    drawn: list[Json] = []
    for at in range(0, len(part.buttons), MOST_IN_A_ROW):
        drawn += _set(part.buttons[at : at + MOST_IN_A_ROW], f"{number}-{at}")
    return drawn


def _set(buttons: tuple[Button, ...], place: str) -> list[Json]:
    ways, actions, questions = f"ways-{place}", [], []
    for at, button in enumerate(buttons):
        if button.confirm is None:
            actions.append(action(button))
            continue
        ask = f"ask-{place}-{at}"
        actions.append(_toggle(button.label, ask, ways, button.style))
        questions.append(_question(button, button.confirm, ask, ways))
    named = {"id": ways} if questions else {}
    return [{"type": "ActionSet", **named, "spacing": "medium", "actions": actions}, *questions]


def action(button: Button, title: str = "") -> Json:
    """Say the button's sentence, or open its form where the line asks for one.

    Raises ValueError for a sentence too long for a button: the card's own mistake.
    """
    if length(button.say) > MOST_SENTENCE:
        raise ValueError(
            f"The button “{button.label}” says {length(button.say)} characters; a button carries at most"
            f" {MOST_SENTENCE}. Point to a record instead of spelling it out."
        )
    drawn = _titled(title or button.label, button.style)
    if asks_for_form(button.say):
        return {"type": "Action.Submit", **drawn, "data": {"msteams": {"type": "task/fetch"}, "say": button.say}}
    return execute("say", {"say": button.say}, drawn)


def execute(verb: str, data: Json, drawn: Json) -> Json:
    """An action that is answered with a card, and for a client that doesn't know it one that sends the same data."""
    fallback = {"type": "Action.Submit", **drawn, "data": data}
    return {"type": "Action.Execute", "verb": verb, **drawn, "data": data, "fallback": fallback}


def asks_for_form(say: str) -> bool:
    """Whether the sentence is answered with a form, which Teams opens as a dialog."""
    try:
        return read(say).named.get("form") == "yes"
    except LineError:
        return False


def _titled(words: str, style: ButtonStyle) -> Json:
    drawn: Json = {"title": shorten(label(words), 60) or NO_VALUE}
    return drawn if style is ButtonStyle.PLAIN else {**drawn, "style": _STYLES[style]}


def _toggle(words: str, show: str, hide: str, style: ButtonStyle) -> Json:
    """Put one element in another's place: no client needs to ask the server for a question."""
    targets = [{"elementId": show, "isVisible": True}, {"elementId": hide, "isVisible": False}]
    return {"type": "Action.ToggleVisibility", **_titled(words, style), "targetElements": targets}


def menu(target: str) -> Json:
    """A small button that shows or hides what can be done with one row."""
    shown: Json = {"type": "Action.ToggleVisibility", "title": "⋯", "tooltip": "What can be done with it"}
    return {**shown, "targetElements": [{"elementId": target}]}


def _question(button: Button, asked: Confirm, ask: str, ways: str) -> Json:
    title = rich(run(shorten(label(asked.title), 100), weight="bolder"))
    words = rich(run(shorten(shown(asked.text), 300)), spacing="small")
    answers = [action(button, asked.yes), _toggle(asked.no, ways, ask, ButtonStyle.PLAIN)]
    items = [*title, *words, {"type": "ActionSet", "actions": answers}]
    return {"type": "Container", "id": ask, "isVisible": False, "style": "emphasis", "items": items}


def refresh(asked: Refresh | None, directory: Directory) -> Json:
    """The card's `refresh`, or nothing where none of its people is known there: nobody would be asked for."""
    accounts = [directory.account(ref.person_id) for ref in asked.people] if asked else []
    known = list(dict.fromkeys(account for account in accounts if account))[:MOST_READERS]
    if asked is None or not known:
        return {}
    action = {"type": "Action.Execute", "title": "Refresh", "verb": "refresh", "data": {"say": asked.say}}
    return {"refresh": {"action": action, "userIds": known}}
