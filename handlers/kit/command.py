"""The mark that makes a function a command, and the catalogue that finds the marked ones."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

import handlers
from handlers.kit.arguments import Argument, arguments_of
from handlers.kit.call import Call, Reply
from storage.records import Records
from storage.terms import Role

A = TypeVar("A")
Handler = Callable[[Call, Any, Records], Reply]
Stands = Callable[[Call, Mapping[str, Any], Records], dict[str, str]]
Whose = Callable[[Call, Mapping[str, Any], Records], object]


@dataclass(frozen=True, slots=True)
class Command:
    """A verb that people use. `roles` empty: any member may; `reads`: it changes nothing and leaves no trail.

    `clock` commands are said by the clock alone; people neither see nor say them. `stands` tells what is recorded
    already of what the arguments point at, as words: a form that changes it begins with that, or sending it would empty
    what it left empty.
    `whose` raises Refused when what the arguments are about isn't this person's: the handler asks that itself before
    anything else, and `why` asks it without trying anything.
    `title` heads its form, in the 24 characters that a modal of Slack's has for it.
    """

    name: str
    summary: str
    group: str
    kind: type[Any]
    arguments: tuple[Argument, ...]
    handler: Handler
    roles: frozenset[Role]
    reads: bool
    clock: bool
    submit: str
    example: str
    stands: Stands | None = None
    title: str = ""
    whose: Whose | None = None

    @property
    def asks(self) -> tuple[Argument, ...]:
        """The arguments that a form asks for."""
        return tuple(each for each in self.arguments if not each.hidden)


_MARK = "__cabbot_command__"


def command(
    name: str,
    summary: str,
    *,
    group: str,
    roles: tuple[Role, ...] = (),
    reads: bool = False,
    clock: bool = False,
    title: str = "",
    submit: str = "Save",
    example: str = "",
    stands: Stands | None = None,
    whose: Whose | None = None,
) -> Callable[[Callable[[Call, A, Records], Reply]], Callable[[Call, A, Records], Reply]]:
    """Mark a handler. The type of its second parameter declares its arguments."""

    def mark(handler: Callable[[Call, A, Records], Reply]) -> Callable[[Call, A, Records], Reply]:
        kind = _argument_type(handler)
        declared = arguments_of(kind)
        made = Command(
            name, summary, group, kind, declared, handler, frozenset(roles), reads, clock, submit, example, stands,
            title or summary, whose,
        )  # fmt: skip
        setattr(handler, _MARK, made)
        return handler

    return mark


def of_release(whose: Callable[[Call, int, Records], object]) -> Whose:
    """The mark `whose` of a command that is about a release alone."""
    return lambda call, values, records: whose(call, values["release"], records)


def _argument_type(handler: Callable[..., Any]) -> type[Any]:
    hints = get_type_hints(handler)
    names = [name for name in hints if name != "return"]
    kind: type[Any] = hints[names[1]]
    return kind


@cache
def catalogue() -> dict[str, Command]:
    """Every command by name, in the order of the files; found by walking the room, so there is no list to edit."""
    found: dict[str, Command] = {}
    for module in pkgutil.iter_modules(handlers.__path__):
        if module.ispkg:
            continue
        for value in vars(importlib.import_module(f"handlers.{module.name}")).values():
            made = getattr(value, _MARK, None)
            if isinstance(made, Command):
                found[made.name] = made
    return found


def named(words: tuple[str, ...]) -> tuple[Command, tuple[str, ...]] | None:
    """The command that the words begin with, and the words after it; the longer name wins (`status schedule`)."""
    known = catalogue()
    for length in (2, 1):
        made = known.get(" ".join(words[:length]).lower()) if len(words) >= length else None
        if made is not None:
            return made, words[length:]
    return None


def nearest(word: str, count: int = 3) -> list[str]:
    """Names of commands that look like what was typed; all that begin with it, when it's the first word of several."""
    names = [name for name, made in catalogue().items() if not made.clock]
    family = [name for name in names if name.startswith(f"{word.lower()} ")]
    return family or difflib.get_close_matches(word.lower(), names, n=count, cutoff=0.5)
