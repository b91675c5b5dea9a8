"""Each change of the policy file stands in the audit trail of every organisation that goes by it (process section 10)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from bot.joining import by_installation
from bot.organisations import change, look
from handlers.policy.rules import Rules
from handlers.policy.rules_file import numbers
from storage.organisation import Organisations
from storage.records import Records
from storage.store import Store
from storage.template import text_digest

SUBJECT = "policy.toml"
"""What the trail files them under; the entries together say what the file said last."""

Says = dict[str, Any]
"""Keys of the file with their values; of a template its digest."""


async def note(store: Store, rules: Rules, now: datetime) -> None:
    """Write down, when Cabbot begins, what the file says otherwise than when it began the last time."""
    says = _says(rules)
    organisations = await store.read(lambda tx: Organisations(tx).all())
    for each in organisations:
        if each.successor:
            continue
        differing = await look(store, each.id, partial(_differences, says))
        if differing:
            await change(store, each.id, partial(_note, says, now))


def _says(rules: Rules) -> Says:
    values = {key: list(value) if isinstance(value, tuple) else value for key, value in numbers(rules)}
    said = {key: value for key, value in values.items() if key in rules.said}
    return said | {f"templates.{each.name}": text_digest(each.kind, each.text) for each in rules.templates}


def _differences(says: Says, records: Records) -> list[str]:
    before = _said_last(records)
    return sorted(key for key in {*before, *says} if before.get(key) != says.get(key))


def _said_last(records: Records) -> Says:
    """What the file said by the trail; a key that it had dropped is left out."""
    found: Says = {}
    for entry in records.journal.of(SUBJECT):
        found |= entry.after
    return {key: value for key, value in found.items() if value is not None}


def _note(says: Says, now: datetime, records: Records) -> None:
    last, keys = _said_last(records), _differences(says, records)
    if keys:  # else another replica was first
        before, after = ({key: values.get(key) for key in keys} for values in (last, says))
        by_installation(
            records, "policy file", SUBJECT, before=before, after=after, why="read when Cabbot began", now=now
        )
