"""The release card: the living one that hangs in the releases channel, the full one for who asks, and lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Fact,
    Facts,
    Heading,
    Items,
    Mark,
    Moment,
    Part,
    PersonRef,
    Piece,
    Step,
    Stepper,
    Tone,
    fact,
    item,
    note,
    quote,
    text,
)
from messages.change import change_parts
from messages.words import STATES, TYPES, count
from storage.release import Release
from storage.terms import ReleaseType, State

Name = Callable[[int], str]
"""From a person's id to the name that is shown."""

_ACTIVITIES = ("Plan", "Build & test", "Authorise", "Prepare", "Deploy", "Evaluate", "Closed")
_CURRENT = {
    State.DRAFT: 0,
    State.IN_REVIEW: 2,
    State.APPROVED: 3,
    State.DEPLOYING: 4,
    State.ROLLING_BACK: 4,
    State.DEPLOYED: 5,
    State.ROLLED_BACK: 5,
    State.ACCEPTED: 5,
    State.CLOSED: 6,
}
_TONES = {
    State.DRAFT: Tone.NEUTRAL,
    State.IN_REVIEW: Tone.INFO,
    State.APPROVED: Tone.GOOD,
    State.DEPLOYING: Tone.INFO,
    State.ROLLING_BACK: Tone.BAD,
    State.DEPLOYED: Tone.GOOD,
    State.ROLLED_BACK: Tone.BAD,
    State.ACCEPTED: Tone.GOOD,
    State.CLOSED: Tone.NEUTRAL,
    State.CANCELLED: Tone.NEUTRAL,
}


def headline(release: Release) -> str:
    """`REL-42 Faster refunds`: how a release is named everywhere."""
    return f"{release.key} {release.title}"


def services_text(release: Release) -> str:
    """`payments 2.4.0, web`."""
    return ", ".join(f"{each.name} {each.version}".strip() for each in release.services) or "—"


def tone_of(release: Release) -> Tone:
    if release.hold:
        return Tone.WARNING
    if release.type is ReleaseType.EMERGENCY and release.state in (State.IN_REVIEW, State.APPROVED, State.DEPLOYING):
        return Tone.EMERGENCY
    return _TONES[release.state]


def stepper(release: Release) -> Stepper:
    """The activities of the process, with the one that the release is in."""
    if release.state is State.CANCELLED:
        return Stepper((*(Step(label, Mark.TODO) for label in _ACTIVITIES[:-1]), Step("Cancelled", Mark.NO)))
    current = _CURRENT[release.state]
    closed = release.state is State.CLOSED
    return Stepper(
        tuple(Step(label, _mark(place, current, closed, release)) for place, label in enumerate(_ACTIVITIES))
    )


def _mark(place: int, current: int, closed: bool, release: Release) -> Mark:
    if place < current or closed:
        return Mark.DONE
    if place > current:
        return Mark.TODO
    return Mark.WARNING if release.hold or release.state in (State.ROLLING_BACK, State.ROLLED_BACK) else Mark.CURRENT


def window_fact(release: Release) -> Fact:
    if release.starts_at is None or release.ends_at is None:
        emergency = release.type is ReleaseType.EMERGENCY
        return fact("Window", "none, an emergency starts when it is authorised" if emergency else "not planned yet")
    zone = release.zone
    return fact("Window", Moment(release.starts_at, zone=zone), " until ", Moment(release.ends_at, zone=zone))


def stage_text(release: Release) -> str:
    """`Pilot (stage 1 of 2)`."""
    name = release.stages[release.stage] if release.stages else "Full"
    return f"{name} (stage {release.stage + 1} of {max(1, len(release.stages))})"


def release_card(release: Release, name: Name, buttons: Sequence[Button], more: Sequence[Fact] = ()) -> Card:
    """The living card: where the release stands, `more` that is to be seen of it, exactly the moves that its state allows."""
    parts: list[Part] = [stepper(release), *_hold(release), Facts((*_facts(release, name), *more))]
    if release.impact:
        parts.append(note("Customer impact: ", release.impact))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(headline(release), tuple(parts), tone_of(release), f"{headline(release)}: {STATES[release.state]}")


def _hold(release: Release) -> list[Part]:
    return [text("On hold: ", release.hold)] if release.hold else []


