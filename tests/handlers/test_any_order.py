"""Whatever people say in whatever order, what the process promises holds. EXAMPLES=1000 tries more orders."""

from __future__ import annotations

import asyncio
import os
import re
from random import Random

from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from bot.sentence import Answer
from handlers.policy.approval import excluded
from handlers.policy.content import digest
from handlers.policy.lifecycle import TABLE, moves
from handlers.policy.risk import QUESTIONS
from handlers.policy.rules import Approval, ApprovalRules, Emergency, Gates, Rules, Status
from storage.approval import Ballot, Vote
from storage.journal import entry_hash
from storage.records import Records
from storage.release import Release
from storage.store import Store
from storage.terms import BallotState, Choice, ReleaseType, State
from tests.handlers.town import EMERGENCY, PLANS, Town, rounds_of, sentence_of

SELDOM = Approval(emergency=ApprovalRules(1, 30, (10,), 0, 600))
"""Pages that come seldom, as hundreds of them would show nothing new."""
OPEN, APPROVED = BallotState.OPEN, BallotState.APPROVED
ARROWS = {(state, rule.after) for rule in TABLE for state in rule.before}
UNDER_WAY = (State.DEPLOYING, State.DEPLOYED, State.ROLLING_BACK, State.ROLLED_BACK)
NEW = f'new Refunds service=payments start="2026-11-30 12:00" hours=700 {PLANS}'
PEOPLE = ("ana", "bo", "cy", "dee", "eve", "cm", "rm", "oc", "own", "st")
VOTERS = ("bo", "cy", "dee", "cm", "eve")
TAILS = {
    "reject": "no", "rollback": "errors", "hold": "look", "cancel": "no", "edit": "impact=", "waive": "media small",
    "waive undo": "media", "nudge": "approval",
}  # fmt: skip
VERBS = (
    *dict.fromkeys(rule.verb for rule in TABLE if rule.verb),
    "risk",
    "waive",
    "waive undo",
    "nudge",
    "checklist keep",
)
GATES = (Gates(), Gates(submit=("service", "window", "plan", "back_out", "risk"), start=("media",)))
"""The defaults, and what asks for a risk assessment and for media, which nobody records: they have to be waived."""
ANYTIME = (
    ("oc", EMERGENCY), ("own", "role revoke <@bo> cab_member"), ("own", "role grant <@bo> cab_member"), ("ana", NEW),
)  # fmt: skip
SELDOM_SAID = ("cancel", "recall", "reject")
STEPS = 25


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), deploy_first=st.booleans(), gates=st.sampled_from(GATES))
def test_s5_s7_no_order_of_words_breaks_a_promise(database: Store, seed: int, deploy_first: bool, gates: Gates) -> None:
    town = Town(
        database,
        Rules(emergency=Emergency(deploy_first=deploy_first), approval=SELDOM, status=Status(600, 600), gates=gates),
    )
    asyncio.run(_tried(town, Random(seed)))


async def _tried(town: Town, chance: Random) -> None:
    """Ana and on-call sit on the boards that decide on what they coordinate."""
    await town.all(("own", "role grant <@ana> cab_member"), ("own", "role grant <@oc> ecab_member"))
    await town.all(("oc", EMERGENCY), ("ana", NEW))
    for _ in range(STEPS):
        if chance.random() < 0.15:
            await town.later(hours=chance.choice((1, 25, 49)))
        before = _states(town)
        who, line = _said(town, chance)
        note(f"{who}: {line}")
        answer = await town.say(who, line)
        event(f"{line.partition(' ')[0]} {'refused' if answer.refused else 'done'}")
        if answer.refused:
            _names_a_rule(answer, line)
        _promises(town, before)
    _the_trail_is_whole(town)


def _said(town: Town, chance: Random) -> tuple[str, str]:
    """Mostly what somebody may say now; now and then anything by anybody."""
    kind = chance.random()
    if kind < 0.06:
        return chance.choice(ANYTIME)
    found = chance.choice(town.look(lambda records: records.releases.page()))
    verbs = [rule.verb for rule in moves(found, town.door.rules) if rule.verb]
    if kind < 0.3 or not verbs:
        return chance.choice(PEOPLE), _line(chance.choice(VERBS), found, chance)
    if kind < 0.4:
        return chance.choice(("ana", "cm")), _line(chance.choice(("risk", "waive")), found, chance)
    verb = chance.choice([each for each in verbs for _ in range(1 if each in SELDOM_SAID else 4)])
    owner = next(handle for handle, person in town.people.items() if person == found.coordinator_id)
    return chance.choice(VOTERS) if verb in ("approve", "reject") else owner, _line(verb, found, chance)


