"""The policy as it was: a change in chat never alters what was begun under the numbers before it."""

from __future__ import annotations

from datetime import datetime

from handlers.kit.call import Call
from handlers.policy.rules import Rules
from handlers.policy.tailored import tailored
from storage.records import Records


def rules_then(call: Call, records: Records, at: datetime) -> Rules:
    """The rules that held at that moment: the file's of today, with what had been changed in chat by then."""
    changes = records.policy.all()
    if not any(change.at > at for change in changes):
        return call.rules
    then = {change.key: change.value for change in changes if change.at <= at}
    rules, _ = tailored(call.rules.file or call.rules, {key: value for key, value in then.items() if value})
    return rules
