"""The record of a release as its readers see it."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.card import Card
from messages.change import change_parts
from messages.record import Beside, record_parts
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
