"""The policy: every number of the process that an organisation may tailor. handlers/policy/rules_file.py reads it.

Defaults are those of the process (docs/user-guide.md lists them). Times are in the unit that their name says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.policy.policy_templates import PolicyTemplate
from handlers.policy.risk import RiskRules
from handlers.policy.role_groups import RoleGroups

UNWRITTEN = {"written": False}
"""Marks what is no key of the file."""

NAMED = {"named": True}
"""Marks what the file holds in tables that it names itself."""


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """What a ballot asks for. At the deadline it escalates once, and lapses `lapse_minutes` later (0: never).

    `change_manager`: the change manager must be among those who approve.
    """

    quorum: int
    deadline_minutes: int
    reminder_minutes: tuple[int, ...]
    lapse_minutes: int
    escalate_every_minutes: int = 0
    change_manager: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """`high` is for normal releases whose risk is high or critical.

    On a board of fewer people than `small_team` one approval is enough, unless the quorum was set.
    """

    normal: ApprovalRules = ApprovalRules(2, 48 * 60, (24 * 60, 4 * 60), 24 * 60)
    emergency: ApprovalRules = ApprovalRules(1, 30, (10,), 0, 10)
    high: ApprovalRules = ApprovalRules(3, 72 * 60, (24 * 60, 4 * 60), 24 * 60, 0, change_manager=True)
    small_team: int = 4


@dataclass(frozen=True, slots=True)
class Emergency:
    """`deploy_first`: on-call may start before the ECAB's word, which is then due within `retroactive_hours`."""

    deploy_first: bool = False
    retroactive_hours: int = 24


@dataclass(frozen=True, slots=True)
class Deployment:
    """Stages of a rollout unless the release names its own; how far from its window a start is still in time."""

    stages: tuple[str, ...] = ("Pilot", "Full")
    tolerance_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Status:
    """How often a release on its way is reported, and how long the coordinator's own words are waited for."""

    every_minutes: int = 30
    emergency_every_minutes: int = 15
    patience_minutes: int = 10


@dataclass(frozen=True, slots=True)
class Announcements:
    """How long before the window an upcoming notice goes out."""

    before_minutes: tuple[int, ...] = (7 * 24 * 60, 24 * 60, 60)


@dataclass(frozen=True, slots=True)
class Gates:
    """Rows of the checklist that must be there: to submit, to start, to start at that risk or above; others are warned of.

    An approval, a start inside the window where there is one, and of an emergency its service and back-out plan are asked
    for in any case. Where the CAB has fewer people than `approval.small_team`, `lean` is asked for alone, unless one of
    the four lists was set. `tests` are the types that must have passed; a row's person is nudged at most once in
    `nudge_hours`.
    """

    submit: tuple[str, ...] = ("goal", "service", "window", "changes", "risk", "plan", "back_out", "back_out_trigger")
    start: tuple[str, ...] = ("collision", "tests", "sign_off", "media", "told")
    start_medium: tuple[str, ...] = ("back_out_validated",)
    start_high: tuple[str, ...] = ("training", "support")
    lean: tuple[str, ...] = ("service", "window", "plan", "back_out")
    tests: tuple[str, ...] = ("functional",)
    nudge_hours: int = 4
    told_hours: int = 24


@dataclass(frozen=True, slots=True)
class Audit:
    """How often the head of the audit trail is posted outside the database."""

    anchor_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Joining:
    """How long a code is good with which another workspace joins, and how many wrong ones are taken in that time."""

    code_minutes: int = 15
    tries: int = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole policy. `said` are the keys that somebody has set; the other numbers are Cabbot's own."""

    zone: str = "UTC"
    approval: Approval = field(default_factory=Approval)
    emergency: Emergency = field(default_factory=Emergency)
    deployment: Deployment = field(default_factory=Deployment)
    status: Status = field(default_factory=Status)
    announcements: Announcements = field(default_factory=Announcements)
    gates: Gates = field(default_factory=Gates)
    risk: RiskRules = field(default_factory=RiskRules)
    roles: RoleGroups = field(default_factory=RoleGroups)
    templates: tuple[PolicyTemplate, ...] = field(default=(), metadata=NAMED)
    audit: Audit = field(default_factory=Audit)
    joining: Joining = field(default_factory=Joining)
    said: frozenset[str] = field(default=frozenset(), compare=False, metadata=UNWRITTEN)
    file: Rules | None = field(default=None, compare=False, repr=False, metadata=UNWRITTEN)
    """What policy.toml says, where changes made in chat stand over it."""
