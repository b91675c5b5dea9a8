"""One organisation with a Slack workspace and a Teams tenant, and what the platforms tell of its people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.profiles import Profile, met, noted
from handlers.policy.rules import Rules
from messages.card import Card, Code, Text
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, Platform, Role
from tests.handlers.town import Town


@dataclass(frozen=True, slots=True)
class House:
    """The same ten handles live on both platforms; those in Slack hold the roles. Nobody's e-mail is known yet."""

    slack: Town
    teams: Town

    def tell(self, town: Town, user: str, email: str = "", *, meet: bool = False, **changes: Any) -> Account | None:
        """A platform tells of an account; known to nobody, it is written down with `meet`."""
        made = Profile(town.platform, user, user, user.title(), email, "", AccountKind.MEMBER, active=True)
        found: list[Account | None] = []

        def write(records: Records) -> None:
            note = met if meet else noted
            found.append(note(records, town.workspace, replace(made, **changes), town.clock.now()))

        town.write(write)
        return found[0]

    def both(self, *handles: str) -> None:
        """Both platforms vouch for the same e-mail: each is one person from now on."""
        for handle in handles:
            for town in (self.slack, self.teams):
                self.tell(town, handle, f"{handle}@example.org")

    def person(self, town: Town, user: str) -> Person:
        """Whose account it is now."""

        def read(records: Records) -> Person:
            account = records.people.account(town.platform, town.workspace, user)
            assert account is not None, user
            return records.people.get(account.person_id)

        return town.look(read)

    def grant(self, person: int, *roles: Role) -> None:
        at = self.slack.clock.at

        def write(records: Records) -> None:
            owner = records.organisation.id
            for role in roles:
                records.people.grant(
                    Grant(organisation_id=owner, person_id=person, role=role, granted_by=0, granted_at=at)
                )

        self.slack.write(write)

    def roles(self, person: int) -> frozenset[Role]:
        return self.slack.look(lambda records: records.people.roles(person))


async def house(store: Store, rules: Rules | None = None) -> House:
    """As people make it: a code shown in Slack, typed in Teams."""
    made = House(Town(store, rules, platform=Platform.SLACK), Town(store, rules, platform=Platform.TEAMS))
    code = code_on((await made.slack.all(("own", "link organisation"))).card)
    await made.teams.all(("own", f"link organisation {code}"))
    made.teams.organisation = made.slack.organisation
    made.teams.clock = made.teams.door.clock = made.slack.clock
    return made


def code_on(card: Card | None) -> str:
    """The code that an answer shows."""
    assert card is not None
    lines = [
        each.text for part in card.parts if isinstance(part, Text) for each in part.pieces if isinstance(each, Code)
    ]
    return lines[0].removeprefix("link organisation ")
