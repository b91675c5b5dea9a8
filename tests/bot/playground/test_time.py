"""The demo's clock, and what falls due while it is moved."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.demo import open_playground
from bot.playground.playground import Playground
from bot.playground.seed import opening
from tests.bot.playground.opened import OPENS


@pytest.mark.parametrize(
    "now, opens",
    [
        ("2026-12-01T03:00Z", "2026-12-01T09:00Z"),
        ("2026-12-01T22:30Z", "2026-12-01T09:00Z"),
        ("2026-12-01T23:30Z", "2026-12-08T09:00Z"),
        ("2026-06-03T12:00Z", "2026-06-09T08:00Z"),
    ],
)
def test_it_opens_on_a_tuesday_at_ten(now: str, opens: str) -> None:
    assert opening(datetime.fromisoformat(now)) == datetime.fromisoformat(opens)


async def test_the_story_ends_at_the_opening(house: Playground) -> None:
    assert timedelta(0) <= house.clock.now() - OPENS < timedelta(minutes=2)


async def test_what_falls_due_on_the_way_happens_at_its_own_moment(house: Playground) -> None:
    before = house.log.last()
    await house.forward_to(OPENS + timedelta(hours=2))
    asked = [each for each in house.log.page("@ana", 2**62, 20) if each.id > before]
    moments = [each.at.astimezone(UTC).strftime("%H:%M") for each in asked]
    assert moments == ["09:17", "09:47", "10:17", "10:47"]  # every 30 minutes since the start at 09:47 in Berlin


async def test_reminders_on_the_way_come_before_their_ballot_ends(house: Playground) -> None:
    before = house.log.last()
    await house.forward_to(OPENS + timedelta(days=1, hours=6))  # half an hour before the deadline of REL-5's ballot
    to_devika = [each for each in house.log.page("@devika", 2**62, 30) if each.id > before]
    moments = [each.at.astimezone(UTC).strftime("%d %H:%M") for each in to_devika]
    assert moments == ["01 15:30", "02 11:30"]  # 24 h and 4 h before it
    assert all("waits for a decision" in each.card for each in to_devika)
    await house.forward_to(OPENS + timedelta(days=2, hours=7))
    answer = await house.say("chiara", "act-lapsed", "approve REL-5", channel="cab")
    assert answer.refused


@pytest.mark.parametrize("step", [timedelta(seconds=-1), timedelta(days=32)])
async def test_the_clock_goes_neither_back_nor_out_of_sight(house: Playground, step: timedelta) -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        await house.forward_to(house.clock.now() + step)


async def test_a_closed_playground_stands_still_and_goes_on_where_it_was(told: Path, tmp_path: Path) -> None:
    directory = tmp_path / "kept"
    shutil.copytree(told, directory)
    async with open_playground(directory, OPENS) as house:
        await house.forward_to(OPENS + timedelta(hours=1))
        await house.say("ana", "act-before", 'new "Before the restart"', channel="releases")
        await house.delivered()
        left_at, last = house.clock.now(), house.log.last()
    async with open_playground(directory, OPENS) as house:
        assert timedelta(0) <= house.clock.now() - left_at < timedelta(minutes=1)
        assert house.log.last() == last
        await house.say("ana", "act-after", 'edit REL-8 title="After it"', channel="releases")
        await house.delivered()
        card = next(each for each in house.log.page("releases", 2**62, 5)[::-1] if "REL-8" in each.card)
        assert "After it" in card.card
        assert card.edited_at is not None


async def test_a_story_that_was_cut_short_is_told_anew(told: Path, tmp_path: Path) -> None:
    directory = tmp_path / "cut"
    shutil.copytree(told, directory)
    async with open_playground(directory, OPENS) as house:
        house.log.note("seeded", "")
        await house.say("ana", "act-lost", 'new "Lost"', channel="releases")
    async with open_playground(directory, OPENS) as house:
        answer = await house.say("ana", "act-look", "list", channel="releases")
        assert answer.card is not None
        assert answer.card.summary == "Releases: 7 releases"
