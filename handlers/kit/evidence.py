"""What is written down beside the approved content: who may, and the people of a release."""

from __future__ import annotations

from collections.abc import Collection

from handlers.kit import find
from handlers.kit.call import Call, Direct, NotTheirs, Post, Refused
from handlers.policy.record import OVER, may_not_record
from messages.card import Button
from messages.refusal import told
from storage.evidence import Part
from storage.records import Records
from storage.release import Release


def recordable(call: Call, found: Release, others: Collection[int] = ()) -> None:
    """Raises Refused for who may not write evidence down. `others` may besides coordinator and release manager."""
    if not (why := may_not_record(call.person.id, call.roles, found, others)):
        return
    ways = (Button(f"Show {found.key}", f"show {found.key}"),)
    if found.state in OVER:
        raise Refused(why, ways=ways)
    raise NotTheirs(why, people=(found.coordinator_id, *others), ways=ways)


def of_owners(call: Call, number: int, records: Records) -> Release:
    """The release, if this person coordinates it or is a release manager, and its record isn't closed."""
    found = find.release(records, number)
    recordable(call, found)
    return found


def people_of(records: Records, found: Release, *parts: Part) -> list[int]:
    """The people who have one of these parts in the release; without parts, everybody with any."""
    taking = records.evidence.participants.of(found.id)
    return [each.person_id for each in taking if not parts or each.part in parts]


def direct_word(call: Call, found: Release, person_id: int, title: str, sentence: str) -> list[Post]:
    """A word to one person about their part, unless they said it themselves."""
    if person_id == call.person.id:
        return []
    card = told(title, sentence, (Button(f"Show {found.key}", f"show {found.key}"),))
    return [Post(Direct(person_id), card, f"part:{call.id}:{person_id}", found.key)]
