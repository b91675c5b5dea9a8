"""What stakeholders read: one living announcement, its events, status posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from messages.card import (
    Bold,
    Buttons,
    ButtonStyle,
    Card,
    Fact,
    Facts,
    Heading,
    Items,
    Mark,
    Moment,
    MomentStyle,
    Part,
    PersonRef,
    Piece,
    Tone,
    button,
    fact,
    item,
    note,
    quote,
    text,
)
from messages.release import Name, headline, services_text, stage_text, tone_of, window_fact
from messages.words import STATES, count
from storage.release import Release, Update
from storage.terms import State

_NOW = {
    State.DRAFT: "In planning; the date may change",
    State.IN_REVIEW: "Waiting for its approval",
    State.APPROVED: "Planned and approved",
    State.DEPLOYING: "Deployment is under way",
    State.ROLLING_BACK: "We are going back to the previous version",
    State.DEPLOYED: "Done; the new version is in production",
    State.ROLLED_BACK: "The previous version is back in production",
    State.ACCEPTED: "Done and accepted",
    State.CLOSED: "Done and reviewed",
    State.CANCELLED: "Cancelled; it won't take place",
}


_OVER = (State.DEPLOYED, State.ROLLED_BACK, State.ACCEPTED, State.CLOSED, State.CANCELLED)
"""Nothing is to be noticed any more."""


def announcement_card(release: Release, name: Name, words: str = "", latest: Update | None = None) -> Card:
    """The living announcement, written for whoever is affected rather than for who deploys."""
    now = f"On hold: {release.hold}" if release.hold else _NOW[release.state]
    parts: list[Part] = [text(Bold(now))]
    if release.goal:
        parts.append(text(release.goal))
    parts.append(Facts(tuple(_facts(release, name))))
    if words:
        parts.append(quote(words))
    if latest is not None:
        parts.append(quote(latest.words))
        parts.append(
            note(PersonRef(latest.person_id, name(latest.person_id)), ", ", Moment(latest.at, zone=release.zone))
        )
    return Card(headline(release), tuple(parts), tone_of(release), f"{headline(release)}: {now}")


def _facts(release: Release, name: Name) -> list[Fact]:
    rows = [fact("Services", services_text(release))]
    if release.starts_at or release.started_at is None:
        rows.append(window_fact(release))
    if release.state is State.DEPLOYING and len(release.stages) > 1:
        rows.append(fact("Stage", stage_text(release)))
    if release.completed_at:
        rows.append(fact("Completed", Moment(release.completed_at, zone=release.zone)))
    elif release.started_at:
        rows.append(fact("Started", Moment(release.started_at, zone=release.zone)))
    if release.impact and release.state not in _OVER:
        rows.append(fact("What you may notice", release.impact))
    rows.append(fact("Contact", PersonRef(release.coordinator_id, name(release.coordinator_id))))
    return rows


def progress_card(release: Release, at: datetime, words: str, person: PersonRef | None) -> Card:
    """A status while deploying: the coordinator's words, or the facts when none came."""
    parts: list[Part] = [text(*_progress(release, at))]
    if words:
        parts.append(quote(words))
        if person is not None:
            parts.append(note(person))
    return Card("", tuple(parts), tone_of(release), f"{release.key}: {words or 'status'}")


def _progress(release: Release, at: datetime) -> list[Piece | str]:
    """Where it stands and, once it has started, how long that took so far, or in the end, against the plan."""
    pieces: list[Piece | str] = [f"{release.key} is {_PLACES.get(release.state) or STATES[release.state].lower()}"]
    if release.state is State.DEPLOYING:
        pieces = [f"{release.key} is in {stage_text(release)}"]
    if release.started_at is None:
        return [*pieces, "."]
    if release.completed_at is None:
        pieces.append(f", {_minutes(at - release.started_at)} after its start")
    else:
        pieces.append(f"; it took {_minutes(release.completed_at - release.started_at)}")
    if release.starts_at and release.ends_at:
        pieces.append(f" of {_minutes(release.ends_at - release.starts_at)} planned")
    return [*pieces, "."]


_PLACES = {State.DRAFT: "a draft", State.ROLLING_BACK: "being rolled back"}


def _minutes(span: timedelta) -> str:
    return count(int(span.total_seconds() // 60), "minute")


def ask_words_card(release: Release, minutes: int) -> Card:
    """To the coordinator: a status is due."""
    return Card(
        f"A status of {headline(release)} is due",
        (
            text(f"Say in a line how it goes. If nothing comes in {count(minutes, 'minute')}, the bare facts go out."),
            Buttons((button("Write a status", "status", release.key, style=ButtonStyle.PRIMARY, form="yes"),)),
        ),
        Tone.INFO,
        f"A status of {release.key} is due",
    )


_SECTIONS = (
    ("Deploying", (State.DEPLOYING, State.ROLLING_BACK), Mark.CURRENT),
    ("Waiting for approval", (State.IN_REVIEW,), Mark.WAITING),
    ("Planned", (State.APPROVED,), Mark.TODO),
    ("Done lately", (State.DEPLOYED, State.ROLLED_BACK), Mark.DONE),
)


def status_card(releases: Sequence[Release], at: datetime, zone: str) -> Card:
    """The standing status post of a channel: what is deploying, waiting, planned, done."""
    parts: list[Part] = [note("As of ", Moment(at, zone=zone))]
    for title, states, mark in _SECTIONS:
        rows = [release for release in releases if release.state in states]
        if rows:
            parts += [Heading(title), Items(tuple(item(*_line(release), mark=mark) for release in rows))]
    if len(parts) == 1:
        parts.append(text("Nothing is deploying, waiting or planned."))
    return Card("Release status", tuple(parts), Tone.INFO, f"Release status: {count(len(releases), 'release')}")


def _line(release: Release) -> list[Piece | str]:
    line: list[Piece | str] = [Bold(headline(release)), f" — {services_text(release)}"]
    if release.hold:
        line.append(f", on hold: {release.hold}")
    if release.state is State.DEPLOYING:
        line.append(f", {stage_text(release)}")
    elif release.completed_at:
        line += [", ", Moment(release.completed_at, zone=release.zone)]
    elif release.starts_at:
        line += [", ", Moment(release.starts_at, zone=release.zone)]
    return line


def schedule_card(rule: str, zone: str, times: Sequence[datetime], number: int, where: str) -> Card:
    """What a standing status post will do: its next five times."""
    rows = tuple(item(Moment(at, MomentStyle.DATE_TIME, zone)) for at in times)
    return Card(
        "A status will be posted on schedule",
        (
            text(f"{rule} ({zone}) in {where}. The next times:"),
            Items(rows),
            note(f"Stop it with /release status stop {number}."),
        ),
        Tone.GOOD,
        f"Status post {number}: {rule} ({zone})",
    )


def schedules_card(rows: Sequence[tuple[int, str, str, str, datetime]]) -> Card:
    """Every standing status post with its next time, and a button that stops it."""
    if not rows:
        sentence = 'No status is posted on schedule. Try /release status schedule "0 9 * * MON-FRI".'
        return Card("Standing status posts", (text(sentence),), Tone.NEUTRAL, sentence)
    items = tuple(
        item(Bold(f"{number}"), f" {rule} ({zone}) in {where}, next ", Moment(at, zone=zone))
        for number, rule, zone, where, at in rows
    )
    ways = tuple(button(f"Stop {number}", "status", "stop", str(number)) for number, *_ in rows)
    return Card("Standing status posts", (Items(items), Buttons(ways)), Tone.NEUTRAL)
