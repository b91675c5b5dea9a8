"""Forms made from a command's arguments."""

from __future__ import annotations

from collections.abc import Container, Mapping

from handlers.kit.arguments import Argument
from handlers.kit.command import Command
from messages.card import Pieces, pieces_of
from messages.form import Form, FormField
from messages.line import compose


def form(
    made: Command,
    given: Mapping[str, str],
    *,
    zone: str,
    errors: Mapping[str, str] | None = None,
    title: str = "",
    asked: Container[str] | None = None,
) -> Form:
    """The command's form with the given words filled in.

    Hidden arguments and pointers that are given travel in its sentence. With `asked` everything else travels too: a form
    that comes back asks for what it asked for before, and for what is still needed.
    """
    travel = {each.name for each in made.arguments if each.name in given and _travels(each, asked)}
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
        if each.name not in travel and (asked is None or each.name in asked or each.required)
    )
    say = compose(*made.name.split(), **{name: given[name] for name in given if name in travel})
    return Form(title or made.title, say, fields, made.submit, _about(made, given, travel), zone)


def _travels(each: Argument, asked: Container[str] | None) -> bool:
    return each.hidden or (each.pointer if asked is None else each.name not in asked)


def _about(made: Command, given: Mapping[str, str], travel: Container[str]) -> Pieces:
    """What the form is about, for a person who came by a button: `REL-42 · Step 3`."""
    shown = [_named(each, given[each.name]) for each in made.arguments if each.pointer and each.name in travel]
    return pieces_of(" · ".join(shown)) if shown else ()


def _named(each: Argument, word: str) -> str:
    return f"{each.label} {word}" if word.isdecimal() else word
