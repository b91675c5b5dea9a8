"""Application coordinators and the testing coordinator of a release."""

from __future__ import annotations

from storage.evidence import Part
from storage.terms import AccountKind
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told


def parts(town: Town) -> list[tuple[Part, str, str]]:
    names = {number: handle for handle, number in town.people.items()}
    release = town.release()
    held = town.look(lambda records: records.evidence.participants.of(release.id))
    return [(each.part, names[each.person_id], each.area) for each in held]


async def test_s2_application_coordinators_answer_for_their_area(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", 'application add REL-1 @st area="web shop"')
    assert sentence_of(answer) == "St is application coordinator for web shop of REL-1."
    await town.all(("ana", "application add REL-1 @bo"))
    assert parts(town) == [(Part.APPLICATION, "st", "web shop"), (Part.APPLICATION, "bo", "")]
    assert "You are application coordinator for web shop of REL-1 Faster refunds, named by Ana." in town.heard("st")[0]


async def test_said_again_it_changes_the_area(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "application add REL-1 @st area=web"), ("ana", "application add REL-1 @st area=shop"))
    assert parts(town) == [(Part.APPLICATION, "st", "shop")]
    assert sentence_of(await town.say("ana", "application add REL-1 @st area=shop")) == (
        "St is an application coordinator of REL-1 already."
    )


async def test_the_part_is_taken_back(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "application add REL-1 @st"), ("ana", "application remove REL-1 @st"))
    assert parts(town) == []
    assert "You aren't application coordinator of REL-1 Faster refunds any more." in town.heard("st")[-1]
    assert sentence_of(await town.say("ana", "application remove REL-1 @st")) == (
        "St isn't an application coordinator of REL-1."
    )


async def test_s2_there_is_one_testing_coordinator_and_both_hear_of_a_change(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "testing REL-1 @st"), ("ana", "testing REL-1 @bo"))
    assert parts(town) == [(Part.TESTING, "bo", "")]
    assert "Bo is the testing coordinator of REL-1 in your place." in town.heard("st")[-1]
    assert "You are testing coordinator of REL-1" in town.heard("bo")[-1]
    assert (town.last().before, town.last().after) == ({"testing coordinator": "St"}, {"testing coordinator": "Bo"})
    assert sentence_of(await town.say("ana", "testing REL-1 @bo")) == "Bo is that already."


async def test_s2_who_could_not_sign_the_tests_off_is_not_named(town: Town) -> None:
    town.add("guest", kind=AccountKind.GUEST)
    await stories.drafted(town)
    assert "couldn't sign the tests off" in sentence_of(await town.say("ana", "testing REL-1 @guest"))
    assert parts(town) == []


async def test_nobody_takes_the_part_back(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("ana", "testing REL-1 nobody")) == "REL-1 has no testing coordinator."
    await town.all(("ana", "testing REL-1 @st"), ("ana", "testing REL-1 nobody"))
    assert parts(town) == []


async def test_one_person_may_have_both_parts_and_oneself_is_not_told(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "application add REL-1 me"), ("ana", "testing REL-1 me"))
    assert parts(town) == [(Part.APPLICATION, "ana", ""), (Part.TESTING, "ana", "")]
    assert town.heard("ana") == []


async def test_s3_people_touch_no_revision_and_no_approval(town: Town) -> None:
    await stories.approved(town)
    before = town.release()
    await town.all(("ana", "application add REL-1 @st"), ("rm", "testing REL-1 @bo"))
    assert town.release() == before


async def test_only_the_owners_name_people(town: Town) -> None:
    await stories.drafted(town)
    for line in ("application add REL-1 me", "testing REL-1 me", "application remove REL-1 @ana"):
        assert sentence_of(await town.say("st", line)) == "That is for the coordinator of REL-1 or a release manager."


async def test_they_are_shown(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "application add REL-1 @st area=web"), ("ana", "testing REL-1 @bo"))
    text = told(await town.say("eve", "show REL-1"))
    assert "Application coordinators: St (web)" in text
    assert "Testing coordinator: Bo" in text
