"""Finding by words, through the door."""

from __future__ import annotations

import pytest

from storage.terms import AccountKind
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told


@pytest.mark.parametrize(
    "words", ["refunds", "FAST ref", "CHG-1", "drain", "redeploy", "REL-1", "rel-1", "1", "payments"]
)
async def test_a_release_is_found(town: Town, words: str) -> None:
    await town.all(("ana", f"{NEW} {PLANS} changes=CHG-1"), ("ana", "new Other"))
    assert "REL-1" in labels((await town.say("st", f"find {words}")).card)


async def test_a_key_means_that_release_before_all_others(town: Town) -> None:
    for number in range(1, 13):
        await town.all(("ana", f'new "After REL-1 number {number}"'))
    assert labels((await town.say("st", "find REL-1")).card)[:2] == ["REL-1", "REL-12"]


async def test_pages(town: Town) -> None:
    for number in range(12):
        await town.all(("ana", f"new Refund-{number}"))
    first = await town.say("st", "find refund")
    *rows, older = buttons(first.card)
    assert [each.label for each in rows] == [f"REL-{number}" for number in range(12, 2, -1)]
    assert labels((await town.press("st", older)).card) == ["REL-2", "REL-1"]


async def test_what_was_said_and_services_are_found(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("ana", "status REL-1 The turbines hum"))
    answer = await town.say("st", "find turbine")
    assert "REL-1 Faster refunds — Ana said: “The turbines hum”" in told(answer)
    assert labels(answer.card) == ["REL-1"]
    assert "Releases of web" in labels((await town.say("st", "find web")).card)


async def test_an_edit_is_found(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", 'edit REL-1 title="Slower payouts"'))
    assert labels((await town.say("st", "find payouts")).card) == ["REL-1"]
    assert "Nothing has all of these words: refunds." in told(await town.say("st", "find refunds"))


async def test_without_words_it_asks_for_them(town: Town) -> None:
    form = (await town.say("st", "find")).form
    assert "Nothing found" in told(await town.fill("st", form, words="zebra"))


async def test_signs_alone_are_no_words(town: Town) -> None:
    answer = await town.say("st", 'find "--"')
    assert sentence_of(answer) == "A word has letters or digits; name at least one."
    assert answer.refused


async def test_guests_find_too_and_no_trail_is_left(town: Town) -> None:
    await stories.drafted(town)
    town.add("zed", kind=AccountKind.GUEST)
    trail = len(town.journal())
    assert labels((await town.say("zed", "find refunds")).card) == ["REL-1"]
    assert len(town.journal()) == trail
