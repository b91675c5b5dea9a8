"""What waits, what failed and why, who knows; and trying again."""

from __future__ import annotations

from typing import Any

import pytest

from storage.posting import POSTINGS, TOLD, Posting, Told
from storage.store import Store
from storage.terms import PostingState, ToldHow
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told
from tests.handlers.two_platforms import house


def changed(town: Town, posting: Posting, **values: Any) -> None:
    town.write(lambda records: POSTINGS.save(records._tx, posting.model_copy(update=values)))


async def test_what_waits_is_listed_with_where_and_for_whom(town: Town) -> None:
    await stories.submitted(town)
    text = told(await town.say("rm", "deliveries"))
    assert "WAITING" in text
    assert "#cab" in text
    assert "Bo" in text


async def test_what_failed_says_why_and_can_be_tried_again(town: Town) -> None:
    await stories.submitted(town)
    posting = town.postings("cab", "ballot:")[0]
    changed(town, posting, state=PostingState.DEAD, error="channel_not_found", attempts=3)
    answer = await town.say("rm", "deliveries")
    assert "channel_not_found" in told(answer)
    assert "tried 3 times" in told(answer)
    again = await town.press("rm", next(buttons(answer.card)))
    assert sentence_of(again) == f"Delivery {posting.id} of REL-1 is tried again."
    assert town.postings("cab", "ballot:")[0].state is PostingState.WAITING
    assert (town.last().before, town.last().after) == ({"delivery": "dead"}, {"delivery": "waiting"})


async def test_everything_is_delivered(town: Town) -> None:
    assert "Everything is delivered" in told(await town.say("rm", "deliveries"))


async def test_who_knows_of_a_release(town: Town) -> None:
    await stories.submitted(town)
    assert "Who knows of REL-1" in told(await town.say("rm", "deliveries REL-1"))
    posting = town.postings("cab", "ballot:")[0]
    changed(town, posting, state=PostingState.SHOWN, shown=1, message="1.1", sent_at=town.clock.at)
    line = Told(
        organisation_id=town.organisation, posting_id=posting.id, at=town.clock.at, outcome=ToldHow.SENT, revision=1
    )
    town.write(lambda records: TOLD.add(records._tx, line))
    assert "#cab" in told(await town.say("rm", "deliveries REL-1"))


async def test_on_two_platforms_it_says_on_which(database: Store) -> None:
    both = await house(database)
    await both.slack.all(("ana", "new A"))
    text = told(await both.slack.say("own", "deliveries REL-1"))
    assert "release card to #releases (Slack), since" in text
    assert "release card to #releases (Microsoft Teams), since" in text


async def test_nobody_was_told(town: Town) -> None:
    await town.all(("ana", "new Refunds"))
    for posting in town.postings():
        changed(town, posting, subject="elsewhere")
    assert "Nobody was told of REL-1." in told(await town.say("rm", "deliveries REL-1"))


@pytest.mark.parametrize("who", ["ana", "bo", "oc", "st"])
@pytest.mark.parametrize("line", ["deliveries", "deliveries REL-1", "deliveries retry 1"])
async def test_it_is_for_managers(town: Town, who: str, line: str) -> None:
    await stories.drafted(town)
    assert "is for the process owner or release manager or change manager." in sentence_of(await town.say(who, line))


async def test_what_is_shown_is_not_tried_again(town: Town) -> None:
    await stories.drafted(town)
    posting = town.postings()[0]
    changed(town, posting, state=PostingState.SHOWN)
    answer = await town.say("rm", f"deliveries retry {posting.id}")
    assert sentence_of(answer) == f"Delivery {posting.id} isn't one that failed."
    assert labels(answer.card) == ["Deliveries"]


async def test_another_organisations_delivery_is_not_there(town: Town, database: Store) -> None:
    await stories.drafted(town)
    posting = town.postings()[0]
    changed(town, posting, state=PostingState.DEAD)
    assert (await Town(database).say("rm", f"deliveries retry {posting.id}")).refused
    assert town.postings()[0].state is PostingState.DEAD


async def test_a_channel_is_called_by_the_name_under_which_it_was_linked(town: Town) -> None:
    """Teams shows ids as they are, and no platform knows another's channels."""
    link = town.link("announcements", "19:0a1b@thread.tacv2")
    link.channel_name = "news"
    town.write(lambda records: records.links.add(link))
    await stories.submitted(town)
    await town.all(("ana", "announce REL-1"))
    heard = told(await town.say("rm", "deliveries"))
    assert "#news" in heard
    assert "19:0a1b" not in heard
