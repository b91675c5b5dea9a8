"""The guided ride knows by itself where the visitor is."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.playground.playground import Playground
from bot.playground.seed import SEEDED
from bot.playground.tour import tour

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
        await house.delivered()


async def test_the_button_alone_leads_from_plan_to_production(house: Playground) -> None:
    now = await looked(house)
    stops = [now["current"]]
    while now["act"] is not None and len(stops) < 20:
        await taken(house, now["act"])
        now = await looked(house)
        stops.append(now["current"])
    assert stops == [0, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6]
    assert all(stop["done"] for stop in now["stops"])


async def test_the_emergency_needs_one_press_to_be_authorised(house: Playground) -> None:
    people = []
    while (act := (await looked(house))["more"]["act"]) is not None:
        people.append(act["person"])
        await taken(house, act)
    assert people == ["jun", "ben", "jun", "jun"]


async def test_a_rejection_leads_back_to_the_second_stop(house: Playground) -> None:
    for _ in range(2):
        await taken(house, (await looked(house))["act"])
    await house.say("ben", "tour-reject", 'reject REL-7 "Not on a Tuesday."', channel="cab")
    now = await looked(house)
    assert now["current"] == 1
    assert "came back" in now["stops"][1]["text"]


async def test_a_window_that_was_missed_is_moved(house: Playground) -> None:
    for _ in range(5):
        await taken(house, (await looked(house))["act"])
    await house.forward_to(house.clock.now() + timedelta(days=1))
    act = (await looked(house))["act"]
    assert act["line"].startswith("edit REL-7 start=")
    await taken(house, act)
    assert (await looked(house))["current"] == 1  # what was approved has changed


async def test_a_cancelled_release_is_forgotten(house: Playground) -> None:
    await taken(house, (await looked(house))["act"])
    await house.say("ana", "tour-cancel", 'cancel REL-7 "I changed my mind."', channel="releases")
    assert (await looked(house))["current"] == 0
