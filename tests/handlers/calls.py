"""A call, for what needs nothing else of it."""

from __future__ import annotations

from datetime import datetime

from handlers.kit.call import Call
from handlers.policy.rules import Rules
from storage.people import Person
from storage.terms import Origin
from tests.handlers.policy.releases import NOW


def call(rules: Rules | None = None, at: datetime = NOW) -> Call:
    return Call(
        id="call-1",
        person=Person(id=1, name="Ana", joined_at=NOW),
        roles=frozenset(),
        at=at,
        origin=Origin.TYPED,
        rules=rules or Rules(),
    )
