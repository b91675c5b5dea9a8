"""Arguments are declared once; parser, usage line and form read the declaration."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import read
from handlers.kit.arguments import Parsed, argument, arguments_of, parse, usage
from handlers.kit.call import Refused
from messages.form import Choice, FieldKind
from messages.line import Words
from messages.line import read as read_line
from storage.terms import FollowLevel


@dataclass(frozen=True, slots=True)
class Sample:
    release: int = argument("Release", read.release_number, positional=True, pointer=True, example="REL-42")
    level: FollowLevel = argument(
        "How much", read.one_of(FollowLevel), kind=FieldKind.CHOICE, default=FollowLevel.ALL,
        choices=(Choice("all", "Everything"), Choice("problems", "Problems only")),
    )  # fmt: skip
    plan: tuple[str, ...] | None = argument("Plan", read.lines, default=None, blank=(), limit=20)
    note: str | None = argument("Note", default=None)
    words: str = argument("Words", default="", rest=True, blank="", limit=30)
    revision: int | None = argument("Revision", read.whole, default=None, hidden=True)


DECLARED = arguments_of(Sample)


def parsed(line: str) -> Parsed:
    return parse(DECLARED, read_line(line))


@pytest.mark.parametrize(
    "line, values",
    [
        ("REL-1", {"release": 1}),
        ("release=REL-1", {"release": 1}),
        ("REL-1 all is well", {"release": 1, "words": "all is well"}),
        ("REL-1 “all is well”", {"release": 1, "words": "all is well"}),
        ('words="all well" 7', {"release": 7, "words": "all well"}),
        ("1 level=problems", {"release": 1, "level": FollowLevel.PROBLEMS}),
        ("1 level=Problems", {"release": 1, "level": FollowLevel.PROBLEMS}),
        ('1 plan="a; b"', {"release": 1, "plan": ("a", "b")}),
        ("1 revision=3", {"release": 1, "revision": 3}),
        ('1 plan=""', {"release": 1, "plan": ()}),
        ('1 words=" "', {"release": 1, "words": ""}),
        ('1 note="" level=""', {"release": 1}),
    ],
)
def test_words_as_values(line: str, values: dict[str, Any]) -> None:
    found = parsed(line)
    assert (found.values, found.errors, found.missing) == (values, {}, ())
    assert Sample(**found.values).release == values["release"]


def test_what_is_missing_is_named() -> None:
    assert parsed("words=later").missing == ("release",)
    assert parsed('release="" words=later').missing == ("release",)


@pytest.mark.parametrize(
    "line, errors",
    [
        ("soon", {"release": "A release is named by its key, such as REL-42; “soon” isn't one."}),
        ("1 level=some", {"level": "How much is one of all, problems; “some” isn't."}),
        ("1 level=milestones", {"level": "How much is one of all, problems; “milestones” isn't."}),
        (f"1 plan={'x' * 21}", {"plan": "Plan takes at most 20 characters; this has 21."}),
        ("x revision=y", {
            "release": "A release is named by its key, such as REL-42; “x” isn't one.",
            "revision": "That takes a number; “y” isn't one.",
        }),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_name(line: str, errors: dict[str, str]) -> None:
    assert parsed(line).errors == errors


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("1 colour=red", "“colour=” isn't known here. Known are release=, level=, plan=, note=, words=. "
                         "Put quotes around words that belong together."),
        ("1 load=90%", "“load=” isn't known here. Known are release=, level=, plan=, note=, words=. "
                       "Put quotes around words that belong together."),
        ("1 words=one two", "“two” is one word too many; put quotes around words that belong together."),
    ],
)  # fmt: skip
def test_words_that_belong_to_nothing(line: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        parsed(line)
    assert refused.value.sentence == sentence


def test_a_command_without_arguments_takes_no_words() -> None:
    with pytest.raises(Refused, match=r"“x=” isn't known here\. It takes no words\."):
        parse((), Words((), {"x": "1"}))
    with pytest.raises(Refused, match="“now” is one word too many"):
        parse((), Words(("now",), {}))


def test_the_usage_line_shows_what_can_be_written_and_no_hidden_word() -> None:
    assert usage("sample", DECLARED) == "/release sample RELEASE [level=…] [plan=…] [note=…] [WORDS]"


@given(st.text(max_size=40))
def test_no_line_breaks_the_parser(line: str) -> None:
    with contextlib.suppress(Refused):
        found = parse(DECLARED, Words(tuple(line.split()), {"words": line}))
        assert found.values.keys() | found.errors.keys() | set(found.missing) <= set(Sample.__dataclass_fields__)


def test_signs_that_no_database_keeps_are_left_out() -> None:
    found = parse(DECLARED, Words(("1",), {"words": "a\x00b\ud800c\x07d\ne"}))
    assert found.values["words"] == "ab\ufffdcd\ne"
