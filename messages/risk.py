"""The risk of a release: its level, what made it so, and what it requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import Button, Buttons, Card, Fact, Facts, Heading, Item, Items, Mark, Part, Tone, fact, item, text
from messages.release import headline
from messages.words import count
from storage.release import Release


@dataclass(frozen=True, slots=True)
class Risk:
    """An assessment as it's shown: `level` in a word, the two numbers, the signals in words."""

    level: str
    impact: int
    likelihood: int
    signals: tuple[str, ...]


SIGNALS = {
    "collision": "another release in the same window",
    "failed_lately": "a failed or rolled-back release of the same service in the last {days}",
    "not_validated": "the back-out plan isn't validated",
    "soon": "the window starts within {hours}",
    "many_services": "more than {services}",
}
_TONES = {"low": Tone.GOOD, "medium": Tone.INFO, "high": Tone.WARNING, "critical": Tone.BAD}


def signal_words(signal: str, *, days: int, hours: int, services: int) -> str:
    """What the records show, with the bounds that the policy sets."""
    bounds = {"days": count(days, "day"), "hours": count(hours, "hour"), "services": count(services, "service")}
    return SIGNALS[signal].format(**bounds)


def risk_facts(risk: Risk | None) -> list[Fact]:
    """`Risk: high (impact 3 × likelihood 3): the window starts within 48 hours`; nothing before it's assessed."""
    return [fact("Risk", risk_words(risk))] if risk else []


def risk_words(risk: Risk) -> str:
    said = f"{risk.level} (impact {risk.impact} × likelihood {risk.likelihood})"
    return f"{said}: {'; '.join(risk.signals)}" if risk.signals else said


def risk_card(
    release: Release,
    risk: Risk,
    *,
    answers: Sequence[tuple[str, str]],
    requires: Sequence[str],
    sentence: str,
    buttons: Sequence[Button] = (),
) -> Card:
    """To whoever assessed it: the level, why, and what it asks for."""
    parts: list[Part] = [
        text(sentence),
        Facts((fact("Impact", str(risk.impact)), fact("Likelihood", str(risk.likelihood)))),
    ]
    parts += [Heading("Why"), Items(tuple(_why(risk, answers)))]
    parts += [Heading("What it requires"), Items(tuple(item(line) for line in requires))]
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(f"Risk of {headline(release)}: {risk.level}", tuple(parts), _TONES[risk.level], sentence)


def _why(risk: Risk, answers: Sequence[tuple[str, str]]) -> list[Item]:
    rows = [item(f"{label}: {answer}") for label, answer in answers]
    return rows + [
        item(_capital(signal), ", which raises the likelihood by one", mark=Mark.WARNING) for signal in risk.signals
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
