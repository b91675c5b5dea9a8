"""A page of the test plan as whoever asks sees it: with the acts that they may do, on the tests and on each line."""

from __future__ import annotations

from functools import partial

from handlers.kit.call import Call
from handlers.kit.living import namer
from handlers.kit.part import change_button, may_change
from handlers.kit.proven import records_it
from handlers.kit.rows import Row, usual_menu
from handlers.kit.tested import tested_of
from handlers.policy.proof import signs_tests
from handlers.policy.record import OVER
from messages.card import Button, Card, button
from messages.section import Page, no_menu, page_of, turning
from messages.testing import how_tested_card, how_tested_pages
from messages.testing_lines import write_tests
from storage.records import Records
from storage.release import Release


def page_of_tests(call: Call, found: Release, records: Records, wanted: int = 1) -> Card:
    """The page of that number, or the last."""
    every = how_tested_pages(found.content.tests)
    return _page(call, found, records, every=every, at=min(wanted, len(every)) - 1)


def page_around(call: Call, found: Release, records: Records, number: int) -> Card:
    """The page on which the test of that number stands, or the last."""
    every = how_tested_pages(found.content.tests)
    return _page(call, found, records, every=every, at=page_of(every, number))


def row_of_tests(call: Call, found: Release, records: Records, number: int) -> Row:
    """The planned test as a row of the plan."""
    now = write_tests(found.content.tests[number - 1 : number]) if number else ""
    return Row(f"test {number}", now, partial(page_around, call, found, records, number))


def ways_of_tests(call: Call, found: Release, records: Records) -> list[Button]:
    """What this person may do with the tests now."""
    if not call.member:
        return []
    ways = []
    if may_change(call, found):
        ways.append(change_button(found, "Change the test plan", "test", "plan", found.key))
    if records_it(call, found, records):
        ways.append(button("Record a result", "test", "result", found.key, form="yes"))
    if found.state not in OVER and signs_tests(call.person.id, call.roles, records.evidence.participants.of(found.id)):
        ways.append(button("Sign off", "test", "signoff", found.key, form="yes"))
    return ways


def _page(call: Call, found: Release, records: Records, *, every: list[Page], at: int) -> Card:
    ways = [*turning(every, at, "Test", f"test show {found.key}"), *ways_of_tests(call, found, records)]
    menu = partial(_menu, found) if may_change(call, found) else no_menu
    return how_tested_card(
        found, tested_of(call, found, records), namer(records), page=every[at], buttons=ways, menu=menu
    )


def _menu(found: Release, number: int) -> tuple[Button, ...]:
    return usual_menu(found, "test", str(number))
