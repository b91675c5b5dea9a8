"""A small organisation on in-memory records, through whose door people say things; nothing is sent anywhere."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam
from sqlmodel import SQLModel

from bot.dispatch import Door
from bot.sentence import Answer, Sentence, Speaker
from handlers.kit.call import Place
from handlers.policy.rules import Gates, Rules
from messages import plain_text
from messages.card import Button, Card
from messages.card_json import from_json
from messages.form import Form
from storage.approval import BALLOTS, Ballot, Vote
from storage.due import DUES, Due
from storage.journal import Entry
from storage.organisation import Link
from storage.posting import POSTINGS, Posting
from storage.records import Records
from storage.release import Release
from storage.store import Store, open_store
from storage.terms import AccountKind, DueState, Origin, Platform, Role
from tests.handlers.buttons import buttons, unknown_buttons
from tests.handlers.settlement import PLAYGROUND, Settlement

T = TypeVar("T")
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
"""A Monday; the window of the usual release opens on Tuesday at 21:00 UTC."""
NEW = 'new "Faster refunds" service=payments version=2.4.0 start="2026-12-01 21:00" hours=2 zone=UTC'
PLANS = 'plan="drain; deploy; check" backout="redeploy 2.3.9"'
FEW = replace(Gates(), submit=Gates().lean, start=(), start_medium=(), start_high=())
"""What a small team is asked for: enough for tests whose subject is something else."""
EMERGENCY = 'emergency "Card payments fail" service=payments reason="INC-77" backout="redeploy 2.3.9"'

_WAITING = DUES.query(DUES.c.state == DueState.WAITING, order=(DUES.c.at, DUES.c.id))
_ALL_DUES = DUES.query(order=(DUES.c.id,))
_ROUNDS = BALLOTS.query(BALLOTS.c.release_id == bindparam("release"), order=(BALLOTS.c.id,))
_POSTINGS = POSTINGS.query(order=(POSTINGS.c.id,))
_numbers = itertools.count(1)


def in_memory() -> Iterator[Store]:
    """An empty database in memory, closed in the end."""
    store = open_store("sqlite://")
    with store.engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
    yield store
    store.close()


class StillClock:
    """A clock that stands until it's moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def with_few_gates(rules: Rules) -> Rules:
    """Under rules that say nothing of gates few are asked for."""
    return replace(rules, gates=FEW) if rules.gates == Gates() else rules


