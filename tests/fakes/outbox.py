"""An organisation with something to say: rows of the outbox, and couriers that deliver them, for tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.chat import Chat
from bot.clock import Clock, SystemClock
from bot.courier.courier import Courier
from bot.courier.errand import Timing
from bot.courier.pace import Pace
from bot.postings import card_text
from messages.card import Card, text
from storage.organisation import Connection, Connections, Organisation, Organisations
from storage.outbox_sql import Head
from storage.people import Account, Grant, Person
from storage.posting import Posting, Told
from storage.records import Records
from storage.store import Store
from storage.terms import Delivery, Platform, PostingState, Role

QUICK = Timing(request=0.3, lease=1.0, settle=0.4, poll=0.05, stop=2.0, backoff=0.01, backoff_cap=0.05)
"""As Timing's defaults, in proportion; a request has to end well before its lease."""
UNLIMITED: Mapping[Platform, Pace] = {}


def now() -> datetime:
    return datetime.now(UTC)


def card(title: str = "Hello", body: str = "") -> Card:
    return Card(title, (text(body),) if body else ())


def organisation(store: Store, name: str = "Acme", workspace: str = "T1") -> int:
    """A new tenant with one Slack workspace."""

    def make(tx: Any) -> int:
        made = Organisations(tx).add(Organisation(name=name, created_at=now()))
        Connections(tx).add(
            Connection(organisation_id=made.id, platform=Platform.SLACK, workspace=workspace, installed_at=now())
        )
        return made.id

    return store.write_now(make)


def manager(store: Store, owner: int, external: str = "UMANAGER") -> int:
    """A release manager whom the alarm reaches."""

    def make(tx: Any) -> int:
        people = Records(tx, owner).people
        person = people.add(Person(organisation_id=owner, name="Mo", joined_at=now()))
        people.add_account(
            Account(
                organisation_id=owner, person_id=person.id, platform=Platform.SLACK, workspace="T1", external=external
            )
        )
        people.grant(
            Grant(
                organisation_id=owner,
                person_id=person.id,
                role=Role.RELEASE_MANAGER,
                granted_by=0,
                granted_at=now(),
            )
        )
        return person.id

    return store.write_now(make)


def posting(owner: int, channel: str, slot: str, **given: Any) -> Posting:
    values: dict[str, Any] = {
        "organisation_id": owner,
        "subject": "REL-1",
        "slot": slot,
        "platform": Platform.SLACK,
        "workspace": "T1",
        "channel": channel,
        "delivery": Delivery.CARD,
        "created_at": now(),
        "due_at": now(),
        "card": card_text(card(given.pop("title", slot))),
    }
    return Posting(**values | given)


def say(store: Store, *postings: Posting) -> list[int]:
    """Write postings as a command does: under the organisation's lock, in one transaction."""

    def write(tx: Any) -> list[int]:
        records = Records(tx, postings[0].organisation_id, lock=True)
        return [records.postings.say(each).id for each in postings]

    return store.write_now(write)


def reword(store: Store, key: int, title: str, **given: Any) -> None:
    """Want another card where one hangs."""

    def write(tx: Any) -> None:
        found = row(tx, key)
        records = Records(tx, found.organisation_id, lock=True)
        records.postings.change(found, card_text(card(title)), now(), **given)

    store.write_now(write)


def row(tx: Any, key: int) -> Posting:
    for tenant in Organisations(tx).all():
        found = Records(tx, tenant.id).postings.get(key)
        if found is not None:
            return found
    raise LookupError(key)


def rows(store: Store, keys: list[int]) -> list[Posting]:
    return store.write_now(lambda tx: [row(tx, key) for key in keys])


def ledger(store: Store, key: int) -> list[Told]:
    return store.write_now(lambda tx: _told(tx, row(tx, key)))


def _told(tx: Any, posting: Posting) -> list[Told]:
    lines = Records(tx, posting.organisation_id).postings.told_in(posting.slot)
    return [line for line in lines if line.posting_id == posting.id]


@contextlib.asynccontextmanager
async def delivering(store: Store, chat: Chat, clock: Clock | None = None, **options: Any) -> AsyncIterator[Courier]:
    """A courier at work, stopped at the end."""
    given: dict[str, Any] = {"timing": QUICK, "paces": UNLIMITED, **options}
    courier = Courier(store, clock or SystemClock(), {chat.platform: chat}, **given)
    running = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        await courier.stop()
        await running


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to become so; an assertion fails where it doesn't."""
    ends = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < ends, f"{true} did not come true within {seconds} s"
        await asyncio.sleep(0.01)


async def settled(store: Store, keys: list[int], seconds: float = 20.0) -> None:
    """Wait until nothing of these is to be delivered any more."""
    ends = (PostingState.SHOWN, PostingState.DEAD, PostingState.EXPIRED)
    last: list[Posting] = []

    def look(tx: Any) -> list[Posting]:
        return [row(tx, key) for key in keys]

    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        last = await store.read(look)
        if all(each.state in ends for each in last):
            return
        waiting = [(each.id, each.state.value, each.error) for each in last if each.state not in ends][:5]
        assert asyncio.get_running_loop().time() < deadline, f"still open after {seconds} s: {waiting}"
        await asyncio.sleep(0.02)


def head(key: int = 1, channel: str = "C1", *, edit: bool = False, **given: Any) -> Head:
    """What a courier sees of a posting."""
    values: dict[str, Any] = {
        "id": key,
        "organisation_id": 1,
        "platform": Platform.SLACK,
        "workspace": "T1",
        "channel": channel,
        "priority": 5,
        "shown": int(edit),
        "state": PostingState.WAITING,
        "until": None,
        "retry_at": None,
        "started_at": None,
        "lease_until": None,
    }
    return Head(**values | given)
