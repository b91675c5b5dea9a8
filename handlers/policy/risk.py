"""The risk of a release (process section 6): six answers, what the records themselves show, and the level they make."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from storage.release import Release


class Level(StrEnum):
    """Low 1-3, medium 4-7, high 8-11, critical 12-16, unless the policy draws the bounds elsewhere."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return list(Level).index(self)


class Signal(StrEnum):
    """What the records show by themselves; each raises the likelihood by one."""

    COLLISION = "collision"
    FAILED_LATELY = "failed_lately"
    NOT_VALIDATED = "not_validated"
    SOON = "soon"
    MANY_SERVICES = "many_services"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its four answers, from 1 (harmless) to 4."""

    name: str
    label: str
    answers: tuple[str, str, str, str]


IMPACT = (
    Question("users", "Users affected", ("A few, inside", "One team or a few customers", "Many", "Nearly all")),
    Question("tier", "Service tier", ("Tier 4, minor", "Tier 3", "Tier 2, important", "Tier 1, critical")),
    Question("reversibility", "Reversibility", ("At once, by a switch", "Within minutes", "Within hours", "Hardly, or never")),
)  # fmt: skip
LIKELIHOOD = (
    Question("novelty", "Novelty", ("Done many times", "Done before", "New to us in part", "New to us")),
    Question("coverage", "Test coverage", ("All of it, by machine", "Most of it", "Some of it", "Hardly any")),
    Question("dependencies", "Dependencies", ("None", "One service", "A few services", "Many, or others' systems")),
)
QUESTIONS = (*IMPACT, *LIKELIHOOD)
MOST_SCORE = 16
"""Impact 4 times likelihood 4."""


@dataclass(frozen=True, slots=True)
class RiskRules:
    """The numbers of the policy: from which score on a level begins, and which signals count, within which bounds.

    A window starts soon inside `soon_hours`; a failure counts for `failed_within_days`; services are many when they are
    more than `many_services`.
    """

    medium_from: int = 4
    high_from: int = 8
    critical_from: int = 12
    signals: tuple[str, ...] = tuple(each.value for each in Signal)
    failed_within_days: int = 30
    soon_hours: int = 48
    many_services: int = 5


BOUNDS = ("medium_from", "high_from", "critical_from")
IN_ORDER = "doesn't fit: medium_from has to be less than high_from, and high_from less than critical_from"


def out_of_order(rules: RiskRules) -> tuple[str, str] | None:
    """The names of two bounds of which the second isn't above the first; None when they ascend."""
    return next(((one, two) for one, two in pairwise(BOUNDS) if getattr(rules, one) >= getattr(rules, two)), None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """`likelihood` is what the answers gave, raised by the signals, 4 at most."""

    impact: int
    likelihood: int
    signals: tuple[Signal, ...]
    rules: RiskRules

    @property
    def score(self) -> int:
        return self.impact * self.likelihood

    @property
    def level(self) -> Level:
        bounds = (self.rules.medium_from, self.rules.high_from, self.rules.critical_from)
        return list(Level)[bisect(bounds, self.score)]


def answered(answers: Mapping[str, int]) -> bool:
    """Every question has its answer."""
    return all(question.name in answers for question in QUESTIONS)


def assess(answers: Mapping[str, int], signals: tuple[Signal, ...], rules: RiskRules) -> Assessment | None:
    """The risk by the answers (question to 1-4) and signals; None until every question is answered.

    Impact is the mean of users, tier and reversibility; likelihood the mean of novelty, coverage and dependencies; both
    are rounded up, so that a doubt counts. Each signal then raises the likelihood by one, to 4 at most.
    """
    if not answered(answers):
        return None
    likelihood = min(4, _mean(answers, LIKELIHOOD) + len(signals))
    return Assessment(_mean(answers, IMPACT), likelihood, signals, rules)


def _mean(answers: Mapping[str, int], questions: tuple[Question, ...]) -> int:
    """Rounded up."""
    return -(-sum(answers[question.name] for question in questions) // len(questions))


def signals(
    release: Release,
    now: datetime,
    rules: RiskRules,
    *,
    collides: bool,
    failed_at: datetime | None,
    validated: bool,
) -> tuple[Signal, ...]:
    """Those that are lit, of those that count. `failed_at`: when a release of the same service last failed or was rolled back."""
    lit = {
        Signal.COLLISION: collides,
        Signal.FAILED_LATELY: failed_at is not None and now - failed_at <= timedelta(days=rules.failed_within_days),
        Signal.NOT_VALIDATED: not validated,
        Signal.SOON: _soon(release, now, timedelta(hours=rules.soon_hours)),
        Signal.MANY_SERVICES: len(release.services) > rules.many_services,
    }
    return tuple(signal for signal, is_lit in lit.items() if is_lit and signal.value in rules.signals)


def _soon(release: Release, now: datetime, within: timedelta) -> bool:
    return release.starts_at is not None and release.starts_at - now < within


def prefilled(tiers: list[int], dependencies: int) -> dict[str, int]:
    """What the records suggest before anybody answers: the most critical service's tier, and how much they depend on."""
    suggested = {"dependencies": bisect([1, 2, 4], dependencies) + 1}
    return suggested | ({"tier": 5 - min(tiers)} if tiers else {})
