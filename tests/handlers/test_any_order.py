"""Whatever people say in whatever order, what the process promises holds."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.policy.approval import excluded
from handlers.policy.content import digest
from handlers.policy.rules import Emergency, Rules
from storage.journal import entry_hash
from storage.store import Store
from storage.terms import BallotState, Choice, Role, State
from tests.handlers.settlement import PEOPLE
from tests.handlers.town import EMERGENCY, NEW, PLANS, Town

DEPLOYED = (State.DEPLOYING, State.DEPLOYED, State.ROLLING_BACK, State.ROLLED_BACK)
LINES = (
    "submit REL-{n}", "recall REL-{n}", "approve REL-{n}", "approve REL-{n} fine", "reject REL-{n} no", "start REL-{n}",
    "step REL-{n}", "complete REL-{n}", "rollback REL-{n} errors", "hold REL-{n} look", "resume REL-{n}",
    "cancel REL-{n} no", "edit REL-{n} impact=A", "edit REL-{n} impact=B", "announce REL-{n}", "status REL-{n} fine",
    "role grant <@ana> cab_member", "role grant <@oc> ecab_member", "role revoke <@bo> cab_member", EMERGENCY,
    f'new Second service=web start="2026-12-01 20:00" hours=6 {PLANS}',
)  # fmt: skip
words = st.tuples(
    st.sampled_from(["ana", "ana", "bo", "cy", "dee", "eve", "cm", "rm", "oc", "own", "st"]),
    st.sampled_from(LINES),
    st.integers(1, 2),
)
moments = st.sampled_from([0, 0, 0, 0, 0, 1, 8, 33, 60])
steps = st.lists(st.tuples(words, moments), min_size=5, max_size=30)
"""Each: who says what of which release, and how many hours pass before it."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, deploy_first=st.booleans(), begun=st.integers(0, 3))
def test_no_order_of_words_breaks_a_promise(database: Store, steps: list[Any], deploy_first: bool, begun: int) -> None:
    asyncio.run(_tried(Town(database, Rules(emergency=Emergency(deploy_first=deploy_first))), steps, begun))


async def _tried(town: Town, steps: list[Any], begun: int) -> None:
    opening = [("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"), ("bo", "approve REL-1"), ("cy", "approve REL-1")]
    await town.all(*opening[: begun + 1])
    for (who, line, number), hours in steps:
        if hours:
            await town.later(hours=hours)
        before = _states(town)
        await town.say(who, line.format(n=number))
        _promises(town, before)
    _the_trail_is_whole(town)


def _states(town: Town) -> dict[int, State]:
    return {each.number: each.state for each in town.look(lambda records: records.releases.page())}


def _promises(town: Town, before: dict[int, State]) -> None:
    for found in town.look(lambda records: records.releases.page()):
        ballots = town.ballots(found)
        assert sum(each.state is BallotState.OPEN for each in ballots) <= 1
        latest = ballots[-1] if ballots else None
        assert found.digest == digest(found)
        if found.state is State.IN_REVIEW:
            assert latest is not None
            assert (latest.state, latest.digest, latest.revision) == (BallotState.OPEN, found.digest, found.revision)
        if found.state is State.DEPLOYING and before.get(found.number) is not State.DEPLOYING:
            assert latest is not None
            assert (latest.digest, latest.revision) == (found.digest, found.revision)
            assert latest.state is BallotState.APPROVED or (latest.retroactive and found.unauthorised_start)
            assert not found.hold
        if found.state in DEPLOYED:
            assert latest is not None
            assert latest.state in (BallotState.APPROVED, BallotState.OPEN, BallotState.REJECTED)
            assert latest.state is BallotState.APPROVED or latest.retroactive
        for ballot in ballots:
            votes = town.look(lambda records, ballot=ballot: records.ballots.votes(ballot.id))  # type: ignore[misc]
            people = [vote.person_id for vote in votes]
            assert len(people) == len(set(people))
            assert not excluded(found).intersection(people)
            if ballot.state is BallotState.APPROVED:
                assert sum(vote.choice is Choice.APPROVE for vote in votes) >= ballot.quorum
                assert all(vote.choice is Choice.APPROVE for vote in votes)


def _the_trail_is_whole(town: Town) -> None:
    previous = ""
    for entry in town.journal():
        assert (entry.previous, entry.hash) == (previous, entry_hash(entry))
        previous = entry.hash


def test_everybody_in_town_is_asked() -> None:
    assert {role for roles in PEOPLE.values() for role in roles} == set(Role) - {Role.CONFIGURATION_MANAGER}