def _facts(release: Release, name: Name) -> list[Fact]:
    rows = [
        fact("State", _state(release)),
        fact("Services", services_text(release)),
        *([window_fact(release)] if release.starts_at or release.started_at is None else []),
        fact("Coordinator", PersonRef(release.coordinator_id, name(release.coordinator_id))),
    ]
    if release.state in (State.DEPLOYING,):
        rows.insert(1, fact("Stage", stage_text(release)))
    if release.started_at and release.completed_at is None:
        rows.append(fact("Started", Moment(release.started_at, zone=release.zone)))
    if release.completed_at:
        rows.append(fact("Completed", Moment(release.completed_at, zone=release.zone)))
    return rows


def _state(release: Release) -> str:
    words = f"{STATES[release.state]} · {TYPES[release.type]} · revision {release.revision}"
    return f"{words} · not yet authorised" if release.unauthorised_start else words


def full_card(
    release: Release, name: Name, buttons: Sequence[Button], extra: Sequence[Part] = (), more: Sequence[Fact] = ()
) -> Card:
    """Everything that is recorded of a release, for the person who asked."""
    brief = release_card(release, name, (), more)
    parts: list[Part] = list(brief.parts)
    if release.goal:
        parts.append(text("Goal and scope: ", release.goal))
    if release.reason:
        parts.append(text("Reason: ", release.reason))
    parts += change_parts(release)
    parts += list(extra)
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(brief.title, tuple(parts), brief.tone, brief.summary)


def numbered(title: str, lines: Sequence[str], most: int = 0) -> list[Part]:
    """A heading and numbered lines; past `most` (0: all) the rest is counted, not dropped silently."""
    if not lines:
        return []
    shown = lines[:most] if most else lines
    rows = tuple(item(line) for line in shown)
    parts: list[Part] = [Heading(title), Items(rows, ordered=True)]
    if len(shown) < len(lines):
        parts.append(note(f"… and {count(len(lines) - len(shown), 'more line')}"))
    return parts


def changed_card(release: Release, title: str, sentence: str, buttons: Sequence[Button] = ()) -> Card:
    """The short private answer after a change."""
    parts: list[Part] = [text(sentence)]
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(title, tuple(parts), tone_of(release), sentence)


def event_card(release: Release, sentence: Sequence[Piece | str], said: str = "") -> Card:
    """One event, as a reply in a thread: a line, and the words of whoever caused it."""
    parts: list[Part] = [text(*sentence)]
    if said:
        parts.append(quote(said))
    plain = "".join(
        piece if isinstance(piece, str) else getattr(piece, "text", getattr(piece, "name", "")) for piece in sentence
    )
    return Card("", tuple(parts), tone_of(release), f"{release.key}: {plain}")


def list_card(title: str, releases: Sequence[Release], name: Name, more: Button | None, empty: str) -> Card:
    """A page of releases, newest first, each one press away."""
    if not releases:
        return Card(title, (text(empty),), Tone.NEUTRAL, empty)
    rows = tuple(item(*_row(release, name), mark=_row_mark(release)) for release in releases)
    ways = [Button(release.key, f"show {release.key}") for release in releases]
    parts: list[Part] = [Items(rows), Buttons((*ways, more) if more else tuple(ways))]
    return Card(title, tuple(parts), Tone.NEUTRAL, f"{title}: {count(len(releases), 'release')}")


def _row(release: Release, name: Name) -> list[Piece | str]:
    row: list[Piece | str] = [
        Bold(headline(release)),
        f" — {STATES[release.state]}{', on hold' if release.hold else ''}, {services_text(release)}, ",
        name(release.coordinator_id),
    ]
    if release.starts_at and release.state in (State.DRAFT, State.IN_REVIEW, State.APPROVED):
        row += [", ", Moment(release.starts_at, zone=release.zone)]
    return row


def _row_mark(release: Release) -> Mark:
    if release.hold or release.state in (State.ROLLING_BACK, State.ROLLED_BACK):
        return Mark.WARNING
    return {
        State.IN_REVIEW: Mark.WAITING,
        State.DEPLOYING: Mark.CURRENT,
        State.DEPLOYED: Mark.DONE,
        State.ACCEPTED: Mark.DONE,
        State.CLOSED: Mark.DONE,
        State.CANCELLED: Mark.NO,
    }.get(release.state, Mark.TODO)
