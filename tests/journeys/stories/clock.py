"""Stories that the clock tells: silence in the CAB, standing status posts, notices whose time has passed."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import BALLOT, CARD, approved, registered_and_submitted

NEW_SOON = (
    'new "Faster refunds" service=payments version=2.4.0 start="2026-12-05 22:00" hours=2 zone=Europe/Berlin '
    'plan="Deploy" backout="Redeploy 2.3.1"'
)


async def silence_in_the_cab(stage: Stage) -> None:
    """Reminded twice, escalated once, lapsed a day later: silence is not consent."""
    await stage.says("ana", NEW_SOON)
    await stage.says("ana", "submit REL-1")
    await stage.presses("ben", "Approve", BALLOT, "me")
    await stage.later(hours=25)
    for who, count in (("chiara", 1), ("devika", 1), ("ben", 0)):
        assert _reminders(stage, who) == count, "only who owes a vote is reminded"
    await stage.turns_a_page()
    await stage.later(hours=20)
    assert _reminders(stage, "chiara") == 2
    replies = find(stage.channel("cab"), BALLOT).replies
    assert len([each for each in replies if "waits for a decision" in each]) == 2
    holds(replies[-1], "Awaited: @Chiara, @Devika")
    await stage.turns_a_page()

    await stage.later(hours=4)
    escalated = find(stage.direct("devika"), "CAB didn't decide on REL-1")
    holds(escalated.words, "1 approval missing")
    assert not [each for each in stage.direct("chiara") if "didn't decide" in each.words]
    assert find(stage.channel("cab"), BALLOT).buttons, "it can still be decided"
    await stage.turns_a_page()

    await stage.later(hours=24)
    ballot = find(stage.channel("cab"), BALLOT)
    holds(ballot.words, "not decided in time")
    assert not ballot.buttons
    card = find(stage.channel("releases"), CARD)
    holds(card.words, "Draft")
    assert "Submit to the CAB" in card.buttons
    holds(card.replies[-1], "didn't decide on REL-1", "it's a draft again")
    _nothing_is_left_to_press(stage)
    await stage.later(hours=100)
    assert [each for each in await stage.trail() if each.startswith("clock") and each.endswith("REL-1")] == [
        "clock remind REL-1",
        "clock remind REL-1",
        "clock escalate REL-1",
        "clock lapse REL-1",
    ]


def _reminders(stage: Stage, who: str) -> int:
    return len([each for each in stage.direct(who) if "waits for a decision" in each.words])


async def escalated_and_then_decided(stage: Stage) -> None:
    """The change manager decides from the message that told her; the lapse doesn't come."""
    await stage.says("ana", NEW_SOON)
    await stage.says("ana", "submit REL-1")
    await stage.presses("ben", "Approve", BALLOT, "cab")
    await stage.later(hours=49)
    await stage.turns_a_page()
    heard = await stage.presses("devika", "Approve", "CAB didn't decide", "me")
    holds(heard.words, "The CAB approved REL-1")
    await stage.later(hours=30)
    holds(find(stage.channel("releases"), CARD).words, "Approved")
    holds(find(stage.channel("cab"), BALLOT).words, "approved")
    _nothing_is_left_to_press(stage)
    assert "clock lapse REL-1" not in await stage.trail()


def _nothing_is_left_to_press(stage: Stage) -> None:
    """No card of a round that is over has a button, wherever it hangs."""
    for seen in (each for who in ("ben", "chiara", "devika") for each in stage.direct(who)):
        assert not seen.buttons, seen.words
    assert "waits for a decision" not in "\n".join(find(stage.channel("cab"), BALLOT).replies)


async def status_across_summer_time(stage: Stage) -> None:
    """Every morning at nine by the wall clock of Berlin, before and after the clocks change, and over a restart."""
    await registered_and_submitted(stage)
    await stage.until("2027-03-26 12:00")
    heard = await stage.says("marta", 'status schedule "0 9 * * *" zone=Europe/Berlin', "releases")
    holds(heard.words, "Sat 27 Mar 2027, 09:00 CET", "Sun 28 Mar 2027, 09:00 CEST", "Wed 31 Mar 2027, 09:00 CEST")
    await stage.turns_a_page()
    await stage.until("2027-03-27 09:01")
    await stage.until("2027-03-28 08:59")
    assert _posts(stage) == ["Sat 27 Mar 2027, 09:00 CET"]
    await stage.turns_a_page()
    await stage.until("2027-03-29 10:00")
    assert _posts(stage) == [
        "Sat 27 Mar 2027, 09:00 CET",
        "Sun 28 Mar 2027, 09:00 CEST",
        "Mon 29 Mar 2027, 09:00 CEST",
    ]
    holds((await stage.says("sofia", "status list")).words, "Tue 30 Mar 2027, 09:00 CEST")
    heard = await stage.says("marta", "status stop 1")
    await stage.later(hours=48)
    assert len(_posts(stage)) == 3


def _posts(stage: Stage) -> list[str]:
    """When each status in #releases says that it was made."""
    posts = [each.words for each in stage.channel("releases") if "Release status" in each.words]
    return [line.removeprefix("As of ") for post in posts for line in post.splitlines() if line.startswith("As of ")]


async def switched_off_overnight(stage: Stage) -> None:
    """What fell due while Cabbot was away is said once, late; of several status posts only the newest."""
    await approved(stage)
    await stage.says("marta", 'status schedule "every 4h"', "releases")
    await stage.sleeps(hours=30)
    assert len(_posts(stage)) == 1
    trail = [each for each in await stage.trail() if "clock" in each]
    assert trail.count("clock post-status status schedule 1") == 2, "one dropped, one posted"
    await stage.later(hours=5)
    assert len(_posts(stage)) == 3


async def told_late(stage: Stage) -> None:
    """A notice that comes late says when the window begins, and not how long ago it would have been a day."""
    await approved(stage)
    await stage.says("ana", "announce REL-1", "announcements")
    await stage.sleeps(hours=30)
    replies = find(stage.channel("announcements"), CARD).replies
    holds(replies[-1], "begins at Tue 1 Dec 2026, 22:00 CET")
    assert "begins in" not in "\n".join(replies)
    await stage.later(hours=5)
    holds(find(stage.channel("announcements"), CARD).replies[-1], "begins in 1 hour")


async def told_too_late(stage: Stage) -> None:
    """Of two notices whose time has come only the nearer is said, and none after the window has begun."""
    await approved(stage)
    await stage.says("ana", "announce REL-1", "announcements")
    await stage.sleeps(hours=34.5)
    begins = [each for each in find(stage.channel("announcements"), CARD).replies if "begins" in each]
    assert len(begins) == 1
    await stage.says("ana", NEW_SOON)
    await stage.says("ana", "submit REL-2")
    for who in ("ben", "chiara"):
        await stage.says(who, "approve REL-2", "me")
    await stage.says("ana", "announce REL-2", "announcements")
    await stage.sleeps(hours=24 * 6)
    assert "begins" not in "\n".join(find(stage.channel("announcements"), "REL-2 Faster refunds").replies)
