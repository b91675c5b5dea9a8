"""The visitor's own release as the guided ride sees it: the record, its checklist, its round, and who they are to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.playground.playground import Playground
from bot.playground.town import ZONE
from bot.policies import Policies
from handlers.kit.call import Call
from handlers.kit.readiness import checklist, collisions_of
from handlers.kit.tested import required_types
from handlers.policy.collision import in_the_way
from handlers.policy.gate_table import Phase
from handlers.policy.gates import Row, missing
from handlers.policy.proof import not_passed, testers
from storage.approval import Ballot
from storage.people import Person
from storage.records import Records
from storage.release import Release
from storage.terms import Origin, ReleaseType, State

AUTHORISED = (State.APPROVED, State.DEPLOYING, State.ROLLING_BACK, State.DEPLOYED, State.ROLLED_BACK)
STARTED = AUTHORISED[1:]
ENDED = (State.DEPLOYED, State.ROLLED_BACK, State.ACCEPTED, State.CLOSED)
_OTHERS = frozenset({"approval", "in_window"})
"""Rows that have stops of their own: the board's votes, and the clock."""


@dataclass(frozen=True, slots=True)
class Ride:
    """A release at a moment. `people` are numbers by handle."""

    release: Release
    records: Records
    call: Call
    people: Mapping[str, int]
    rows: Sequence[Row]

    @property
    def key(self) -> str:
        return self.release.key

    @property
    def state(self) -> State:
        return self.release.state

    @property
    def now(self) -> datetime:
        return self.call.at

    @property
    def coordinator(self) -> str:
        return self.handle(self.release.coordinator_id)

    def handle(self, person: int) -> str:
        return next((handle for handle, number in self.people.items() if number == person), "ana")

    def ballot(self) -> Ballot | None:
        return self.records.ballots.latest(self.release.id)

    def unready(self) -> list[Row]:
        """What stands in the way of the submission."""
        return missing(self.rows, Phase.SUBMIT)

    def unproved(self) -> list[Row]:
        """What stands in the way of the start, but for the vote and the hour."""
        return [row for row in missing(self.rows, Phase.START) if row.name not in _OTHERS]

    def missed(self) -> bool:
        """Its window is over, and it hasn't started."""
        ends_at = self.release.ends_at
        return self.state not in (*STARTED, *ENDED) and ends_at is not None and self.now >= ends_at

    def colliding(self) -> str:
        """The key of a release whose collision with it nobody has accepted; "" when there is none."""
        said = self.records.collisions.concerning(self.release.id)
        others = in_the_way(self.release, collisions_of(self.release, self.records), said)
        return others[0].key if others else ""

    def tester(self) -> str:
        """Who signs its tests off; "" when nobody is named."""
        named = testers(self.records.evidence.participants.of(self.release.id))
        return self.handle(named[0]) if named else ""

    def untested(self) -> list[str]:
        """Types of test that are asked for and haven't passed."""
        results = self.records.evidence.results.of(self.release.id)
        return [kind.value for kind, _ in not_passed(required_types(self.call, self.release), results)]

    def words_since_the_start(self) -> bool:
        words, started_at = self.records.releases.last_update(self.release.id), self.release.started_at
        return words is not None and started_at is not None and words.at >= started_at


def ride_of(house: Playground, records: Records, known: int, kind: ReleaseType) -> Ride | None:
    """The visitor's own release: the oldest of its kind that is newer than the story and wasn't cancelled."""
    made = [each for each in records.releases.page(limit=200) if each.number > known and each.type is kind]
    found = next((each for each in reversed(made) if each.state is not State.CANCELLED), None)
    if found is None:
        return None
    call = _looking(house, records)
    return Ride(found, records, call, house.people, checklist(call, found, records))


def _looking(house: Playground, records: Records) -> Call:
    """Nobody's call, as the clock makes them: it only looks."""
    now = house.clock.now()
    return Call(
        id="tour",
        person=Person(id=0, name="Cabbot", joined_at=now),
        roles=frozenset(),
        at=now,
        origin=Origin.CLOCK,
        rules=Policies(house.door.rules).of(records),
        zone=ZONE,
    )
