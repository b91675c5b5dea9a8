"""The rows of the readiness checklist (process section 5): what each asks for, who gives it, and with which sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.policy.calendar import outside_window
from handlers.policy.proof import back_out_validated, not_passed, signed_off, statement
from handlers.policy.risk import Assessment, Level
from handlers.policy.rules import Gates, Rules
from storage.content import TestType
from storage.evidence import Stated, TestResult, Topic, Waiver
from storage.medium_reading import MediumReading
from storage.release import Release
from storage.terms import ReleaseType, State


class Phase(StrEnum):
    """The move that a row stands before."""

    SUBMIT = "submit"
    START = "start"


class Owner(StrEnum):
    """Who must act on a row."""

    COORDINATOR = "coordinator"
    TESTING = "testing coordinator"
    BOARD = "board"
    OVERLAPPING = "overlapping"


@dataclass(frozen=True, slots=True)
class Known:
    """The evidence of one release at a moment. `readings` are what was read of its media, by URI.

    `approved`: a round has authorised exactly this content. `awaited` are the people who owe a vote, `testers` the testing
    coordinators. `told_at` is when its stakeholders were first told; `collides` are keys of other releases,
    `accepted` those whose collision with it is accepted, `overlappers` the coordinators who owe that. `small`: its CAB has
    fewer people than the policy's small team.
    """

    release: Release
    at: datetime
    rules: Rules
    assessment: Assessment | None = None
    statements: Sequence[Stated] = ()
    results: Sequence[TestResult] = ()
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    testers: tuple[int, ...] = ()
    collides: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    overlappers: tuple[int, ...] = ()
    readings: Mapping[str, MediumReading] = field(default_factory=dict)
    told_at: datetime | None = None
    small: bool = False
    approved: bool = False
    awaited: tuple[int, ...] = ()

    @property
    def level(self) -> Level | None:
        return self.assessment.level if self.assessment else None

    @property
    def gates(self) -> Gates:
        return for_team(self.rules, small=self.small)


_LISTS = ("submit", "start", "start_medium", "start_high")


def for_team(rules: Rules, *, small: bool) -> Gates:
    """What is asked for by a CAB of that size. A small team begins at once, unless somebody has set one of the lists."""
    if not small or gates_set(rules):
        return rules.gates
    return replace(rules.gates, submit=rules.gates.lean, start=(), start_medium=(), start_high=())


def gates_set(rules: Rules) -> bool:
    """Somebody has said what is asked for, be it what is built in."""
    built_in = Gates()
    return any(
        f"gates.{name}" in rules.said or getattr(rules.gates, name) != getattr(built_in, name) for name in _LISTS
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """`emergency`: True, an emergency needs it; False, it may follow; None, it isn't asked of one. `always`: whatever the
    policy says. `say` is the sentence that provides it, REL standing for the release's key. `shown` tells whether the row
    is worth a line at all, `comes` whether time alone will bring it, `first` the button and the sentence of what
    has to be done before it can be given; `detail` is what an open row says besides, `proof` one that is done.
    """

    name: str
    label: str
    phase: Phase
    there: Callable[[Known], bool]
    act: str
    say: str
    emergency: bool | None = None
    always: bool = False
    waivable: bool = True
    owner: Owner = Owner.COORDINATOR
    shown: Callable[[Known], bool] = lambda known: True
    comes: Callable[[Known], bool] = lambda known: False
    first: Callable[[Known], tuple[str, str] | None] = lambda known: None
    detail: Callable[[Known], str] = lambda known: ""
    proof: Callable[[Known], str] = lambda known: ""


# ---- what counts as there


def _tests_missing(known: Known) -> list[str]:
    required = [TestType(each) for each in known.gates.tests]
    return [kind.value.replace("_", " ") for kind, _ in not_passed(required, known.results)]


def _media_recorded(known: Known) -> bool:
    media = known.release.content.media
    return bool(media) and all(each.sha256 and each.licence for each in media) and not _media_differ(known)


def _media_differ(known: Known) -> str:
    """Which artifacts aren't what was recorded, by what was read of them last; "" for none."""
    named = [
        each.uri.rstrip("/").rpartition("/")[2]
        for each in known.release.content.media
        if (reading := known.readings.get(each.uri)) is not None and reading.differs(each.sha256)
    ]
    return f"the digest of {', '.join(named)} differs" if named else ""


def _told_ahead(known: Known) -> bool:
    starts_at = known.release.starts_at
    if starts_at is None or known.told_at is None:
        return False
    return known.told_at <= starts_at - timedelta(hours=known.gates.told_hours)


def _closed_window(known: Known) -> str:
    return outside_window(known.release, known.at, timedelta(minutes=known.rules.deployment.tolerance_minutes))


def _lies_ahead(known: Known) -> bool:
    return known.release.ends_at is not None and known.at <= known.release.ends_at


