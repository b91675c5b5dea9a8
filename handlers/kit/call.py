"""A sentence on its way in (`Call`) and its answer on the way out (`Reply`); nothing else crosses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.policy.may_read import NOWHERE, MayRead
from handlers.policy.rules import Rules
from messages.card import Button, Card
from messages.form import Form
from storage.people import Person
from storage.records import Records
from storage.terms import Delivery, Origin, Platform, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a platform, by the platform's own ids. `direct` when it's a conversation with the bot."""

    platform: Platform
    workspace: str
    channel: str
    name: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Who says it, with which roles, from where, when (aware UTC), under which rules.

    `id` is the same for every repeat of one delivery, which makes a repeat harmless. `place` is None for the clock.
    """

    id: str
    person: Person
    roles: frozenset[Role]
    at: datetime
    origin: Origin
    rules: Rules
    place: Place | None = None
    zone: str = "UTC"
    member: bool = True
    """Whether the account is an active full member of its workspace: guests and outsiders only read."""
    may_read: MayRead = NOWHERE
    """From where Cabbot reads artifacts itself."""

    @property
    def by_clock(self) -> bool:
        return self.origin is Origin.CLOCK


class Refused(Exception):
    """No, because …; you could ….

    `field` names the argument at fault, so that a form can show the sentence beside it. `ways` are buttons that lead
    out. `subject` is what the trail files it under, where no release was named. `shown` is a card of how it stands now.
    Expected: it never pages anyone.
    """

    def __init__(
        self,
        sentence: str,
        *,
        field: str = "",
        ways: tuple[Button, ...] = (),
        subject: str = "",
        shown: Card | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.field, self.ways, self.subject, self.shown = sentence, field, ways, subject, shown


class NotTheirs(Refused):
    """It isn't for this person, whoever else may; `people` are others whom it may be for besides those who hold a role.

    `why` tells more of it, so everybody who is refused like that is offered to ask.
    """

    def __init__(self, sentence: str, *, people: Collection[int] = (), ways: tuple[Button, ...] = ()) -> None:
        super().__init__(sentence, ways=ways)
        self.people = tuple(people)


# ---- where a post goes


@dataclass(frozen=True, slots=True)
class Audience:
    """Every channel that the audience is linked to."""

    name: str


@dataclass(frozen=True, slots=True)
class Direct:
    """A person, by direct message."""

    person_id: int


@dataclass(frozen=True, slots=True)
class WhereverItHangs:
    """Every place where a card of this slot hangs already; nowhere else."""


@dataclass(frozen=True, slots=True)
class Post:
    """A card for somebody. Saying it again in the same slot and place edits the card that hangs there.

    `slot` is what it is about; `parent` the slot of the card in whose thread a reply hangs. After `until` it isn't
    worth sending. Priority 0 is a ballot, 5 an announcement, 9 a digest.
    """

    to: Audience | Direct | Place | WhereverItHangs
    card: Card
    slot: str
    subject: str
    delivery: Delivery = Delivery.CARD
    parent: str = ""
    until: datetime | None = None
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Trail:
    """What the journal keeps of a change."""

    subject: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The private answer (a card, or a form to fill in), the posts it causes, and the trail it leaves.

    `elsewhere` are the posts and the trail of other organisations that it changed, with their records.
    """

    card: Card | None = None
    form: Form | None = None
    posts: tuple[Post, ...] = ()
    trail: Trail | None = None
    elsewhere: tuple[tuple[Reply, Records], ...] = ()


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
