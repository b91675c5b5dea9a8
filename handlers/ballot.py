"""`/release ballot`: the ballot of a release, as it is for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.decide import may_not_vote
from handlers.kit import find
from handlers.kit.arguments import release_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command
from handlers.kit.living import namer, standing
from handlers.policy import approval
from messages.card import Button
from messages.own_ballot import Reader, own_ballot_card
from storage.records import Records


@dataclass(frozen=True, slots=True)
class Asked:
    release: int = release_argument()


@command(
    "ballot",
    "See a ballot with your own vote",
    title="See a ballot",
    submit="Show",
    group="Authorise",
    reads=True,
    example="/release ballot REL-42",
)
def ballot(call: Call, arguments: Asked, records: Records) -> Reply:
    """The round that is open, or the last one."""
    found = find.release(records, arguments.release)
    last = records.ballots.latest(found.id)
    if last is None:
        never = approval.outdated(None, None, None, found)
        raise Refused(never, ways=(Button(f"Show {found.key}", f"show {found.key}"),))
    now = standing(call, found, last, records)
    mine = next((vote for vote in now.votes if vote.person_id == call.person.id), None)
    reader = Reader(call.person, mine, may_not_vote(call, records, found, last.board), call.zone)
    return Reply(card=own_ballot_card(found, now, namer(records), reader))
