"""The one door: every sentence, however it was said, is answered here.

One transaction each: know the person, check the permission, run the handler, write the journal and the postings.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot import trail
from bot.clock import Clock
from bot.people import known_person
from bot.policies import Policies
from bot.postings import put_all
from bot.sentence import Answer, Sentence
from bot.understood import Understood, UnknownWord, asked_for, read_line, understand, ways_out
from handlers.kit.call import Call, Place, Refused, Reply
from handlers.kit.permit import permit
from handlers.policy.may_read import NOWHERE, MayRead
from handlers.policy.rules import Rules
from messages import refusal
from messages.card import Bold
from messages.form import Form
from storage.due import Due, claim
from storage.organisation import Connections, Moved
from storage.people import Account, Person
from storage.records import LockFirst, Records
from storage.statement import Conflict, Transaction, Unavailable
from storage.store import Store
from storage.terms import AccountKind, DueState, Origin, Outcome, Platform

log = structlog.get_logger("cabbot.call")


class _Stranger(Exception):
    """A reader whom we don't know yet."""


class Door:
    """Answers sentences. Holds no state but which workspace belongs to which organisation."""

    def __init__(self, store: Store, clock: Clock, rules: Rules, may_read: MayRead = NOWHERE) -> None:
        """`may_read` is from where the installation reads artifacts."""
        self.store, self.clock, self.rules, self.may_read = store, clock, rules, may_read
        self._policies = Policies(rules)
        self._organisations: dict[tuple[Platform, str], int] = {}
        self.on_move: list[Callable[[Platform, str], None]] = []
        """Called with a workspace that belongs to another organisation by now: edges look it up again."""

    async def say(self, sentence: Sentence) -> Answer:
        """Carry a sentence out and answer it. Never raises for what a person did or what the database did."""
        started = time.perf_counter()
        name, outcome = "?", "crashed"
        understood = None
        try:
            understood = understand(sentence)
            name = understood.command.name
            answer = await self._carried_out(sentence, understood)
            outcome = "repeated" if answer.repeated else "refused" if answer.refused else "done"
        except UnknownWord as unknown:
            answer, outcome = Answer(card=refusal.unknown_word(unknown.word, unknown.near), refused=True), "unknown"
        except Refused as refused:
            ways, outcome = ways_out(understood, refused), "refused"
            answer = Answer(card=refusal.refused(refused.sentence, ways, refused.shown), refused=True)
        except Exception as failed:
            answer = _crashed(sentence, failed)
            if understood is not None and sentence.origin is Origin.FILLED and answer.card is not None:
                again = _asked_again(understood, self.rules.zone, answer.card.summary)
                answer = replace(answer, again=again)
        log.info(
            "call",
            call=sentence.id,
            person=sentence.speaker.external,
            platform=sentence.speaker.platform.value,
            command=name,
            outcome=outcome,
            ms=round((time.perf_counter() - started) * 1000, 2),
        )
        return answer

    async def say_due(self, organisation: int, due: Due) -> None:
        """Carry out what fell due, or drop it when its time has passed. Raises what the handler raises, and Moved."""
        await self.store.write(lambda tx: self._due(tx, organisation, due))

    def forget(self, platform: Platform, workspace: str) -> None:
        """The workspace was connected or disconnected: look it up again."""
        self._organisations.pop((platform, workspace), None)

    async def _carried_out(self, sentence: Sentence, understood: Understood) -> Answer:
        while True:
            try:
                return await self._answered(sentence, understood)
            except Moved:
                self._moved(sentence)  # it joined another organisation: say it there

    async def _answered(self, sentence: Sentence, understood: Understood) -> Answer:
        try:
            if understood.command.reads or understood.wants_form:
                try:
                    return await self.store.read(lambda tx: self._read(tx, sentence, understood))
                except _Stranger:
                    pass  # the first word of a person: they are written down on the way
            return await self._written(sentence, understood)
        except Refused as refused:
            return await self._refused(sentence, understood, refused)
        except Conflict:
            return await self._repeated(sentence)

    async def _written(self, sentence: Sentence, understood: Understood) -> Answer:
        try:
            return await self.store.write(lambda tx: self._write(tx, sentence, understood))
        except LockFirst as other:
            first = other.organisation
        return await self.store.write(lambda tx: self._write(tx, sentence, understood, first=first))

    def _read(self, tx: Transaction, sentence: Sentence, understood: Understood) -> Answer:
        # An organisation that has joined another knows nobody any more; under the lock it says where it went.
        records = Records(tx, self._organisation(tx, sentence))
        known = known_person(records, sentence.speaker, None)
        if known is None:
            raise _Stranger
        return _answer(_run(records, self._call(records, sentence, *known), understood))

    def _write(self, tx: Transaction, sentence: Sentence, understood: Understood, *, first: int = 0) -> Answer:
        records, call = self._open(tx, sentence, first=first)
        reply = _run(records, call, understood)
        for said, there in ((reply, records), *reply.elsewhere):
            if said.trail is not None:
                put_all(there, said, call)
                trail.done(there, call, sentence.speaker, understood.command.name, said)
        return _answer(reply)

    def _open(self, tx: Transaction, sentence: Sentence, *, first: int = 0) -> tuple[Records, Call]:
        """The organisation's records, its changes to itself alone, and the call of a person who is known by now."""
        records = Records(tx, self._organisation(tx, sentence), lock=True, first=first)
        known = known_person(records, sentence.speaker, self.clock.now())
        assert known is not None  # with a moment given, a stranger is written down
        return records, self._call(records, sentence, *known)

    def _call(self, records: Records, sentence: Sentence, person: Person, account: Account) -> Call:
        active = account.active and person.active and account.kind is AccountKind.MEMBER
        return Call(
            id=sentence.id,
            person=person,
            roles=records.people.roles(person.id) if active else frozenset(),
            at=self.clock.now(),
            origin=sentence.origin,
            rules=self._policies.of(records),
            place=_place(records, sentence),
            zone=person.zone or records.organisation.zone,
            member=active,
            may_read=self.may_read,
        )

    async def _refused(self, sentence: Sentence, understood: Understood, refused: Refused) -> Answer:
        """Nothing changed, but the trail tells that it was tried."""
        again = None
        if not understood.command.reads:
            try:
                zone = await self.store.write(lambda tx: self._note_refusal(tx, sentence, understood, refused))
            except Conflict:
                return await self._repeated(sentence)
            if sentence.origin is Origin.FILLED and refused.field:
                return Answer(form=understood.form(zone, {refused.field: refused.sentence}), refused=True)
            if sentence.origin is Origin.FILLED:
                again = _asked_again(understood, zone, refused.sentence)
        ways = ways_out(understood, refused)
        return Answer(card=refusal.refused(refused.sentence, ways, refused.shown), again=again, refused=True)

    def _note_refusal(self, tx: Transaction, sentence: Sentence, understood: Understood, refused: Refused) -> str:
        records, call = self._open(tx, sentence)
        number = understood.parsed.values.get("release")
        subject = f"REL-{number}" if number is not None else refused.subject
        trail.refused(records, call, sentence.speaker, understood.command.name, subject=subject, no=refused)
        return call.zone

    async def _repeated(self, sentence: Sentence) -> Answer:
        """This very act was journalled before: say again what was said then."""

        def first(tx: Transaction) -> Answer:
            entry = Records(tx, self._organisation(tx, sentence)).journal.by_call(sentence.id)
            if entry is None:
                raise Refused(
                    "Somebody changed the same thing at the same moment; look again and repeat it if need be."
                )
            return Answer(card=refusal.repeated(entry.answer), refused=entry.outcome is Outcome.REFUSED, repeated=True)

        return await self.store.read(first)

    def _due(self, tx: Transaction, organisation: int, due: Due) -> None:
        now = self.clock.now()
        late = due.until is not None and now > due.until
        # The organisation is locked before any of its rows, as everywhere: a command may be withdrawing this very one.
        records = Records(tx, organisation, lock=True)
        if not claim(tx, due, DueState.DROPPED if late else DueState.SAID, now):
            return  # another replica was first
        call = Call(
            id=f"due:{due.key}",
            person=Person(id=0, name="Cabbot", joined_at=now),
            roles=frozenset(),
            at=now,
            origin=Origin.CLOCK,
            rules=self._policies.of(records),
            zone=records.organisation.zone,
            may_read=self.may_read,
        )
        understood = read_line(due.line, {})
        reply = None if late else understood.command.handler(call, understood.values(), records)
        if reply is not None:
            put_all(records, reply, call)
        trail.said_by_clock(records, call, due, understood.command.name, reply)

    def _moved(self, sentence: Sentence) -> None:
        place = (sentence.speaker.platform, sentence.speaker.workspace)
        self.forget(*place)
        for tell in self.on_move:
            tell(*place)

    def _organisation(self, tx: Transaction, sentence: Sentence) -> int:
        key = (sentence.speaker.platform, sentence.speaker.workspace)
        found = self._organisations.get(key)
        if found is None:
            connection = Connections(tx).of(*key)
            if connection is None or connection.removed_at is not None:
                raise Refused("This workspace isn't connected to Cabbot; ask whoever runs Cabbot to install it here.")
            found = self._organisations[key] = connection.organisation_id
        return found


