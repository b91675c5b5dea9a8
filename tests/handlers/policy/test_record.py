"""Who writes evidence down, and when a release may change hands: tables of cases."""

from __future__ import annotations

import pytest

from handlers.policy.record import may_not_hand_over, may_not_record
from storage.terms import Role, State
from tests.handlers.policy.releases import ANA, BO, CY, release

NOBODY: frozenset[Role] = frozenset()
MANAGER = frozenset({Role.RELEASE_MANAGER})
OTHERS = frozenset({Role.CAB_MEMBER, Role.CHANGE_MANAGER, Role.ON_CALL, Role.PROCESS_OWNER})

WHO = {
    # who, with which roles, whose part it is: may they?
    (ANA, NOBODY, ()): True,
    (BO, NOBODY, ()): False,
    (BO, NOBODY, (BO,)): True,
    (BO, NOBODY, (CY,)): False,
    (BO, MANAGER, ()): True,
    (BO, OTHERS, ()): False,
}


@pytest.mark.parametrize("case", WHO)
@pytest.mark.parametrize("state", State)
def test_s3_evidence_is_written_down_by_owners_and_whose_part_it_is_until_the_release_is_over(
    state: State, case: tuple[int, frozenset[Role], tuple[int, ...]]
) -> None:
    who, roles, others = case
    said = may_not_record(who, roles, release(state=state), others)
    if state in (State.CLOSED, State.CANCELLED):
        assert said.endswith("its record stays as it is.")
    else:
        assert said == ("" if WHO[case] else "That is for the coordinator of REL-42 or a release manager.")


HANDED_OVER = {
    # to Bo, by state: without a vote of his, and after one
    State.DRAFT: ("", ""),
    State.IN_REVIEW: ("REL-42 is in review", "REL-42 is in review"),
    State.APPROVED: ("", "Who voted on REL-42"),
    State.DEPLOYING: ("", "Who voted on REL-42"),
    State.ROLLING_BACK: ("", "Who voted on REL-42"),
    State.DEPLOYED: ("", "Who voted on REL-42"),
    State.ROLLED_BACK: ("", "Who voted on REL-42"),
    State.ACCEPTED: ("", "Who voted on REL-42"),
}


@pytest.mark.parametrize("state", HANDED_OVER)
def test_s7_nobody_comes_to_coordinate_what_they_decided_on(state: State) -> None:
    found = release(state=state)
    for voters, begins in zip(((CY,), (CY, BO)), HANDED_OVER[state], strict=True):
        said = may_not_hand_over(found, voters, BO)
        assert said.startswith(begins)
        assert bool(said) == bool(begins)


def test_s7_nobody_is_made_coordinator_to_lose_their_voice_after_the_fact() -> None:
    assert "being decided after the fact" in may_not_hand_over(release(state=State.DEPLOYING), (), BO, asked=True)
