"""Who and what a card's references are in one workspace of one platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from messages.card import Card, ChannelRef, Part, PersonRef, Pieces


@dataclass(frozen=True, slots=True)
class Directory:
    """The accounts known in a workspace: person id to the platform's own user id.

    The empty directory knows nobody, and everybody is shown by name. `people` and `channels` are by the platform's own
    id, for forms on a platform that has no picker of its own; `zone` is the reader's, empty where many read.
    """

    platform: str = ""
    workspace: str = ""
    accounts: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""

    def account(self, person_id: int) -> str | None:
        return self.accounts.get(person_id)

    def channel(self, ref: ChannelRef) -> str | None:
        """The channel's id if it belongs to this platform and workspace, else None."""
        here = (ref.platform, ref.workspace) == (self.platform, self.workspace)
        return ref.channel if here and ref.channel else None


def people_to_notify(card: Card) -> frozenset[int]:
    """The ids of the people whom the card mentions, so that their accounts can be loaded in one query."""
    return frozenset(ref.person_id for ref in people_in(card.parts) if ref.notify)


def people_to_know(card: Card) -> frozenset[int]:
    """The ids of those and of the people for whom the card refreshes itself, where a platform does that."""
    refreshed = card.refresh.people if card.refresh else ()
    return people_to_notify(card) | {ref.person_id for ref in refreshed}


def people_in(parts: Iterable[Part]) -> Iterator[PersonRef]:
    """Every person named in the parts of a card, in order."""
    for part in parts:
        for row in getattr(part, "rows", (part,)):
            pieces: Pieces = getattr(row, "pieces", getattr(row, "value", ()))
            yield from (piece for piece in pieces if isinstance(piece, PersonRef))