def _line(verb: str, found: Release, chance: Random) -> str:
    if verb == "risk":
        return f"risk {found.key} {_answers(chance)}"
    tail = TAILS.get(verb, "")
    return f"{verb} {found.key} {tail}{chance.choice('ABC') if verb == 'edit' else ''}"


def _answers(chance: Random) -> str:
    return " ".join(f"{question.name}={chance.choice('1144')}" for question in QUESTIONS)


def _names_a_rule(answer: Answer, line: str) -> None:
    """A refusal says which release or whose right it is about, and never that something broke."""
    said = sentence_of(answer)
    assert "Something went wrong" not in said, line
    assert _RULES.search(said), f"{line}: {said}"


_RULES = re.compile(r"REL-\d+|That is for|is for the|Only members of|It takes \d approval|There is no|holds? the role")


def _states(town: Town) -> dict[int, State]:
    return {each.number: each.state for each in town.look(lambda records: records.releases.page())}


def _promises(town: Town, before: dict[int, State]) -> None:
    for found, rounds in town.look(_everything):
        assert found.digest == digest(found)
        assert sum(ballot.state is OPEN for ballot, _ in rounds) <= 1
        _state_and_round_agree(town, found, rounds[-1][0] if rounds else None)
        came = before.get(found.number, found.state)
        assert came is found.state or (came, found.state) in ARROWS
        if found.state is State.DEPLOYING and came is not State.DEPLOYING:
            _may_deploy(town, found, rounds[-1])
        for ballot, votes in rounds:
            _votes_are_right(found, ballot, votes)


def _may_deploy(town: Town, found: Release, latest: tuple[Ballot, list[Vote]]) -> None:
    """Deploying begins by a valid authorisation of exactly this revision, or first and as such, and with what is asked for."""
    ballot, votes = latest
    assert not found.hold
    assert (ballot.revision, ballot.digest) == (found.revision, digest(found))
    if ballot.retroactive:
        assert found.type is ReleaseType.EMERGENCY
        assert town.door.rules.emergency.deploy_first
        return
    approvals = {vote.person_id for vote in votes if vote.choice is Choice.APPROVE} - excluded(found)
    assert ballot.state is APPROVED
    assert len(approvals) >= ballot.quorum
    assert not ballot.change_manager or town.people["cm"] in approvals
    if "media" in town.door.rules.gates.start and found.type is not ReleaseType.EMERGENCY:
        assert town.look(lambda records: [each.row for each in records.evidence.waivers.of(found.id)]) == ["media"]
        assert found.content.risk


def _everything(records: Records) -> list[tuple[Release, list[tuple[Ballot, list[Vote]]]]]:
    """Every release with its rounds, oldest first, and their votes."""
    return [
        (found, [(each, records.ballots.votes(each.id)) for each in rounds_of(records, found)])
        for found in records.releases.page()
    ]


def _state_and_round_agree(town: Town, found: Release, latest: Ballot | None) -> None:
    same = latest is not None and (latest.digest, latest.revision) == (found.digest, found.revision)
    state = latest.state if latest else None
    match found.state:
        case State.DRAFT | State.CANCELLED:
            assert state not in ((OPEN, APPROVED) if found.state is State.DRAFT else (OPEN,))
        case State.IN_REVIEW:
            assert (state, same) == (OPEN, True)
        case State.APPROVED:
            assert (state, same) == (APPROVED, True)
        case _:
            assert found.state in UNDER_WAY
            assert same
            assert latest is not None
            assert state is APPROVED or latest.retroactive
            assert not latest.retroactive or town.door.rules.emergency.deploy_first
            assert not latest.retroactive or found.type is ReleaseType.EMERGENCY
            assert found.unauthorised_start == (state is not APPROVED)


def _votes_are_right(found: Release, ballot: Ballot, votes: list[Vote]) -> None:
    people = [vote.person_id for vote in votes]
    assert len(people) == len(set(people))
    assert not excluded(found).intersection(people)
    against = any(vote.choice is Choice.REJECT for vote in votes)
    assert against == (ballot.state is BallotState.REJECTED)
    assert ballot.state is not APPROVED or len(votes) >= ballot.quorum


def _the_trail_is_whole(town: Town) -> None:
    previous = ""
    for entry in town.journal():
        assert (entry.previous, entry.hash) == (previous, entry_hash(entry))
        previous = entry.hash
