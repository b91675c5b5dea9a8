"""Words about a release on its way, and the facts that go out without them."""

from __future__ import annotations

import pytest

from tests.handlers import stories
from tests.handlers.buttons import buttons
from tests.handlers.town import Town, card_of, sentence_of, told


async def test_words_are_posted_in_the_threads_and_on_the_announcement(town: Town) -> None:
    await stories.deploying(town)
    answer = await town.say("ana", "status REL-1 all fine, 10 % of traffic")
    assert sentence_of(answer) == "Your status of REL-1 is posted."
    for channel in ("releases", "announcements"):
        assert "all fine, 10 % of traffic" in town.heard(channel)[-1]
        assert town.postings(channel)[-1].parent.endswith(":REL-1")
    assert "all fine, 10 % of traffic" in town.heard("announcements")[0]
    assert town.last().after == {"status": "all fine, 10 % of traffic"}


async def test_the_newest_words_are_what_the_announcement_quotes(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("ana", "status REL-1 ten percent"), ("ana", "status REL-1 half of it"))
    card = town.heard("announcements")[0]
    assert "half of it" in card
    assert "ten percent" not in card


async def test_without_words_it_shows_where_the_release_stands(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=12)
    answer = await town.say("st", "status REL-1")
    assert "REL-1 is in Pilot (stage 1 of 2), 12 minutes after its start of 120 minutes planned." in told(answer)
    before = len(town.postings())
    await town.say("st", "status REL-1")
    assert len(town.postings()) == before


@pytest.mark.parametrize(
    "story, sentence",
    [
        (stories.drafted, "REL-1 hasn't started. Say words about it: /release status REL-1 …"),
        (stories.approved, "REL-1 hasn't started. Say words about it: /release status REL-1 …"),
        (stories.rolling_back, "REL-1 is being rolled back, 0 minutes after its start of 120 minutes planned."),
        (stories.deployed, "REL-1 is deployed; it took 0 minutes of 120 minutes planned."),
    ],
)
async def test_in_every_state_it_tells_the_truth(town: Town, story: stories.Story, sentence: str) -> None:
    await story(town)
    assert sentence in told(await town.say("st", "status REL-1"))


async def test_words_about_a_draft_do_not_say_that_it_is_in_a_stage(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "status REL-1 we wait for the vendor"))
    assert "we wait for the vendor" in town.heard("releases")[-1]
    assert "stage" not in town.heard("releases")[-1]


async def test_without_a_release_it_shows_how_all_stand(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("ana", "new Second"), ("ana", "new Third"))
    text = told(await town.say("st", "status"))
    assert "DEPLOYING" in text
    assert "REL-1 Faster refunds" in text
    assert "Second" not in text  # drafts are nobody's business yet


async def test_nothing_is_on_its_way(town: Town) -> None:
    assert "Nothing is deploying, waiting or planned." in told(await town.say("st", "status"))


@pytest.mark.parametrize("who", ["st", "bo", "cm", "oc"])
async def test_who_does_not_speak_for_the_release(town: Town, who: str) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say(who, "status REL-1 fine")) == (
        "The status of REL-1 is told by its coordinator or the release manager."
    )


# ---- by themselves


async def test_every_half_hour_the_coordinator_is_asked(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=29)
    assert town.postings(slot="ask:") == []
    await town.later(minutes=2)
    assert [each.channel for each in town.postings(slot="ask:")] == ["ana"]
    form = (await town.press("ana", next(buttons(card_of(town.postings("ana", "ask:")[0]))))).form
    assert form is not None
    assert form.say == "status release=REL-1"
    assert [field.name for field in form.fields] == ["words"]
    await town.fill("ana", form, words="fine")
    assert "fine" in town.heard("announcements")[0]


async def test_a_question_is_asked_while_it_is_worth_an_answer(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=31)
    asked = town.postings("ana", "ask:")[0]
    assert asked.until is not None
    assert (asked.until - asked.created_at).total_seconds() == 600


async def test_without_words_the_facts_go_out_after_ten_minutes(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=39)
    heard = len(town.heard("announcements"))
    await town.later(minutes=2)
    assert town.heard("announcements")[heard:] == [
        "REL-1 is in Pilot (stage 1 of 2), 40 minutes after its start of 120 minutes planned."
    ]
    assert town.last().after == {"posted": "facts"}


async def test_with_words_the_facts_stay_at_home(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=35)
    await town.all(("ana", "status REL-1 fine"))
    heard = len(town.heard("announcements"))
    await town.later(minutes=6)
    assert len(town.heard("announcements")) == heard
    assert town.last().why == "not needed: words came, or it isn't on its way any more"


async def test_words_of_before_the_question_do_not_answer_it(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=20)
    await town.all(("ana", "status REL-1 fine"))
    heard = len(town.heard("announcements"))
    await town.later(minutes=21)
    assert len(town.heard("announcements")) == heard + 1


async def test_it_goes_on_until_the_deployment_is_done(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=95)
    assert len(town.postings(slot="ask:")) == 3
    await town.all(("ana", "step REL-1"), ("ana", "complete REL-1"))
    assert town.waiting() == []


async def test_a_rollback_is_reported_too_and_begins_its_own_half_hour(town: Town) -> None:
    await stories.deploying(town)
    await town.later(minutes=20)
    await town.all(("ana", "rollback REL-1 errors"))
    await town.later(minutes=29)
    assert town.postings(slot="ask:") == []
    await town.later(minutes=12)
    assert len(town.postings(slot="ask:")) == 1
    assert "REL-1 is being rolled back" in town.heard("announcements")[-1]


async def test_what_was_planned_before_the_end_says_nothing_after_it(town: Town) -> None:
    await stories.deployed(town)
    town.plan("ask-status REL-1", town.clock.at)
    town.plan(f"post-facts REL-1 since=@{int(town.clock.at.timestamp())}", town.clock.at)
    before = len(town.postings())
    await town.later(seconds=1)
    assert len(town.postings()) == before


async def test_after_an_outage_one_question_is_asked_and_not_one_for_each_half_hour(town: Town) -> None:
    await stories.deploying(town)
    await town.asleep(hours=5)
    assert len(town.postings(slot="ask:")) == 1
