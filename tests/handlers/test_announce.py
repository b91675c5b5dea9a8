"""Announcements, said and by themselves."""

from __future__ import annotations

import pytest

from storage.terms import Delivery
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of


async def test_one_living_announcement_in_every_channel_of_its_readers(town: Town) -> None:
    await town.all(("own", "link service:payments <#pay|pay>"))
    await stories.approved(town)
    answer = await town.say("ana", "announce REL-1 refunds will be quicker")
    assert sentence_of(answer) == "REL-1 is announced in 2 channels."
    assert {each.channel for each in town.postings(slot="announcement:")} == {"announcements", "pay"}
    card = town.heard("announcements")[0]
    assert "Planned and approved" in card
    assert "refunds will be quicker" in card
    assert "Contact: Ana" in card


async def test_said_again_it_is_edited_where_it_hangs(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "announce REL-1 soon"), ("ana", "announce REL-1 very soon"))
    cards = town.postings("announcements", "announcement:")
    assert len(cards) == 1
    assert cards[0].wanted == 2
    assert "very soon" in town.heard("announcements")[0]


async def test_a_channel_of_two_audiences_hears_it_once(town: Town) -> None:
    await town.all(("own", "link service:payments <#announcements|announcements>"))
    await stories.approved(town)
    assert sentence_of(await town.say("ana", "announce REL-1")) == "REL-1 is announced in 1 channel."
    assert len(town.postings("announcements", "announcement:")) == 1


async def test_each_event_is_a_reply_in_its_thread(town: Town) -> None:
    await stories.deploying(town)
    await town.all(
        ("ana", "step REL-1"), ("ana", "hold REL-1 look"), ("ana", "resume REL-1"), ("ana", "complete REL-1")
    )
    replies = [each for each in town.postings("announcements") if each.delivery is Delivery.REPLY]
    assert {each.parent for each in replies} == {"announcement:REL-1"}
    assert [text.splitlines()[0] for text in town.heard("announcements", "event:")][-5:] == [
        "REL-1 has started: Pilot (stage 1 of 2).",
        "REL-1: Pilot is done, Full (stage 2 of 2) begins.",
        "REL-1 is on hold.",
        "REL-1 goes on.",
        "REL-1 is deployed.",
    ]


async def test_the_words_said_with_an_event_are_the_newest_words(town: Town) -> None:
    await stories.deploying(town)
    for line, words in (
        ("status REL-1 ten percent", "ten percent"), ("step REL-1 the pilot is fine", "the pilot is fine"),
        ("complete REL-1 all traffic", "all traffic"), ("rollback REL-1 errors rise", "errors rise"),
    ):  # fmt: skip
        await town.all(("ana", line))
        assert f"> {words}" in town.heard("announcements", "announcement:")[0]


async def test_readers_do_not_hear_of_votes_and_drafts(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("ana", "announce REL-1"), ("bo", "approve REL-1 mind the cache"), ("cy", "reject REL-1 no"))
    assert len(town.heard("announcements", "event:")) == 1
    assert "In planning" in town.heard("announcements")[0]


async def test_readers_hear_when_the_window_moves(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "announce REL-1"), ("ana", 'edit REL-1 start="2026-12-03 21:00"'))
    assert "window start" in town.heard("announcements", "event:")[-1]
    assert "Thu 3 Dec 2026, 21:00 UTC" in town.heard("announcements")[0]


@pytest.mark.parametrize("who", ["bo", "st", "cm", "own", "oc"])
async def test_who_does_not_announce(town: Town, who: str) -> None:
    await stories.approved(town)
    assert sentence_of(await town.say(who, "announce REL-1")) == (
        "REL-1 is announced by its coordinator or the release manager."
    )


async def test_a_draft_is_not_announced(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("ana", "announce REL-1")) == (
        "REL-1 is a draft; it's announced once it is submitted."
    )


async def test_what_is_over_is_not_announced(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "cancel REL-1 no"))
    assert sentence_of(await town.say("ana", "announce REL-1")) == "REL-1 is cancelled; there is nothing to announce."


async def test_with_no_channel_to_hear_it_it_says_how_to_link_one(town: Town) -> None:
    await town.all(("own", "unlink announcements <#announcements|announcements>"))
    await stories.approved(town)
    assert sentence_of(await town.say("ana", "announce REL-1")) == (
        "No channel hears announcements yet. Link one: /release link announcements #channel, or name one for this release: "
        "/release stakeholder add REL-1 #channel."
    )


# ---- by themselves


async def test_before_the_window_readers_and_followers_are_told(town: Town) -> None:
    await town.all(("st", "follow payments"))
    await stories.approved(town)
    said = await town.later(hours=32, minutes=30)
    assert [line for line in said if line.startswith("upcoming")] == [
        "upcoming REL-1 before=1440 revision=1", "upcoming REL-1 before=60 revision=1",
    ]  # fmt: skip
    assert len(town.postings("announcements", "announcement:")) == 1
    assert town.heard("announcements", "event:") == [
        "REL-1 Faster refunds begins in 1 day, Tue 1 Dec 2026, 21:00 UTC.",
        "REL-1 Faster refunds begins in 1 hour, Tue 1 Dec 2026, 21:00 UTC.",
    ]
    assert town.heard("st")[-1] == town.heard("announcements", "event:")[-1]


async def test_a_notice_is_worth_sending_until_the_window_opens(town: Town) -> None:
    await stories.approved(town)
    await town.later(hours=32, minutes=30)
    events = town.postings("announcements", "event:")
    assert {each.until for each in events} == {town.release().starts_at}


async def test_a_notice_tells_of_a_hold(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "hold REL-1 look"))
    await town.later(hours=32, minutes=30)
    assert town.heard("announcements", "event:")[-1].endswith("21:00 UTC; it's on hold: look.")


async def test_a_window_that_is_near_leaves_out_the_notices_whose_time_has_passed(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=20)
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    assert [due.line for due in town.waiting()] == ["upcoming REL-1 before=60 revision=1"]


async def test_after_an_outage_only_the_newest_notice_is_said(town: Town) -> None:
    await stories.approved(town)
    await town.asleep(hours=32)
    assert len(town.heard("announcements", "event:")) == 1
    first, second = (entry for entry in town.journal() if entry.command == "upcoming")
    assert first.why == "not said: the next notice is due already"
    assert second.after == {"notice": "1 hour"}


async def test_a_late_notice_does_not_say_what_is_no_longer_true(town: Town) -> None:
    await stories.approved(town)
    await town.asleep(hours=20)
    assert town.heard("announcements", "event:") == ["REL-1 Faster refunds begins at Tue 1 Dec 2026, 21:00 UTC."]


async def test_once_the_window_is_open_no_notice_is_said(town: Town) -> None:
    await stories.approved(town)
    await town.asleep(hours=34)
    assert town.heard("announcements") == []


async def test_what_has_moved_on_is_not_announced_as_planned(town: Town) -> None:
    await stories.approved(town)
    line = next(due.line for due in town.waiting())
    await town.all(("ana", "edit REL-1 impact=None"), ("ana", "submit REL-1"))
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    town.plan(line, town.clock.at)
    await town.later(seconds=1)
    assert town.last().why == "not said: the release has moved on since it was planned"
    assert town.heard("announcements") == []


async def test_an_emergency_is_not_announced_ahead(town: Town) -> None:
    await stories.emergency(town)
    await town.all(("eve", "approve REL-1"))
    assert town.waiting() == []
