"""`/release coordinator`: hand a release over to somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Direct, Post, Refused, Reply, Trail
from handlers.kit.command import command, of_release
from handlers.kit.evidence import of_owners
from handlers.kit.living import announcement_posts, event_posts, release_post
from handlers.kit.one_person import full_member
from handlers.policy.record import may_not_hand_over
from messages.card import Button
from messages.form import FieldKind
from messages.release import changed_card
from storage.people import Person
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState


@dataclass(frozen=True, slots=True)
class HandedOver:
    release: int = release_argument()
    person: str = argument("New coordinator", kind=FieldKind.PERSON, positional=True, example="@ana")
    words: str = argument(
        "Words", kind=FieldKind.TEXT, default="", rest=True, blank="", limit=1000, hint="What they should know"
    )


@command(
    "coordinator",
    "Hand a release over to another coordinator",
    title="Hand it over",
    submit="Hand over",
    group="Plan",
    example="/release coordinator REL-42 @ana",
    whose=of_release(of_owners),
)
def coordinator(call: Call, arguments: HandedOver, records: Records) -> Reply:
    """The old and the new one are told. Whoever has coordinated it never votes on it."""
    found = of_owners(call, arguments.release, records)
    to = find.person(call, records, arguments.person)
    _possible(found, to, records)
    old = records.people.get(found.coordinator_id)
    found.coordinator_id = to.id
    found.coordinated_before = [*(each for each in found.coordinated_before if each not in (old.id, to.id)), old.id]
    records.releases.save(found)
    sentence = f"{found.key} went from {old.name} to {to.name}, who coordinates it now."
    events = event_posts(call, found, records, "handed-over", [sentence], words=arguments.words)
    told_old = Post(Direct(old.id), events[0].card, events[0].slot, found.key)  # once, also if they follow it
    return Reply(
        card=changed_card(found, "Handed over", sentence, (Button(f"Show {found.key}", f"show {found.key}"),)),
        posts=(
            release_post(call, found, records),
            *announcement_posts(found, records),
            *events,
            *([told_old] if old.id != call.person.id else []),
        ),
        trail=Trail(found.key, {"coordinator": old.name}, {"coordinator": to.name}, why=arguments.words),
    )


def _possible(found: Release, to: Person, records: Records) -> None:
    if to.id == found.coordinator_id:
        raise Refused(f"{to.name} coordinates {found.key} already.", field="person")
    if not to.active or not full_member(records, to):
        raise Refused(f"{to.name} isn't a full member here, and couldn't do what a coordinator does.", field="person")
    ballot = records.ballots.latest(found.id)
    voters = {vote.person_id for vote in records.ballots.votes(ballot.id)} if ballot else set()
    asked = ballot is not None and ballot.state is BallotState.OPEN
    if why := may_not_hand_over(found, voters, to.id, asked=asked):
        raise Refused(why, ways=(Button(f"Show {found.key}", f"show {found.key}"),))
