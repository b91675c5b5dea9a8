"""`/release waive`: the change manager lets a row of the checklist go, with a reason that everybody sees."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.checklist import row_argument
from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.checklist import rows_of
from handlers.kit.command import command
from handlers.kit.living import announcement_posts, event_posts, offers, shown_posts
from handlers.policy.gate_table import WAIVABLE
from handlers.policy.gates import Row, RowState
from handlers.policy.lifecycle import STATE_NAMES
from messages.card import Button
from messages.form import FieldKind
from messages.release import changed_card
from storage.evidence import Waiver
from storage.records import Records
from storage.release import Release
from storage.terms import ReleaseType, Role


@dataclass(frozen=True, slots=True)
class Waive:
    release: int = release_argument()
    row: str = row_argument(WAIVABLE)
    reason: str = argument(
        "Reason", read.needed, kind=FieldKind.TEXT, rest=True, limit=1000, hint="Why it can go without"
    )


@dataclass(frozen=True, slots=True)
class Undo:
    release: int = release_argument()
    row: str = row_argument(WAIVABLE)


@command(
    "waive",
    "Waive a row of the checklist",
    group="Authorise",
    title="Waive a row",
    submit="Waive",
    roles=(Role.CHANGE_MANAGER,),
    example='/release waive REL-42 media "built from a tag, nothing to keep"',
)
def waive(call: Call, arguments: Waive, records: Records) -> Reply:
    """It is shown wherever the release is shown; the revision stays."""
    found = find.release(records, arguments.release)
    row = _waivable(call, found, records, arguments.row)
    if row.state is RowState.DONE:
        raise Refused(f"{found.key} has {row.label} already; there is nothing to waive.", ways=_ways(found))
    if row.waiver is not None:
        raise Refused(
            f"That row of {found.key} is waived already: {row.waiver.reason}.",
            ways=(Button("Take it back", f"waive undo {found.key} {row.name}"),),
        )
    records.evidence.waivers.add(
        Waiver(
            organisation_id=records.organisation.id,
            release_id=found.id,
            row=row.name,
            reason=arguments.reason,
            person_id=call.person.id,
            at=call.at,
        )
    )
    sentence = f"{call.person.name} waived {row.label} for {found.key}."
    return _told(call, found, records, sentence=sentence, words=arguments.reason, after={"waived": row.name})


@command(
    "waive undo",
    "Take a waiver back",
    group="Authorise",
    submit="Take it back",
    roles=(Role.CHANGE_MANAGER,),
    example="/release waive undo REL-42 media",
)
def waive_undo(call: Call, arguments: Undo, records: Records) -> Reply:
    """The row stands in the way again where the policy asks for it."""
    found = find.release(records, arguments.release)
    waiver = next((each for each in records.evidence.waivers.of(found.id) if each.row == arguments.row), None)
    if waiver is None:
        raise Refused(f"“{arguments.row}” of {found.key} isn't waived.", ways=_ways(found))
    if not rows_of(call, found, records):
        raise Refused(
            f"{found.key} is {STATE_NAMES[found.state]}; what was waived before it started stays in its record.",
            ways=(Button(f"Show {found.key}", f"show {found.key}"),),
        )
    records.evidence.waivers.remove(waiver)
    sentence = f"{call.person.name} took back the waiver of {arguments.row.replace('_', ' ')} for {found.key}."
    return _told(call, found, records, sentence=sentence, words="", after={"waiver taken back": arguments.row})


def _waivable(call: Call, found: Release, records: Records, name: str) -> Row:
    rows = rows_of(call, found, records)
    if not rows:
        raise Refused(
            f"{found.key} is {STATE_NAMES[found.state]}; there is nothing to waive any more.", ways=_ways(found)
        )
    row = next((each for each in rows if each.name == name), None)
    if row is None:
        raise Refused(f"“{name}” isn't asked of {found.key}, so there is nothing to waive.", ways=_ways(found))
    if name == "back_out" and found.type is ReleaseType.EMERGENCY:
        raise Refused(f"{found.key} is an emergency; its back-out plan can't be waived.", ways=_ways(found))
    return row


def _ways(found: Release) -> tuple[Button, ...]:
    return (Button("What blocks us", f"checklist {found.key}"),)


def _told(call: Call, found: Release, records: Records, *, sentence: str, words: str, after: dict[str, str]) -> Reply:
    return Reply(
        card=changed_card(found, "Waived" if words else "Taken back", sentence, offers(found, call)),
        posts=(
            *shown_posts(call, found, records),
            *announcement_posts(found, records),
            *event_posts(call, found, records, "waived", [sentence], words=words, public=False),
        ),
        trail=Trail(found.key, after=after, why=words),
    )
