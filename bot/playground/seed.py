"""How the town comes to be: its records by hand where no sentence makes them, its story said by its people.

The story is told in the days before the playground opens, each sentence at its own moment, through the same door as
everything that the visitor says later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.playground.chat import direct
from bot.playground.playground import Playground
from bot.playground.story import Line, story
from bot.playground.town import ORGANISATION, WORKSPACE, ZONE, Citizen, Town
from storage.organisation import Connection, Connections, Link, Organisation, Organisations
from storage.people import Account, Grant, People, Person
from storage.records import Records
from storage.statement import Transaction
from storage.terms import Platform

HISTORY = timedelta(days=9)
"""How long before the opening the story begins."""

SEEDED = "seeded"
"""The note that the story was told to its end; it holds the number of the last release in it."""


def opening(now: datetime) -> datetime:
    """The coming Tuesday at ten, in the town's zone: a working day, with its evening still ahead."""
    local = now.astimezone(ZoneInfo(ZONE))
    tuesday = local + timedelta(days=(1 - local.weekday()) % 7)
    return tuesday.replace(hour=10, minute=0, second=0, microsecond=0)


# ---- the records


def founded(tx: Transaction, town: Town, at: datetime) -> int:
    """The organisation with its workspace, people, roles and channels; answers its number."""
    made = Organisations(tx).add(Organisation(name=ORGANISATION, zone=ZONE, created_at=at))
    Connections(tx).add(
        Connection(
            organisation_id=made.id,
            platform=Platform.PLAYGROUND,
            workspace=WORKSPACE,
            name=ORGANISATION,
            installed_at=at,
        )
    )
    people = People(tx, made.id)
    for citizen in town.citizens:
        _settled(people, citizen, made.id, at)
    records = Records(tx, made.id)
    for room in town.rooms:
        if not room.audience.startswith("service:") and room.audience != "audit":
            records.links.add(_link(made.id, room.audience, room.id, at))
    return made.id


def _settled(people: People, citizen: Citizen, organisation: int, at: datetime) -> None:
    person = people.add(Person(organisation_id=organisation, name=citizen.name, zone=citizen.zone, joined_at=at))
    people.add_account(
        Account(
            organisation_id=organisation,
            person_id=person.id,
            platform=Platform.PLAYGROUND,
            workspace=WORKSPACE,
            external=citizen.handle,
            handle=citizen.handle,
            profile_at=at,
        )
    )
    for role in citizen.roles:
        people.grant(Grant(organisation_id=organisation, person_id=person.id, role=role, granted_by=0, granted_at=at))


def _link(organisation: int, audience: str, channel: str, at: datetime) -> Link:
    return Link(
        organisation_id=organisation,
        audience=audience,
        platform=Platform.PLAYGROUND,
        workspace=WORKSPACE,
        channel=channel,
        channel_name=channel,
        linked_by=0,
        linked_at=at,
    )


# ---- the story


class SeedRefused(Exception):
    """A sentence of the story was refused, so the story and the process have drifted apart."""


async def tell(house: Playground, opens: datetime) -> None:
    """Say every line of the story at its moment; at its end the clock stands at the opening.

    What is said at one moment is delivered together, as its end stands: that halves the time until the first page.
    """
    lines = story(opens.astimezone(ZoneInfo(ZONE)))
    for at, said in groupby(enumerate(lines), key=lambda numbered: numbered[1].at(opens)):
        await house.forward_to(max(at, house.clock.now() + timedelta(seconds=1)))
        for number, line in said:
            await _told(house, line, f"seed-{number:04}")
        await house.delivered()
    await house.forward_to(opens)
    _read(house)
    last = await house.store.read(lambda tx: Records(tx, house.organisation).organisation.last_number)
    house.log.note(SEEDED, str(last))


async def _told(house: Playground, line: Line, act: str) -> None:
    """A line is said, by who has read until then what Cabbot wrote to them alone."""
    if not line.say:
        house.chat(line.who, act, line.words, line.channel)
        return
    house.log.read_up_to(line.who, direct(line.who), house.log.last())
    answer = await house.say(line.who, act, line.words, channel=line.channel)
    if answer.refused or answer.form is not None:
        sentence = answer.card.summary if answer.card else "a form was opened"
        raise SeedRefused(f"{line.who} said “{line.words}” and heard: {sentence}")


def _read(house: Playground) -> None:
    """Everybody has read what hangs in the channels."""
    for citizen in house.town.citizens:
        for room in house.town.rooms:
            house.log.read_up_to(citizen.handle, room.id, house.log.last())
