"""`/release backout`: how the previous state is restored, when, how long it takes, and who has validated that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import draft, find, read
from handlers.kit.arguments import OneRelease, argument, release_argument, revision_argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.change_lines import day
from handlers.kit.command import command, of_release
from handlers.kit.living import event_posts, namer, shown_posts
from handlers.kit.part import change_button, changeable, may_change, standing
from handlers.kit.planned import in_a_field
from handlers.kit.proven import recorder, records_it, said_argument, state
from handlers.kit.revise import revised
from handlers.policy.content import approved_content
from handlers.policy.proof import back_out_digest, back_out_validated, statement
from messages.card import Button, Moment, MomentStyle, button
from messages.form import FieldKind
from messages.plan import back_out_card
from messages.plan_lines import read_minutes
from messages.release import changed_card
from storage.evidence import Topic
from storage.records import Records
from storage.release import Release
from storage.terms import FollowLevel


@dataclass(frozen=True, slots=True)
class BackOut:
    release: int = release_argument()
    lines: tuple[str, ...] | None = argument(
        "Steps back", read.lines, kind=FieldKind.TEXT, default=None, blank=(), limit=draft.TEXT_LIMIT, below=True,
        hint="One a line, in order", example='"redeploy 2.3.9; check refunds"',
    )  # fmt: skip
    trigger: str | None = argument(
        "When it's used", read.title, default=None, blank="", limit=300, hint="What must be seen for it",
        example='"errors over 2 %"',
    )  # fmt: skip
    minutes: int | None = argument(
        "Minutes it takes", read_minutes, default=None, blank=0, hint="20, or 1.5 h", example="20"
    )
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Validated:
    release: int = release_argument()
    on: date | None = argument(
        "On", day, default=None, hint="A day such as 2026-11-20; today if left empty", example="2026-11-20"
    )
    words: str = said_argument("How", "What was done to see that it works")


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    found = changeable(call, values["release"], records)
    content = found.content
    minutes = str(content.back_out_minutes or "")
    instead = f"Write it anew, and shorter: /release backout {found.key}, and its steps below, one a line."
    lines = in_a_field(f"The back-out plan of {found.key}", "\n".join(found.back_out), instead=instead)
    return standing(found, {"lines": lines, "trigger": content.back_out_trigger, "minutes": minutes})


@command(
    "backout", "Show or write the back-out plan", title="Back-out plan", group="Plan", stands=_stands,
    example='/release backout REL-42 lines="redeploy 2.3.9; check refunds" trigger="errors over 2 %" minutes=20',
    whose=of_release(changeable),
)  # fmt: skip
def backout(call: Call, arguments: BackOut, records: Records) -> Reply:
    """Without words it's shown. A change of it needs a new validation."""
    if (arguments.lines, arguments.trigger, arguments.minutes) == (None, None, None):
        return _shown(call, find.release(records, arguments.release), records)
    found = changeable(call, arguments.release, records, arguments.revision)
    before = approved_content(found)
    if arguments.lines is not None:
        found.back_out = list(arguments.lines)
    said = {"back_out_trigger": arguments.trigger, "back_out_minutes": arguments.minutes}
    found.content = found.content.model_copy(update={name: value for name, value in said.items() if value is not None})
    return revised(call, found, records, before)


@command(
    "backout show", "Show the back-out plan", title="Show a back-out plan", submit="Show", group="Look", reads=True,
    example="/release backout show REL-42",
)  # fmt: skip
def show_backout(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Its steps, when it's used, how long it takes, and whether it's validated."""
    return _shown(call, find.release(records, arguments.release), records)


@command(
    "backout validated", "Record that the back-out plan was validated", title="Back-out validated", submit="Record",
    group="Plan", example='/release backout validated REL-42 on=2026-11-20 words="restored in staging in 12 min"',
    whose=of_release(recorder),
)  # fmt: skip
def validated(call: Call, arguments: Validated, records: Records) -> Reply:
    """It holds for the plan as it is now: the one who says so stands for it with their name."""
    found = recorder(call, arguments.release, records)
    if not found.back_out:
        raise Refused(
            f"{found.key} has no back-out plan yet that could be validated.",
            ways=(button("Write it", "backout", found.key, form="yes"),),
        )
    at = _at(call, found, arguments.on)
    before = state(
        call, found, records, Topic.BACK_OUT_VALIDATED, digest=back_out_digest(found), words=arguments.words, at=at
    )
    sentence = f"The back-out plan of {found.key} was validated by {call.person.name}"
    on = Moment(at, MomentStyle.DATE, found.zone)
    return Reply(
        card=changed_card(found, "Validated", f"{sentence}. A change of it needs a new validation."),
        posts=(
            *shown_posts(call, found, records),  # a plan that is validated puts a signal of its risk out
            *event_posts(
                call, found, records, "validated", [f"{sentence}, on ", on, "."], words=arguments.words,
                level=FollowLevel.ALL, public=False,
            ),
        ),
        trail=Trail(found.key, before, {"back_out_validated": f"{at:%Y-%m-%d}"}, why=arguments.words),
    )  # fmt: skip


def _at(call: Call, found: Release, on: date | None) -> datetime:
    """Noon of the day in the release's zone, which is that day for most readers; never later than now."""
    zone = ZoneInfo(found.zone)
    if on is None or on == call.at.astimezone(zone).date():
        return call.at
    at = datetime.combine(on, time(12), zone).astimezone(UTC)
    if at > call.at:
        raise Refused(f"{on:%Y-%m-%d} lies ahead; record it when it was done.", field="on")
    return at


def _shown(call: Call, found: Release, records: Records) -> Reply:
    stated = records.evidence.statements.of(found.id)
    holds = back_out_validated(found, stated) is not None
    ways: list[Button] = []
    if may_change(call, found):
        ways.append(change_button(found, "Change the back-out plan", "backout", found.key))
    if records_it(call, found, records) and found.back_out and not holds:
        ways.append(button("Record its validation", "backout", "validated", found.key, form="yes"))
    card = back_out_card(found, statement(stated, Topic.BACK_OUT_VALIDATED), holds, namer(records), ways)
    return Reply(card=card)
