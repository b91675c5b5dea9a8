"""`/release clone`: a release like one that there was, to be planned anew."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import draft, find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import registered_posts, release_post
from handlers.new import begun
from handlers.policy.calendar import Wall
from handlers.policy.content import approved_content, digest
from storage.evidence import Participant, Stakeholder
from storage.records import Records
from storage.release import Release


@dataclass(frozen=True, slots=True)
class Cloned:
    release: int = release_argument()
    title: str | None = argument("Title", read.title, default=None, hint="The same if left empty")
    start: Wall | None = draft.start_argument()
    hours: float | None = draft.hours_argument()
    zone: str | None = draft.zone_argument()


@command(
    "clone",
    "Register a release like another one",
    title="Clone a release",
    submit="Register",
    group="Plan",
    example='/release clone REL-42 start="2026-12-08 22:00"',
)
def clone(call: Call, arguments: Cloned, records: Records) -> Reply:
    """Everything that is planned comes along, and who takes part; results, votes, waivers and the window don't.

    An emergency's copy is a normal release, and so is a standard one's: only its template makes it standard.
    """
    model = find.release(records, arguments.release)
    found = begun(call, records)
    for name in ("goal", "impact", "content", "zone"):
        setattr(found, name, getattr(model, name))
    for name in ("services", "change_requests", "stages", "plan", "back_out"):
        setattr(found, name, list(getattr(model, name)))
    found.title = arguments.title or model.title
    found.content = found.content.model_copy(update={"risk": {}})  # it's another time, and perhaps another risk
    draft.apply_window(call, found, arguments)
    found.digest = digest(found)
    records.releases.add(found)
    _people_along(call, model, found, records)
    post = release_post(call, found, records)
    return Reply(
        card=post.card,
        posts=(post, *registered_posts(call, found, records)),
        trail=Trail(found.key, after=approved_content(found) | {"cloned from": model.key}),
    )


def _people_along(call: Call, model: Release, found: Release, records: Records) -> None:
    for part in records.evidence.participants.of(model.id):
        records.evidence.participants.add(
            Participant(
                organisation_id=found.organisation_id,
                release_id=found.id,
                part=part.part,
                person_id=part.person_id,
                area=part.area,
            )
        )
    for each in records.evidence.stakeholders.of(model.id):
        told = each.model_dump(exclude={"id", "release_id", "added_by", "added_at"})
        records.evidence.stakeholders.add(
            Stakeholder(**told, release_id=found.id, added_by=call.person.id, added_at=call.at)
        )
