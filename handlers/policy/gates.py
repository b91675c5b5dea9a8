"""The readiness checklist (process section 5): what must be there to submit and to start, derived from what is known.

Each row says done, missing (it stands in the way), waived, or warned (the policy doesn't ask for it). Nothing is ticked
by hand, and nothing is read here: `Known` holds the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.policy.calendar import outside_window
from handlers.policy.proof import back_out_validated, not_passed, signed_off, statement
from handlers.policy.risk import Assessment, Level
from handlers.policy.rules import Gates, Rules
from storage.content import TestType
from storage.evidence import Stated, TestResult, Topic, Waiver
from storage.release import Release
from storage.terms import ReleaseType, State


class Phase(StrEnum):
    """The move that a row stands before."""

    SUBMIT = "submit"
    START = "start"


class RowState(StrEnum):
    DONE = "done"
    MISSING = "missing"
    WAIVED = "waived"
    WARNED = "warned"


class Owner(StrEnum):
    """Who must act on a row."""

    COORDINATOR = "coordinator"
    TESTING = "testing coordinator"
    BOARD = "board"


@dataclass(frozen=True, slots=True)
class Known:
    """The evidence of one release at a moment.

    `approved`: a round has authorised exactly this content. `awaited` are the people who owe a vote, `testers` the testing
    coordinators. `told_at` is when its stakeholders were first told; `collides` are keys of other releases.
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
    told_at: datetime | None = None
    approved: bool = False
    awaited: tuple[int, ...] = ()

    @property
    def level(self) -> Level | None:
        return self.assessment.level if self.assessment else None

    @property
    def gates(self) -> Gates:
        return self.rules.gates


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the checklist: what is asked for, whether it's there, who must act (people's ids), and the sentence that does it."""

    name: str
    label: str
    phase: Phase
    state: RowState
    who: tuple[int, ...]
    act: str
    say: str
    waivable: bool = True
    detail: str = ""
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """`emergency`: True, an emergency needs it; False, it may follow; None, it isn't asked of one. `always`: whatever the
    policy says. `say` is the sentence that provides it, REL standing for the release's key. `shown` tells whether the row
    is worth a line at all.
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
    detail: Callable[[Known], str] = lambda known: ""


ANSWERED_BY_TEMPLATE = frozenset({"changes", "risk", "back_out_trigger"})
"""Rows that the change manager answered for good by approving the template of a standard release."""


def checklist(known: Known) -> list[Row]:
    """Every row that is asked of this release while it isn't deployed, in the order of the process."""
    if known.release.state not in (State.DRAFT, State.IN_REVIEW, State.APPROVED):
        return []
    return [_row(gate, known) for gate in GATES if _is_shown(gate, known)]


def missing(rows: Sequence[Row], phase: Phase) -> list[Row]:
    """What stands in the way of a move."""
    return [row for row in rows if row.phase is phase and row.state is RowState.MISSING]


def _is_shown(gate: Gate, known: Known) -> bool:
    if known.release.type is ReleaseType.EMERGENCY:
        return gate.emergency is not None
    return gate.name in required(known) or gate.shown(known)


def _row(gate: Gate, known: Known) -> Row:
    waiver = known.waivers.get(gate.name) if gate.waivable else None
    return Row(
        name=gate.name,
        label=gate.label,
        phase=gate.phase,
        state=_state(gate, known, waiver),
        who=_who(gate, known),
        act=gate.act,
        say=gate.say.replace("REL", known.release.key),
        waivable=gate.waivable,
        detail=gate.detail(known),
        waiver=waiver,
    )


def _state(gate: Gate, known: Known, waiver: Waiver | None) -> RowState:
    if gate.there(known):
        return RowState.DONE
    if waiver is not None:
        return RowState.WAIVED
    if known.release.type is ReleaseType.EMERGENCY:
        return RowState.MISSING if gate.emergency else RowState.WARNED
    return RowState.MISSING if gate.always or gate.name in required(known) else RowState.WARNED


