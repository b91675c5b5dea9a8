"""What the process promises, watched from sentence to sentence: whatever was said, it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.kit import readiness
from handlers.policy.content import digest
from handlers.policy.gate_table import Phase
from handlers.policy.gates import missing
from handlers.policy.lifecycle import TABLE
from handlers.policy.rules import Rules
from storage.approval import Ballot, Vote
from storage.journal import entry_hash
from storage.records import Records
from storage.release import Release
from storage.template import Template
from storage.terms import BallotState, Board, Choice, ReleaseType, Role, State
from tests.handlers.calls import call
from tests.handlers.town import Town, rounds_of

OPEN, APPROVED = BallotState.OPEN, BallotState.APPROVED
ARROWS = {(state, rule.after) for rule in TABLE for state in rule.before}
AT_ONCE = (State.DRAFT, State.APPROVED)
"""A standard release is approved when it's submitted."""
UNDER_WAY = (State.DEPLOYING, State.DEPLOYED, State.ROLLING_BACK, State.ROLLED_BACK)
COUNTS = (State.IN_REVIEW, State.APPROVED, State.DEPLOYING)
"""States in which the last round still carries something: what was deployed has used its approval up."""
SEATS = {
    Board.CAB: {Role.CAB_MEMBER, Role.CHANGE_MANAGER},
    Board.ECAB: {Role.ECAB_MEMBER, Role.CHANGE_MANAGER},
}
Round = tuple[Ballot, list[Vote]]


@dataclass(frozen=True, slots=True)
class Seen:
    """An organisation at a moment: its releases with their rounds, oldest first, its templates, its rules."""

    releases: dict[int, tuple[Release, list[Round]]]
    templates: dict[str, Template]
    rules: Rules
    roles: dict[int, frozenset[Role]]

    @property
    def ballots(self) -> dict[int, Ballot]:
        return {ballot.id: ballot for _, rounds in self.releases.values() for ballot, _ in rounds}


