"""The guided ride: eight stops from plan to production, told from the records, so that it knows by itself where one is.

Whoever does a step by hand is as far as whoever has it done by the button; nothing is kept but the number of the last
release that was there before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.playground.playground import Playground
from bot.playground.ride import AUTHORISED, ENDED, STARTED, Ride, ride_of
from bot.playground.tour_acts import Act, act
from bot.playground.tour_emergency import emergency
from messages.words import count
from storage.records import Records
from storage.statement import Transaction
from storage.terms import BallotState, ReleaseType, State


@dataclass(frozen=True, slots=True)
class Stop:
    title: str
    text: str
    done: bool


def tour(house: Playground, known: int, tx: Transaction) -> dict[str, Any]:
    """The stops, which of them is current (all of them reached: their number), the next act, and the extra ride.

    `known` is the number of the last release of the story that was told before the visitor came.
    """
    records = Records(tx, house.organisation)
    ride = ride_of(house, records, known, ReleaseType.NORMAL)
    stops = _stops(ride) if ride else _AHEAD
    current = next((place for place, stop in enumerate(stops) if not stop.done), len(stops))
    return {
        "release": ride.key if ride else "",
        "stops": [asdict(stop) for stop in stops],
        "current": current,
        "act": _shown(act(ride, current, house.clock.now())),
        "more": emergency(ride_of(house, records, known, ReleaseType.EMERGENCY)),
    }


def _shown(taken: Act | None) -> dict[str, Any] | None:
    return asdict(taken) if taken else None


# ---- the stops


_TITLES = (
    "Plan a release",
    "Make it ready",
    "Put it before the CAB",
    "Have it approved",
    "Prove that it works",
    "Announce it and start in its window",
    "Say how it goes, stage by stage",
    "Complete it",
)
_PLAN = (
    "You are Ana, a release coordinator. Look around first: every card here is alive. Then register a release, in one "
    "line or with the form behind the plus sign."
)
_START = (
    "Readers hear of {key} in one announcement that changes as it goes. Nothing starts outside its window, so let the "
    "time pass: what falls due on the way happens by itself."
)
_STAGES = (
    "Post a line on {key}, then move on to its next stage. Who stays silent for half an hour is asked for words, and "
    "the bare facts go out if none come."
)
_COMPLETE = "{key} is in its last stage. Complete it, and look at what hangs in #releases and #announcements now."
_AHEAD = tuple(Stop(title, _PLAN if not place else "", done=False) for place, title in enumerate(_TITLES))


def _stops(ride: Ride) -> tuple[Stop, ...]:
    """Their texts and whether they are reached, in the order of the titles."""
    planned = ride.state is State.DRAFT
    ahead = ride.state not in (*STARTED, *ENDED)
    told = (
        (_PLAN, True),
        (_ready_text(ride), not planned or not (ride.unready() or ride.missed())),
        (_submit_text(ride), not planned),
        (_votes_text(ride), ride.state in (*AUTHORISED, *ENDED)),
        (_proof_text(ride), not (ahead and ride.unproved())),
        (_START.format(key=ride.key), not ahead),
        (_STAGES.format(key=ride.key), _staged(ride)),
        (_COMPLETE.format(key=ride.key), ride.state in ENDED),
    )
    return tuple(Stop(title, text, done) for title, (text, done) in zip(_TITLES, told, strict=True))


def _labels(ride: Ride, names: list[str]) -> str:
    return f"{ride.key} still needs {', '.join(names)}."


def _ready_text(ride: Ride) -> str:
    if ride.missed() and not ride.unready():
        return f"The window of {ride.key} has passed by now. Move it, and go on."
    needs = _labels(ride, [row.label for row in ride.unready()])
    return f"{needs} Its checklist, behind What blocks us, has a button for each."


def _submit_text(ride: Ride) -> str:
    ballot = ride.ballot()
    if ballot is not None and ballot.state is not BallotState.OPEN:
        return (
            f"{ride.key} came back: its round is {ballot.state.value}. Change what was asked for, and submit it again."
        )
    return f"The board decides on exactly this revision of {ride.key}. Its members are asked in #cab and directly."


def _votes_text(ride: Ride) -> str:
    ballot = ride.ballot()
    if ballot is None or not (votes := ride.records.ballots.votes(ballot.id)):
        asked = count(ballot.quorum if ballot else 2, "approval is", "approvals are").capitalize()
        manager = ", the change manager's among them" if ballot and ballot.change_manager else ""
        return f"{asked} asked for{manager}, none from its coordinator. Be one of the board, and press Approve in #cab."
    return (
        f"{count(len(votes), 'vote')} so far. Watch the ballot of {ride.key} in #cab: it changes where it hangs, for "
        "everybody."
    )


def _proof_text(ride: Ride) -> str:
    needs = _labels(ride, [row.label for row in ride.unproved()])
    return f"{needs} The tests are the testing coordinator's word, whoever plans the release."


def _staged(ride: Ride) -> bool:
    if ride.state not in (*STARTED, *ENDED):
        return False
    if ride.state is not State.DEPLOYING:
        return True
    return ride.release.stage >= len(ride.release.stages) - 1 and ride.words_since_the_start()