def _run(records: Records, call: Call, understood: Understood) -> Reply:
    permit(understood.command, call)
    parsed = understood.parsed
    if understood.wants_form or parsed.missing or parsed.errors:
        return asked_for(understood, call, records)
    return understood.command.handler(call, understood.values(), records)


def _answer(reply: Reply) -> Answer:
    wrong = reply.form is not None and any(each.error for each in reply.form.fields)
    return Answer(card=reply.card, form=reply.form, refused=wrong)


def _asked_again(understood: Understood, zone: str, sentence: str) -> Form:
    """The form as it was sent, under the sentence that says why it came to nothing."""
    return replace(understood.form(zone), intro=(Bold(sentence),))


def _place(records: Records, sentence: Sentence) -> Place:
    """Where it was said. A word from Teams carries its channel's id alone; the name stands in the team's list."""
    speaker, place = sentence.speaker, sentence.place
    if place is None:
        return Place(speaker.platform, speaker.workspace, "", direct=True)
    if place.name or place.direct:
        return place
    known = records.conversations.of(place.platform, place.workspace, place.channel)
    return place if known is None else replace(place, name=known.name)


def _crashed(sentence: Sentence, failed: Exception) -> Answer:
    """Something broke on our side; the person gets a reference that the log has, never a trace."""
    reference = secrets.token_hex(4)
    if isinstance(failed, Unavailable):
        log.error("database unavailable", call=sentence.id, reference=reference, error=str(failed))
    else:
        log.error("crashed", call=sentence.id, reference=reference, exc_info=failed)
    return Answer(card=refusal.crashed(reference), refused=True)
