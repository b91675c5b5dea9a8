"""What is known of a release, gathered for the rules of risk and of the checklist."""

from __future__ import annotations

from datetime import datetime

from handlers.kit.boards import seats
from handlers.kit.call import Call
from handlers.policy import collision, gates, risk
from handlers.policy.content import digest
from handlers.policy.gate_table import Known, gates_set
from handlers.policy.gates import Row
from handlers.policy.proof import back_out_validated, testers
from handlers.policy.risk import RiskRules
from messages.risk import Risk, signal_words
from storage.collision import CollisionAccepted
from storage.journal import Entry
from storage.records import Records
from storage.release import ACTIVE, Release
from storage.terms import BallotState, Board, Outcome, State, ToldHow

LOOKED_AT = 50
"""How many of a service's newest releases are looked at for collisions and failures."""
_REACHED = (ToldHow.SENT, ToldHow.FOUND, ToldHow.RESENT)
_SHOWN = (*_REACHED, ToldHow.EDITED)
FAILED = (State.ROLLING_BACK, State.ROLLED_BACK)


def checklist(call: Call, found: Release, records: Records, awaited: tuple[int, ...] = ()) -> list[Row]:
    """The rows of the release now."""
    return gates.checklist(known(call, found, records, awaited))


def known(call: Call, found: Release, records: Records, awaited: tuple[int, ...] = ()) -> Known:
    evidence = records.evidence
    others = others_of(found, records)
    ballot = records.ballots.latest(found.id)
    colliding = collisions(found, others)
    said = records.collisions.concerning(found.id) if colliding else []
    in_the_way = [each.key for each in collision.in_the_way(found, colliding, said)]
    return Known(
        release=found,
        at=call.at,
        rules=call.rules,
        assessment=assessed(found, records, call.at, call.rules.risk, others),
        statements=evidence.statements.of(found.id),
        results=evidence.results.of(found.id),
        waivers={each.row: each for each in evidence.waivers.of(found.id)},
        testers=tuple(testers(evidence.participants.of(found.id))),
        collides=tuple(in_the_way),
        overlappers=_owing(found, colliding, said),
        accepted=tuple(each.key for each in colliding if each.key not in in_the_way),
        readings=records.readings.of(found.id) if found.content.media else {},
        told_at=told_at(found, records),
        small=_small(call, records),
        approved=ballot is not None and (ballot.state, ballot.digest) == (BallotState.APPROVED, digest(found)),
        awaited=awaited,
    )


def _owing(found: Release, colliding: list[Release], said: list[CollisionAccepted]) -> tuple[int, ...]:
    """The coordinators who haven't accepted a collision of this release, each once."""
    owed = [each.coordinator_id for other in colliding for each in collision.owing(found, other, said)]
    return tuple(dict.fromkeys(owed))


def _small(call: Call, records: Records) -> bool:
    """The CAB is a small team's; looked up only where it matters."""
    return not gates_set(call.rules) and len(seats(records, Board.CAB)) < call.rules.approval.small_team


def assessed(
    found: Release, records: Records, at: datetime, rules: RiskRules, others: list[Release] | None = None
) -> risk.Assessment | None:
    """The risk with what the records show now; None while the questionnaire isn't answered."""
    if not risk.answered(found.content.risk):
        return None
    return risk.assess(found.content.risk, signals(found, records, at, rules, others), rules)


def shown_risk(assessment: risk.Assessment | None) -> Risk | None:
    """The assessment in the words of its card."""
    if assessment is None:
        return None
    within = assessment.rules
    lit = tuple(
        signal_words(each.value, days=within.failed_within_days, hours=within.soon_hours, services=within.many_services)
        for each in assessment.signals
    )
    return Risk(assessment.level.value, assessment.impact, assessment.likelihood, lit)


def signals(
    found: Release, records: Records, at: datetime, rules: RiskRules, others: list[Release] | None = None
) -> tuple[risk.Signal, ...]:
    others = others_of(found, records) if others is None else others
    return risk.signals(
        found,
        at,
        rules,
        collides=bool(collisions(found, others)),
        failed_at=failed_at(found, others),
        validated=back_out_validated(found, records.evidence.statements.of(found.id)) is not None,
    )


def failed_at(found: Release, others: list[Release]) -> datetime | None:
    """When a release of one of its services last failed or was rolled back."""
    same = {each.name for each in found.services}
    failed = [
        ended
        for each in others
        if each.state in FAILED and same & {service.name for service in each.services}
        if (ended := each.completed_at or each.started_at) is not None
    ]
    return max(failed, default=None)


def level_of(call: Call, found: Release, records: Records) -> risk.Level | None:
    assessment = assessed(found, records, call.at, call.rules.risk)
    return assessment.level if assessment else None


def collisions_of(found: Release, records: Records) -> list[Release]:
    """Releases that it collides with now."""
    return collisions(found, others_of(found, records))


def collisions(found: Release, others: list[Release]) -> list[Release]:
    """Active releases of the same or a dependent service in an overlapping window."""
    return [each for each in others if each.state in ACTIVE and collision.overlap(found, each)]


def others_of(found: Release, records: Records) -> list[Release]:
    """Other releases of its services, of those that they depend on, and of those that depend on them, the oldest first."""
    names = related({each.name for each in found.services}, records)
    lists = [records.releases.of_service(name, limit=LOOKED_AT) for name in names]
    near = {each.number: each for newest in lists for each in newest}
    if any(len(newest) == LOOKED_AT for newest in lists):
        near |= {each.number: each for each in _in_flight(found, names, records)}
    near.pop(found.number, None)
    return [near[number] for number in sorted(near)]


def _in_flight(found: Release, names: list[str], records: Records) -> list[Release]:
    """However many younger releases a service has, one that is on its way at the same time isn't overlooked."""
    if found.starts_at is None or found.ends_at is None:
        return []
    at_once = records.releases.in_flight(found.starts_at, found.ends_at, LOOKED_AT)
    return [each for each in at_once if any(service.name in names for service in each.services)]


def related(same: set[str], records: Records) -> list[str]:
    """These services, those that they depend on, and those that depend on them."""
    every = records.services.all()
    needed = {name for service in every if service.name in same for name in service.dependencies}
    needing = {service.name for service in every if same & set(service.dependencies)}
    return sorted(same | needed | needing)


def told_at(found: Release, records: Records) -> datetime | None:
    """When its announcement first reached somebody with a window that doesn't begin later than this one, by the delivery
    ledger.
    """
    lines = records.postings.told_in(f"announcement:{found.key}")
    first = min((line.at for line in lines if line.outcome in _REACHED), default=None)
    if first is None or (moved := _moved_up(found, records)) is None or moved <= first:
        return first
    return min((line.at for line in lines if line.outcome in _SHOWN and line.at >= moved), default=None)


def _moved_up(found: Release, records: Records) -> datetime | None:
    """When its window was last moved to begin earlier."""
    return max((each.at for each in records.journal.of(found.key) if _moves_up(each)), default=None)


def _moves_up(entry: Entry) -> bool:
    before, after = entry.before.get("starts_at"), entry.after.get("starts_at")
    if entry.outcome is not Outcome.DONE or not before or not after:
        return False
    return datetime.fromisoformat(after) < datetime.fromisoformat(before)
