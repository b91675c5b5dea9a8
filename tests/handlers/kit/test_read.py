"""How argument words are read: what is taken, and the sentence for what isn't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import read
from storage.content import ServiceVersion
from storage.terms import FollowLevel, Role


def versions(*pairs: tuple[str, str]) -> tuple[ServiceVersion, ...]:
    return tuple(ServiceVersion(name=name, version=version) for name, version in pairs)


@pytest.mark.parametrize(
    "reader, word, value",
    [
        (read.release_number, "REL-42", 42),
        (read.release_number, "rel-42", 42),
        (read.release_number, "REL42", 42),
        (read.release_number, "#42", 42),
        (read.release_number, " 42 ", 42),
        (read.service_name, " card payments ", "card payments"),
        (read.services, "payments 2.4.0, web", versions(("payments", "2.4.0"), ("web", ""))),
        (read.services, "payments@2.4.0-rc1; web @ v7", versions(("payments", "2.4.0-rc1"), ("web", "v7"))),
        (read.services, "card payments 2", versions(("card payments", "2"))),
        (read.services, "card payments", versions(("card payments", ""))),
        (read.services, "web\n\n web 2,", versions(("web", ""))),
        (read.services, ",", ()),
        (read.lines, "drain; deploy ;check", ("drain", "deploy", "check")),
        (read.lines, "1. drain\n2) deploy\n- check; twice\n\n", ("drain", "deploy", "check; twice")),
        (read.lines, "10.5 is the version", ("10.5 is the version",)),
        (read.lines, "* one\n• two", ("one", "two")),
        (read.lines, "drain node 3 - wait 2. Then go\n- - 1. deep", ("drain node 3 - wait 2. Then go", "deep")),
        (read.names, "CHG-1, CHG-2;CHG-1\nCHG-3", ("CHG-1", "CHG-2", "CHG-3")),
        (read.hours, "2", 2.0),
        (read.hours, "1,5", 1.5),
        (read.hours, "2h", 2.0),
        (read.hours, "0.25", 0.25),
        (read.hours, "744", 744.0),
        (read.whole, "7", 7),
        (read.whole, "#7", 7),
        (read.needed, " words ", "words"),
        (read.title, " two\n lines ", "two lines"),
        (read.one_of(Role), "CAB member", Role.CAB_MEMBER),
        (read.one_of(Role), "on-call", Role.ON_CALL),
        (read.one_of(FollowLevel), "ALL", FollowLevel.ALL),
    ],
)
def test_what_is_taken(reader: Callable[[str], Any], word: str, value: Any) -> None:
    assert reader(word) == value


@pytest.mark.parametrize(
    "reader, word, sentence",
    [
        (read.release_number, "soon", "A release is named by its key, such as REL-42; “soon” isn't one."),
        (read.release_number, "REL-", "A release is named by its key, such as REL-42; “REL-” isn't one."),
        (read.release_number, "-1", "A release is named by its key, such as REL-42; “-1” isn't one."),
        (read.release_number, "1" * 10, f"A release is named by its key, such as REL-42; “{'1' * 10}” isn't one."),
        (read.service_name, "<@U1>", "A service's name is up to 60 letters, digits, spaces, dots or dashes; “<@U1>” isn't one."),
        (read.services, "@", "A service's name is up to 60 letters, digits, spaces, dots or dashes; “” isn't one."),
        (read.services, "x" * 61, f"A service's name is up to 60 letters, digits, spaces, dots or dashes; “{'x' * 61}” isn't one."),
        (read.lines, "x\n" * 101, "A plan has at most 100 lines; this has 101."),
        (read.hours, "two", "A length is a number of hours such as 2 or 1.5; “two” isn't one."),
        (read.hours, "nan", "A window lasts from 0.25 to 744 hours; nan doesn't fit."),
        (read.hours, "inf", "A window lasts from 0.25 to 744 hours; inf doesn't fit."),
        (read.hours, "0.2", "A window lasts from 0.25 to 744 hours; 0.2 doesn't fit."),
        (read.hours, "745", "A window lasts from 0.25 to 744 hours; 745 doesn't fit."),
        (read.whole, "0", "That takes a number; “0” isn't one."),
        (read.whole, "-3", "That takes a number; “-3” isn't one."),
        (read.whole, "²", "That takes a number; “²” isn't one."),
        (read.whole, str(2**31), f"That takes a number; “{2**31}” isn't one."),
        (read.needed, " ", "This needs a few words."),
        (read.needed, "\u200b", "This needs a few words."),
        (read.one_of(FollowLevel), "some", "It is one of all, milestones, problems; “some” isn't."),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_would_be_right(reader: Callable[[str], Any], word: str, sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:
        reader(word)
    assert str(wrong.value) == sentence


READERS = [
    read.release_number, read.service_name, read.services, read.lines, read.names, read.hours, read.whole, read.needed,
    read.one_of(Role),
]  # fmt: skip


@given(st.text(max_size=30))
def test_no_word_breaks_a_reader(word: str) -> None:
    for reader in READERS:
        try:
            reader(word)
        except ValueError as wrong:
            sentence = str(wrong)
            assert sentence.endswith("."), reader
