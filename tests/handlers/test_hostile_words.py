"""What people can write into any argument: it's read or refused with a sentence, soon, and nothing breaks of it."""

from __future__ import annotations

import itertools

import pytest

from handlers.kit.arguments import Argument
from handlers.kit.command import catalogue
from messages.line import compose
from storage.terms import Role
from tests.handlers import stories
from tests.handlers.town import Town

LONG = 3_000
"""Characters of a text field; the longest argument takes no more."""

HARD = [
    (before + middle * (LONG // len(middle)))[: LONG - 1] + after
    for before, middle, after in itertools.product(
        ("", "[", "|", "unit:", "@", "title: "),
        (" ", "[", "1. ", "| ", "<@U1|", "a:", "; ", "check: ", "9", "a1", "authorised by ", "é", "\n", "{{ "),
        ("x", "]", ":", "!"),
    )
]
"""Long runs that a careless pattern tries in all ways, each ended by what doesn't fit."""

ODD = [
    "", "-", " ", "\x00", "\u202e\u202dabc", "\ud800", "\u200b", "\u2028x", "'; DROP TABLE release; --", "\\", '"', "“",
    "<!channel> <@U1> <https://evil.example|x>", "{{ 7*7 }}", "{% for x in y %}", "%s%n", "[", "|", "| 10 min", "a" * LONG,
    "🚀" * 700, "0", "-1", "9" * 400, "1e9", "nan", "inf", "٣", "@99999999999", "0001-01-01", "9999-12-31 23:59",
    "2026-02-30", "REL-999999999", "<@U0NEW>", "<#C1|x>", "file:///etc/passwd", "javascript:alert(1)", "=cmd()|'x'!A1",
    'name,owner\n"open', "ref,title\nCHG-1,=1+1\nCHG-1,again", "name,name\nx,y", "form=yes", "a=b",
]  # fmt: skip


def arguments() -> list[Argument]:
    """One for each way of reading."""
    every = [each for made in catalogue().values() for each in made.arguments]
    return list({each.read: each for each in every}.values())


@pytest.mark.timeout(30)  # a pattern that tries all ways would take minutes for one of them
def test_no_reader_breaks_or_takes_long() -> None:
    for argument, word in itertools.product(arguments(), (*HARD, *ODD)):
        try:
            argument.read(word)
        except ValueError as refused:
            assert str(refused).strip(), argument.name  # noqa: PT017 - the sentence is the point


@pytest.fixture
def everything(town: Town) -> Town:
    """A town with somebody who may say everything."""
    town.add("all", *Role)
    return town


@pytest.mark.parametrize("name", [name for name, made in catalogue().items() if not made.clock])
async def test_no_command_breaks(everything: Town, name: str) -> None:
    made, town = catalogue()[name], everything
    await stories.drafted(town)
    for word in ODD:
        values = {each.name: "REL-1" if each.name == "release" else word for each in made.arguments}
        for line, given in ((compose(*name.split()), values), (compose(*name.split(), **values), None)):
            answer = await town.say("all", line, values=given)
            assert answer.card is None or answer.card.title != "Something went wrong here", (name, word)
