"""Cards of chat groups that hold roles, and of the roles matrix: who holds what, and where from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.card import Bold, Card, Item, Items, Mark, Moment, PersonRef, Piece, Tone, item, note, text
from messages.words import PLATFORMS, ROLES, count
from storage.group import GroupGrant
from storage.people import Grant
from storage.terms import Role


@dataclass(frozen=True, slots=True)
class HeldByGroup:
    """A group's role; `people` were in it when it was read, `known` of them to Cabbot; `stale` when that was too long ago."""

    grant: GroupGrant
    people: int
    known: int
    stale: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """A person's role: by a grant of their own (with who gave it), through groups, or both."""

    role: Role
    grant: Grant | None
    granted_by: str
    groups: tuple[str, ...]


def groups_card(held: Sequence[HeldByGroup]) -> Card:
    """Which chat groups hold which role, and when they were last read."""
    if not held:
        sentence = "No chat group holds a role yet. Give one: /release group grant @cab cab_member"
        return Card("Groups", (text(sentence),), Tone.NEUTRAL, sentence)
    parts = (
        Items(tuple(group_item(each) for each in held)),
        note("Members are read hourly, and when the group changes; what fails is tried again soon."),
    )
    return Card("Groups", parts, Tone.NEUTRAL, count(len(held), "role held by a group", "roles held by groups"))


def group_item(each: HeldByGroup) -> Item:
    """A group, its role, and who is in it as far as that was read."""
    by = ", by the policy" if each.grant.by_policy else ""
    start: list[Piece | str] = [
        Bold(each.grant.name),
        f" in {PLATFORMS[each.grant.platform]}: {ROLES[each.grant.role]}{by}, ",
    ]
    if each.grant.read_at is None:
        return item(*start, f"not read yet{_because(each.grant)}, so nobody holds it", mark=Mark.WAITING)
    unknown = f", {each.people - each.known} of them not known to me yet" if each.known < each.people else ""
    read: list[Piece | str] = [f"{count(each.people, 'person', 'people')}{unknown}, read ", Moment(each.grant.read_at)]
    if each.stale:
        since = f" and not since{_because(each.grant)}: it still holds what was so then"
        return item(*start, *read, since, mark=Mark.WARNING)
    return item(*start, *read)


MOST_TROUBLE = 80
_TROUBLES = {
    "missing_scope": "the app lacks the permission usergroups:read until it is installed again",
    "no_such_subteam": "Slack has no such group any more",
    "BotNotInConversationRoster": "Cabbot isn't in that team any more",
}
"""The platforms' words for what somebody can mend."""


def _because(grant: GroupGrant) -> str:
    """Why it couldn't be read when that was last tried."""
    if not grant.trouble:
        return ""
    unknown = f"{PLATFORMS[grant.platform]} didn't tell who is in it (“{grant.trouble[:MOST_TROUBLE]}”)"
    return f", because {_TROUBLES.get(grant.trouble, unknown)}"


def holder_item(person: PersonRef, holdings: Sequence[Holding]) -> Item:
    """A row of the matrix: a person, and where each of their roles comes from."""
    pieces: list[Piece | str] = [person, ": "]
    for number, each in enumerate(holdings):
        pieces += [", " if number else "", Bold(ROLES[each.role]), f" ({_source(each)})"]
    return item(*pieces)


def holding_words(each: Holding) -> str:
    """A role and where it comes from."""
    return f"{ROLES[each.role]} ({_source(each)})"


def _source(each: Holding) -> str:
    own = [f"granted by {each.granted_by} on {each.grant.granted_at:%Y-%m-%d}"] if each.grant else []
    return "; ".join([*own, *(f"through {name}" for name in each.groups)])
