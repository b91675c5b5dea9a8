"""Handing a release over: who may, when, and that nobody comes to decide on their own work by it."""

from __future__ import annotations

import pytest

from storage.terms import AccountKind, Role
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told


async def test_s2_a_release_goes_to_another_coordinator_and_the_old_and_the_new_hear_it(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("rm", "coordinator REL-1 @st he knows the shop")
    assert sentence_of(answer) == "REL-1 went from Ana to St, who coordinates it now."
    assert town.release().coordinator_id == town.people["st"]
    for who in ("ana", "st"):
        assert town.heard(who) == ["REL-1 went from Ana to St, who coordinates it now.\n\n> he knows the shop"]
    assert (town.last().before, town.last().after) == ({"coordinator": "Ana"}, {"coordinator": "St"})
    assert town.last().why == "he knows the shop"
    assert "Coordinator: St" in town.heard("releases", "release:")[0]
    assert town.release().revision == 1


async def test_the_old_coordinator_has_no_say_any_more_and_the_new_one_has(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "coordinator REL-1 @st"))
    assert (await town.say("ana", "edit REL-1 title=Mine")).refused
    assert not (await town.say("st", "edit REL-1 title=His")).refused


@pytest.mark.parametrize("who", ["bo", "cm", "st", "own"])
async def test_nobody_else_hands_it_over(town: Town, who: str) -> None:
    await stories.drafted(town)
    answer = await town.say(who, f"coordinator REL-1 @{who}")
    assert sentence_of(answer) == "That is for the coordinator of REL-1 or a release manager."


async def test_s7_the_coordinator_does_not_change_while_it_is_decided(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("ana", "coordinator REL-1 @st")
    assert sentence_of(answer).startswith("REL-1 is in review, and its coordinator doesn't vote:")
    assert "/release recall REL-1" in sentence_of(answer)


async def test_s7_who_authorised_it_does_not_come_to_coordinate_it(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("ana", "coordinator REL-1 @bo")
    assert sentence_of(answer) == "Who voted on REL-1 doesn't coordinate it: that would be a vote on their own release."
    assert not (await town.say("ana", "coordinator REL-1 @dee")).refused


async def test_s7_who_coordinated_it_before_never_votes_on_it(town: Town) -> None:
    await stories.drafted(town)
    await town.all(
        ("ana", "coordinator REL-1 @bo"),
        ("bo", "coordinator REL-1 @st"),
        ("st", "submit REL-1"),
        ("cy", "approve REL-1"),
    )
    answer = await town.say("bo", "approve REL-1")
    assert sentence_of(answer) == "You once coordinated REL-1, so somebody else on the CAB decides on it."
    assert "Approve" not in told(await town.say("bo", "show REL-1"))


async def test_who_gets_it_back_coordinates_it(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "coordinator REL-1 @st"), ("st", "coordinator REL-1 @ana"))
    found = town.release()
    assert (found.coordinator_id, found.coordinated_before) == (town.people["ana"], [town.people["st"]])


async def test_it_goes_to_nobody_who_could_not_do_the_work(town: Town) -> None:
    await stories.drafted(town)
    town.add("zed", kind=AccountKind.GUEST)
    assert sentence_of(await town.say("ana", "coordinator REL-1 @zed")) == (
        "Zed isn't a full member here, and couldn't do what a coordinator does."
    )
    assert sentence_of(await town.say("ana", "coordinator REL-1 me")) == "Ana coordinates REL-1 already."


async def test_a_release_that_is_over_keeps_its_coordinator(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "cancel REL-1 no more"))
    assert (
        sentence_of(await town.say("ana", "coordinator REL-1 @st")) == "REL-1 is cancelled; its record stays as it is."
    )


async def test_readers_of_the_announcement_find_the_new_contact(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "announce REL-1"), ("ana", "coordinator REL-1 @st"))
    assert any("Contact: St" in each for each in town.heard("announcements", "announcement:"))
    assert any("REL-1 went from Ana to St" in each for each in town.heard("announcements", "event:"))


async def test_the_release_manager_may_take_it(town: Town) -> None:
    town.add("rita", Role.RELEASE_MANAGER)
    await stories.drafted(town)
    await town.all(("rita", "coordinator REL-1 me"))
    assert town.release().coordinator_id == town.people["rita"]
    assert town.heard("rita") == []
    assert len(town.heard("ana")) == 1
