"""The readiness checklist (process section 5): what must be there to submit and to start, derived from what is known.

Each row says done, missing (it stands in the way), waived, or warned (the policy doesn't ask for it). Nothing is ticked
by hand, and nothing is read here: `Known` holds the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.policy.gate_table import GATES, Gate, Known, Owner, Phase
from handlers.policy.risk import Level
from storage.evidence import Waiver
from storage.terms import ReleaseType, State


class RowState(StrEnum):
    DONE = "done"
    MISSING = "missing"
    WAIVED = "waived"
    WARNED = "warned"
    AWAITED = "awaited"
    """Time alone brings it; nobody has to act."""


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


NOT_OF_STANDARD = frozenset({"changes", "risk", "back_out_trigger", "told"})
"""What isn't asked of a standard release: the change manager answered the first three for good by approving its template,
and only of a normal one stakeholders have to be told ahead."""


def checklist(known: Known) -> list[Row]:
    """Every row that is asked of this release while it isn't deployed, in the order of the process."""
    if known.release.state not in (State.DRAFT, State.IN_REVIEW, State.APPROVED):
        return []
    return [_row(gate, known) for gate in GATES if _is_shown(gate, known)]


def missing(rows: Sequence[Row], phase: Phase) -> list[Row]:
    """What stands in the way of a move."""
    return [row for row in rows if row.phase is phase and row.state in (RowState.MISSING, RowState.AWAITED)]


def _is_shown(gate: Gate, known: Known) -> bool:
    if known.release.type is ReleaseType.EMERGENCY:
        return gate.emergency is not None
    return gate.name in required(known) or gate.shown(known)


def _row(gate: Gate, known: Known) -> Row:
    waiver = known.waivers.get(gate.name) if gate.waivable else None
    state = _state(gate, known, waiver)
    act, say = gate.first(known) or (gate.act, gate.say)
    return Row(
        name=gate.name,
        label=gate.label,
        phase=gate.phase,
        state=state,
        who=_who(gate, known),
        act=act,
        say=say.replace("REL", known.release.key),
        waivable=gate.waivable,
        detail=gate.proof(known) if state is RowState.DONE else gate.detail(known),
        waiver=waiver,
    )


def _state(gate: Gate, known: Known, waiver: Waiver | None) -> RowState:
    if gate.there(known):
        return RowState.DONE
    if waiver is not None:
        return RowState.WAIVED
    if gate.comes(known):
        return RowState.AWAITED
    if known.release.type is ReleaseType.EMERGENCY:
        return RowState.MISSING if gate.emergency else RowState.WARNED
    return RowState.MISSING if gate.always or gate.name in required(known) else RowState.WARNED


def required(known: Known) -> frozenset[str]:
    """The names of the rows that the policy asks for at this risk; a risk that nobody assessed counts as low."""
    gates, rank = known.gates, known.level.rank if known.level else 0
    medium = gates.start_medium if rank >= Level.MEDIUM.rank else ()
    high = gates.start_high if rank >= Level.HIGH.rank else ()
    untested = () if gates.tests else ("tests", "sign_off")
    exempt = NOT_OF_STANDARD if known.release.type is ReleaseType.STANDARD else frozenset()
    return frozenset((*gates.submit, *gates.start, *medium, *high)).difference(exempt, untested)


def asked_for(known: Known) -> list[str]:
    """What the policy asks of the release before it starts, at its risk."""
    names = required(known)
    return [gate.label for gate in GATES if gate.phase is Phase.START and gate.name in names]


def _who(gate: Gate, known: Known) -> tuple[int, ...]:
    match gate.owner:
        case Owner.TESTING if known.testers:
            return known.testers
        case Owner.OVERLAPPING if known.overlappers:
            return known.overlappers
        case Owner.BOARD if known.awaited and known.release.state is State.IN_REVIEW:
            return known.awaited
        case _:
            return (known.release.coordinator_id,)
