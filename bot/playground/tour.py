"""The guided ride: six stops from plan to production, told from the records, so that it knows by itself where one is.

Whoever does a step by hand is as far as whoever has it done by the button; nothing is kept but the number of the last
release that was there before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.playground import Playground
from bot.playground.town import ZONE
from handlers.kit.living import announcement_slot
from messages.line import compose
from storage.records import Records
from storage.release import Release
from storage.statement import Transaction
from storage.terms import BallotState, ReleaseType, State


@dataclass(frozen=True, slots=True)
class Act:
    """What the button does: become the person, go to the channel, move the clock, say the line."""

    label: str
    person: str = ""
    channel: str = ""
    line: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    title: str
    text: str
    done: bool


_AUTHORISED = (State.APPROVED, State.DEPLOYING, State.ROLLING_BACK, State.DEPLOYED, State.ROLLED_BACK)
_STARTED = _AUTHORISED[1:]
_ENDED = (State.DEPLOYED, State.ROLLED_BACK, State.ACCEPTED, State.CLOSED)


def tour(house: Playground, known: int, tx: Transaction) -> dict[str, Any]:
    """The stops, which of them is current (all of them reached: their number), the next act, and the extra ride.

    `known` is the number of the last release of the story that was told before the visitor came.
    """
    records = Records(tx, house.organisation)
    ridden = _first(records, known, ReleaseType.NORMAL)
    stops = _stops(ridden, records)
    current = next((place for place, stop in enumerate(stops) if not stop.done), len(stops))
    act = _act(house, records, ridden, current)
    return {
        "release": ridden.key if ridden else "",
        "stops": [asdict(stop) for stop in stops],
        "current": current,
        "act": asdict(act) if act else None,
        "more": _emergency(house, records, known),
    }


def _first(records: Records, known: int, kind: ReleaseType) -> Release | None:
    """The visitor's own release: the oldest of its kind that is newer than the story and wasn't cancelled."""
    made = [each for each in records.releases.page(limit=200) if each.number > known and each.type is kind]
    return next((each for each in reversed(made) if each.state is not State.CANCELLED), None)


# ---- the stops


def _stops(ridden: Release | None, records: Records) -> tuple[Stop, ...]:
    state = ridden.state if ridden else State.DRAFT
    key = ridden.key if ridden else "the release"
    return (
        Stop("Plan a release", _PLAN, ridden is not None),
        Stop(
            "Put it before the CAB", _submit_text(key, ridden, records), ridden is not None and state is not State.DRAFT
        ),
        Stop("Have it approved", _votes_text(key, ridden, records), state in (*_AUTHORISED, *_ENDED)),
        Stop("Announce it and start in its window", _START.format(key=key), state in (*_STARTED, *_ENDED)),
        Stop("Say how it goes, stage by stage", _STAGES.format(key=key), _staged(ridden, records)),
        Stop("Complete it", _COMPLETE.format(key=key), state in _ENDED),
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


def _submit_text(key: str, ridden: Release | None, records: Records) -> str:
    ballot = records.ballots.latest(ridden.id) if ridden else None
    if ballot is not None and ballot.state is not BallotState.OPEN:
        return f"{key} came back: its round is {ballot.state.value}. Change what was asked for, and submit it again."
    return f"The board decides on exactly this revision of {key}. Its members are asked in #cab and directly."


def _votes_text(key: str, ridden: Release | None, records: Records) -> str:
    ballot = records.ballots.latest(ridden.id) if ridden else None
    votes = len(records.ballots.votes(ballot.id)) if ballot else 0
    if votes:
        return f"One of two. Watch the ballot of {key} in #cab: it changes where it hangs, for everybody."
    return (
        f"Two of the board must approve {key}, and its coordinator is none of them. Be Ben, and press Approve in #cab."
    )


def _staged(ridden: Release | None, records: Records) -> bool:
    if ridden is None or ridden.state not in (*_STARTED, *_ENDED):
        return False
    if ridden.state is not State.DEPLOYING:
        return True
    return ridden.stage >= len(ridden.stages) - 1 and _spoke(ridden, records)


def _spoke(ridden: Release, records: Records) -> bool:
    words = records.releases.last_update(ridden.id)
    return words is not None and ridden.started_at is not None and words.at >= ridden.started_at


# ---- what the button does


def _act(house: Playground, records: Records, ridden: Release | None, current: int) -> Act | None:
    if ridden is None:
        return Act("Be Ana and register it", "ana", "releases", _new_line(house.clock.now()))
    who = _handle(house, ridden.coordinator_id)
    name = house.town.citizen(who).name.split()[0]
    match current:
        case 1:
            return Act(f"Be {name} and submit it", who, "releases", compose("submit", ridden.key))
        case 2:
            return _vote(house, records, ridden)
        case 3:
            return _start(house, records, ridden, who)
        case 4:
            return _stage(records, ridden, who)
        case 5:
            return Act("Complete it", who, "releases", compose("complete", ridden.key, "Refunds are instant."))
        case _:
            return None


def _new_line(now: datetime) -> str:
    start = now.astimezone(ZoneInfo(ZONE)) + timedelta(hours=4)
    return compose(
        "new",
        "Faster refunds",
        service="payments",
        version="2.4.0",
        start=f"{start:%Y-%m-%d %H}:00",
        hours=2,
        goal="Refunds reach the card in minutes instead of days.",
        impact="None expected; refunds pause for a minute.",
        plan="Deploy to one region; Watch refunds for 15 minutes; Deploy everywhere",
        backout="Switch the old worker back on, ten minutes",
        changes="CHG-131",
    )


def _vote(house: Playground, records: Records, ridden: Release) -> Act | None:
    ballot = records.ballots.latest(ridden.id)
    if ballot is None:
        return None
    voted = {vote.person_id for vote in records.ballots.votes(ballot.id)} | {ridden.coordinator_id}
    words = {"ben": "", "chiara": "Good that it starts small."}
    who = next((each for each in ("ben", "chiara", "devika") if house.people[each] not in voted), "")
    if not who:
        return None
    line = compose("approve", ridden.key, *([words[who]] if words.get(who) else []))
    return Act(f"Be {house.town.citizen(who).name.split()[0]} and approve it", who, "cab", line)


def _start(house: Playground, records: Records, ridden: Release, who: str) -> Act | None:
    now = house.clock.now()
    if not records.postings.in_slot(announcement_slot(ridden)):
        words = "Refunds will reach your card within minutes."
        return Act("Announce it", who, "announcements", compose("announce", ridden.key, words))
    if ridden.starts_at is None or ridden.ends_at is None:
        return None
    if now > ridden.ends_at:
        start = now.astimezone(ZoneInfo(ridden.zone)) + timedelta(days=1)
        line = compose("edit", ridden.key, start=f"{start:%Y-%m-%d} 22:00")
        return Act("Its window has passed: move it", who, "releases", line)
    if now < ridden.starts_at:
        return Act("Let its hour come", who, "announcements", clock=ridden.starts_at.isoformat())
    return Act("Start it", who, "releases", compose("start", ridden.key))


def _stage(records: Records, ridden: Release, who: str) -> Act:
    if not _spoke(ridden, records):
        words = "The first region refunds in four minutes. No errors."
        return Act("Post a status", who, "announcements", compose("status", ridden.key, words))
    return Act("Go to the next stage", who, "releases", compose("step", ridden.key))


# ---- the extra ride


def _emergency(house: Playground, records: Records, known: int) -> dict[str, Any] | None:
    """Afterwards, in a hurry: one form, one press."""
    ridden = _first(records, known, ReleaseType.EMERGENCY)
    if ridden is None:
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
    if ridden.state is State.IN_REVIEW:
        return _more(
            f"{ridden.key} is with the ECAB.",
            Act("Be Ben and authorise it", "ben", "ecab", compose("approve", ridden.key)),
        )
    who = _handle(house, ridden.coordinator_id)
    if ridden.state is State.APPROVED:
        return _more(f"{ridden.key} is authorised.", Act("Start it", who, "ecab", compose("start", ridden.key)))
    if ridden.state is State.DEPLOYING:
        return _more(f"{ridden.key} is on its way.", Act("Complete it", who, "ecab", compose("complete", ridden.key)))
    return _more(f"{ridden.key} is {ridden.state.value.replace('_', ' ')}.", None)


def _more(text: str, act: Act | None) -> dict[str, Any]:
    return {"title": "In a hurry: an emergency", "text": text, "act": asdict(act) if act else None}


def _handle(house: Playground, person: int) -> str:
    return next((handle for handle, number in house.people.items() if number == person), "ana")
