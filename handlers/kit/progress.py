"""The rhythm of status updates while a release deploys: when the coordinator is asked, when the facts go out."""

from __future__ import annotations

from datetime import datetime

from handlers.kit.call import Call, minutes
from messages.line import compose
from storage.due import Due
from storage.records import Records
from storage.release import Release
from storage.terms import ReleaseType


def plan_status(call: Call, found: Release, records: Records) -> None:
    """The next request for words, one interval from now."""
    rules = call.rules.status
    every = rules.emergency_every_minutes if found.type is ReleaseType.EMERGENCY else rules.every_minutes
    say_later(records, found, call.at + minutes(every), compose("ask-status", found.key))


def plan_facts(call: Call, found: Release, records: Records) -> None:
    """The facts go out unless words came since now."""
    line = compose("post-facts", found.key, since=f"@{int(call.at.timestamp())}")
    say_later(records, found, call.at + minutes(call.rules.status.patience_minutes), line)


def stop_status(call: Call, found: Release, records: Records) -> None:
    records.dues.withdraw(_subject(found), call.at)


def say_later(records: Records, found: Release, at: datetime, line: str) -> None:
    records.dues.plan(
        Due(
            organisation_id=records.organisation.id,
            key=f"{line}@{at.isoformat()}",
            subject=_subject(found),
            line=line,
            at=at,
        )
    )


def _subject(found: Release) -> str:
    return f"status:{found.key}"
