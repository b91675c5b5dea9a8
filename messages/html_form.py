"""A form as a fragment of HTML for a page of our own; see messages/html.py for the contract that cards follow.

- `form.form` with `data-say`; `h3.form-title`, `p.form-intro`, one `div.form-field.form-field--KIND` for each field
  (a `fieldset` for a choice by radio buttons), `.form-field--error` where it has an error; `div.form-buttons` with the
  submit button and `button[data-close]`.
- In a field: `.form-label` (with `.form-required` or `.form-optional`), `.form-input`, `.form-option` around a radio
  button or a check box, `.form-hint`, `.form-error` (`role="alert"`).
- The page posts each named control as name and string, the later of two with one name: a flag is `no`, or `yes` where
  ticked; a moment is `YYYY-MM-DDTHH:MM` in the form's zone; persons and channels are the values of the given choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import assert_never

from messages.form import Choice, FieldKind, Form, FormField
from messages.html import attribute, line, words
from messages.moments import wall_of
from messages.safety import one_line


def form_html(form: Form, people: Sequence[Choice] = (), channels: Sequence[Choice] = ()) -> str:
    """The form, filled in as far as it is. `people` and `channels` are what its person and channel fields offer."""
    zone = next((field.value for field in form.fields if field.name == "zone" and field.value), form.zone)
    offered = {FieldKind.PERSON: people, FieldKind.CHANNEL: channels}
    fields = "".join(_field(field, offered.get(field.kind, field.choices), zone) for field in form.fields)
    intro = f'<p class="form-intro">{line(form.intro)}</p>' if form.intro else ""
    title = escape(one_line(form.title))
    return (
        f'<form class="form"{attribute("data-say", form.say)}{attribute("aria-label", one_line(form.title))} novalidate>'
        f'<h3 class="form-title">{title}</h3>{intro}{fields}<div class="form-buttons">'
        f'<button type="submit" class="button button--primary">{escape(one_line(form.submit))}</button>'
        '<button type="button" class="button" data-close>Cancel</button></div></form>'
    )


def _field(field: FormField, choices: Sequence[Choice], zone: str) -> str:
    kind = f"form-field form-field--{field.kind.value}" + (" form-field--error" if field.error else "")
    if field.kind is FieldKind.CHOICE and field.required and 1 <= len(choices) <= 4:
        legend = f'<legend class="form-label">{_label(field)}</legend>'
        return (
            f'<fieldset class="{kind}"{_described(field)}>{legend}{_radios(field, choices)}{_notes(field)}</fieldset>'
        )
    label = f'<label class="form-label"{attribute("for", _id(field))}>{_label(field)}</label>'
    return f'<div class="{kind}">{label}{_control(field, choices, zone)}{_notes(field, zone)}</div>'


def _id(field: FormField, part: str = "") -> str:
    return f"field-{field.name}{part}"


def _label(field: FormField) -> str:
    asked = "required" if field.required else "optional"
    if field.kind is FieldKind.FLAG:
        return escape(one_line(field.label))
    return f'{escape(one_line(field.label))} <span class="form-{asked}">{asked}</span>'


def _notes(field: FormField, zone: str = "") -> str:
    hints = [words(field.hint)] if field.hint else []
    if field.kind is FieldKind.MOMENT:
        hints = [f"{each.removesuffix('.')}." for each in hints] + [f"Time zone: {escape(one_line(zone))}."]
    hint = f'<p class="form-hint"{attribute("id", _id(field, "-hint"))}>{" ".join(hints)}</p>' if hints else ""
    if not field.error:
        return hint
    return f'{hint}<p class="form-error" role="alert"{attribute("id", _id(field, "-error"))}>{words(field.error)}</p>'


def _described(field: FormField) -> str:
    by = [_id(field, "-hint")] if field.hint or field.kind is FieldKind.MOMENT else []
    by += [_id(field, "-error")] if field.error else []
    described = attribute("aria-describedby", " ".join(by)) if by else ""
    return described + (' aria-invalid="true"' if field.error else "")


def _common(field: FormField) -> str:
    longest = field.kind in (FieldKind.LINE, FieldKind.TEXT) and field.max_length > 0
    return (
        f' class="form-input"{attribute("id", _id(field))}{attribute("name", field.name)}{_described(field)}'
        + (" required" if field.required and field.kind is not FieldKind.FLAG else "")
        + (f' maxlength="{field.max_length:d}"' if longest else "")
    )


def _control(field: FormField, choices: Sequence[Choice], zone: str) -> str:
    value = attribute("value", field.value)
    match field.kind:
        case FieldKind.LINE:
            return f'<input type="text"{_common(field)}{value} autocomplete="off">'
        case FieldKind.TEXT:
            return f'<textarea rows="5"{_common(field)}>\n{escape(field.value)}</textarea>'
        case FieldKind.NUMBER:
            return f'<input type="text" inputmode="decimal"{_common(field)}{value} autocomplete="off">'
        case FieldKind.MOMENT:
            wall = attribute("value", wall_of(field.value, zone) or "")
            return f'<input type="datetime-local"{_common(field)}{wall}>'
        case FieldKind.CHOICE | FieldKind.PERSON | FieldKind.CHANNEL:
            return _select(field, choices) if choices else f'<input type="text"{_common(field)}{value}>'
        case FieldKind.FLAG:
            return _flag(field)
        case _:
            assert_never(field.kind)


def _select(field: FormField, choices: Sequence[Choice]) -> str:
    """A menu; what was typed and isn't offered stays as an option of its own, so that no answer is lost."""
    offered = list(choices)
    if field.value and all(each.value != field.value for each in offered):
        offered.insert(0, Choice(field.value, field.value))
    blank = '<option value=""></option>' if not (field.required and field.value) else ""
    return f"<select{_common(field)}>{blank}{''.join(_option(each, field.value) for each in offered)}</select>"


def _option(choice: Choice, chosen: str) -> str:
    selected = " selected" if choice.value == chosen else ""
    return (
        f"<option{attribute('value', choice.value)}{selected}>{escape(one_line(choice.label or choice.value))}</option>"
    )


def _radios(field: FormField, choices: Sequence[Choice]) -> str:
    shared = f'type="radio"{attribute("name", field.name)} required'
    return "".join(
        f'<label class="form-option"><input {shared}{attribute("value", each.value)}'
        f"{' checked' if each.value == field.value else ''}> {escape(one_line(each.label or each.value))}</label>"
        for each in choices
    )


def _flag(field: FormField) -> str:
    ticked = " checked" if field.value.strip().lower() in ("yes", "true", "on", "1") else ""
    unticked = f'<input type="hidden"{attribute("name", field.name)} value="no">'
    return f'{unticked}<input type="checkbox"{_common(field)} value="yes"{ticked}>'
