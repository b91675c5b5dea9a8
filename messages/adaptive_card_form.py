"""A form as an Adaptive Card: as a dialog of Teams, or with its inputs in the conversation, and what it answers.

A client may leave out what is empty, so the data that comes back names the form's fields and their kinds; `values`
reads it. Every name and value goes through the same door as typed words, which trusts none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from messages.adaptive_card import attachment, frame, size
from messages.adaptive_card_action import execute
from messages.adaptive_card_text import calm, heading, label, paragraph, rich, run, shown
from messages.card import Mark
from messages.directory import Directory
from messages.form import Choice, FieldKind, Form, FormField, in_a_row
from messages.limits import Squeeze, fewer, length, shorten
from messages.moments import wall_of
from messages.safety import one_line, visible
from messages.tokens import NO_VALUE, SIGNS

Json = dict[str, Any]

MOST_TEXT = 3_000
MOST_BYTES = 26_500
_CHOICES = (200, 120, 70, 40, 20, 0)
"""How many choices a field offers; the first number with which the form is small enough."""
_NOTHING = "-"
"""The value of the choice that takes an answer back: clients leave a menu no other way to be emptied."""
MOST_RADIOS = 4
_DATE, _TIME = "date", "time"
_INTRO = Squeeze(characters=500, rows=30, parts=1)
_TYPED = {
    FieldKind.PERSON: " Write their e-mail address, or me.",
    FieldKind.CHANNEL: " Write here for the channel you are in.",
}
"""What to type where there is no list to choose from."""
_UNSAFE = re.compile(r"[<>|]")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?\Z")
_YES = ("yes", "true", "on", "1")


def dialog(form: Form, directory: Directory) -> Json:
    """The value of a `task/fetch` or `task/submit` answered with `continue`; what is sent arrives as `task/submit`."""
    drawn = _smallest(form, directory, inline=False)
    title = shorten(one_line(form.title), 64) or NO_VALUE
    height = "medium" if len(form.fields) <= 3 else "large"
    return {"title": title, "height": height, "width": "medium", "card": attachment(drawn)}


def inline(form: Form, directory: Directory) -> Json:
    """The form as a card in the conversation, for where no dialog can be opened; sent with the verb `form`."""
    return _smallest(form, directory, inline=True)


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """The words of submitted data, by field, as the door wants them; an emptied field is an empty string.

    A moment is wall time `YYYY-MM-DD HH:MM` in the form's zone, a person `<@29:…>`, a channel `<#19:…|name>`, a flag
    `yes` or `no`.
    """
    asks = data.get("asks")
    if not isinstance(asks, Mapping):
        return {}
    return {str(name): _value(data, str(name), kind) for name, kind in asks.items()}


def _value(data: Mapping[str, Any], name: str, kind: object) -> str:
    match kind:
        case FieldKind.MOMENT:
            return f"{_said(data.get(_id(name, _DATE)))} {_said(data.get(_id(name, _TIME)))}".strip()
        case FieldKind.FLAG:
            return "yes" if _said(data.get(_id(name))).lower() in _YES else "no"
        case FieldKind.CHOICE | FieldKind.PERSON | FieldKind.CHANNEL:
            chosen = _said(data.get(_id(name)))
            return "" if chosen == _NOTHING else chosen
        case _:
            return _said(data.get(_id(name)))


def _said(value: object) -> str:
    """An input's answer as words: clients send numbers and flags as strings or as what they are."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def _id(name: str, part: str = "") -> str:
    """An id that no key of the action's own data can be mistaken for."""
    return f"field.{name}.{part}" if part else f"field.{name}"


# ---- the card


def _smallest(form: Form, directory: Directory, *, inline: bool) -> Json:
    drawn: Json = {}
    for most in _CHOICES:
        drawn = _card(form, directory, most, inline=inline)
        if size(drawn) <= MOST_BYTES:
            break
    return drawn


def _card(form: Form, directory: Directory, most: int, *, inline: bool) -> Json:
    title = heading(one_line(form.title), "large") if inline else []
    body = [*title, *paragraph(fewer(form.intro, _INTRO), {})]
    zone = next((each.value for each in form.fields if each.name == "zone" and each.value), form.zone)
    for field in form.fields:
        body += _field(field, directory, zone, most)
    body.append({"type": "ActionSet", "spacing": "large", "actions": [_submit(form, inline)]})
    return frame(body, msteams={"width": "Full"})


def _submit(form: Form, inline: bool) -> Json:
    data = {"say": form.say, "form": True, "asks": {field.name: field.kind.value for field in form.fields}}
    drawn = {"title": shorten(label(form.submit), 60) or "Save", "style": "positive"}
    return execute("form", data, drawn) if inline else {"type": "Action.Submit", **drawn, "data": data}


# ---- one field


def _field(field: FormField, directory: Directory, zone: str, most: int) -> list[Json]:
    """The field's input with its hint and its error below, each said in words of its own."""
    sign = SIGNS[Mark.WARNING].text
    error = shorten(one_line(field.error), 500)
    drawn = _input(field, directory, zone, most)
    hint = _hint(field, zone, most) + (_TYPED.get(field.kind, "") if drawn[0]["type"] == "Input.Text" else "")
    return [
        *drawn,
        *rich(run(shown(hint.strip()), size="small", isSubtle=True), spacing="small"),
        *rich(run(f"{sign} {shown(error)}" if error else "", color="attention", weight="bolder"), spacing="small"),
    ]


