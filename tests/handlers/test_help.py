from __future__ import annotations

import json

import pytest

from handlers.kit.command import catalogue
from messages import adaptive_card, block_kit
from messages.directory import Directory
from messages.tokens import SHORTENED
from storage.terms import Role
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told

SAID = [name for name, made in catalogue().items() if not made.clock]


def rows_of(text: str) -> list[str]:
    return [line.removeprefix("• ") for line in text.splitlines() if line.startswith("• ")]


async def test_everything_that_can_be_said_is_listed_or_one_word_away(town: Town) -> None:
    rows = rows_of(told(await town.say("st", "help")))
    found: set[str] = set()
    for row in rows:
        first, *more = row.partition(" — ")[0].split(" · ")
        found |= {first, *(f"{first.split()[0]} {each}" for each in more)}
    assert found == set(SAID)
    assert all(row.partition(" — ")[2] for row in rows)


async def test_a_word_that_several_begin_with_shows_each_of_them(town: Town) -> None:
    answer = await town.say("st", "help change")
    assert rows_of(told(answer))[0] == "change add — Add change requests to a release"
    assert labels(answer.card) == ["change add", "change edit", "change list", "change strike"]
    assert "• status list — " in told(await town.say("st", "help status"))


async def test_all_of_it_is_shown_on_every_platform(town: Town) -> None:
    card = (await town.say("st", "help")).card
    assert card is not None
    for shown in (
        block_kit.message(card, Directory("slack", "T1"))["blocks"],
        adaptive_card.message(card, Directory("teams", "t1"))["attachments"],
    ):
        assert SHORTENED.strip() not in json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize("name", SAID)
async def test_each_command_is_explained(town: Town, name: str) -> None:
    answer = await town.say("st", f"help {name}")
    text = told(answer)
    assert f"/release {name}" in text
    for each in catalogue()[name].asks:
        assert f"{each.name}: {each.hint or each.label}" in text
    assert labels(answer.card) in (["Open the form"], ["Do it"])
    if "form=yes" in next(buttons(answer.card)).say:
        who = "cm" if catalogue()[name].roles == {Role.CHANGE_MANAGER} else "own"
        assert (await town.press(who, next(buttons(answer.card)))).form is not None


async def test_who_may_is_said(town: Town) -> None:
    assert "For: Process owner" in told(await town.say("st", "help role grant"))


async def test_nothing_said_at_all_shows_what_waits_and_the_way_to_help(town: Town) -> None:
    answer = await town.say("st", "")
    assert "Nothing waits for you." in told(answer)
    assert "What Cabbot can do" in told(
        await town.press("st", next(b for b in buttons(answer.card) if b.label == "Help"))
    )


@pytest.mark.parametrize(
    "line, near",
    [
        ("aprove REL-1", "/release approve"),
        ("rollbak", "/release rollback"),
        ("status shedule", None),
        ("STAUTS", "/release status"),
        ("help aprove", "approve"),
    ],
)
async def test_a_word_that_is_not_known_gets_the_nearest_ones(town: Town, line: str, near: str | None) -> None:
    answer = await town.say("st", line)
    assert answer.refused
    if near is not None:
        assert near in labels(answer.card)
        assert "/release" in told(await town.press("st", next(buttons(answer.card))))


async def test_a_word_like_no_other_is_shown_the_way_to_help(town: Town) -> None:
    answer = await town.say("st", "frobnicate")
    assert sentence_of(answer) == "I don't know “frobnicate”. Type /release help to see what I can do."
    answer = await town.say("st", "help frobnicate")
    assert sentence_of(answer) == "There is no command “frobnicate”."
    assert labels(answer.card) == ["All commands"]


async def test_commands_in_capitals_are_understood(town: Town) -> None:
    assert not (await town.say("ana", "NEW Refunds")).refused
    assert not (await town.say("st", "Role List")).refused


@pytest.mark.parametrize("line", ['new "Refunds', "new x=“y", "new title=a title=b"])
async def test_a_line_that_cannot_be_read_says_why(town: Town, line: str) -> None:
    answer = await town.say("ana", line)
    assert answer.refused
    assert any(words in sentence_of(answer) for words in ("opened and not closed", "given twice", "isn't known"))


async def test_what_may_stand_below_the_command_says_so(town: Town) -> None:
    for name in ("plan", "plan insert", "backout", "test plan", "change add"):
        assert "It may also stand below the command" in told(await town.say("st", f"help {name}")), name
