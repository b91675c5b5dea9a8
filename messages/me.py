"""The card that tells a person who they are to Cabbot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from messages.card import Buttons, Card, Fact, Facts, Part, Tone, button, fact, note
from messages.words import ROLES, count
from storage.people import Person
from storage.terms import Role


@dataclass(frozen=True, slots=True)
class Home:
    """An account: the platform and the workspace by their names, and what the person is called there."""

    platform: str
    workspace: str
    handle: str

    @property
    def where(self) -> str:
        return f"{self.platform}, {self.workspace}" if self.workspace not in ("", self.platform) else self.platform

    @property
    def shown(self) -> str:
        return f"{self.where} ({self.handle})" if self.handle else self.where


def me_card(
    person: Person, roles: Collection[Role], homes: Sequence[Home], notices: Home | None, *, follows: int, zone: str
) -> Card:
    """Everything that is known of the reader, and where notices go."""
    held = ", ".join(ROLES[role] for role in Role if role in roles)
    rows: list[Fact] = [
        fact("Name", person.name),
        fact("E-mail", person.email or "not known"),
        fact("Time zone", zone),
        fact("Roles", held or "none"),
        fact("Accounts", "; ".join(home.shown for home in homes) or "none"),
        fact("Follows", count(follows, "release or service", "releases and services") if follows else "nothing"),
        fact("Notices go to", notices.where if notices else "nowhere"),
    ]
    parts: list[Part] = [Facts(tuple(rows))]
    if len({home.platform for home in homes}) > 1:
        parts.append(Buttons((button("Write to me elsewhere", "me", form="yes"),)))
    elif not person.email:
        parts.append(note("Where an organisation uses several platforms, people vote once their e-mail is known."))
    return Card("You", tuple(parts), Tone.NEUTRAL, f"You are {person.name} here.")
