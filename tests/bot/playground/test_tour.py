"""The guided ride knows by itself where the visitor is."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.playground.playground import Playground
from bot.playground.seed import SEEDED
from bot.playground.tour import tour
from storage.records import Records

_acts = count()


async def looked(house: Playground) -> dict[str, Any]:
    known = int(house.log.noted(SEEDED))
    return await house.store.read(lambda tx: tour(house, known, tx))


async def taken(house: Playground, act: dict[str, Any]) -> None:
    """What the button does in the page."""
    if act["clock"]:
        await house.forward_to(datetime.fromisoformat(act["clock"]))
    if act["line"]:
        answer = await house.say(act["person"], f"tour-{next(_acts):04}", act["line"], channel=act["channel"])
        assert not answer.refused, answer.card
        assert answer.form is None


async def ridden(house: Playground, *, until: int = 99) -> list[int]:
    """The stops that the button alone goes through, up to one of them or the end."""
    now = await looked(house)
    stops = [now["current"]]
    while now["act"] is not None and now["current"] < until and len(stops) < 40:
        await taken(house, now["act"])
        now = await looked(house)
        stops.append(now["current"])
    return stops


async def said(house: Playground, who: str, line: str) -> None:
    answer = await house.say(who, f"hand-{next(_acts):04}", line, channel="releases")
    assert not answer.refused, answer.card


async def test_the_button_alone_leads_from_plan_to_production(house: Playground) -> None:
    assert await ridden(house) == [0, 1, 1, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8]
    assert all(stop["done"] for stop in (await looked(house))["stops"])


async def test_the_emergency_needs_one_press_to_be_authorised(house: Playground) -> None:
    people = []
    while (act := (await looked(house))["more"]["act"]) is not None:
        people.append(act["person"])
        await taken(house, act)
    assert people == ["jun", "ben", "jun", "jun"]


async def test_a_rejection_leads_back_to_the_submission(house: Playground) -> None:
    await ridden(house, until=3)
    await said(house, "ben", 'reject REL-8 "Not on a Tuesday."')
    now = await looked(house)
    assert now["current"] == 2
    assert "came back" in now["stops"][2]["text"]
    assert (await ridden(house))[-1] == 8


@pytest.mark.parametrize("stop", [1, 4])
async def test_a_window_that_was_missed_is_moved(house: Playground, stop: int) -> None:
    await ridden(house, until=stop)
    await house.forward_to(house.clock.now() + timedelta(days=1))
    moves = [await taken_if(house, "edit REL-8 start=") for _ in range(12)]
    assert True in moves
    assert (await ridden(house))[-1] == 8


async def taken_if(house: Playground, line: str) -> bool:
    """Take the next act until one that says the line was taken."""
    act = (await looked(house))["act"]
    if act is not None:
        await taken(house, act)
    return act is not None and act["line"].startswith(line)


async def test_a_window_that_was_missed_before_the_board_saw_it_is_moved_at_once(house: Playground) -> None:
    await ridden(house, until=2)
    await house.forward_to(house.clock.now() + timedelta(days=1))
    now = await looked(house)
    assert (now["current"], now["act"]["line"].split(" start=")[0]) == (1, "edit REL-8")


async def test_a_cancelled_release_is_forgotten(house: Playground) -> None:
    await taken(house, (await looked(house))["act"])
    await said(house, "ana", 'cancel REL-8 "I changed my mind."')
    assert (await looked(house))["current"] == 0


@pytest.mark.parametrize("stop", [3, 6])
async def test_a_release_on_hold_goes_on(house: Playground, stop: int) -> None:
    await ridden(house, until=stop)
    await said(house, "ana", 'hold REL-8 "Wait for me."')
    assert (await looked(house))["act"]["line"] == "resume REL-8"
    await taken(house, (await looked(house))["act"])
    assert (await looked(house))["act"]["line"] != "resume REL-8"


async def test_what_is_done_by_hand_first_isnt_asked_for_again(house: Playground) -> None:
    """Tests, sign-off and validation before the board has seen it; the approval is then followed by the announcement."""
    await ridden(house, until=2)
    for who, line in (
        ("ana", "testing REL-8 @jun"),
        ("ana", "backout validated REL-8"),
        ("jun", "test result REL-8 functional passed"),
        ("jun", "test signoff REL-8"),
    ):
        await said(house, who, line)
    assert await ridden(house) == [2, 3, 3, 5, 5, 5, 6, 6, 7, 8]


@pytest.mark.parametrize(
    "who, line",
    [
        ("sofia", 'new "Bare"'),
        ("ben", "clone REL-3"),
        ("tomas", 'new "In the same night" service=warehouse start="2026-12-03 22:30" zone=Europe/Berlin'),
    ],
)
async def test_whatever_was_registered_by_whom_the_button_ends_it(house: Playground, who: str, line: str) -> None:
    await said(house, who, line)
    assert (await ridden(house))[-1] == 8


async def test_a_row_that_nobody_foresaw_is_waived(house: Playground) -> None:
    await said(house, "marta", 'policy set gates.start "media, told, training, support" why="Let us see."')
    assert (await ridden(house))[-1] == 8


async def test_a_great_risk_takes_the_change_managers_vote_and_more_proof(house: Playground) -> None:
    await ridden(house, until=1)
    await said(house, "ana", "risk REL-8 users=4 tier=4 reversibility=3 novelty=3 coverage=3 dependencies=3")
    await ridden(house, until=3)
    now = await looked(house)
    assert "the change manager's among them" in now["stops"][3]["text"]
    assert (await ridden(house))[-1] == 8
    ballot = await house.store.read(lambda tx: Records(tx, house.organisation).ballots.latest(8))
    assert ballot is not None
    assert ballot.change_manager


async def test_rolling_back_ends_the_ride_too(house: Playground) -> None:
    await ridden(house, until=6)
    await said(house, "ana", 'rollback REL-8 "Refunds arrive twice."')
    assert (await ridden(house))[-1] == 8
