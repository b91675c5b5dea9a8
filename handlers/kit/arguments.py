"""Arguments, declared once as the fields of a command's dataclass.

The parser, the usage line, help and every platform's form read the same declaration.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers.kit.call import Refused
from handlers.kit.read import release_number, whole
from messages.form import Choice, FieldKind
from messages.limits import length
from messages.line import Words
from messages.plan_lines import without_marks
from messages.safety import visible

Convert = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Argument:
    """How one argument is written, asked for and read. `read` raises ValueError with a sentence for bad input."""

    name: str
    label: str
    read: Convert
    kind: FieldKind
    hint: str
    required: bool
    positional: bool
    rest: bool
    hidden: bool
    choices: tuple[Choice, ...]
    limit: int
    example: str
    blank: Any
    pointer: bool
    below: bool


def text(word: str) -> str:
    return word.strip()


def argument(
    label: str,
    read: Convert = text,
    *,
    kind: FieldKind = FieldKind.LINE,
    default: Any = dataclasses.MISSING,
    hint: str = "",
    positional: bool = False,
    rest: bool = False,
    hidden: bool = False,
    choices: tuple[Choice, ...] = (),
    limit: int = 150,
    example: str = "",
    blank: Any = None,
    pointer: bool = False,
    below: bool = False,
) -> Any:
    """Declare an argument. Without a default it's required. `positional` ones are written as bare words in order;
    the `rest` takes all bare words that are left. `hidden` ones travel in buttons and are never asked for. An optional
    one that is given empty takes the value `blank`; None counts as not given. A `pointer` says what it's about: once given,
    a form doesn't ask for it again. What is typed `below` the command's line is this one, as it stands there.
    """
    details = {
        "label": label,
        "read": read,
        "kind": kind,
        "hint": hint,
        "positional": positional,
        "rest": rest,
        "hidden": hidden,
        "choices": choices,
        "limit": limit,
        "example": example,
        "blank": blank,
        "pointer": pointer,
        "below": below,
    }
    return dataclasses.field(default=default, metadata={"argument": details})


def release_argument() -> Any:
    """The release that a command is about."""
    return argument("Release", release_number, positional=True, pointer=True, example="REL-42")


@dataclass(frozen=True, slots=True)
class OneRelease:
    """The arguments of a command that says nothing but which release it is about."""

    release: int = release_argument()


def revision_argument() -> Any:
    """The revision that a form or a list showed: what has changed since isn't overwritten, and no other row is meant."""
    return argument("Revision", whole, default=None, hidden=True)


def arguments_of(kind: type[Any]) -> tuple[Argument, ...]:
    """The declared arguments of a command's dataclass, in order."""
    return tuple(
        Argument(name=field.name, required=field.default is dataclasses.MISSING, **field.metadata["argument"])
        for field in dataclasses.fields(kind)
    )


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the words gave: values that were read, the raw words by name, sentences by argument, names not given."""

    values: dict[str, Any]
    raw: dict[str, str]
    errors: dict[str, str]
    missing: tuple[str, ...]


def parse(declared: tuple[Argument, ...], words: Words) -> Parsed:
    """Read the words as the declared arguments. Raises Refused for a word that belongs to none of them."""
    raw = _assign(declared, words)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    missing: list[str] = []
    for each in declared:
        word = raw.get(each.name)
        if word is None or not word.strip():
            if each.required:
                missing.append(each.name)
            elif word is not None and each.blank is not None:
                values[each.name] = each.blank
            continue
        try:
            values[each.name] = _checked(each, word)
        except ValueError as wrong:
            errors[each.name] = str(wrong)
    return Parsed(values, raw, errors, tuple(missing))


def _checked(each: Argument, word: str) -> Any:
    if each.limit and length(word) > each.limit:  # as forms count: what fits no field could never be changed in one
        raise ValueError(f"{each.label} takes at most {each.limit} characters; this has {length(word)}.")
    return _chosen(each, word) if each.choices else each.read(word)


def _chosen(each: Argument, word: str) -> Any:
    """One of the choices, however its reader lets it be written."""
    known = [choice.value for choice in each.choices]
    with contextlib.suppress(ValueError):
        if (value := each.read(word)) in known:
            return value
    raise ValueError(f"{each.label} is one of {', '.join(known)}; “{word}” isn't.")


def _assign(declared: tuple[Argument, ...], words: Words) -> dict[str, str]:
    known = {each.name for each in declared}
    for name in words.named:
        if name not in known:
            raise Refused(f"“{name}=” isn't known here. {_names(declared)}")
    raw = {name: _seen(word) for name, word in words.named.items()}
    bare = [_seen(word) for word in words.bare]
    for each in declared:
        if not bare:
            break
        if each.below and each.name in raw and (each.rest or without_marks(f"{bare[0]} x") == "x"):
            raw[each.name] = "\n".join((" ".join(bare), raw[each.name]))
            bare = []
        elif each.rest and each.name not in raw:
            raw[each.name] = " ".join(bare)
            bare = []
        elif each.positional and each.name not in raw:
            raw[each.name] = bare.pop(0)
    if bare:
        raise Refused(f"“{bare[0]}” is one word too many; put quotes around words that belong together.")
    return raw


def _seen(word: str) -> str:
    """Without what copying leaves in a text unseen."""
    return visible(word).translate(_UNSEEN)


_UNSEEN = dict.fromkeys((0x200B, 0x2060, 0xFEFF))


def _names(declared: tuple[Argument, ...]) -> str:
    names = [f"{each.name}=" for each in declared if not each.hidden]
    if not names:
        return "It takes no words."
    free = " Put quotes around words that belong together." if any(each.rest for each in declared) else ""
    return f"Known are {', '.join(names)}.{free}"


def usage(name: str, declared: tuple[Argument, ...]) -> str:
    """The line that help shows: `/release new TITLE [service=…]`."""
    parts = [f"/release {name}"]
    for each in declared:
        if each.hidden:
            continue
        shown = each.name.upper() if each.positional or each.rest else f"{each.name}={each.example or '…'}"
        parts.append(shown if each.required else f"[{shown}]")
    return " ".join(parts)
