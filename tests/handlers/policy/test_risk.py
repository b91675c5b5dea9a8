"""Risk (process section 6): answers, signals and the level they make."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.policy.collision import overlap
from handlers.policy.risk import (
    QUESTIONS,
    Level,
    RiskRules,
    Signal,
    assess,
    out_of_order,
    prefilled,
    signals,
)
from storage.content import ServiceVersion
from tests.handlers.policy.releases import END, NOW, START, release

LAW = RiskRules()
QUIET: dict[str, Any] = {"collides": False, "validated": True}


def answers(impact: tuple[int, int, int] = (1, 1, 1), likelihood: tuple[int, int, int] = (1, 1, 1)) -> dict[str, int]:
    return dict(zip((question.name for question in QUESTIONS), (*impact, *likelihood), strict=True))


@pytest.mark.parametrize(
    "impact, likelihood, level",
    [
        (1, 1, Level.LOW), (1, 2, Level.LOW), (1, 3, Level.LOW), (1, 4, Level.MEDIUM),
        (2, 1, Level.LOW), (2, 2, Level.MEDIUM), (2, 3, Level.MEDIUM), (2, 4, Level.HIGH),
        (3, 1, Level.LOW), (3, 2, Level.MEDIUM), (3, 3, Level.HIGH), (3, 4, Level.CRITICAL),
        (4, 1, Level.MEDIUM), (4, 2, Level.HIGH), (4, 3, Level.CRITICAL), (4, 4, Level.CRITICAL),
    ],
)  # fmt: skip
def test_s6_impact_times_likelihood_gives_the_level(impact: int, likelihood: int, level: Level) -> None:
    made = assess(answers((impact,) * 3, (likelihood,) * 3), (), LAW)
    assert made is not None
    assert (made.impact, made.likelihood, made.score, made.level) == (impact, likelihood, impact * likelihood, level)


@pytest.mark.parametrize(
    "bounds, score, level",
    [
        ((4, 8, 12), 3, Level.LOW), ((4, 8, 12), 4, Level.MEDIUM), ((4, 8, 12), 12, Level.CRITICAL),
        ((2, 3, 4), 1, Level.LOW), ((2, 3, 4), 2, Level.MEDIUM), ((2, 3, 4), 3, Level.HIGH),
        ((2, 3, 4), 4, Level.CRITICAL), ((1, 2, 16), 1, Level.MEDIUM), ((1, 2, 16), 12, Level.HIGH),
        ((14, 15, 16), 12, Level.LOW), ((14, 15, 16), 16, Level.CRITICAL),
    ],
)  # fmt: skip
def test_s10_the_policy_says_from_which_score_on_a_level_begins(
    bounds: tuple[int, int, int], score: int, level: Level
) -> None:
    impact = next(number for number in (4, 3, 2, 1) if score % number == 0)
    made = assess(answers((impact,) * 3, (score // impact,) * 3), (), RiskRules(*bounds))
    assert made is not None
    assert (made.score, made.level) == (score, level)


@pytest.mark.parametrize(
    "bounds, wrong",
    [
        ((4, 8, 12), None), ((1, 2, 3), None), ((8, 8, 12), ("medium_from", "high_from")),
        ((4, 12, 12), ("high_from", "critical_from")), ((9, 8, 7), ("medium_from", "high_from")),
        ((4, 8, 1), ("high_from", "critical_from")),
    ],
)  # fmt: skip
def test_s10_bounds_ascend(bounds: tuple[int, int, int], wrong: tuple[str, str] | None) -> None:
    assert out_of_order(RiskRules(*bounds)) == wrong


@pytest.mark.parametrize("counts", [(), *((each.value,) for each in Signal), tuple(each.value for each in Signal)])
def test_s10_the_policy_says_which_signals_count(counts: tuple[str, ...]) -> None:
    found = release(starts_at=NOW, services=[ServiceVersion(name=f"s{number}") for number in range(9)])
    lit = signals(found, NOW, RiskRules(signals=counts), collides=True, failed_at=NOW, validated=False)
    assert tuple(each.value for each in lit) == counts


def test_s10_the_policy_says_within_which_bounds() -> None:
    rules = RiskRules(failed_within_days=2, soon_hours=5, many_services=1)
    near = release(starts_at=NOW + timedelta(hours=4), services=[ServiceVersion(name="a"), ServiceVersion(name="b")])
    far = release(starts_at=NOW + timedelta(hours=5))
    lately, long_ago = NOW - timedelta(days=2), NOW - timedelta(days=2, hours=1)
    assert signals(near, NOW, rules, failed_at=lately, **QUIET) == (
        Signal.FAILED_LATELY, Signal.SOON, Signal.MANY_SERVICES,
    )  # fmt: skip
    assert signals(far, NOW, rules, failed_at=long_ago, **QUIET) == ()


@pytest.mark.parametrize(
    "three, number",
    [((1, 1, 1), 1), ((1, 1, 2), 2), ((2, 2, 2), 2), ((4, 1, 1), 2), ((4, 4, 1), 3), ((3, 3, 4), 4), ((4, 4, 4), 4)],
)
def test_s6_three_answers_are_their_mean_rounded_up(three: tuple[int, int, int], number: int) -> None:
    for impact, likelihood in ((three, (1, 1, 1)), ((1, 1, 1), three)):
        made = assess(answers(impact, likelihood), (), LAW)
        assert made is not None
        assert made.score == number


@pytest.mark.parametrize("left_out", [question.name for question in QUESTIONS])
def test_s6_it_is_assessed_when_every_question_is_answered(left_out: str) -> None:
    given = answers()
    del given[left_out]
    assert assess(given, (), LAW) is None


@pytest.mark.parametrize("lit, likelihood", [(0, 1), (1, 2), (2, 3), (3, 4), (4, 4), (5, 4)])
def test_s6_signals_raise_the_likelihood_by_one_each_to_four_at_most(lit: int, likelihood: int) -> None:
    made = assess(answers(), tuple(Signal)[:lit], LAW)
    assert made is not None
    assert (made.impact, made.likelihood, len(made.signals)) == (1, likelihood, lit)


def test_s6_nothing_lights_no_signal() -> None:
    assert signals(release(starts_at=NOW + timedelta(days=3)), NOW, LAW, failed_at=None, **QUIET) == ()


def test_s6_a_collision_is_a_signal() -> None:
    assert signals(FAR, NOW, LAW, collides=True, failed_at=None, validated=True) == (Signal.COLLISION,)


FAR = release(starts_at=NOW + timedelta(days=3))


@pytest.mark.parametrize("days, lit", [(1, True), (30, True), (31, False)])
def test_s6_a_failed_release_of_the_same_service_in_30_days_is_a_signal(days: int, *, lit: bool) -> None:
    found = signals(FAR, NOW, LAW, failed_at=NOW - timedelta(days=days), **QUIET)
    assert found == ((Signal.FAILED_LATELY,) if lit else ())


def test_s6_a_back_out_plan_not_validated_is_a_signal() -> None:
    assert signals(FAR, NOW, LAW, collides=False, failed_at=None, validated=False) == (Signal.NOT_VALIDATED,)


@pytest.mark.parametrize("hours, lit", [(47, True), (48, False), (-1, True)])
def test_s6_a_window_that_starts_inside_48_h_is_a_signal(hours: int, *, lit: bool) -> None:
    found = release(starts_at=NOW + timedelta(hours=hours))
    assert signals(found, NOW, LAW, failed_at=None, **QUIET) == ((Signal.SOON,) if lit else ())


def test_s6_without_a_window_it_does_not_start_soon() -> None:
    assert signals(release(starts_at=None), NOW, LAW, failed_at=None, **QUIET) == ()


@pytest.mark.parametrize("count, lit", [(5, False), (6, True)])
def test_s6_more_than_five_services_is_a_signal(count: int, *, lit: bool) -> None:
    found = release(
        starts_at=NOW + timedelta(days=3), services=[ServiceVersion(name=f"s{number}") for number in range(count)]
    )
    assert signals(found, NOW, LAW, failed_at=None, **QUIET) == ((Signal.MANY_SERVICES,) if lit else ())


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "starts, ends, both",
    [
        (START, END, True),
        (START - HOUR, START, False),
        (END, END + HOUR, False),
        (START - HOUR, START + HOUR, True),
        (END - HOUR, END + HOUR, True),
        (START + HOUR / 2, END - HOUR / 2, True),
        (START - HOUR, END + HOUR, True),
        (None, None, False),
        (START, None, False),
        (None, END, False),
    ],
)
def test_s1_windows_overlap_when_they_share_a_moment(
    starts: datetime | None, ends: datetime | None, *, both: bool
) -> None:
    other = release(starts_at=starts, ends_at=ends)
    assert overlap(release(), other) is both
    assert overlap(other, release()) is both


@pytest.mark.parametrize(
    "tiers, dependencies, suggested",
    [
        ([], 0, {"dependencies": 1}),
        ([3], 1, {"tier": 2, "dependencies": 2}),
        ([3, 1], 2, {"tier": 4, "dependencies": 3}),
        ([4], 3, {"tier": 1, "dependencies": 3}),
        ([2], 4, {"tier": 3, "dependencies": 4}),
        ([2], 40, {"tier": 3, "dependencies": 4}),
    ],
)
def test_s6_the_questionnaire_begins_with_what_the_services_say(
    tiers: list[int], dependencies: int, suggested: dict[str, int]
) -> None:
    assert prefilled(tiers, dependencies) == suggested