def _hint(field: FormField, zone: str, most: int) -> str:
    notes = [shorten(field.hint, 500)] if field.hint.strip() else []
    if field.kind is FieldKind.MOMENT:
        notes.append(f"Time zone: {one_line(zone)}.")
    if field.kind in (FieldKind.LINE, FieldKind.TEXT) and length(field.value) > _most(field):
        notes.append(f"Shortened to the {_most(field):,} characters that fit here.")
    if field.kind is FieldKind.CHOICE and len(field.choices) > most:
        notes.append(f"The first {most} are listed; type the command for another.")
    return in_a_row(notes)


def _input(field: FormField, directory: Directory, zone: str, most: int) -> list[Json]:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return [_text(field)]
        case FieldKind.NUMBER:
            return [_number(field)]
        case FieldKind.MOMENT:
            return _moment(field, zone)
        case FieldKind.CHOICE:
            return [_choice(field, field.choices[:most])]
        case FieldKind.PERSON:
            return [_choice(field, _people(directory), most)]
        case FieldKind.CHANNEL:
            return [_choice(field, _channels(directory), most)]
        case FieldKind.FLAG:
            return [_flag(field)]
        case _:
            assert_never(field.kind)


def _asked(field: FormField, kind: str, part: str = "", suffix: str = "") -> Json:
    """What every input has: its id, its label, and what is said where an answer is missing."""
    words = shorten(label(field.label), 200) or NO_VALUE
    drawn: Json = {"type": kind, "id": _id(field.name, part), "label": words + suffix}
    if field.required and field.kind is not FieldKind.FLAG:
        missing = f"{words}{suffix} is needed." if calm(words) else "This is needed."
        drawn |= {"isRequired": True, "errorMessage": missing}
    return drawn


def _most(field: FormField) -> int:
    return min(field.max_length, MOST_TEXT) if field.max_length > 0 else MOST_TEXT


def _text(field: FormField) -> Json:
    value = shorten(visible(field.value), _most(field))
    more: Json = {"isMultiline": True} if field.kind is FieldKind.TEXT else {}
    if field.kind in (FieldKind.LINE, FieldKind.TEXT):
        more["maxLength"] = _most(field)
    return _asked(field, "Input.Text") | more | ({"value": value} if value else {})


def _number(field: FormField) -> Json:
    value = field.value.strip()
    known = {"value": float(value) if "." in value else int(value)} if _NUMBER.match(value) else {}
    return _asked(field, "Input.Number") | known


def _moment(field: FormField, zone: str) -> list[Json]:
    day, _, clock = (wall_of(field.value, zone) or "").partition("T")
    return [
        _asked(field, "Input.Date", _DATE, ", day") | ({"value": day} if day else {}),
        _asked(field, "Input.Time", _TIME, ", time") | {"spacing": "small"} | ({"value": clock} if clock else {}),
    ]


def _flag(field: FormField) -> Json:
    ticked = field.value.strip().lower() in _YES
    more = {"title": "Yes", "valueOn": "yes", "valueOff": "no", "value": "yes" if ticked else "no"}
    return _asked(field, "Input.Toggle") | more


# ---- something to choose from


def _people(directory: Directory) -> list[Choice]:
    return [Choice(f"<@{account}>", name) for account, name in directory.people.items()]


def _channels(directory: Directory) -> list[Choice]:
    named = [
        (channel, one_line(_UNSAFE.sub(" ", name)).removeprefix("#")) for channel, name in directory.channels.items()
    ]
    return [Choice(f"<#{channel}|{name}>", f"#{name}") for channel, name in named]


def _choice(field: FormField, choices: Sequence[Choice], most: int = 10_000) -> Json:
    """Radio buttons for a few, a menu for more; a line to type in for none or too many.

    Titles beside radio buttons are markdown, so only calm ones stand there. What was filled in and isn't offered stays.
    """
    offered = {each.value: each for each in choices if each.value not in ("", _NOTHING)}
    if not 1 <= len(offered) <= most:
        return _text(field)
    chosen = _chosen(field.value, offered)
    if chosen and chosen not in offered:
        offered[chosen] = Choice(chosen, "As it is" if chosen.startswith("<") else chosen)
    drawn = [_option(each.value, each.label) for each in offered.values()]
    few = field.required and len(drawn) <= MOST_RADIOS and all(calm(each["title"]) for each in drawn)
    if not field.required:
        drawn.insert(0, _option(_NOTHING, NO_VALUE))
    style = {"style": "expanded" if few else "compact", "wrap": True}
    return _asked(field, "Input.ChoiceSet") | style | {"choices": drawn} | ({"value": chosen} if chosen else {})


def _option(value: str, title: str) -> Json:
    return {"title": shorten(label(title or value), 100) or NO_VALUE, "value": value}


def _chosen(value: str, offered: Mapping[str, Choice]) -> str:
    """The offered value that means the same: a mention with or without its name behind the bar."""
    value = "" if value.strip() == _NOTHING else value.strip()
    same = {each.partition("|")[0].rstrip(">"): each for each in offered}
    return value if value in offered else same.get(value.partition("|")[0].rstrip(">"), value)
