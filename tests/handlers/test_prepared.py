"""Training, support, communication, resources and budget: stated with somebody's name."""

from __future__ import annotations

import pytest

from storage.evidence import Stated, Topic
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told


def stated(town: Town) -> list[Stated]:
    release = town.release()
    return town.look(lambda records: records.evidence.statements.of(release.id))


@pytest.mark.parametrize("topic", ["training", "support", "communication", "resources", "budget"])
async def test_s3_what_is_prepared_is_stated_and_shown(town: Town, topic: str) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"prepared REL-1 {topic} Two evenings for the desk"))
    (made,) = stated(town)
    assert (made.topic, made.words, made.person_id) == (Topic(topic), "Two evenings for the desk", town.people["ana"])
    assert made.digest == town.release().digest
    assert f"{topic.capitalize()}: Two evenings for the desk — Ana, Mon 30 Nov 2026" in told(
        await town.say("st", "show REL-1")
    )


async def test_the_newest_word_counts_and_the_trail_keeps_both(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "prepared REL-1 training Planned"), ("rm", "prepared REL-1 training Done"))
    (made,) = stated(town)
    assert (made.words, made.person_id) == ("Done", town.people["rm"])
    assert (town.last().before, town.last().after) == ({"training": "Planned"}, {"training": "Done"})
    assert "Rm states for REL-1, training: Done" in town.heard("ana")[-1]


async def test_it_is_taken_back(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "prepared REL-1 budget Booked"), ("ana", "prepared REL-1 budget -"))
    assert stated(town) == []
    assert sentence_of(await town.say("ana", "prepared REL-1 budget -")) == (
        "Nothing is stated for REL-1, budget, that could be taken back."
    )


async def test_s3_it_touches_no_revision_and_is_possible_after_the_approval(town: Town) -> None:
    await stories.approved(town)
    before = town.release()
    await town.all(("ana", "prepared REL-1 support The desk stands by"))
    assert town.release() == before


async def test_who_has_a_part_states_and_others_do_not(town: Town) -> None:
    await stories.drafted(town)
    assert (await town.say("st", "prepared REL-1 training Done")).refused
    await town.all(("ana", "application add REL-1 @st"), ("st", "prepared REL-1 training Done"))


async def test_nobody_signs_tests_off_by_this_word(town: Town) -> None:
    await stories.drafted(town)
    assert (await town.say("ana", "prepared REL-1 tests_signed_off yes")).refused
    assert stated(town) == []


async def test_s3_the_sla_impact_is_approved_content(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", 'edit REL-1 sla="Two minutes of downtime"'))
    assert town.release().content.sla_impact == "Two minutes of downtime"
    assert town.release().revision == 2
    assert "SLA impact: Two minutes of downtime" in told(await town.say("st", "show REL-1"))
    form = (await town.say("ana", "edit REL-1")).form
    assert form is not None
    assert {each.name: each.value for each in form.fields}["sla"] == "Two minutes of downtime"
