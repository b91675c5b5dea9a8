"""A team that is smaller than the law-book thinks of: one approver, and little else is asked of it."""

from __future__ import annotations

import pytest

from handlers.policy.rules_file import parse_rules
from storage.store import Store
from storage.terms import AccountKind, Board, Role, State
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told


async def _of(town: Town, seats: int) -> None:
    for who in ("bo", "cy", "dee")[: 4 - seats]:
        await town.all(("own", f"role revoke <@{who}> cab_member"))


@pytest.mark.parametrize("seats, quorum", [(4, 2), (3, 1), (2, 1), (1, 1)])
async def test_s10_one_approver_for_teams_under_four(town: Town, seats: int, quorum: int) -> None:
    await _of(town, seats)
    await stories.submitted(town)
    assert town.ballot().quorum == quorum
    told_so = f"One approval is enough on a CAB of {seats} member" in "".join(town.heard("cab"))
    assert told_so == (quorum == 1)
    text = told(await town.say("st", "policy"))
    assert (f"The CAB has {seats} member" in text) == (quorum == 1)


async def test_s10_unless_the_policy_says_a_number(database: Store) -> None:
    town = Town(database, parse_rules("approval.normal.quorum = 2"))
    await _of(town, 3)
    await stories.submitted(town)
    assert town.ballot().quorum == 2


async def test_s10_or_a_process_owner_does(town: Town) -> None:
    await _of(town, 3)
    await town.all(("own", "policy set approval.normal.quorum 2 four-eyes"))
    await stories.submitted(town)
    assert town.ballot().quorum == 2


async def test_s7_the_one_approver_is_never_the_coordinator(town: Town) -> None:
    await _of(town, 1)
    await town.all(("own", "role grant <@ana> cab_member"))
    await stories.submitted(town)
    assert (town.ballot().board, town.ballot().quorum) == (Board.CAB, 1)
    assert (await town.say("ana", "approve REL-1")).refused
    await town.all(("cm", "approve REL-1"))
    assert town.release().state is State.APPROVED


async def test_nobody_but_the_coordinator_is_too_few(town: Town) -> None:
    await _of(town, 1)
    await town.all(("own", "role grant <@ana> cab_member"), ("own", "role revoke <@cm> change_manager"))
    await stories.drafted(town)
    assert "It takes 1 approval, and the CAB has 0 members who may vote on it" in sentence_of(
        await town.say("ana", "submit REL-1")
    )
    assert Role.CAB_MEMBER in town.look(lambda records: records.people.roles(town.people["ana"]))


@pytest.mark.parametrize(
    "seats, line, submits", [(3, "", True), (4, "", False), (3, "policy set gates.start media ours", False)]
)
async def test_s10_little_is_asked_of_a_small_team(database: Store, seats: int, line: str, submits: bool) -> None:
    town = Town(database, by_the_book=True)
    await _of(town, seats)
    if line:
        await town.all(("own", line))
    await stories.drafted(town)
    assert (await town.say("ana", "submit REL-1")).refused is not submits
    text = told(await town.say("st", "policy gates"))
    assert ("so only these must be there: service, window, plan, back-out" in text) == submits


async def test_s10_a_guest_takes_no_seat(town: Town) -> None:
    """Whatever somebody has granted them: they never vote, so they don't make the board a large one either."""
    await _of(town, 3)
    town.add("gus", Role.CAB_MEMBER, kind=AccountKind.GUEST)
    await stories.submitted(town)
    assert town.ballot().quorum == 1