class Town:
    """One organisation with its people, a service, linked channels and a door of its own."""

    def __init__(
        self,
        store: Store,
        rules: Rules | None = None,
        *,
        by_the_book: bool = False,
        at: datetime = NOON,
        services: bool = True,
        platform: Platform = PLAYGROUND,
    ) -> None:
        self.store, self.clock = store, StillClock(at)
        self.door = Door(store, self.clock, (rules or Rules()) if by_the_book else with_few_gates(rules or Rules()))
        self.workspace = f"w{next(_numbers)}"
        self.platform = platform
        settlement = Settlement(self.workspace, at, platform)
        self.organisation = store.write_now(lambda tx: settlement.found(tx, services=services))
        self.people = settlement.people
        self._settlement = settlement

    # ---- who lives here

    def add(self, handle: str, *roles: Role, **account: Any) -> None:
        """Somebody moves in."""
        self.write(lambda records: self._settlement.move_in(records, handle, roles, **account))

    def second_account(self, handle: str, of: str) -> None:
        """The same person by another account."""
        account = self._settlement.account(self.organisation, self.people[of], handle)
        self.write(lambda records: records.people.add_account(account))

    def link(self, audience: str, channel: str) -> Link:
        """A link as a record, not yet written down."""
        return self._settlement.link(self.organisation, audience, channel)

    def lives_in(self, handle: str, zone: str) -> None:
        """The person's own time zone, as a platform tells it."""
        self._profile(handle, zone=zone)

    def known_by(self, handle: str, email: str) -> None:
        """The person's e-mail, as a platform has verified it."""
        self._profile(handle, email=email)

    def called(self, handle: str, name: str) -> None:
        """The person's name, as a platform tells it."""
        self._profile(handle, name=name)

    def _profile(self, handle: str, **known: str) -> None:
        person = self.look(lambda records: records.people.get(self.people[handle]))
        self.write(lambda records: records.people.save(person.model_copy(update=known)))

    # ---- what is said

    async def say(self, who: str, line: str, **more: Any) -> Answer:
        """Typed after /release; with `values` it is a form that was filled in. Each sentence takes a second."""
        self.clock.at += timedelta(seconds=1)
        answer = await self.door.say(self.sentence(who, line, **more))
        self.check(answer.card)
        self.check_way_out(answer)
        return answer

    def sentence(
        self,
        who: str,
        line: str,
        *,
        values: dict[str, str] | None = None,
        origin: Origin | None = None,
        channel: str = "releases",
        call: str = "",
        direct: bool = False,
        kind: AccountKind = AccountKind.MEMBER,
    ) -> Sentence:
        return Sentence(
            id=call or f"call-{next(_numbers)}",
            speaker=Speaker(self.platform, self.workspace, who, who, kind),
            line=line,
            origin=origin or (Origin.TYPED if values is None else Origin.FILLED),
            place=Place(self.platform, self.workspace, channel, channel, direct=direct) if channel else None,
            values=values or {},
        )

    async def press(self, who: str, button: Button) -> Answer:
        return await self.say(who, button.say, origin=Origin.PRESSED)

    async def fill(self, who: str, form: Form | None, **changed: str) -> Answer:
        """Send the form as it came, with some fields changed."""
        assert form is not None
        values = {field.name: field.value for field in form.fields}
        assert changed.keys() <= values.keys()
        return await self.say(who, form.say, values=values | changed)

    async def all(self, *said: tuple[str, str]) -> Answer:
        """Several sentences, each of which must be carried out; the last answer."""
        answer = Answer()
        for who, line in said:
            answer = await self.say(who, line)
            assert not answer.refused, f"{who}: {line} → {told(answer)}"
        return answer

    # ---- time

    async def later(self, **span: float) -> list[str]:
        """Time passes and the clock says what falls due, each at its moment; answers the lines it said."""
        until, said = self.clock.at + timedelta(**span), []
        while (due := next((each for each in self.waiting() if each.at <= until), None)) is not None:
            self.clock.at = max(self.clock.at, due.at)
            await self.door.say_due(self.organisation, due)
            said.append(due.line)
        self.clock.at = until
        return said

    async def asleep(self, **span: float) -> list[str]:
        """Nothing runs for a while; what fell due meanwhile is looked at when it runs again."""
        self.clock.at += timedelta(**span)
        return await self.later()

    def plan(self, line: str, at: datetime) -> None:
        """Have the clock say something."""
        due = Due(organisation_id=self.organisation, key=f"test:{next(_numbers)}", subject="test", line=line, at=at)
        self.write(lambda records: records.dues.plan(due))

    # ---- what it left

    def look(self, at: Callable[[Records], T]) -> T:
        return self.store.write_now(lambda tx: at(Records(tx, self.organisation)))

    def write(self, work: Callable[[Records], object]) -> None:
        self.store.write_now(lambda tx: work(Records(tx, self.organisation, lock=True)))

    def release(self, number: int = 1) -> Release:
        found = self.look(lambda records: records.releases.by_number(number))
        assert found is not None
        return found

    def ballot(self, number: int = 1) -> Ballot:
        release = self.release(number)
        found = self.look(lambda records: records.ballots.latest(release.id))
        assert found is not None
        return found

    def ballots(self, release: Release) -> list[Ballot]:
        """Every round of a release, the newest last."""
        return self.look(lambda records: rounds_of(records, release))

    def votes(self, number: int = 1) -> list[Vote]:
        ballot = self.ballot(number)
        return self.look(lambda records: records.ballots.votes(ballot.id))

    def waiting(self) -> list[Due]:
        """What the clock will say, the next first."""
        return self.store.write_now(lambda tx: _WAITING.all(tx, self.organisation))

    def dues(self) -> list[Due]:
        return self.store.write_now(lambda tx: _ALL_DUES.all(tx, self.organisation))

    def journal(self) -> list[Entry]:
        return self.look(lambda records: list(records.journal.entries()))

    def last(self) -> Entry:
        return self.journal()[-1]

    def postings(self, channel: str = "", slot: str = "") -> list[Posting]:
        """What should be shown, in the order in which it was first said; by channel, or by how its slot begins."""
        found = self.store.write_now(lambda tx: _POSTINGS.all(tx, self.organisation))
        for posting in found:
            self.check(card_of(posting))
        return [each for each in found if channel in ("", each.channel) and each.slot.startswith(slot)]

    def heard(self, channel: str, slot: str = "") -> list[str]:
        """The texts of the cards and replies in a channel or, by handle, in somebody's direct messages."""
        return [plain_text.render(card_of(each)) for each in self.postings(channel, slot)]

    def check(self, card: Card | None) -> None:
        """Every button that anybody ever sees can be pressed."""
        assert card is None or unknown_buttons(card) == []

    def check_way_out(self, answer: Answer) -> None:
        """Every refusal that anybody ever hears has a button that leads out; what broke says whom to ask."""
        if answer.refused and answer.card is not None and answer.card.title == "That can't be done":
            assert next(buttons(answer.card), None) is not None, answer.card.summary


def rounds_of(records: Records, release: Release) -> list[Ballot]:
    return _ROUNDS.all(records._tx, records.organisation.id, release=release.id)


def card_of(posting: Posting) -> Card:
    card: Card = from_json(json.loads(posting.card))
    return card


def told(answer: Answer) -> str:
    """The private answer as text."""
    return plain_text.render(answer.card) if answer.card else ""


def sentence_of(answer: Answer) -> str:
    """The one sentence of a refusal or of a short answer."""
    assert answer.card is not None
    return answer.card.summary
