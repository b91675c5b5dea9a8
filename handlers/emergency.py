"""`/release emergency`: the expedited path. One form, then one press of an ECAB member authorises."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import draft, find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import ballot_posts, event_posts, namer, offers, release_post
from handlers.kit.planned import planned
from handlers.kit.rounds import enough_members, open_round
from handlers.policy import gates
from handlers.policy.content import approved_content, digest
from handlers.policy.gate_table import Known, Phase
from messages.form import FieldKind
from messages.plan_lines import StepWords, read_plan
from messages.release import release_card
from storage.content import ServiceVersion
from storage.records import Records
from storage.release import Release
from storage.terms import FollowLevel, ReleaseType, Role, State


@dataclass(frozen=True, slots=True)
class Emergency:
    title: str = argument("Title", read.title, positional=True, hint="What is being fixed, in a line")
    service: tuple[ServiceVersion, ...] = argument("Service", read.services, example="payments", limit=500)
    reason: str = argument(
        "Reason or incident", read.needed, kind=FieldKind.TEXT, limit=draft.TEXT_LIMIT, hint="Why it can't wait"
    )
    backout: tuple[str, ...] = argument(
        "Back-out", read.lines, kind=FieldKind.TEXT, limit=draft.TEXT_LIMIT, hint="How to go back, in a line"
    )
    plan: tuple[StepWords, ...] = argument(
        "Deployment plan", read_plan, kind=FieldKind.TEXT, default=(), blank=(), limit=draft.TEXT_LIMIT
    )


@command(
    "emergency",
    "Open an emergency release",
    title="Emergency release",
    group="Emergency",
    roles=(Role.ON_CALL, Role.RELEASE_MANAGER, Role.CHANGE_MANAGER, Role.PROCESS_OWNER),
    submit="Ask the ECAB",
    example='/release emergency "Card payments fail" service=payments reason="INC-77" backout="redeploy 2.3.9"',
)
def emergency(call: Call, arguments: Emergency, records: Records) -> Reply:
    """It goes to the ECAB at once, by direct message and in its channel; the paperwork follows."""
    found = _drafted(call, arguments, records)
    found.plan = planned(call, found, records, arguments.plan, field="plan")
    _ready(call, found)
    enough_members(call, found, records)
    found.digest = digest(found)
    records.releases.add(found)
    ballot = open_round(call, found, records)
    sentence = f"{found.key} is an emergency: {found.title}."
    return Reply(
        card=release_card(found, namer(records), offers(found, call)),
        posts=(
            *ballot_posts(call, found, ballot, records, opening=True),
            release_post(call, found, records),
            *event_posts(
                call, found, records, "emergency", [sentence],
                words=found.reason, level=FollowLevel.PROBLEMS, public=False,
            ),
        ),
        trail=Trail(found.key, after=approved_content(found) | {"state": found.state.value}, why=arguments.reason),
    )  # fmt: skip


def _ready(call: Call, found: Release) -> None:
    """Its paperwork may follow; what it touches and the way back may not."""
    rows = gates.checklist(Known(found, call.at, call.rules))
    for row in gates.missing(rows, Phase.SUBMIT):
        raise Refused(f"An emergency release needs {row.label}.", field=row.name.replace("_", ""))


def _drafted(call: Call, arguments: Emergency, records: Records) -> Release:
    number = records.next_number()
    return Release.model_construct(
        organisation_id=records.organisation.id,
        number=number,
        key=f"REL-{number}",
        title=arguments.title,
        type=ReleaseType.EMERGENCY,
        state=State.IN_REVIEW,
        coordinator_id=call.person.id,
        requester_id=call.person.id,
        services=find.services(records, arguments.service),
        change_requests=[],
        plan=[],
        back_out=list(arguments.backout),
        stages=["Full"],
        reason=arguments.reason,
        zone=call.zone,
        created_at=call.at,
    )
