"""`/release checklist`: what blocks us, and who must act. `/release nudge` asks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import find
from handlers.kit.arguments import OneRelease, argument, release_argument
from handlers.kit.call import Audience, Call, Direct, Post, Refused, Reply, Trail, hours
from handlers.kit.checklist import kept_post, lines, rows_of
from handlers.kit.command import command
from handlers.kit.living import namer
from handlers.policy.gate_table import NAMES
from handlers.policy.gates import Row, RowState
from messages.card import Button, PersonRef
from messages.checklist import checklist_card, nudge_card
from messages.form import Choice, FieldKind
from messages.refusal import told
from storage.evidence import Nudge
from storage.records import Records
from storage.release import Release


def row_argument(names: tuple[str, ...] = NAMES) -> Any:
    """A row of the checklist, by its name."""
    return argument(
        "Row", lambda word: word.strip().lower().replace("-", "_"), kind=FieldKind.CHOICE, positional=True,
        choices=tuple(Choice(name, name.replace("_", " ")) for name in names), example="back_out",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OneRow:
    release: int = release_argument()
    row: str = row_argument()


@command(
    "checklist",
    "See what blocks a release",
    group="Look",
    title="What blocks us",
    reads=True,
    submit="Show",
    example="/release checklist REL-42",
)
def checklist_of(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Each row says what is missing, who must act, and has the button that does it."""
    found = find.release(records, arguments.release)
    shown = lines(found, rows_of(call, found, records), namer(records), call.person)
    keep = Button("Keep it in the channel", f"checklist keep {found.key}")
    return Reply(card=checklist_card(found, shown, (keep,)))


@command(
    "checklist keep",
    "Keep a checklist in a channel",
    group="Look",
    title="Keep a checklist",
    submit="Keep",
    example="/release checklist keep REL-42",
)
def keep(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """In the channel where it's said, or else where release cards hang; it's edited whenever one of its rows changes."""
    found = find.release(records, arguments.release)
    here = call.place if call.place is not None and not call.place.direct else Audience("releases")
    return Reply(
        card=told("Kept", f"The checklist of {found.key} hangs in the channel now, and stays true."),
        posts=(kept_post(call, found, records, here),),
        trail=Trail(found.key, after={"checklist": "kept in a channel"}),
    )


@command("redraw-checklist", "Redraw a kept checklist", group="Clock", clock=True)
def redraw(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Whatever is noted of a release redraws its checklist, and this is noted because time has changed a row."""
    found = find.release(records, arguments.release)
    return Reply(trail=Trail(found.key, why="its kept checklist is shown as it is now"))


@command(
    "nudge",
    "Remind whoever must act",
    group="Communicate",
    submit="Nudge",
    example="/release nudge REL-42 back_out",
)
def nudge(call: Call, arguments: OneRow, records: Records) -> Reply:
    """By direct message, at most once in the policy's hours for a row and person."""
    found = find.release(records, arguments.release)
    row = _open_row(call, found, records, arguments.row)
    people = [each for each in row.who if each != call.person.id]
    if not people:
        raise Refused(f"{_label(row)} of {found.key} waits for you.", ways=(Button(row.act, row.say),))
    asked = _asked_now(call, found, records, row, people)
    names = ", ".join(records.people.get(each).name for each in asked)
    card = nudge_card(found, PersonRef(call.person.id, call.person.name), row.label, (Button(row.act, row.say),))
    slot = f"nudge:{found.key}:{row.name}:{call.id}"
    return Reply(
        card=told("Nudged", f"{names} is asked for {row.label} of {found.key}."),
        posts=tuple(Post(Direct(each), card, slot, found.key) for each in asked),
        trail=Trail(found.key, after={"nudged": names, "row": row.name}),
    )


def _open_row(call: Call, found: Release, records: Records, name: str) -> Row:
    row = next((each for each in rows_of(call, found, records) if each.name == name), None)
    way = (Button("What blocks us", f"checklist {found.key}"),)
    if row is None:
        raise Refused(f"“{name}” isn't asked of {found.key} now.", ways=way)
    if why := _SETTLED.get(row.state):
        raise Refused(f"{_label(row)} of {found.key} {why}; nobody has to act.", ways=way)
    return row


_SETTLED = {
    RowState.DONE: "is there already",
    RowState.WAIVED: "is waived",
    RowState.AWAITED: "comes with time",
    RowState.WARNED: "isn't asked for by the policy",
}


def _asked_now(call: Call, found: Release, records: Records, row: Row, people: list[int]) -> list[int]:
    """Those who may be asked again by now, written down as asked. Raises Refused that says from when, if it's nobody."""
    past = {each.asked_id: each for each in records.evidence.nudges.of(found.id) if each.row == row.name}
    pause = hours(call.rules.gates.nudge_hours)
    asked = [each for each in people if each not in past or past[each].at + pause <= call.at]
    if not asked:
        again = min(past[each].at for each in people) + pause
        names = ", ".join(records.people.get(each).name for each in people)
        raise Refused(
            f"That was asked lately; {names} can be asked for {row.label} of {found.key} again from "
            f"{again.astimezone(ZoneInfo(call.zone)):%Y-%m-%d %H:%M} ({call.zone})."
        )
    for each in asked:
        _note(call, found, records, past.get(each), row=row, person=each)
    return asked


def _note(call: Call, found: Release, records: Records, before: Nudge | None, *, row: Row, person: int) -> None:
    if before is not None:
        before.at, before.person_id = call.at, call.person.id
        records.evidence.nudges.save(before)
        return
    records.evidence.nudges.add(
        Nudge(
            organisation_id=records.organisation.id,
            release_id=found.id,
            row=row.name,
            asked_id=person,
            person_id=call.person.id,
            at=call.at,
        )
    )


def _label(row: Row) -> str:
    return row.label[:1].upper() + row.label[1:]
