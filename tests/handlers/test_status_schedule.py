"""Standing status posts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.dispatch import Door
from handlers.policy.rules import Rules
from storage.store import Store
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told

DAILY = 'status schedule "0 9 * * MON-FRI" zone=Europe/Berlin'


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_the_preview_shows_the_next_five_times(town: Town) -> None:
    answer = await town.say("st", DAILY)
    text = told(answer)
    assert "0 9 * * MON-FRI (Europe/Berlin) in #releases. The next times:" in text
    assert [line for line in text.splitlines() if "09:00" in line] == [
        "• Tue 1 Dec 2026, 09:00 CET",
        "• Wed 2 Dec 2026, 09:00 CET",
        "• Thu 3 Dec 2026, 09:00 CET",
        "• Fri 4 Dec 2026, 09:00 CET",
        "• Mon 7 Dec 2026, 09:00 CET",
    ]
    assert "/release status stop" in text
    assert town.last().after["rule"] == "0 9 * * MON-FRI"


async def test_the_preview_crosses_a_change_of_summer_time(database: Store) -> None:
    town = Town(database, at=at("2027-03-26 12:00"))
    text = told(await town.say("st", 'status schedule "30 2 * * *" zone=Europe/Berlin'))
    assert [line for line in text.splitlines() if "2027" in line] == [
        "• Sat 27 Mar 2027, 02:30 CET",
        "• Sun 28 Mar 2027, 03:00 CEST",
        "• Mon 29 Mar 2027, 02:30 CEST",
        "• Tue 30 Mar 2027, 02:30 CEST",
        "• Wed 31 Mar 2027, 02:30 CEST",
    ]


async def test_it_is_posted_when_it_is_due_each_day_anew(town: Town) -> None:
    await town.all(("st", DAILY))
    await stories.submitted(town)
    await town.later(days=3)
    posts = town.postings("releases", "status:")
    assert [each.created_at for each in posts] == [at(f"2026-12-0{day} 08:00") for day in (1, 2, 3)]
    assert "WAITING FOR APPROVAL" in town.heard("releases", "status:")[0]
    assert "REL-1 Faster refunds" in town.heard("releases", "status:")[0]
    assert all(each.priority == 9 for each in posts)


async def test_it_is_worth_sending_until_the_next_one(town: Town) -> None:
    await town.all(("st", DAILY))
    await town.later(days=1)
    assert town.postings("releases", "status:")[0].until == at("2026-12-02 08:00")


async def test_what_is_planned_waiting_deploying_and_done(town: Town) -> None:
    await stories.deployed(town)
    await town.all(("ana", "new Draft"), ("oc", "emergency Fails service=web reason=INC backout=back"))
    await town.all(("st", "status schedule “every 4h”"))
    await town.later(hours=4)
    text = town.heard("releases", "status:")[0]
    assert "DONE LATELY\n✓ REL-1 Faster refunds" in text
    assert "WAITING FOR APPROVAL\n◔ REL-3 Fails" in text
    assert "Draft" not in text
    await town.later(hours=24)
    assert "DONE LATELY" not in town.heard("releases", "status:")[-1]


async def test_another_channel_and_ones_own_zone(town: Town) -> None:
    town.lives_in("st", "Asia/Kolkata")
    await town.all(("st", 'status schedule "0 9 * * *" channel=<#standup|standup>'))
    await town.later(days=1)
    assert [each.created_at for each in town.postings("standup")] == [at("2026-12-01 03:30")]


async def test_a_missing_rule_opens_the_form(town: Town) -> None:
    form = (await town.say("st", "status schedule zone=Europe/Berlin")).form
    assert form is not None
    assert [(field.name, field.value) for field in form.fields] == [
        ("rule", ""), ("zone", "Europe/Berlin"), ("channel", ""),
    ]  # fmt: skip
    again = await town.fill("st", form, rule="daily")
    assert again.has_field_errors
    assert not (await town.fill("st", again.form, rule="0 9 * * *")).refused


# ---- restarts and outages


async def test_it_survives_a_restart(town: Town) -> None:
    await town.all(("st", DAILY))
    town.door = Door(town.store, town.clock, Rules())
    await town.later(days=2)
    assert len(town.postings("releases", "status:")) == 2


async def test_a_late_one_is_sent_once_and_the_trail_says_late(town: Town) -> None:
    await town.all(("st", DAILY))
    await town.asleep(hours=22)
    assert len(town.postings("releases", "status:")) == 1
    assert town.last().why == "said late: it was due 2026-12-01T08:00:00+00:00"
    assert town.last().after == {"posted": "2026-12-01T08:00:00+00:00"}


async def test_it_is_dropped_when_a_newer_one_is_due_and_the_trail_says_which(town: Town) -> None:
    await town.all(("st", DAILY))
    await town.asleep(days=4)
    assert len(town.postings("releases", "status:")) == 1
    dropped, late = town.journal()[-2:]
    assert dropped.why == "dropped: the one of 2026-12-04T08:00:00+00:00 is due already"
    assert late.after == {"posted": "2026-12-04T08:00:00+00:00"}
    await town.later(days=3)
    assert len(town.postings("releases", "status:")) == 2


async def test_a_year_asleep_is_no_burst(town: Town) -> None:
    await town.all(("st", 'status schedule "every 15m"'))
    await town.asleep(days=365)
    assert len(town.postings("releases", "status:")) == 1
    assert len(town.waiting()) == 1


@pytest.mark.parametrize(
    "start, days",
    [("2027-10-30 12:00", 3), ("2027-03-27 12:00", 3)],
)
async def test_through_a_change_of_summer_time_once_a_day(database: Store, start: str, days: int) -> None:
    town = Town(database, at=at(start))
    await town.all(("st", 'status schedule "30 2 * * *" zone=Europe/Berlin'))
    await town.later(days=days)
    assert len(town.postings("releases", "status:")) == days


async def test_two_schedules_of_one_channel_do_not_mix(town: Town) -> None:
    await town.all(("st", DAILY), ("ana", DAILY))
    await town.later(days=1)
    assert len(town.postings("releases", "status:")) == 2


# ---- list and stop


async def test_the_list_shows_each_with_its_next_time_and_a_button_that_stops_it(town: Town) -> None:
    await town.all(("st", DAILY), ("ana", 'status schedule "every 4h" channel=<#standup|standup>'))
    answer = await town.say("st", "status list")
    text = told(answer)
    assert "0 9 * * MON-FRI (Europe/Berlin) in #releases, next Tue 1 Dec 2026, 09:00 CET" in text
    assert "every 4h (UTC) in #standup, next Mon 30 Nov 2026, 16:00 UTC" in text
    stop = next(buttons(answer.card))
    assert sentence_of(await town.press("st", stop)).endswith("(0 9 * * MON-FRI, Europe/Berlin) is stopped.")
    assert labels((await town.say("st", "status list")).card) == [labels(answer.card)[1]]


async def test_nothing_is_scheduled(town: Town) -> None:
    assert "No status is posted on schedule." in told(await town.say("st", "status list"))


async def test_what_is_stopped_is_not_posted(town: Town) -> None:
    await town.all(("st", DAILY))
    line = town.waiting()[0].line
    number = town.last().subject.rpartition(" ")[2]
    await town.all(("st", f"status stop {number}"))
    assert town.waiting() == []
    town.plan(line, town.clock.at)
    await town.later(days=2)
    assert town.postings("releases", "status:") == []
    assert town.last().why == "not posted: it was stopped"


async def test_others_stop_it_only_with_the_role(town: Town) -> None:
    await town.all(("st", DAILY))
    number = town.last().subject.rpartition(" ")[2]
    assert sentence_of(await town.say("ana", f"status stop {number}")) == (
        "It was set up by St; they or the release manager stop it."
    )
    assert not (await town.say("rm", f"status stop {number}")).refused


async def test_there_is_no_such_schedule(town: Town) -> None:
    answer = await town.say("st", "status stop 99999")
    assert sentence_of(answer) == "There is no standing status post 99999."
    assert labels(answer.card) == ["List them"]


async def test_another_organisations_schedule_is_not_there(town: Town, database: Store) -> None:
    await town.all(("st", DAILY))
    number = town.last().subject.rpartition(" ")[2]
    other = Town(database)
    assert (await other.say("rm", f"status stop {number}")).refused
    assert len(town.waiting()) == 1


# ---- refusals


@pytest.mark.parametrize(
    "words, sentence",
    [
        ('"0 9 * * *" zone=Berlin', "A time zone is an IANA name such as Europe/Berlin; “Berlin” isn't one."),
        ("daily", "A schedule is a cron expression such as “0 9 * * MON-FRI”, or “every 4h”; “daily” isn't one."),
        ('"* * * * *"', "A status post comes at most every 15 minutes."),
        ('"0 9 */31 2 MON#5"', "That schedule never comes true; choose another."),
        ('"0 9 * * *" channel=#general', "“#general” isn't a channel I can see; pick it with #."),
        ("0 9 * * MON-FRI", "“9” is one word too many; put quotes around words that belong together."),
    ],
)
async def test_what_cannot_be_scheduled(town: Town, words: str, sentence: str) -> None:
    assert sentence_of(await town.say("st", f"status schedule {words}")) == sentence
    assert town.waiting() == []


async def test_a_conversation_with_the_bot_is_no_channel(town: Town) -> None:
    answer = await town.say("st", DAILY, direct=True)
    assert sentence_of(answer) == "This is a conversation between the two of us; name a channel with #."