class Promises:
    """Looks at a town before and after each sentence. `authorised` are the rounds that were rightly approved."""

    def __init__(self, town: Town) -> None:
        self.town, self.authorised = town, dict[int, str]()
        self.kept_from = self.see()
        self.lacking: list[str] = []

    def see(self) -> Seen:
        return self.town.look(self._seen)

    def before(self, verb: str, number: int) -> None:
        """Something will be said about this release; what a move needs is looked up before it."""
        phase = {"submit": Phase.SUBMIT, "start": Phase.START}.get(verb)
        self.lacking = self.town.look(lambda records: self._lacking(records, number, phase)) if phase else []

    def hold(self, who: str) -> None:
        """Everything that is promised, after a sentence of that person ("" for the clock)."""
        then, now = self.kept_from, self.see()
        self._templates(then, now)
        for number, (found, rounds) in now.releases.items():
            assert found.digest == digest(found)
            assert sum(ballot.state is OPEN for ballot, _ in rounds) <= 1
            _agree(found, rounds[-1][0] if rounds else None)
            for ballot, votes in rounds:
                self._round(then, now, found, ballot, votes)
            if number not in then.releases:
                continue
            before, _ = then.releases[number]
            assert found.revision - before.revision == int(found.digest != before.digest)
            if before.state is not found.state:
                self._moved(then, found, rounds, who)
        self.kept_from, self.lacking = now, []

    # ---- authorisation

    def _round(self, then: Seen, now: Seen, found: Release, ballot: Ballot, votes: list[Vote]) -> None:
        """A round keeps what it asked for; who coordinates never votes in one that counts; approved is approved by right."""
        before = then.ballots.get(ballot.id)
        if before is None:
            assert (ballot.revision, ballot.digest) == (found.revision, digest(found))
            assert (ballot.board is Board.ECAB) == (found.type is ReleaseType.EMERGENCY)
        else:
            assert _asks_for(before) == _asks_for(ballot)
        if ballot.state not in (OPEN, APPROVED) or found.state not in COUNTS:
            return
        assert not _own(found).intersection(vote.person_id for vote in votes)
        if ballot.state is APPROVED and ballot.id not in self.authorised:
            (self._by_template if found.type is ReleaseType.STANDARD else self._by_board)(now, found, ballot, votes)
            self.authorised[ballot.id] = ballot.digest

    def _by_board(self, now: Seen, found: Release, ballot: Ballot, votes: list[Vote]) -> None:
        """By enough distinct people who hold a seat and have no part in the release, none of them against it."""
        able = {vote.person_id: vote.choice for vote in votes if now.roles[vote.person_id] & SEATS[ballot.board]}
        assert Choice.REJECT not in able.values()
        assert len(able.keys() - _own(found)) >= ballot.quorum >= 1
        assert not ballot.change_manager or any(Role.CHANGE_MANAGER in now.roles[person] for person in able)

    def _by_template(self, now: Seen, found: Release, ballot: Ballot, votes: list[Vote]) -> None:
        """By the change manager's word on exactly the text that the release was made from."""
        name, _, revision = found.template.rpartition("@")
        template = now.templates[name]
        assert not votes
        assert template.approved_by
        assert (str(template.revision), template.retired_at) == (revision, None)
        text = dict(line.split(": ", 1) for line in template.body.splitlines())
        assert found.goal == text["goal"]
        assert "; ".join(step.text for step in found.plan) == text["plan"]
        assert "; ".join(found.back_out) == text["backout"]

    def _templates(self, then: Seen, now: Seen) -> None:
        """A template's approval is a change manager's, never its author's, and of one text."""
        for name, template in now.templates.items():
            before = then.templates.get(name)
            if not template.approved_by:
                continue
            if before is not None and before.approved_by:
                assert (before.body, before.revision) == (template.body, template.revision)
            else:
                assert Role.CHANGE_MANAGER in now.roles[template.approved_by]
                assert template.approved_by != template.made_by

    # ---- moves

    def _moved(self, then: Seen, found: Release, rounds: list[Round], who: str) -> None:
        """Along an arrow of the lifecycle, with all that the move needs."""
        came = then.releases[found.number][0].state
        standard = found.type is ReleaseType.STANDARD
        assert (came, found.state) in (ARROWS | {AT_ONCE} if standard else ARROWS)
        if came is State.DRAFT and found.state in (State.IN_REVIEW, State.APPROVED):
            assert not self.lacking
        if found.state is not State.DEPLOYING:
            return
        assert not found.hold
        ballot = rounds[-1][0]
        assert (ballot.revision, ballot.digest) == (found.revision, digest(found))
        if came is State.APPROVED:
            assert ballot.state is APPROVED
            assert self.authorised[ballot.id] == digest(found)
            assert not self.lacking
        else:
            self._first(then, found, ballot, who)

    def _first(self, then: Seen, found: Release, ballot: Ballot, who: str) -> None:
        """Before its authorisation: an emergency, by on-call, where the policy allows it, and written down as such."""
        assert ballot.retroactive
        assert found.unauthorised_start
        assert found.type is ReleaseType.EMERGENCY
        assert then.rules.emergency.deploy_first
        assert Role.ON_CALL in then.roles[self._person(who)]

    def the_trail_is_whole(self) -> None:
        previous = ""
        for entry in self.town.journal():
            assert (entry.previous, entry.hash) == (previous, entry_hash(entry))
            previous = entry.hash

    # ---- what is looked at

    def _seen(self, records: Records) -> Seen:
        return Seen(
            {
                found.number: (found, [(each, records.ballots.votes(each.id)) for each in rounds_of(records, found)])
                for found in records.releases.page(limit=100)
            },
            {each.name: each for each in records.templates.all()},
            self.town.door._policies.of(records),
            {person: records.people.roles(person) for person in self.town.people.values()},
        )

    def _lacking(self, records: Records, number: int, phase: Phase) -> list[str]:
        found = records.releases.by_number(number)
        if found is None:
            return []
        asked = call(self.town.door._policies.of(records), self.town.clock.at)
        return [row.name for row in missing(readiness.checklist(asked, found, records), phase)]

    def _person(self, who: str) -> int:
        """Whose account it is now: two people may have become one."""
        town = self.town
        account = town.look(lambda records: records.people.account(town.platform, town.workspace, who))
        assert account is not None
        return account.person_id


def _own(found: Release) -> set[int]:
    return {found.coordinator_id, found.requester_id, *found.coordinated_before}


def _asks_for(ballot: Ballot) -> Sequence[object]:
    return (
        ballot.release_id, ballot.revision, ballot.digest, ballot.board, ballot.quorum, ballot.change_manager
    )  # fmt: skip


def _agree(found: Release, latest: Ballot | None) -> None:
    """The state of a release and of its last round tell the same."""
    same = latest is not None and (latest.digest, latest.revision) == (found.digest, found.revision)
    state = latest.state if latest else None
    match found.state:
        case State.DRAFT:
            assert state not in (OPEN, APPROVED)
        case State.CANCELLED:
            assert state is not OPEN
        case State.IN_REVIEW:
            assert (state, same) == (OPEN, True)
        case State.APPROVED:
            assert (state, same) == (APPROVED, True)
        case _:
            assert found.state in UNDER_WAY
            assert same
            assert latest is not None
            assert state is APPROVED or latest.retroactive
            assert not latest.retroactive or found.type is ReleaseType.EMERGENCY
            assert found.unauthorised_start == (state is not APPROVED)
