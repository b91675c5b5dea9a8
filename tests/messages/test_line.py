from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.line import LineError, Words, compose, read
from tests.messages.texts import many, wild

pytestmark = pytest.mark.timeout(900)  # 10,000 examples on a build server
NAMES = st.from_regex(r"[a-z][a-z_]*", fullmatch=True)


@many
@given(words=st.lists(wild, max_size=4), named=st.dictionaries(NAMES, wild, max_size=4))
def test_what_is_composed_is_read_back(words: list[str], named: dict[str, str]) -> None:
    line = compose(*words, **named)
    assert read(line) == Words(tuple(words), named)


@many
@given(line=wild)
def test_any_line_is_read_or_refused(line: str) -> None:
    with suppress(LineError):
        assert isinstance(read(line), Words)


@pytest.mark.parametrize(
    "line, bare, named",
    [
        ("", (), {}),
        ("  approve   REL-42 ", ("approve", "REL-42"), {}),
        ("new “Faster refunds” service=payments", ("new", "Faster refunds"), {"service": "payments"}),
        ('start="2026-12-01 22:00" zone=Europe/Berlin', (), {"start": "2026-12-01 22:00", "zone": "Europe/Berlin"}),
        ("why=„so ist es“", (), {"why": "so ist es"}),
        ("why=«comme ça»", (), {"why": "comme ça"}),
        ("WHY=x", (), {"why": "x"}),
        ("why=", (), {"why": ""}),
        ('why=""', (), {"why": ""}),
        ('"a \\"b\\" \\\\ c"', ('a "b" \\ c',), {}),
        ("a=b=c", (), {"a": "b=c"}),
        ("2+2=4", ("2+2=4",), {}),
        ("status\u00a0now", ("status", "now"), {}),  # phones and pasted text use no-break spaces
    ],
)
def test_lines_as_people_write_them(line: str, bare: tuple[str, ...], named: dict[str, str]) -> None:
    assert read(line) == Words(bare, named)


@pytest.mark.parametrize("line", ['new "Faster', "why=“never closed", '"a\\"'])
def test_an_open_quote_is_refused(line: str) -> None:
    with pytest.raises(LineError, match="not closed"):
        read(line)


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(LineError, match="“zone” is given twice"):
        read("zone=UTC zone=CET")


def test_what_is_none_is_left_out_and_numbers_are_written() -> None:
    assert compose("approve", "REL-4", revision=2, why=None) == "approve REL-4 revision=2"
