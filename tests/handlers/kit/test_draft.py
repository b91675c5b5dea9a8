"""A release written as words, and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import draft, read
from handlers.kit.planned import stands_already
from handlers.policy.calendar import read_wall
from messages.plan_lines import read_plan
from storage.content import PlanStep, ServiceVersion
from tests.handlers.policy.releases import release

BERLIN = "Europe/Berlin"
part = st.text(st.sampled_from("ab 12.-v"), min_size=1, max_size=8).map(str.strip)
names = part.filter(lambda name: name[:1] in ("a", "b", "1", "2"))
services = st.builds(ServiceVersion, name=names, version=part | st.just(""))


@given(st.lists(services, min_size=1, max_size=3, unique_by=lambda each: each.name.lower()))
def test_services_are_written_as_they_are_read(given_: list[ServiceVersion]) -> None:
    words = draft.as_words(release(services=given_))["service"]
    assert list(read.services(words)) == given_


@given(st.lists(st.text(st.sampled_from("ab;1. -|"), max_size=8), max_size=4))
def test_a_plan_is_written_as_it_is_read(typed: list[str]) -> None:
    try:
        steps = read_plan("\n".join(typed))
    except ValueError:
        return
    found = release(plan=[PlanStep(text=each.text) for each in steps])
    assert read_plan(draft.as_words(found)["plan"]) == steps
    assert stands_already(found, steps)


@pytest.mark.parametrize(
    "starts_at, hours",
    [
        (datetime(2026, 12, 1, 21, 0, tzinfo=UTC), 2.0),
        (datetime(2026, 7, 1, 21, 15, tzinfo=UTC), 1.5),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 0.25),  # the first pass of the hour that autumn repeats
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 744.0),  # and the second
    ],
)
def test_a_window_is_written_as_it_is_read(starts_at: datetime, hours: float) -> None:
    words = draft.as_words(release(starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), zone=BERLIN))
    assert read_wall(words["start"]).at(words["zone"]) == starts_at
    assert read.hours(words["hours"]) == hours


def test_without_a_window_nothing_is_written_of_it() -> None:
    words = draft.as_words(release(starts_at=None, ends_at=None))
    assert words.keys().isdisjoint({"start", "hours"})
