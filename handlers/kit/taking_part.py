"""What somebody who doesn't coordinate a release is to it, in words."""

from __future__ import annotations

from handlers.policy.step_act import numbered_steps, steps_of
from storage.evidence import Part
from storage.records import Records
from storage.release import Release


def parts_of(found: Release, person_id: int, records: Records) -> list[str]:
    """`testing coordinator`, `application coordinator for web`, `required stakeholder`, `owner of step 2`: all that they are."""
    evidence = records.evidence
    taking = [each for each in evidence.participants.of(found.id) if each.person_id == person_id]
    asked = [each for each in evidence.stakeholders.of(found.id) if each.person_id == person_id]
    named = [_part(each.part, each.area) for each in taking]
    named += ["required stakeholder" if each.required else "stakeholder" for each in asked]
    steps = steps_of(found, person_id)
    return [*named, *([f"owner of {numbered_steps(steps).lower()}"] if steps else [])]


def _part(part: Part, area: str) -> str:
    return f"{part.value} coordinator" + (f" for {area}" if area else "")
