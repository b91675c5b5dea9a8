"""A release as a value, for rules that look at nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from handlers.policy.content import digest
from storage.approval import Ballot, Vote
from storage.content import ChangeRequest, PlanStep, ServiceVersion
from storage.release import Release
from storage.terms import Board, Choice, ReleaseType, State

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
START = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
END = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
ANA, BO, CY, DEE = 1, 2, 3, 4


def release(**changed: Any) -> Release:
    """Coordinated and requested by Ana, two stages, in its first."""
    values: dict[str, Any] = {
        "id": 7,
        "number": 42,
        "key": "REL-42",
        "title": "Faster refunds",
        "goal": "Refunds within a day",
        "type": ReleaseType.NORMAL,
        "state": State.DRAFT,
        "coordinator_id": ANA,
        "requester_id": ANA,
        "services": [ServiceVersion(name="payments", version="2.4.0")],
        "change_requests": [ChangeRequest(ref="CHG-101")],
        "starts_at": START,
        "ends_at": END,
        "zone": "Europe/Berlin",
        "stages": ["Pilot", "Full"],
        "impact": "None",
        "plan": [PlanStep(text="drain"), PlanStep(text="deploy")],
        "back_out": ["redeploy 2.3.9"],
        "created_at": NOW,
    }
    found = Release(**(values | changed))
    found.digest = digest(found)
    return found


def ballot(of: Release, **changed: Any) -> Ballot:
    values: dict[str, Any] = {
        "id": 5,
        "release_id": of.id,
        "revision": of.revision,
        "digest": of.digest,
        "board": Board.CAB,
        "quorum": 2,
        "opened_by": ANA,
        "opened_at": NOW,
        "deadline_at": END,
    }
    return Ballot(**(values | changed))


def vote(person: int, choice: Choice = Choice.APPROVE) -> Vote:
    return Vote(id=person, ballot_id=5, person_id=person, choice=choice, at=NOW)
