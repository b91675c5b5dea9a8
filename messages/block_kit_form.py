"""A form as a Slack modal, what its fields answer, and the errors shown beside them.

The modal's `private_metadata` is the form's sentence. Each field is an input block whose id is the field's name, with
one element, `value`; `values` turns the submitted state back into named words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, assert_never

from messages import rich_text
from messages.block_kit import plain
from messages.card import Mark
from messages.directory import Directory
from messages.form import Choice, FieldKind, Form, FormField, in_a_row
from messages.limits import Squeeze, fewer, length, shorten
from messages.moments import unix_of
from messages.safety import one_line, visible
from messages.tokens import SIGNS

Json = dict[str, Any]

FORM = "form"
VALUE = "value"
MOST_TEXT = 3_000
MOST_SENTENCE = 3_000
MOST_FIELDS = 99  # 100 blocks in a modal, one of which is the introduction
MOST_OPTIONS = 100
MOST_GROUPS = 5  # 500 options: more would come near the 250 kB of a view
_INTRO = Squeeze(characters=500, rows=30, parts=1)

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\Z")
_CHANNEL = re.compile(r"<#([CGD][A-Z0-9]+)(?:\|[^>]*)?>\Z")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?\Z")


def view(form: Form, directory: Directory) -> Json:
    """The modal for `views.open`, `views.update` or `response_action: update`.

    Raises ValueError for a sentence or a number of fields that no modal can carry: a form's own mistake.
    """
    if length(form.say) > MOST_SENTENCE:
        raise ValueError(f"The form “{form.title}” carries {length(form.say)} characters; Slack's limit is 3,000.")
    if not 1 <= len(form.fields) <= MOST_FIELDS:
        raise ValueError(f"The form “{form.title}” has {len(form.fields)} fields; a modal holds 1 to {MOST_FIELDS}.")
    intro = rich_text.section(rich_text.pieces(fewer(form.intro, _INTRO), directory))
    blocks: list[Json] = [{"type": "rich_text", "block_id": "intro:", "elements": intro}] if intro else []
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": form.say,
        "title": plain(form.title, 24),
        "submit": plain(form.submit, 24),
        "close": plain("Cancel", 24),
        "blocks": blocks + [_input(field, form) for field in form.fields],
    }


def errors(form: Form) -> dict[str, str]:
    """What `response_action: errors` shows: a sentence by field; empty when every field is well."""
    return {field.name: shorten(one_line(field.error), 500) for field in form.fields if field.error.strip()}


def values(state: Mapping[str, Any]) -> dict[str, str]:
    """The words of a submitted view's `state`, by field; an emptied field is an empty string.

    A moment is `@` and Unix seconds, a person `<@U123>`, a channel `<#C123>`, a flag `yes` or `no`.
    """
    blocks = state.get("values")
    if not isinstance(blocks, Mapping):
        return {}
    found = {name: elements.get(VALUE) for name, elements in blocks.items() if isinstance(elements, Mapping)}
    return {name: _value(element) for name, element in found.items() if isinstance(element, Mapping)}


def _value(element: Mapping[str, Any]) -> str:
    match element.get("type"):
        case "datetimepicker":
            return _wrapped("@{}", element.get("selected_date_time"))
        case "users_select":
            return _wrapped("<@{}>", element.get("selected_user"))
        case "conversations_select":
            return _wrapped("<#{}>", element.get("selected_conversation"))
        case "static_select" | "radio_buttons":
            option = element.get("selected_option")
            return _wrapped("{}", option.get("value") if isinstance(option, Mapping) else None)
        case "checkboxes":
            return "yes" if element.get("selected_options") else "no"
        case _:
            return _wrapped("{}", element.get("value"))


def _wrapped(form: str, value: object) -> str:
    return form.format(value) if isinstance(value, str | int) else ""


# ---- one field


def _input(field: FormField, form: Form) -> Json:
    element = _element(field, form)
    drawn: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, 200),
        "element": {**element, "action_id": VALUE},
        "optional": not field.required or field.kind is FieldKind.FLAG,
    }
    if hint := _hint(field):
        drawn["hint"] = plain(hint, 1_000)
    return drawn


def _hint(field: FormField) -> str:
    """The hint, after the error if there is one: an opened modal has no other place for errors."""
    notes = [f"{SIGNS[Mark.WARNING].text} {field.error}"] if field.error.strip() else []
    notes += [field.hint] if field.hint.strip() else []
    if field.kind is FieldKind.MOMENT:
        notes.append("In your own time zone.")
    if field.kind in (FieldKind.LINE, FieldKind.TEXT) and length(field.value) > _most(field):
        notes.append(f"Shortened to the {_most(field):,} characters that fit here.")
    if field.kind is FieldKind.CHOICE and len(field.choices) > MOST_OPTIONS * MOST_GROUPS:
        notes.append(f"The first {MOST_OPTIONS * MOST_GROUPS} are listed; type the command for another.")
    return in_a_row(notes)


def _element(field: FormField, form: Form) -> Json:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return _text(field)
        case FieldKind.NUMBER:
            value = field.value.strip()
            initial = {"initial_value": value} if _NUMBER.match(value) else {}
            return {"type": "number_input", "is_decimal_allowed": True, **initial}
        case FieldKind.MOMENT:
            return _moment(field, form)
        case FieldKind.CHOICE:
            return _choice(field)
        case FieldKind.PERSON:
            person = _PERSON.match(field.value.strip())
            return {"type": "users_select", **({"initial_user": person[1]} if person else {})}
        case FieldKind.CHANNEL:
            channel = _CHANNEL.match(field.value.strip())
            chosen = {"initial_conversation": channel[1]} if channel else {}
            only = {"include": ["public", "private"], "exclude_bot_users": True}
            return {"type": "conversations_select", "filter": only, **chosen}
        case FieldKind.FLAG:
            return _flag(field)
        case _:
            assert_never(field.kind)


def _most(field: FormField) -> int:
    return min(field.max_length, MOST_TEXT) if field.max_length > 0 else MOST_TEXT


def _text(field: FormField) -> Json:
    value = shorten(visible(field.value), _most(field))
    multiline = field.kind is FieldKind.TEXT
    drawn: Json = {"type": "plain_text_input", "multiline": multiline, "max_length": _most(field)}
    return {**drawn, "initial_value": value} if value else drawn


def _moment(field: FormField, form: Form) -> Json:
    zone = next((each.value for each in form.fields if each.name == "zone" and each.value), form.zone)
    seconds = unix_of(field.value, zone)
    shown = seconds is not None and 10**9 <= seconds < 10**10  # Slack takes ten digits
    return {"type": "datetimepicker", **({"initial_date_time": seconds} if shown else {})}


def _flag(field: FormField) -> Json:
    yes = {"text": plain("Yes", 75), "value": "yes"}
    set_already = field.value.strip().lower() in ("yes", "true", "on", "1")
    return {"type": "checkboxes", "options": [yes], **({"initial_options": [yes]} if set_already else {})}


def _choice(field: FormField) -> Json:
    """Radio buttons for a few, a menu for more; a line to type in where there is nothing to choose from."""
    known = {each.value: each for each in field.choices if 1 <= length(each.value) <= 150}
    options = [_option(each) for each in known.values()][: MOST_OPTIONS * MOST_GROUPS]
    if not options:
        return _text(field)
    initial = next(({"initial_option": each} for each in options if each["value"] == field.value), {})
    if len(options) <= 4 and field.required:  # a radio button can't be taken back, so an optional choice is a menu
        return {"type": "radio_buttons", "options": options, **initial}
    if len(options) <= MOST_OPTIONS:
        return {"type": "static_select", "options": options, **initial}
    chunks = [options[at : at + MOST_OPTIONS] for at in range(0, len(options), MOST_OPTIONS)]
    return {"type": "static_select", "option_groups": [_group(chunk) for chunk in chunks], **initial}


def _option(choice: Choice) -> Json:
    return {"text": plain(choice.label or choice.value, 75), "value": choice.value}


def _group(options: list[Json]) -> Json:
    first, last = (shorten(options[at]["text"]["text"], 35) for at in (0, -1))
    return {"label": plain(f"{first} to {last}", 75), "options": options}
