"""The checklist as people see it: its living card, the buttons that do what is missing, refusals that name the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from handlers.kit.call import Audience, Call, Place, Post, WhereverItHangs
from handlers.kit.living import namer, standing
from handlers.kit.readiness import checklist
from handlers.policy.gates import Row, RowState
from messages.card import Button, Mark, PersonRef
from messages.checklist import LABEL_LIMIT, Line, checklist_card, waiver_words
from messages.line import compose
from storage.people import Person
from storage.records import Records
from storage.release import Release

Name = Callable[[int], str]
SLOT = "checklist:"
"""With the release's key, the slot in which its checklist hangs where somebody keeps it."""
_MARKS = {
    RowState.DONE: Mark.DONE,
    RowState.MISSING: Mark.NO,
    RowState.WAIVED: Mark.WAITING,
    RowState.WARNED: Mark.WARNING,
    RowState.AWAITED: Mark.WAITING,
}


def kept_post(call: Call, found: Release, records: Records, to: Audience | Place | WhereverItHangs) -> Post:
    """The living checklist, as it stands now for everybody."""
    card = checklist_card(found, lines(found, rows_of(call, found, records), namer(records)))
    return Post(to, card, f"{SLOT}{found.key}", found.key)


def rows_of(call: Call, found: Release, records: Records) -> list[Row]:
    """The rows, with the people of the board who owe a vote."""
    ballot = records.ballots.latest(found.id)
    awaited = tuple(standing(call, found, ballot, records).awaited) if ballot is not None else ()
    return checklist(call, found, records, awaited)


def lines(found: Release, rows: Sequence[Row], name: Name, reader: Person | None = None) -> list[Line]:
    """The rows as they are shown to everybody, or to one reader, who isn't offered to nudge themself."""
    return [_line(found, row, name, reader) for row in rows]


def _line(found: Release, row: Row, name: Name, reader: Person | None) -> Line:
    open_ = row.state is RowState.MISSING
    return Line(
        row.phase.value,
        row.label,
        _MARKS[row.state],
        row.detail,
        tuple(PersonRef(each, name(each)) for each in row.who),
        _buttons(found, row, name, reader) if open_ else (),
        waiver_words(row.waiver, name) if row.state is RowState.WAIVED and row.waiver else (),
    )


def _buttons(found: Release, row: Row, name: Name, reader: Person | None) -> tuple[Button, ...]:
    act = Button(row.act, row.say)
    if reader is not None and set(row.who) == {reader.id}:
        return (act,)
    whom = name(row.who[0]) if len(row.who) == 1 else f"{len(row.who)} people"
    return (act, Button(f"Nudge {whom}"[:LABEL_LIMIT], compose("nudge", found.key, row.name)))


# ---- refusals


def needs(rows: Iterable[Row]) -> str:
    """`a service, a window`: rows in a sentence."""
    return ", ".join(row.label for row in rows)


def ways_out(found: Release, rows: Sequence[Row]) -> tuple[Button, ...]:
    """The button of each row that is missing, each once, and the way to the whole list."""
    acts = {row.say: Button(row.act, row.say) for row in rows}
    return (*acts.values(), Button("What blocks us", compose("checklist", found.key)))
