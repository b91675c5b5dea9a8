"""What the ride's button does at each stop: one sentence by the right person, or the clock moved on.

Whatever the visitor did by hand, there is a next act: what was rejected is submitted again, a window that has passed is
moved, a row of the checklist that nobody foresaw is waived by the change manager.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.playground.ride import Ride
from bot.playground.town import TOWN, ZONE
from handlers.kit.living import announcement_slot
from handlers.policy.approval import may_not_vote
from handlers.policy.gate_table import WAIVABLE
from handlers.policy.gates import Row
from messages.line import compose


@dataclass(frozen=True, slots=True)
class Act:
    """What the button does: become the person, go to the channel, move the clock, say the line."""

    label: str
    person: str = ""
    channel: str = ""
    line: str = ""
    clock: str = ""


def act(ride: Ride | None, current: int, now: datetime) -> Act | None:
    """The next act at that stop; None when the ride is over."""
    if ride is None:
        return Act("Be Ana and register it", "ana", "releases", _new_line(now))
    if ride.release.hold and current in _ACTS:
        return _by(ride, "take it off hold", "resume REL")
    takes = _ACTS.get(current)
    return takes(ride) if takes else None


def _by(ride: Ride, label: str, line: str, *, who: str = "", channel: str = "releases") -> Act:
    """Said by the coordinator, unless somebody else is named."""
    person = who or ride.coordinator
    return Act(f"Be {TOWN.citizen(person).name} and {label}", person, channel, line.replace("REL", ride.key, 1))


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
        backout="Switch the old worker back on",
        changes="CHG-131",
    )


# ---- rows of the checklist


_GIVEN: Mapping[str, tuple[str, str]] = {
    "goal": ("say what it is for", 'edit REL goal="Refunds reach the card in minutes instead of days."'),
    "service": ("name its service", 'edit REL service="payments 2.4.0"'),
    "risk": ("assess its risk", "risk REL users=2 tier=3 reversibility=1 novelty=1 coverage=1 dependencies=1"),
    "plan": (
        "plan its steps",
        'plan REL lines="Deploy to one region; Watch refunds for 15 minutes; Deploy everywhere"',
    ),
    "back_out": ("plan the way back", 'backout REL lines="Switch the old worker back on"'),
    "back_out_trigger": ("say when to go back", 'backout REL trigger="A refund fails, or arrives twice" minutes=10'),
    "back_out_validated": ("try the way back", "backout validated REL Switched back and forth in staging."),
    "training": ("say who was trained", "prepared REL training The desk has seen it."),
    "support": ("say who stands by", "prepared REL support The desk knows whom to call."),
}
"""What the coordinator says to give a row, in the words of the tour's own release."""


def _ready(ride: Ride) -> Act | None:
    if ride.missed():
        return _moved(ride)
    return _row(ride, ride.unready()[0])


def _row(ride: Ride, row: Row) -> Act | None:
    if row.name == "window":
        return _moved(ride)
    if row.name == "changes":
        known = next((each.ref for each in ride.release.change_requests), "CHG-131")
        return _by(ride, "name who authorised it", f"change add REL {compose(known, authorised_by='Sofia')}")
    if row.name in _GIVEN:
        return _by(ride, *_GIVEN[row.name])
    if row.name not in WAIVABLE:
        return None
    return _by(ride, "waive it", f'waive REL {row.name} "Not for a playground."', who="devika")


def _proof(ride: Ride, row: Row) -> Act | None:
    if row.name == "collision":
        other = ride.colliding()
        line = f'collision accept REL {other} "They touch different hosts."'
        return _by(ride, "accept the collision", line, who="devika") if other else None
    if row.name not in ("tests", "sign_off"):
        return _row(ride, row)
    tester, untested = ride.tester(), ride.untested()
    if not tester:
        return _by(ride, "name its tester", "testing REL @tomas")
    if untested:
        line = f"test result REL {untested[0]} passed Run 231, twelve hundred refunds"
        return _by(ride, f"record its {untested[0].replace('_', ' ')} tests", line, who=tester)
    return _by(ride, "sign the tests off", "test signoff REL On the build of today.", who=tester)


def _moved(ride: Ride) -> Act:
    start = ride.now.astimezone(ZoneInfo(ride.release.zone)) + timedelta(days=1)
    return _by(ride, "move its window", f'edit REL start="{start:%Y-%m-%d} 22:00"')


# ---- the board, the deployment


def _vote(ride: Ride) -> Act | None:
    ballot = ride.ballot()
    if ballot is None:
        return None
    voted = {vote.person_id for vote in ride.records.ballots.votes(ballot.id)}
    words = {"ben": "", "chiara": ' "Good that it starts small."', "devika": ""}
    for who, comment in words.items():
        number = ride.people[who]
        roles = frozenset(ride.records.people.roles(number))
        if number not in voted and not may_not_vote(number, roles, ride.release, ballot.board):
            return _by(ride, "approve it", f"approve REL{comment}", who=who, channel="cab")
    return None


def _start(ride: Ride) -> Act | None:
    found = ride.release
    if ride.missed():
        return _moved(ride)
    if not ride.records.postings.in_slot(announcement_slot(found)):
        words = 'announce REL "Refunds will reach your card within minutes."'
        return _by(ride, "announce it", words, channel="announcements")
    if found.starts_at is not None and ride.now < found.starts_at:
        return Act("Let its hour come", ride.coordinator, "announcements", clock=found.starts_at.isoformat())
    return _by(ride, "start it", "start REL")


def _stage(ride: Ride) -> Act:
    if not ride.words_since_the_start():
        words = 'status REL "The first region refunds in four minutes. No errors."'
        return _by(ride, "post a status", words, channel="announcements")
    return _by(ride, "go to the next stage", "step REL")


_ACTS: Mapping[int, Callable[[Ride], Act | None]] = {
    1: _ready,
    2: lambda ride: _by(ride, "submit it", "submit REL"),
    3: _vote,
    4: lambda ride: _proof(ride, ride.unproved()[0]),
    5: _start,
    6: _stage,
    7: lambda ride: _by(ride, "complete it", 'complete REL "Refunds are instant."'),
}
"""By the place of the stop; the first has no release yet."""
