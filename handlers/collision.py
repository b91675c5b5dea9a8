"""`/release collision`: which releases overlap with one, and the word of both coordinators that they may (process section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import find, read
from handlers.kit.arguments import OneRelease, argument, release_argument
from handlers.kit.call import Call, Direct, NotTheirs, Post, Refused, Reply, Trail, WhereverItHangs
from handlers.kit.command import command
from handlers.kit.living import event_posts, namer, offers, shown_posts
from handlers.kit.readiness import collisions_of
from handlers.kit.redraw import kept_posts
from handlers.policy.collision import owing, pair_digest, words_on
from messages.card import Button
from messages.collision import Collision, asked_card, collisions_card
from messages.form import FieldKind
from messages.refusal import told
from messages.release import changed_card
from storage.collision import CollisionAccepted
from storage.records import Records
from storage.release import Release
from storage.terms import Role

Pair = tuple[Release, Release]


def _other() -> Any:
    return argument("Overlaps with", read.release_number, positional=True, pointer=True, example="REL-43")


@dataclass(frozen=True, slots=True)
class Accept:
    release: int = release_argument()
    other: int = _other()
    reason: str = argument(
        "Reason", read.needed, kind=FieldKind.TEXT, rest=True, limit=1000, hint="Why both can go out at that time"
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    release: int = release_argument()
    other: int = _other()


@command(
    "collision",
    "See which releases overlap with one",
    title="Collisions",
    submit="Show",
    group="Plan",
    reads=True,
    example="/release collision REL-42",
)
def show(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Active releases of the same or a dependent service in an overlapping window, and who has accepted that."""
    found = find.release(records, arguments.release)
    said = records.collisions.concerning(found.id)
    rows = [
        Collision(other, tuple(words_on(found, other, said)), tuple(owing(found, other, said)))
        for other in collisions_of(found, records)
    ]
    return Reply(card=collisions_card(found, rows, namer(records)))


def _whose(call: Call, values: Mapping[str, Any], records: Records) -> None:
    _spoken_for(call, records, _pair(records, values["release"], values["other"]))


@command(
    "collision accept",
    "Accept that two releases overlap",
    title="Accept a collision",
    submit="Accept",
    group="Plan",
    example='/release collision accept REL-42 REL-43 "other tables, other hosts"',
    whose=_whose,
)
def accept(call: Call, arguments: Accept, records: Records) -> Reply:
    """Each coordinator says so for their release, the change manager for both; a new window or service makes it void."""
    both = found, other = _pair(records, arguments.release, arguments.other)
    if other.number not in {each.number for each in collisions_of(found, records)}:
        raise Refused(f"{found.key} and {other.key} don't collide; there is nothing to accept.", ways=_ways(found))
    mine = _spoken_for(call, records, both)
    owed = owing(found, other, records.collisions.concerning(found.id))
    if not any(each in owed for each in mine):
        raise Refused(f"It's accepted already that {found.key} and {other.key} overlap.", ways=_ways(found))
    _keep(call, mine, both, arguments.reason, records)
    left = [each for each in owed if each not in mine]
    sentence = f"{call.person.name} accepts that {found.key} and {other.key} overlap."
    ahead = f" {records.people.get(left[0].coordinator_id).name} is asked for {left[0].key}." if left else ""
    asked = _asked(call, left, both, arguments.reason)
    shown = _shown(call, both, sentence, arguments.reason, records)
    if left:  # who is asked needn't hear of it as well
        shown = [each for each in shown if each.to != asked.to]
    return Reply(
        card=changed_card(found, "Accepted", sentence + ahead, (*_ways(found), *offers(found, call))),
        posts=(asked, *shown),
        trail=Trail(found.key, after=_entry(other, mine), why=arguments.reason),
    )


@command(
    "collision undo",
    "Take back that two releases may overlap",
    title="Take it back",
    submit="Take it back",
    group="Plan",
    example="/release collision undo REL-42 REL-43",
    whose=_whose,
)
def undo(call: Call, arguments: TakenBack, records: Records) -> Reply:
    """The collision stands in the way again where the policy asks for a window free of them."""
    both = found, other = _pair(records, arguments.release, arguments.other)
    mine = {each.id for each in _spoken_for(call, records, both)}
    said = words_on(found, other, records.collisions.concerning(found.id))
    theirs = [each for each in said if each.release_id in mine and (len(mine) == len(both) or not each.for_both)]
    if not theirs:
        raise Refused(f"Nothing of yours says that {found.key} and {other.key} may overlap.", ways=_ways(found))
    for each in theirs:
        records.collisions.remove(each)
    sentence = f"{call.person.name} took back that {found.key} and {other.key} may overlap."
    left = [records.people.get(each.person_id).name for each in said if each.for_both and each not in theirs]
    still = f" {left[0]} still accepts it for both." if left else ""
    return Reply(
        card=changed_card(found, "Taken back", sentence + still, _ways(found)),
        posts=tuple(_shown(call, both, sentence, "", records)),
        trail=Trail(found.key, before=_entry(other, [each for each in both if each.id in mine])),
    )


def _entry(other: Release, sides: list[Release]) -> dict[str, object]:
    return {"collision accepted": other.key, "for": [each.key for each in sides]}


def _pair(records: Records, one: int, other: int) -> Pair:
    if one == other:
        raise Refused(f"REL-{one} can't collide with itself; name the other release.", field="other")
    return find.release(records, one), find.release(records, other)


def _spoken_for(call: Call, records: Records, both: Pair) -> list[Release]:
    """The releases for which this person may accept it. Raises Refused for who may for neither."""
    mine = [each for each in both if each.coordinator_id == call.person.id or Role.CHANGE_MANAGER in call.roles]
    if mine:
        return mine
    owners = [f"the coordinator of {each.key} ({records.people.get(each.coordinator_id).name})" for each in both]
    people = [each.coordinator_id for each in both]
    raise NotTheirs(f"That is for {', '.join(owners)}, or the change manager.", people=people, ways=_ways(both[0]))


def _keep(call: Call, mine: list[Release], both: Pair, reason: str, records: Records) -> None:
    records.collisions.keep(
        CollisionAccepted(
            organisation_id=records.organisation.id,
            release_id=mine[0].id,
            other_id=next(each.id for each in both if each is not mine[0]),
            for_both=len(mine) == len(both),
            digest=pair_digest(*both),
            reason=reason,
            person_id=call.person.id,
            at=call.at,
        )
    )


# ---- who hears of it


def _asked(call: Call, left: list[Release], both: Pair, reason: str) -> Post:
    """The coordinator who hasn't said so yet is asked; when nobody is left, what was asked loses its button."""
    first, second = sorted(both, key=lambda each: each.number)
    slot = f"collision:{first.key}:{second.key}"
    if not left:
        return Post(WhereverItHangs(), told("Accepted", f"{first.key} and {second.key} may overlap."), slot, first.key)
    asked, by = left[0], (call.person.id, call.person.name)
    overlapping = next(each for each in both if each is not asked)
    return Post(Direct(asked.coordinator_id), asked_card(asked, overlapping, by, reason), slot, asked.key)


def _shown(call: Call, both: Pair, sentence: str, words: str, records: Records) -> list[Post]:
    """Wherever either release is shown."""
    posts: list[Post] = []
    for each in both:
        posts += shown_posts(call, each, records)
        posts += event_posts(call, each, records, f"collision:{each.key}", [sentence], words=words, public=False)
    return [*posts, *kept_posts(call, Trail(both[1].key), records)]


def _ways(found: Release) -> tuple[Button, ...]:
    return (Button("Collisions", f"collision {found.key}"),)
