"""Forms made from a command's arguments."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.kit.command import Command
from messages.form import Form, FormField
from messages.line import compose
from messages.card import Pieces


def form(
    made: Command,
    given: Mapping[str, str],
    *,
    zone: str,
    errors: Mapping[str, str] | None = None,
    title: str = "",
    intro: Pieces = (),
    fixed: tuple[str, ...] = (),
) -> Form:
    """The command's form with the given words filled in. Hidden arguments and `fixed` ones travel in its sentence."""
    kept = {each.name: given[each.name] for each in made.arguments if each.name in given and _travels(each.name, made, fixed)}
    fields = tuple(
        FormField(
            name=each.name,
            label=each.label,
            kind=each.kind,
            value=given.get(each.name, ""),
            hint=each.hint,
            required=each.required,
            choices=each.choices,
            max_length=each.limit,
            error=(errors or {}).get(each.name, ""),
        )
        for each in made.asks
        if each.name not in fixed
    )
    return Form(title or made.summary, compose(*made.name.split(), **kept), fields, made.submit, intro, zone)


def _travels(name: str, made: Command, fixed: tuple[str, ...]) -> bool:
    return name in fixed or any(each.name == name and each.hidden for each in made.arguments)
