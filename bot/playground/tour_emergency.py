"""The extra ride: an emergency, one form and one press to authorise it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.playground.ride import Ride
from bot.playground.tour_acts import Act
from messages.line import compose
from storage.terms import State


def emergency(ride: Ride | None) -> dict[str, Any]:
    """Where the visitor's emergency stands, and its next act."""
    if ride is None:
        line = compose(
            "emergency",
            "Card payments fail",
            service="payments 2.4.1",
            reason="INC-77: four in ten card payments are refused since a quarter of an hour.",
            backout="Redeploy the version before",
        )
        return _more(
            "The small board is asked at once, and one of them is enough.",
            Act("Be Jun and open one", "jun", "ecab", line),
        )
    who = ride.coordinator
    match ride.state:
        case State.IN_REVIEW:
            line = compose("approve", ride.key)
            return _more(f"{ride.key} is with the ECAB.", Act("Be Ben and authorise it", "ben", "ecab", line))
        case State.APPROVED:
            return _more(f"{ride.key} is authorised.", Act("Start it", who, "ecab", compose("start", ride.key)))
        case State.DEPLOYING:
            return _more(f"{ride.key} is on its way.", Act("Complete it", who, "ecab", compose("complete", ride.key)))
        case _:
            return _more(f"{ride.key} is {ride.state.value.replace('_', ' ')}.", None)


def _more(text: str, act: Act | None) -> dict[str, Any]:
    return {"title": "In a hurry: an emergency", "text": text, "act": asdict(act) if act else None}
