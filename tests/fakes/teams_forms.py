"""Filling in the fields of a card: what Teams sends for answers given as plain values."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes import teams_cards as cards

Json = dict[str, Any]

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})")


def filled(card: Json, answers: dict[str, str]) -> Json:
    """The fields' ids with what stands in them now; a name that the card has no field for is the test's mistake.

    A field that is asked by a picker of days and another of hours is answered as one, `2026-12-01 22:00`.
    """
    fields = {str(each["id"]): each for each in cards.inputs(card)}
    named: dict[str, list[str]] = {}
    for key in fields:
        named.setdefault(name_of(key), []).append(key)
    unknown = sorted(set(answers) - set(named))
    assert not unknown, f"the card has no field {unknown}; it has {sorted(named)}"
    sent = {key: _as_it_was(each) for key, each in fields.items()}
    for name, answer in answers.items():
        for key in named[name]:
            sent[key] = _answered(fields[key], answer)
    missing = [each["errorMessage"] for key, each in fields.items() if each.get("isRequired") and not sent[key]]
    assert not missing, f"Teams sends nothing before that is filled in: {missing}"
    return {key: value for key, value in sent.items() if value is not None}


def standing(card: Json) -> dict[str, str]:
    """What stands in each field, by the field's name."""
    found: dict[str, str] = {}
    for each in cards.inputs(card):
        name, value = name_of(str(each["id"])), _written(each.get("value"))
        found[name] = f"{found[name]} {value}".strip() if name in found else value
    return found


def errors(card: Json) -> dict[str, str]:
    """The sentence beside each field that is wrong: in the colour of attention, below its field."""
    found: dict[str, str] = {}
    field = ""
    for node in cards.every(card):
        if node.get("type") in cards.INPUTS:
            field = name_of(str(node["id"]))
        elif node.get("type") == "TextRun" and node.get("color") == "attention" and field:
            found[field] = str(node["text"])
    return found


def name_of(key: str) -> str:
    """The field's name: an id is `field.NAME`, with the picker's part behind it where two pickers ask for one thing."""
    return key.removeprefix("field.").partition(".")[0]


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _as_it_was(element: Json) -> Any:
    if element["type"] == "Input.Toggle":
        return str(element.get("value", element.get("valueOff", "false")))
    return element.get("value")


def _answered(element: Json, answer: str) -> str:
    kind = element["type"]
    if kind in ("Input.Date", "Input.Time"):
        moment = _MOMENT.fullmatch(answer.strip())
        assert moment or not answer, f"“{answer}” isn't a day and an hour"
        return "" if moment is None else moment[1 if kind == "Input.Date" else 2]
    if kind == "Input.Toggle":
        yes = answer.strip().lower() in ("yes", "true")
        return str(element.get("valueOn", "true") if yes else element.get("valueOff", "false"))
    if kind == "Input.ChoiceSet":
        return _chosen(element, answer)
    most = element.get("maxLength")
    assert most is None or len(answer) <= most, f"Teams lets nobody type more than {most} characters here"
    return answer


def _chosen(element: Json, answer: str) -> str:
    """By value or by title, as a person would choose; a filtered list takes no words of one's own."""
    choices = element.get("choices", [])
    found = [each for each in choices if answer in (each["value"], each["title"])]
    assert found or not answer, f"there is no choice “{answer}”; there are {[each['value'] for each in choices]}"
    return str(found[0]["value"]) if found else ""