def required(known: Known) -> frozenset[str]:
    """The names of the rows that the policy asks for at this risk; a risk that nobody assessed counts as low."""
    gates, rank = known.gates, known.level.rank if known.level else 0
    medium = gates.start_medium if rank >= Level.MEDIUM.rank else ()
    high = gates.start_high if rank >= Level.HIGH.rank else ()
    asked = frozenset((*gates.submit, *gates.start, *medium, *high))
    return asked - ANSWERED_BY_TEMPLATE if known.release.type is ReleaseType.STANDARD else asked


def asked_for(known: Known) -> list[str]:
    """What the policy asks of the release before it starts, at its risk."""
    names = required(known)
    return [gate.label for gate in GATES if gate.phase is Phase.START and gate.name in names]


def _who(gate: Gate, known: Known) -> tuple[int, ...]:
    match gate.owner:
        case Owner.TESTING if known.testers:
            return known.testers
        case Owner.BOARD if known.awaited and known.release.state is State.IN_REVIEW:
            return known.awaited
        case _:
            return (known.release.coordinator_id,)


# ---- what counts as there


def _tests_missing(known: Known) -> list[str]:
    required = [TestType(each) for each in known.gates.tests]
    return [kind.value.replace("_", " ") for kind, _ in not_passed(required, known.results)]


def _media_recorded(known: Known) -> bool:
    media = known.release.content.media
    return bool(media) and all(each.sha256 and each.licence for each in media)


def _told_ahead(known: Known) -> bool:
    starts_at = known.release.starts_at
    if starts_at is None or known.told_at is None:
        return False
    return known.told_at <= starts_at - timedelta(hours=known.gates.told_hours)


def _closed_window(known: Known) -> str:
    return outside_window(known.release, known.at, timedelta(minutes=known.rules.deployment.tolerance_minutes))


def _stated(topic: Topic) -> Callable[[Known], bool]:
    return lambda known: statement(known.statements, topic) is not None


def _at_least(level: Level) -> Callable[[Known], bool]:
    return lambda known: known.level is not None and known.level.rank >= level.rank


_TESTED = "test show REL"
_EDIT = "edit REL form=yes"

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
        "plan", "a deployment plan", Phase.SUBMIT, lambda known: bool(known.release.plan), "Add it", _EDIT, emergency=False,
    ),
    Gate(
        "back_out", "a back-out plan", Phase.SUBMIT, lambda known: bool(known.release.back_out), "Add it", _EDIT,
        emergency=True,
    ),
    Gate(
        "back_out_trigger", "the back-out plan's trigger and time", Phase.SUBMIT,
        lambda known: bool(known.release.content.back_out_trigger and known.release.content.back_out_minutes),
        "Back-out plan", "backout REL form=yes", emergency=False,
    ),
    Gate(
        "approval", "the approval of this revision", Phase.START, lambda known: known.approved,
        "See the ballot", "ballot REL", emergency=True, always=True, waivable=False, owner=Owner.BOARD,
    ),
    Gate(
        "back_out_validated", "the back-out plan validated", Phase.START,
        lambda known: back_out_validated(known.release, known.statements) is not None,
        "Validate it", "backout validated REL form=yes", emergency=False, shown=_at_least(Level.MEDIUM),
    ),
    Gate(
        "collision", "a window free of collisions", Phase.START, lambda known: not known.collides, "Move the window", _EDIT,
        detail=lambda known: f"overlaps {', '.join(known.collides)}" if known.collides else "",
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
    ),
    Gate(
        "media", "media with digest and licence", Phase.START, _media_recorded, "Media", "media list REL",
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
        always=True, waivable=False, shown=lambda known: known.release.state is State.APPROVED, detail=_closed_window,
    ),
)  # fmt: skip
NAMES = tuple(gate.name for gate in GATES)
WAIVABLE = tuple(gate.name for gate in GATES if gate.waivable)
