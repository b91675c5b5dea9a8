"""Pasted change requests: tables of what is read, and of the sentences for what can't be."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.kit.change_lines import change_requests
from storage.content import ChangeKind, ChangeRequest

ONE: dict[str, dict[str, object]] = {
    "CHG-101": {},
    "CHG-101 Refund at once": {"title": "Refund at once"},
    "CHG-101: Refund at once": {"title": "Refund at once"},
    "CHG-101 – Refund at once": {"title": "Refund at once"},
    "1) CHG-101 Refund": {"title": "Refund"},
    "* CHG-101 Refund": {"title": "Refund"},
    "CHG-101 Refund | bug": {"title": "Refund", "kind": ChangeKind.FIX},
    "CHG-101 | Service Change": {"kind": ChangeKind.SERVICE_CHANGE},
    "CHG-101\tfeature": {"kind": ChangeKind.ENHANCEMENT},
    "CHG-101 | | infra |": {"kind": ChangeKind.INFRASTRUCTURE},
    "CHG-101 | authorised by Dana Roe 2026-11-20": {"authorised_by": "Dana Roe", "authorised_on": date(2026, 11, 20)},
    "CHG-101 | Approved by Dana, on 2026-11-20": {"authorised_by": "Dana", "authorised_on": date(2026, 11, 20)},
    "CHG-101 | authorized by Dana": {"authorised_by": "Dana"},
    "CHG-101 | PRB-7": {"problem": "PRB-7"},
    "CHG-101 | problem 4711": {"problem": "4711"},
    "CHG-101 | https://example.org/1": {"link": "https://example.org/1"},
    "#101 Refund": {"ref": "#101", "title": "Refund"},
}


@pytest.mark.parametrize("line", ONE)
def test_a_line_is_read_forgivingly(line: str) -> None:
    assert change_requests(line) == (ChangeRequest.model_validate({"ref": "CHG-101"} | ONE[line]),)


def test_lines_or_semicolons_and_empty_ones_are_nothing() -> None:
    assert [each.ref for each in change_requests("C1 One\n\nC2 Two; really\n")] == ["C1", "C2"]
    assert [each.ref for each in change_requests("C1 One; C2 Two;")] == ["C1", "C2"]


TABLES = {
    'Key,Summary,Type,Authorised by,Authorised on,Sprint\nCHG-1,"Refund, at once",Bug,Dana,2026-11-20T09:00,7\n',
    'reference;title;kind;authorized_by;approved on\nCHG-1;"Refund, at once";fix;Dana;2026-11-20\n;;;;\n',
    "\ufeffRef\tTitle\tKIND\tapproved by\tauthorised-on\nCHG-1\tRefund, at once\tfix\tDana\t2026-11-20",
}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_is_read_by_its_header_whatever_separates_it(table: str) -> None:
    assert change_requests(table) == (
        ChangeRequest(
            ref="CHG-1",
            title="Refund, at once",
            kind=ChangeKind.FIX,
            authorised_by="Dana",
            authorised_on=date(2026, 11, 20),
        ),
    )


WRONG = {
    "CHG-1 One\nRefund at once": "Line 2 (“Refund at once”): it begins with no reference. A line is written like: CHG-101",
    "CHG-1 | soon": "Line 1 (“CHG-1 | soon”): A kind is one of fix,",
    "CHG-1 | authorised by Dana 2026-13-40": "Line 1 (“CHG-1 | authorised by Dana 2026-13-40”): A day is written like",
    "CHG-1 One\n\nchg-1 Again": "Line 3 names chg-1 a second time; leave one of them out.",
    "CHG-1 | ftp://example.org/x": "Line 1 (“CHG-1 | ftp://example.org/x”): A link begins with https://",
    "key,title\nCHG-1,One\n,Two": "Line 3 (“,Two”): its reference is missing.",
    "key,kind\nCHG-1,odd": "Line 2 (“CHG-1,odd”): A kind is one of",
    f"CHG-1 {'x' * 201}": "Line 1 (“CHG-1 xxx",
    f"1{'x' * 60}": "Line 1 (“1xxx",
}


@pytest.mark.parametrize("text", WRONG)
def test_the_line_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError) as raised:
        change_requests(text)
    assert str(raised.value).startswith(WRONG[text])


_TEXT = some.text(some.sampled_from('Cc1-,;|\t\n\r"\x00 :/#ödkeyrftil'), max_size=80)


@given(_TEXT | some.builds("Key,Title,Link\n{}".format, _TEXT))
def test_whatever_is_pasted_is_read_or_answered_with_a_sentence(text: str) -> None:
    try:
        read = change_requests(text)
    except ValueError as wrong:
        assert str(wrong).startswith("Line ")  # noqa: PT017 - either way is right
    else:
        assert len({each.ref.casefold() for each in read}) == len(read)
        assert all(each.ref for each in read)
