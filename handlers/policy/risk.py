"""The risk of a release (process section 6): six answers, what the records themselves show, and the level they make."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.release import Release


class Level(StrEnum):
    """Low 1-3, medium 4-7, high 8-11, critical 12-16."""

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
_LEAST = {Level.CRITICAL: 12, Level.HIGH: 8, Level.MEDIUM: 4, Level.LOW: 1}
FAILED_WITHIN = timedelta(days=30)
SOON_WITHIN = timedelta(hours=48)
MANY = 5


@dataclass(frozen=True, slots=True)
class Assessment:
    """`likelihood` is what the answers gave, raised by the signals, 4 at most."""

    impact: int
    likelihood: int
    signals: tuple[Signal, ...]

    @property
    def score(self) -> int:
        return self.impact * self.likelihood

    @property
    def level(self) -> Level:
        return next(level for level, least in _LEAST.items() if self.score >= least)


def assess(answers: Mapping[str, int], signals: tuple[Signal, ...] = ()) -> Assessment | None:
    """The risk by the answers (question to 1-4) and signals; None until every question is answered.

    Impact is the mean of users, tier and reversibility; likelihood the mean of novelty, coverage and dependencies; both
    are rounded up, so that a doubt counts. Each signal then raises the likelihood by one, to 4 at most.
    """
    if any(question.name not in answers for question in QUESTIONS):
        return None
    likelihood = min(4, _mean(answers, LIKELIHOOD) + len(signals))
    return Assessment(_mean(answers, IMPACT), likelihood, signals)


def _mean(answers: Mapping[str, int], questions: tuple[Question, ...]) -> int:
    """Rounded up."""
    return -(-sum(answers[question.name] for question in questions) // len(questions))


def signals(
    release: Release, now: datetime, *, collides: bool, failed_at: datetime | None, validated: bool
) -> tuple[Signal, ...]:
    """Those that are lit. `failed_at`: when a release of the same service last failed or was rolled back."""
    lit = {
        Signal.COLLISION: collides,
        Signal.FAILED_LATELY: failed_at is not None and now - failed_at <= FAILED_WITHIN,
        Signal.NOT_VALIDATED: not validated,
        Signal.SOON: release.starts_at is not None and release.starts_at - now < SOON_WITHIN,
        Signal.MANY_SERVICES: len(release.services) > MANY,
    }
    return tuple(signal for signal, is_lit in lit.items() if is_lit)


def prefilled(tiers: list[int], dependencies: int) -> dict[str, int]:
    """What the records suggest before anybody answers: the most critical service's tier, and how much they depend on."""
    suggested = {"dependencies": bisect([1, 2, 4], dependencies) + 1}
    return suggested | ({"tier": 5 - min(tiers)} if tiers else {})
