"""Cards about what is set up: policy, services, groups that hold roles, one's own accounts; and a refusal explained."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.card import Button, PersonRef
from messages.group import HeldByGroup, groups_card
from messages.joining import code_card
from messages.me import Home, me_card
from messages.policy import Number, policy_card
from messages.service import service_card
from messages.why import Asked, may_not_card
from storage.group import GroupGrant
from storage.people import Person
from storage.release import Release
from storage.service import Service
from storage.terms import Platform, ReleaseType, Role

AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
_RELEASE = Release(
    organisation_id=1, id=7, number=42, key="REL-42", title="Faster <refunds>", type=ReleaseType.NORMAL, coordinator_id=1,
    requester_id=1, created_at=AT,
)  # fmt: skip


def _grant(role: Role, name: str, read_at: datetime | None, trouble: str = "") -> GroupGrant:
    return GroupGrant(
        organisation_id=1, role=role, platform=Platform.SLACK, workspace="T1", external=f"S{name}", name=name, granted_by=1,
        granted_at=AT, read_at=read_at, trouble=trouble,
    )  # fmt: skip


POLICY = policy_card(
    [
        Number("approval.normal.quorum", 3, by=(1, "Ana"), at=AT, why="we have <grown>"),
        Number("approval.normal.deadline_minutes", 2880, from_file=True),
        Number("approval.normal.reminder_minutes", (1440, 240)),
        Number("approval.emergency.lapse_minutes", 0),
        Number("emergency.deploy_first", False),
        Number("gates.start", ()),
    ],
    small=["The ECAB has 2 members now, so one approval is enough, by somebody else than the coordinator."],
    page=1,
    pages=3,
)
SERVICE = service_card(
    Service(
        organisation_id=1, name="payments", owner_id=1, version="2.3.9", tier=1, dependencies=["ledger", "web"], added_at=AT
    ),
    "Ana",
    needed_by=["web"],
    circle=["payments", "web", "payments"],
    latest=[_RELEASE],
)  # fmt: skip
GROUPS = groups_card(
    [
        HeldByGroup(_grant(Role.CAB_MEMBER, "@cab", AT), 5, 4, stale=False),
        HeldByGroup(_grant(Role.ON_CALL, "@on-call", AT), 1, 1, stale=True),
        HeldByGroup(_grant(Role.ECAB_MEMBER, "@ecab", None), 0, 0, stale=False),
        HeldByGroup(_grant(Role.CHANGE_MANAGER, "@cm", None, trouble="<away>"), 0, 0, stale=False),
    ]
)
WHY = may_not_card(
    Asked("approve REL-42", "Ana <Silva>"),
    [
        "REL-42 is a draft; approving is possible while it's in review.",
        "You coordinate or requested REL-42, so somebody else on the CAB decides on it.",
    ],
    (Button("Show REL-42", "show REL-42"),),
    ["CAB member (through @cab)"],
    [PersonRef(number, name) for number, name in enumerate(("Ana", "Ben", "Chloé", "Dev", "Eve", "Fay", "Gil"), 1)],
)
JOIN_CODE = code_card("K0D1-7F3A-9QXZ-2M4B", datetime(2026, 12, 1, 21, 0, tzinfo=UTC), "Europe/Berlin")
ME = me_card(
    Person(id=1, name="Ana Silva", email="ana@example.org", joined_at=datetime(2026, 12, 1, 21, 0, tzinfo=UTC)),
    {Role.CAB_MEMBER, Role.RELEASE_MANAGER},
    [Home("Slack", "Acme", "ana"), Home("Microsoft Teams", "Acme Ltd", "Ana Silva")],
    Home("Microsoft Teams", "Acme Ltd", "Ana Silva"),
    follows=3,
    zone="Europe/Berlin",
)
