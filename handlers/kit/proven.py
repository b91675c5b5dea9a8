"""Evidence that somebody stands for with their name, written down with what it holds for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.kit import find
from handlers.kit.arguments import argument
from handlers.kit.call import Call
from handlers.kit.evidence import people_of, recordable
from handlers.policy.proof import statement
from handlers.policy.record import may_not_record
from messages.form import FieldKind
from storage.evidence import Stated, Topic
from storage.records import Records
from storage.release import Release


def said_argument(label: str, hint: str) -> Any:
    """What whoever stands for it has to say."""
    return argument(label, kind=FieldKind.TEXT, default="", rest=True, blank="", limit=1000, hint=hint)


def recorder(call: Call, number: int, records: Records) -> Release:
    """The release, if this person has a part in it and may record evidence of it now."""
    found = find.release(records, number)
    recordable(call, found, people_of(records, found))
    return found


def records_it(call: Call, found: Release, records: Records) -> bool:
    """Whether this person is offered to record evidence; what they press is checked again."""
    return call.member and not may_not_record(call.person.id, call.roles, found, people_of(records, found))


def state(
    call: Call, found: Release, records: Records, topic: Topic, *, digest: str, words: str, at: datetime
) -> dict[str, Any]:
    """Write down that the caller stands for it; answers what stood there before, as the trail keeps it."""
    statements = records.evidence.statements
    stands = statement(statements.of(found.id), topic)
    said = Stated(
        organisation_id=records.organisation.id, release_id=found.id, topic=topic, words=words, digest=digest,
        person_id=call.person.id, at=at,
    )  # fmt: skip
    if stands is None:
        statements.add(said)
        return {}
    statements.save(said.model_copy(update={"id": stands.id}))
    return {topic.value: f"{stands.at:%Y-%m-%d}", "by": records.people.get(stands.person_id).name}
