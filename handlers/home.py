"""`/release` alone: what waits for me, my releases with their next act, the next windows."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.call import Call, Reply
from handlers.kit.command import command
from handlers.kit.own_act import owes_vote, own_act, shown_act
from handlers.kit.taking_part import parts_of
from handlers.policy.lifecycle import Actor, actors
from messages.home import Home, Row, home_card
from storage.records import Records
from storage.release import ACTIVE, Release
from storage.terms import Role, State

SHOWN = 6
"""Rows of each section; the rest is a press away."""
LOOKED_AT = 30
"""How many of the newest releases of each kind are looked through: home costs the same however many there are."""
MOST_ROUNDS = 100
_AHEAD = (State.APPROVED, State.IN_REVIEW, State.DRAFT)
_CALLED = (State.APPROVED, State.DEPLOYING, State.ROLLING_BACK)


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@command("home", "See what waits for me", group="Look", reads=True, example="/release home")
def home(call: Call, arguments: Nothing, records: Records) -> Reply:
    """Everything that concerns the one who asks, each a press away."""
    coordinated, asked, others = _mine(call, records), _votes(call, records), shared(call, records)
    mine = _rows(call, coordinated[:SHOWN], records)
    theirs = [_row(call, each, records) for each in others[:SHOWN]]
    owed = _rows(call, [*asked[:SHOWN], *_called(call, records)[:SHOWN]], records)
    waiting = _each_once([row for row in (*owed, *mine, *theirs) if row.act and row.act.say])
    made = Home(
        waiting=waiting[:SHOWN],
        mine=mine,
        shared=theirs,
        windows=_windows(call, records),
        more_waiting=len(asked) > SHOWN,
        more_mine=len(coordinated) > SHOWN,
        more_shared=len(others) > SHOWN,
    )
    return Reply(card=home_card(made, call.zone))


def _rows(call: Call, releases: list[Release], records: Records) -> list[Row]:
    return [Row(each, shown_act(own_act(call, each, records))) for each in releases]


def _row(call: Call, found: Release, records: Records) -> Row:
    """With what they are to it."""
    act = shown_act(own_act(call, found, records))
    return Row(found, act, tuple(parts_of(found, call.person.id, records)))


def _each_once(rows: list[Row]) -> list[Row]:
    return list({row.release.number: row for row in reversed(rows)}.values())[::-1]


def _mine(call: Call, records: Records) -> list[Release]:
    """What they coordinate and isn't over."""
    found = records.releases.coordinated_by(call.person.id, limit=LOOKED_AT)
    return [each for each in found if each.state in ACTIVE]


def shared(call: Call, records: Records) -> list[Release]:
    """What others coordinate, they have a part in, and isn't over; the newest first."""
    found = records.taking_part.of(call.person.id, limit=LOOKED_AT)
    return [each for each in found if each.state in ACTIVE and each.coordinator_id != call.person.id]


def _votes(call: Call, records: Records) -> list[Release]:
    """Rounds that wait for their vote, the nearest deadline first."""
    found = []
    for ballot in records.ballots.open(MOST_ROUNDS):
        release = records.releases.get(ballot.release_id)
        if owes_vote(call, release, ballot, records):
            found.append(release)
        if len(found) > SHOWN:
            break
    return found


def _called(call: Call, records: Records) -> list[Release]:
    """Emergencies that on-call has to carry out."""
    if Role.ON_CALL not in call.roles:
        return []
    found = [each for state in _CALLED for each in records.releases.in_state(state, limit=LOOKED_AT)]
    return [each for each in found if Actor.ON_CALL in actors(call.person.id, call.roles, each)]


def _windows(call: Call, records: Records) -> list[Release]:
    """What comes next, the nearest first."""
    found = [each for state in _AHEAD for each in records.releases.in_state(state, limit=LOOKED_AT)]
    ahead = [each for each in found if each.starts_at is not None and each.starts_at > call.at]
    return sorted(ahead, key=lambda each: (each.starts_at or call.at, each.number))[:SHOWN]
