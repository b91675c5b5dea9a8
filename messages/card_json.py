"""A card through the database and back: plain JSON values, each object carrying its class name in `_`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from messages.card import (
    Bold,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    ChannelRef,
    Code,
    Confirm,
    Divider,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Moment,
    MomentStyle,
    Note,
    PersonRef,
    Plain,
    Quote,
    Refresh,
    Step,
    Stepper,
    Text,
    Tone,
)


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads several fields at once, always as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Plain, Bold, Code, Link, PersonRef, ChannelRef, Moment,
        Heading, Text, Quote, Note, Fact, Facts, Item, Items, Step, Stepper, Divider, Confirm, Button, Buttons, Refresh, Card,
    )
}  # fmt: skip
_ENUMS: dict[str, type[StrEnum]] = {
    "tone": Tone,
    "mark": Mark,
    "style": ButtonStyle,
    "Moment.style": MomentStyle,
}
_FIELDS: dict[type[Any], tuple[str, ...]] = {
    kind: tuple(field.name for field in dataclasses.fields(kind)) for kind in _KINDS.values()
}


_LEVELS: dict[type[Any], tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {
    kind: (("_", *names), _getter(names)) for kind, names in _FIELDS.items()
}


def one_level(value: Any) -> dict[str, Any]:
    """One part as a mapping of its fields, what is inside them untouched: for an encoder that comes back for the rest.

    Raises KeyError for what isn't a part of a card.
    """
    keys, fields = _LEVELS[type(value)]
    return dict(zip(keys, (type(value).__name__, *fields(value)), strict=True))


def from_json(value: Any) -> Any:
    """What was written with `one_level`. Raises KeyError for a part this version doesn't know."""
    if isinstance(value, list):
        return tuple(from_json(each) for each in value)
    if not isinstance(value, dict):
        return value
    kind = _KINDS[value["_"]]
    return kind(**{name: _field(kind, name, value[name]) for name in _FIELDS[kind] if name in value})


def _field(kind: type[Any], name: str, value: Any) -> Any:
    if kind is Moment and name == "at":
        return datetime.fromisoformat(value)
    enum = _ENUMS.get(f"{kind.__name__}.{name}") or _ENUMS.get(name)
    return enum(value) if enum and isinstance(value, str) else from_json(value)
