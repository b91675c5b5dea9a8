"""What a signature under tests or a back-out plan was given for, and whether that still stands (process sections 3 and 5).

A statement keeps a digest of what it vouches for. When that changes, the statement stays in the record and proves nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from handlers.policy.content import digest
from storage.content import TestType
from storage.evidence import Part, Participant, Stated, TestOutcome, TestResult, Topic
from storage.release import Release
from storage.terms import Role
from storage.types import canonical_json


def statement(stated: Iterable[Stated], topic: Topic) -> Stated | None:
    """What somebody stands for on this topic."""
    return next((each for each in stated if each.topic is topic), None)


# ---- the back-out plan


def back_out_digest(release: Release) -> str:
    """SHA-256 (hex) of the steps, the trigger and the time of the back-out plan."""
    content = release.content
    return _sha256([release.back_out, content.back_out_trigger, content.back_out_minutes])


def back_out_validated(release: Release, stated: Iterable[Stated]) -> Stated | None:
    """Who validated the back-out plan as it is now; None when nobody did, or it was changed since."""
    found = statement(stated, Topic.BACK_OUT_VALIDATED)
    return found if found is not None and found.digest == back_out_digest(release) else None


# ---- the tests


def sign_off_digest(release: Release, results: Iterable[TestResult]) -> str:
    """SHA-256 (hex) of the approved content together with how each type of test ended."""
    ended = sorted([each.type.value, each.outcome.value, each.evidence] for each in results)
    return _sha256([digest(release), ended])


def signed_off(release: Release, results: Iterable[TestResult], stated: Iterable[Stated]) -> Stated | None:
    """The sign-off of exactly this content and these results; None when there is none."""
    found = statement(stated, Topic.TESTS_SIGNED_OFF)
    return found if found is not None and found.digest == sign_off_digest(release, results) else None


def planned_types(release: Release) -> list[TestType]:
    """The types of test that the release's test plan asks for, in the order of the process."""
    planned = {each.type for each in release.content.tests}
    return [kind for kind in TestType if kind in planned]


def not_passed(
    required: Sequence[TestType], results: Iterable[TestResult]
) -> list[tuple[TestType, TestOutcome | None]]:
    """The required types that failed, or of which there is no result (None)."""
    ended = {each.type: each.outcome for each in results}
    return [(kind, ended.get(kind)) for kind in required if ended.get(kind) is not TestOutcome.PASSED]


# ---- who may say so


def testers(participants: Iterable[Participant]) -> list[int]:
    """The testing coordinators of a release."""
    return [each.person_id for each in participants if each.part is Part.TESTING]


def signs_tests(person_id: int, roles: Iterable[Role], participants: Iterable[Participant]) -> bool:
    """The testing coordinator signs off; where none is named, the release manager."""
    named = testers(participants)
    return person_id in named if named else Role.RELEASE_MANAGER in roles


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