def _stated(topic: Topic) -> Callable[[Known], bool]:
    return lambda known: statement(known.statements, topic) is not None


def _at_least(level: Level) -> Callable[[Known], bool]:
    return lambda known: known.level is not None and known.level.rank >= level.rank


_TESTED = "test show REL"
_EDIT = "edit REL form=yes"
_BACK_OUT = "backout REL form=yes"

GATES = (
    Gate("goal", "a goal and scope", Phase.SUBMIT, lambda known: bool(known.release.goal), "Add it", _EDIT),
    Gate(
        "service", "a service", Phase.SUBMIT, lambda known: bool(known.release.services), "Add it", _EDIT,
        emergency=True, waivable=False,
    ),
    Gate(
        "window", "a window", Phase.SUBMIT, lambda known: known.release.starts_at is not None, "Add it", _EDIT,
        waivable=False,
    ),
    Gate(
        "changes", "an authorised change request", Phase.SUBMIT,
        lambda known: any(each.authorised for each in known.release.change_requests),
        "Change requests", "change list REL", emergency=False,
    ),
    Gate(
        "risk", "a risk assessment", Phase.SUBMIT, lambda known: known.assessment is not None,
        "Assess the risk", "risk REL form=yes", emergency=False,
    ),
    Gate(
        "plan", "a deployment plan", Phase.SUBMIT, lambda known: bool(known.release.plan),
        "Deployment plan", "plan REL form=yes", emergency=False,
    ),
    Gate(
        "back_out", "a back-out plan", Phase.SUBMIT, lambda known: bool(known.release.back_out),
        "Back-out plan", _BACK_OUT, emergency=True,
    ),
    Gate(
        "back_out_trigger", "the back-out plan's trigger and time", Phase.SUBMIT,
        lambda known: bool(known.release.content.back_out_trigger and known.release.content.back_out_minutes),
        "Back-out plan", _BACK_OUT, emergency=False,
    ),
    Gate(
        "approval", "the approval of this revision", Phase.START, lambda known: known.approved,
        "See the ballot", "ballot REL", emergency=True, always=True, waivable=False, owner=Owner.BOARD,
        first=lambda known: ("Submit it", "submit REL") if known.release.state is State.DRAFT else None,
    ),
    Gate(
        "back_out_validated", "the back-out plan validated", Phase.START,
        lambda known: back_out_validated(known.release, known.statements) is not None,
        "Validate it", "backout validated REL form=yes", emergency=False, shown=_at_least(Level.MEDIUM),
    ),
    Gate(
        "collision", "a window free of collisions", Phase.START, lambda known: not known.collides,
        "Collisions", "collision REL", detail=lambda known: f"overlaps {', '.join(known.collides)}",
        proof=lambda known: f"accepted with {', '.join(known.accepted)}" if known.accepted else "",
        owner=Owner.OVERLAPPING,
    ),
    Gate(
        "tests", "the required tests passed", Phase.START, lambda known: not _tests_missing(known), "Tests", _TESTED,
        emergency=False, owner=Owner.TESTING, shown=lambda known: bool(known.gates.tests),
        detail=lambda known: ", ".join(_tests_missing(known)),
    ),
    Gate(
        "sign_off", "the testing coordinator's sign-off", Phase.START,
        lambda known: signed_off(known.release, known.results, known.statements) is not None, "Sign off", "test signoff REL form=yes",
        emergency=False, owner=Owner.TESTING, shown=lambda known: bool(known.gates.tests),
        first=lambda known: None if known.testers else ("Name a testing coordinator", "testing REL form=yes"),
    ),
    Gate(
        "media", "media with digest and licence", Phase.START, _media_recorded, "Media", "media list REL",
        detail=_media_differ,
    ),
    Gate(
        "told", "stakeholders told ahead", Phase.START, _told_ahead, "Announce it", "announce REL form=yes",
        shown=lambda known: known.release.type is ReleaseType.NORMAL,
        detail=lambda known: f"at least {known.gates.told_hours} h before the window",
    ),
    Gate(
        "training", "training ready", Phase.START, _stated(Topic.TRAINING), "Training", "prepared REL training form=yes",
        shown=_at_least(Level.HIGH),
    ),
    Gate(
        "support", "support ready", Phase.START, _stated(Topic.SUPPORT), "Support", "prepared REL support form=yes",
        shown=_at_least(Level.HIGH),
    ),
    Gate(
        "in_window", "an open window", Phase.START, lambda known: not _closed_window(known), "Move the window", _EDIT,
        always=True, waivable=False, shown=lambda known: known.release.state is State.APPROVED, comes=_lies_ahead,
        detail=_closed_window,
    ),
)  # fmt: skip
NAMES = tuple(gate.name for gate in GATES)
WAIVABLE = tuple(gate.name for gate in GATES if gate.waivable)
