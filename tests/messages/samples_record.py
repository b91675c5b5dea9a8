"""The record of a release as its readers see it, what stands in its way, and its risk."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.card import Card, Mark, PersonRef, button
from messages.change import change_parts
from messages.checklist import Line, checklist_card
from messages.record import Beside, record_parts
from messages.risk import Risk, risk_card, signal_words
from storage.content import ChangeKind, ChangeRequest, Content, Medium
from storage.evidence import Part, Participant, RiskItem, RiskKind, Stakeholder, Stated, Topic
from storage.release import Release
from storage.terms import ReleaseType

AT = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
NAMES = {1: "Ana", 2: "Ben"}

RECORDED = Release(
    number=42,
    key="REL-42",
    title="Faster refunds",
    type=ReleaseType.NORMAL,
    coordinator_id=1,
    requester_id=1,
    change_requests=[
        ChangeRequest(
            ref=f"CHG-{number}", title="Refund at once", kind=ChangeKind.FIX, problem="PRB-7", authorised_by=by
        )
        for number, by in enumerate(("Dana", "", "Dana", "Dana", "Dana", "Dana"), 101)
    ],
    content=Content(
        sla_impact="Two minutes of downtime",
        media=(
            Medium(uri="oci://registry.example/payments:2.4.0", sha256="9f3a" * 16, licence="MIT"),
            Medium(uri="s3://dml/ledger"),
        ),
    ),
    created_at=AT,
)
BESIDE = Beside(
    [Participant(release_id=7, part=Part.APPLICATION, person_id=2, area="web")],
    [
        Stakeholder(release_id=7, person_id=1, name="Ana", required=True, added_by=1, added_at=AT),
        Stakeholder(
            release_id=7, platform="slack", workspace="T1", channel="C1", name="releases", added_by=1, added_at=AT
        ),
    ],
    [
        RiskItem(
            release_id=7, number=1, kind=RiskKind.ISSUE, words="The queue is full", priority=1, owner_id=1,
            mitigation="Drain it first", at=AT,
        )
    ],
    [Stated(release_id=7, topic=Topic.TRAINING, words="Two evenings for the desk", person_id=2, at=AT)],
)  # fmt: skip
RECORD = Card(
    "REL-42 Faster refunds", (*change_parts(RECORDED), *record_parts(RECORDED, BESIDE, NAMES.__getitem__))
)  # fmt: skip

CHECKLIST = checklist_card(
    Release(
        organisation_id=1, id=7, number=42, key="REL-42", title="Faster refunds", type=ReleaseType.NORMAL, coordinator_id=1,
        requester_id=1, created_at=AT,
    ),
    [
        Line("submit", "a service", Mark.DONE),
        Line("submit", "a goal and scope", Mark.WARNING),
        Line(
            "submit", "a back-out plan", Mark.NO, who=(PersonRef(1, "Ana"),),
            buttons=(button("Add it", "edit", "REL-42", form="yes"), button("Nudge Ana", "nudge", "REL-42", "back_out")),
        ),
        Line("start", "a window free of collisions", Mark.NO, "overlaps REL-40", (PersonRef(1, "Ana"),), (button("Move the window", "edit", "REL-42", form="yes"),)),
        Line("start", "media with digest and licence", Mark.WAITING, waiver=("waived by ", PersonRef(2, "Ben", notify=True), ": built from a <tag>")),
    ],
    (button("Keep it in the channel", "checklist", "keep", "REL-42"),),
)  # fmt: skip
RISK = risk_card(
    Release(
        organisation_id=1, id=7, number=42, key="REL-42", title="Faster refunds", type=ReleaseType.NORMAL, coordinator_id=1,
        requester_id=1, created_at=AT,
    ),
    Risk("high", 3, 3, (signal_words("soon", days=30, hours=48, services=5),)),
    answers=(("Users affected", "Many"), ("Novelty", "Done before")),
    requires=("3 approvals of the CAB, the change manager's among them, within 72 h",),
    sentence="The risk of REL-42 is high (9 of 16), revision 2.",
    buttons=(button("What blocks us", "checklist", "REL-42"),),
)  # fmt: skip
