"""`/release` alone, for those who have a part in what others coordinate."""

from __future__ import annotations

from handlers.policy.rules import Gates, Rules
from storage.store import Store
from tests.handlers import plans, stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.test_home import section
from tests.handlers.town import NEW, PLANS, Town, told

TITLE = "You take part in"


async def test_s2_each_part_is_listed_and_named(town: Town) -> None:
    await plans.write(town)
    await town.all(
        ("ana", 'application add REL-1 @st area="web shop"'),
        ("ana", "testing REL-1 @st"),
        ("ana", "stakeholder add REL-1 @st required=yes"),
    )
    said = await section(town, "st", TITLE)
    assert "REL-1 Faster refunds — Draft; you are" in said
    for part in ("application coordinator for web shop", "testing coordinator", "required stakeholder"):
        assert part in said
    assert "you are owner of step 3" in await section(town, "bo", TITLE)


async def test_s2_what_the_testing_coordinator_owes_waits_for_them(database: Store) -> None:
    town = Town(database, Rules(gates=Gates(tests=("functional",), start=("tests", "sign_off"))))
    await stories.drafted(town)
    await town.all(("ana", "testing REL-1 @st"))
    assert "From you it needs the required tests passed." in await section(town, "st", "Waits for you")
    act = next(each for each in buttons((await town.say("st", "")).card) if each.label == "REL-1: Tests")
    assert not (await town.press("st", act)).refused


async def test_s3_an_owner_of_steps_sees_when_and_then_which(town: Town) -> None:
    await plans.write(town)
    await town.all(("ana", "submit REL-1"), ("cy", "approve REL-1"), ("dee", "approve REL-1"))
    assert "Step 3 is yours; its window opens" in await section(town, "bo", TITLE)
    assert await section(town, "bo", "Waits for you") == ""
    await town.later(hours=33)
    await town.all(("ana", "start REL-1"))
    assert "Step 3 is yours, in a later stage." in await section(town, "bo", TITLE)
    await town.all(("ana", "step REL-1"))
    assert "Step 3 is yours in this stage." in await section(town, "bo", "Waits for you")
    assert "Next for you: Step 3 is yours in this stage." in told(await town.say("bo", "show REL-1"))


async def test_whose_own_it_is_does_not_find_it_twice(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "testing REL-1 @ana"), ("ana", "stakeholder add REL-1 @ana"))
    assert await section(town, "ana", TITLE) == ""
    assert "REL-1" in await section(town, "ana", "Yours")


async def test_what_is_over_or_taken_back_is_gone(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"{NEW} {PLANS}"))
    await town.all(("ana", "testing REL-1 @st"), ("ana", "testing REL-2 @st"))
    await town.all(("ana", "cancel REL-1 no"), ("ana", "testing REL-2 nobody"))
    assert await section(town, "st", TITLE) == ""


async def test_the_rest_is_a_press_away_and_in_pages(town: Town) -> None:
    for number in range(1, 13):
        await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"testing REL-{number} @st"))
    more = next(each for each in buttons((await town.say("st", "")).card) if each.label == "All I take part in")
    first = await town.press("st", more)
    assert labels(first.card) == [*(f"REL-{number}" for number in range(12, 2, -1)), "More"]
    rest = await town.press("st", list(buttons(first.card))[-1])
    assert labels(rest.card) == ["REL-2", "REL-1"]
    assert "You have no part in a release" in told(await town.say("bo", "list shared"))
