"""`/release emergency`: the expedited path. One form, then one press of an ECAB member authorises."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import draft, find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import ballot_posts, members, namer, offers, release_post
from handlers.kit.rounds import open_round
from handlers.policy import approval
from handlers.policy.content import approved_content, digest
from messages.form import FieldKind
from messages.release import release_card
from storage.records import Records
from storage.release import Release, ServiceVersion
from storage.terms import Board, ReleaseType, Role, State


@dataclass(frozen=True, slots=True)
class Emergency:
    title: str = argument("Title", read.needed, positional=True, hint="What is being fixed, in a line")
    service: tuple[ServiceVersion, ...] = argument("Service", read.services, example="payments", limit=500)
    reason: str = argument(
        "Reason or incident", read.needed, kind=FieldKind.TEXT, limit=draft.TEXT_LIMIT, hint="Why it can't wait"
    )
    backout: tuple[str, ...] = argument(
        "Back-out", read.lines, kind=FieldKind.TEXT, limit=draft.TEXT_LIMIT, hint="How to go back, in a line"
    )
    plan: tuple[str, ...] = argument(
        "Deployment plan", read.lines, kind=FieldKind.TEXT, default=(), blank=(), limit=draft.TEXT_LIMIT
    )


@command(
    "emergency",
    "Open an emergency release",
    group="Emergency",
    roles=(Role.ON_CALL, Role.RELEASE_MANAGER, Role.CHANGE_MANAGER, Role.PROCESS_OWNER),
    submit="Ask the ECAB",
    example='/release emergency "Card payments fail" service=payments reason="INC-77" backout="redeploy 2.3.9"',
)
def emergency(call: Call, arguments: Emergency, records: Records) -> Reply:
    """It goes to the ECAB at once, by direct message and in its channel; the paperwork follows."""
    found = _registered(call, arguments, records)
    ballot = open_round(call, found, records)
    return Reply(
        card=release_card(found, namer(records), offers(found, call)),
        posts=(*ballot_posts(found, ballot, records, opening=True), release_post(call, found, records)),
        trail=Trail(found.key, after=approved_content(found) | {"state": found.state.value}, why=arguments.reason),
    )


def _registered(call: Call, arguments: Emergency, records: Records) -> Release:
    services = find.services(records, arguments.service)
    if not [person for person in members(records, Board.ECAB) if person != call.person.id]:
        raise Refused(
            "Nobody but you is on the ECAB, so nobody could authorise it. "
            "A process owner can add someone: /release role grant @name ecab_member."
        )
    number = records.next_number()
    found = Release.model_construct(
        organisation_id=records.organisation.id,
        number=number,
        key=f"REL-{number}",
        title=arguments.title,
        type=ReleaseType.EMERGENCY,
        state=State.IN_REVIEW,
        coordinator_id=call.person.id,
        requester_id=call.person.id,
        services=services,
        change_requests=[],
        plan=list(arguments.plan),
        back_out=list(arguments.backout),
        stages=["Full"],
        reason=arguments.reason,
        zone=call.zone,
        created_at=call.at,
    )
    found.digest = digest(found)
    assert approval.asked(found, call.rules)[0] is Board.ECAB  # an emergency goes to the ECAB whatever the policy says
    return records.releases.add(found)
