"""`/release` alone: what waits for the one who asks, each a press away."""

from __future__ import annotations

import pytest

from storage.terms import AccountKind
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import EMERGENCY, NEW, PLANS, Town, told


async def section(town: Town, who: str, title: str) -> str:
    """What stands under a heading of the home card."""
    text = told(await town.say(who, ""))
    return text.split(title.upper(), 1)[1].split("\n\n")[0] if title.upper() in text else ""


async def test_a_vote_waits_for_its_member_until_it_is_cast(town: Town) -> None:
    await stories.submitted(town)
    card = (await town.say("bo", "home")).card
    assert "Your vote is asked for." in await section(town, "bo", "Waits for you")
    ballot = await town.press("bo", next(each for each in buttons(card) if each.label == "REL-1: Vote"))
    await town.press("bo", next(each for each in buttons(ballot.card) if each.label == "Approve"))
    assert "Nothing waits for you." in told(await town.say("bo", "home"))
    assert "Your vote is asked for." in await section(town, "cy", "Waits for you")


@pytest.mark.parametrize("who", ["ana", "st", "eve", "rm"])
async def test_nobody_else_is_asked_for_a_vote(town: Town, who: str) -> None:
    await stories.submitted(town)
    assert "Your vote" not in told(await town.say(who, ""))


async def test_the_nearest_deadline_comes_first_and_the_rest_is_a_press_away(town: Town) -> None:
    for number in range(1, 9):
        await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"submit REL-{number}"))
    said = labels((await town.say("bo", "")).card)
    assert said[:7] == [*(f"REL-{number}: Vote" for number in range(1, 7)), "All votes"]


async def test_my_releases_have_their_next_act(town: Town) -> None:
    await stories.drafted(town)
    card = (await town.say("ana", "")).card
    submit = next(each for each in buttons(card) if each.say == "submit REL-1")
    assert submit.label.startswith("REL-1: Submit")
    await town.press("ana", submit)
    assert "It waits for the votes" in await section(town, "ana", "Yours")


async def test_words_are_asked_for_until_they_are_said(town: Town) -> None:
    await stories.deploying(town)
    assert "You were asked" not in told(await town.say("ana", ""))
    await town.later(minutes=31)
    assert "You were asked how it goes." in told(await town.say("ana", ""))
    await town.all(("ana", "status REL-1 going well"))
    assert "You were asked" not in told(await town.say("ana", ""))


async def test_on_call_finds_the_emergency_that_is_authorised(town: Town) -> None:
    await town.all(("rm", EMERGENCY), ("eve", "approve REL-1"))
    assert "start REL-1" in [each.say for each in buttons((await town.say("oc", "")).card)]
    assert "start REL-1" not in [each.say for each in buttons((await town.say("st", "")).card)]


async def test_the_next_windows_are_everybodys_the_nearest_first(town: Town) -> None:
    await town.all(
        ("ana", 'new Later start="2026-12-05 21:00" zone=UTC'),
        ("ana", 'new Sooner start="2026-12-02 21:00" zone=UTC'),
        ("ana", "new Unplanned"),
    )
    rows = (await section(town, "st", "Next windows")).strip().splitlines()
    assert [row.split("UTC ")[1].split(" —")[0] for row in rows] == ["REL-2 Sooner", "REL-1 Later"]
    await town.later(days=3)
    assert "Sooner" not in await section(town, "st", "Next windows")


async def test_what_is_over_is_not_mine_any_more(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "cancel REL-1 no longer needed"))
    assert await section(town, "ana", "Yours") == ""


async def test_whoever_has_nothing_finds_the_ways_in(town: Town) -> None:
    answer = await town.say("st", "")
    assert labels(answer.card) == ["New release", "All releases", "Find", "Help"]
    for each in buttons(answer.card):
        assert not (await town.press("st", each)).refused


async def test_a_guest_is_asked_for_nothing(town: Town) -> None:
    await stories.submitted(town)
    town.add("zed", kind=AccountKind.GUEST)
    assert "Nothing waits for you." in told(await town.say("zed", ""))


async def test_looking_leaves_no_trail(town: Town) -> None:
    await stories.submitted(town)
    trail = len(town.journal())
    await town.say("bo", "")
    assert len(town.journal()) == trail


# ---- the same on a release's own card


async def test_show_begins_with_the_readers_next_act(town: Town) -> None:
    await stories.submitted(town)
    assert told(await town.say("bo", "show REL-1")).split("\n\n")[1].startswith("Next for you: Your vote is asked for.")
    assert "Next for you: It waits for the votes of the board." in told(await town.say("ana", "show REL-1"))
    assert "Next for you" not in told(await town.say("st", "show REL-1"))


async def test_its_button_stands_once_and_first(town: Town) -> None:
    await stories.in_window(town)
    shown = [each.say for each in buttons((await town.say("ana", "show REL-1")).card)]
    assert shown[0] == "start REL-1"
    assert shown.count("start REL-1") == 1
    first = next(buttons((await town.say("ana", "show REL-1")).card))
    assert first.confirm is not None
    assert "start REL-1" in [each.say for each in buttons((await town.say("st", "show REL-1")).card)]
