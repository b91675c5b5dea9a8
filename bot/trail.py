"""What the journal keeps of a sentence: who, when, what, before and after, why, and what they were told."""

from __future__ import annotations

from datetime import datetime

from bot.sentence import Speaker
from handlers.kit.call import Call, Refused, Reply, Trail
from storage.due import Due
from storage.journal import Entry
from storage.records import Records
from storage.terms import Origin, Outcome, Platform

LATE_SECONDS = 60
"""What the clock says later than this after it was due is noted as late."""


def done(records: Records, call: Call, speaker: Speaker, command: str, reply: Reply) -> None:
    """A person's sentence that was carried out. Raises Conflict when this call is in the journal already."""
    trail = reply.trail or Trail("")
    entry = _entry(call, command, trail)
    entry.platform, entry.account = speaker.platform, speaker.external
    if reply.card is not None:
        entry.answer = reply.card.summary or reply.card.title
    _append(records, entry)


def refused(records: Records, call: Call, speaker: Speaker, command: str, *, subject: str, no: Refused) -> None:
    """A person's sentence that was refused: nothing changed, but it was tried."""
    entry = _entry(call, command, Trail(subject, why=no.sentence))
    entry.platform, entry.account = speaker.platform, speaker.external
    entry.outcome, entry.answer = Outcome.REFUSED, no.sentence
    if call.origin is Origin.FILLED:
        # The same answers may be sent again once the reason is gone; nothing was done that a repeat could do twice.
        entry.call_id = f"{call.id}:refused:{records.organisation.journal_seq + 1}"
    _append(records, entry)


def said_by_clock(records: Records, call: Call, due: Due, command: str, reply: Reply | None) -> None:
    """What fell due; without a reply it was dropped because its time had passed."""
    trail = (reply.trail if reply else None) or Trail(due.subject)
    entry = _entry(call, command, trail)
    if reply is None:
        entry.outcome = Outcome.REFUSED
        entry.why = f"dropped: it was due {due.at.isoformat()} and is no longer worth saying"
    elif (call.at - due.at).total_seconds() > LATE_SECONDS:
        entry.why = entry.why or f"said late: it was due {due.at.isoformat()}"
    _append(records, entry)


def given_up(records: Records, due: Due, why: str, now: datetime) -> None:
    """What fell due and can't be said, or no longer has to be."""
    entry = Entry(
        seq=0,
        at=now,
        call_id=f"due:{due.key}",
        person="Cabbot",
        platform=Platform.CLOCK,
        origin=Origin.CLOCK,
        command=due.line.partition(" ")[0],
        subject=due.subject,
        outcome=Outcome.REFUSED,
        why=why,
    )
    _append(records, entry)


def _entry(call: Call, command: str, trail: Trail) -> Entry:
    return Entry.model_construct(
        seq=0,
        at=call.at,
        call_id=call.id,
        person_id=call.person.id,
        person=call.person.name,
        platform=Platform.CLOCK,
        origin=call.origin,
        command=command,
        subject=trail.subject,
        outcome=Outcome.DONE,
        before=trail.before,
        after=trail.after,
        why=trail.why,
    )


def _append(records: Records, entry: Entry) -> None:
    records.journal.append(records.organisation, entry)
    records.save_organisation()
