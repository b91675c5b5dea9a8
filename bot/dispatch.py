"""The one door: every sentence, however it was said, is answered here.

One transaction each: know the person, check the permission, run the handler, write the journal and the postings.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.clock import Clock
from bot.people import known_person
from bot.postings import put
from bot.sentence import Answer, Sentence
from handlers.kit import ask
from handlers.kit.arguments import Parsed, parse, usage
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import Command, named, nearest
from handlers.policy.rules import Rules
from messages import refusal
from messages.card import Button
from messages.line import LineError, Words, compose, read
from messages.words import ROLES
from storage.due import Due, claim
from storage.journal import Entry
from storage.organisation import Connections
from storage.people import Account, Person
from storage.records import Records
from storage.statement import Conflict, Transaction, Unavailable
from storage.store import Store
from storage.terms import AccountKind, DueState, Origin, Outcome, Platform, Role

log = structlog.get_logger("cabbot.call")

FORM = "form"
"""The word `form=yes` asks for the command's form instead of carrying it out."""


@dataclass(frozen=True, slots=True)
class _Understood:
    command: Command
    parsed: Parsed
    wants_form: bool
    asked: frozenset[str] | None
    """The names that a filled-in form asked for; None when the sentence came without a form."""


class Unconnected(Exception):
    """The sentence comes from a workspace that belongs to no organisation."""


class Door:
    """Answers sentences. Holds no state but which workspace belongs to which organisation."""

    def __init__(self, store: Store, clock: Clock, rules: Rules) -> None:
        self.store, self.clock, self.rules = store, clock, rules
        self._organisations: dict[tuple[Platform, str], int] = {}

    async def say(self, sentence: Sentence) -> Answer:
        """Carry a sentence out and answer it. Never raises for what a person did or what the database did."""
        started = time.perf_counter()
        name, outcome = "?", "crashed"
        try:
            understood = _understand(sentence)
            name = understood.command.name
            answer = await self._carried_out(sentence, understood)
            outcome = "repeated" if answer.repeated else "refused" if answer.refused else "done"
        except _Unknown as unknown:
            answer, outcome = Answer(card=refusal.unknown_word(unknown.word, unknown.near), refused=True), "unknown"
        except Refused as refused:
            answer, outcome = Answer(card=refusal.refused(refused.sentence, refused.ways), refused=True), "refused"
        except Exception as failed:
            answer = self._crashed(sentence, failed)
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
        """Carry out what fell due, or drop it when its time has passed. Raises what the handler raises."""
        await self.store.write(lambda tx: self._due(tx, organisation, due))

    def forget(self, platform: Platform, workspace: str) -> None:
        """The workspace was connected or disconnected: look it up again."""
        self._organisations.pop((platform, workspace), None)

    # ---- people's sentences

    async def _carried_out(self, sentence: Sentence, understood: _Understood) -> Answer:
        try:
            if understood.command.reads or understood.wants_form:
                try:
                    return await self.store.read(lambda tx: self._read(tx, sentence, understood))
                except _Stranger:
                    pass  # the first word of a person: they are written down on the way
            return await self.store.write(lambda tx: self._write(tx, sentence, understood))
        except Refused as refused:
            return await self._refused(sentence, understood, refused)
        except Conflict:
            return await self._repeated(sentence)

    def _read(self, tx: Transaction, sentence: Sentence, understood: _Understood) -> Answer:
        records = Records(tx, self._organisation(tx, sentence))
        known = known_person(records, sentence.speaker, None)
        if known is None:
            raise _Stranger
        return self._answered(self._run(records, self._call(records, sentence, *known), understood))

    def _write(self, tx: Transaction, sentence: Sentence, understood: _Understood) -> Answer:
        records = Records(tx, self._organisation(tx, sentence), lock=True)
        call = self._open(records, sentence)
        reply = self._run(records, call, understood)
        if reply.trail is not None:
            for post in reply.posts:
                put(records, post, call)
            self._journal(records, call, sentence, understood.command, reply)
        return self._answered(reply)

    def _open(self, records: Records, sentence: Sentence) -> Call:
        known = known_person(records, sentence.speaker, self.clock.now())
        assert known is not None  # with a moment given, a stranger is written down
        return self._call(records, sentence, *known)

    def _call(self, records: Records, sentence: Sentence, person: Person, account: Account) -> Call:
        active = account.active and person.active and account.kind is AccountKind.MEMBER
        return Call(
            id=sentence.id,
            person=person,
            roles=records.people.roles(person.id) if active else frozenset(),
            at=self.clock.now(),
            origin=sentence.origin,
            rules=self.rules,
            place=sentence.place,
            zone=person.zone or records.organisation.zone,
            member=active,
        )

    def _run(self, records: Records, call: Call, understood: _Understood) -> Reply:
        command, parsed = understood.command, understood.parsed
        _permit(command, call)
        if understood.wants_form or parsed.missing or parsed.errors:
            return _asked(understood, call)
        return command.handler(call, command.kind(**parsed.values), records)

    def _answered(self, reply: Reply) -> Answer:
        wrong = reply.form is not None and any(each.error for each in reply.form.fields)
        return Answer(card=reply.card, form=reply.form, refused=wrong)

    async def _refused(self, sentence: Sentence, understood: _Understood, refused: Refused) -> Answer:
        """Nothing changed, but the trail tells that it was tried."""
        if not understood.command.reads:
            try:
                await self.store.write(lambda tx: self._journal_refusal(tx, sentence, understood, refused))
            except Conflict:
                return await self._repeated(sentence)
        if sentence.origin is Origin.FILLED and refused.field:
            zone = await self.store.read(lambda tx: self._zone(tx, sentence))
            errors = {refused.field: refused.sentence}
            raw, asked = understood.parsed.raw, understood.asked
            return Answer(form=ask.form(understood.command, raw, zone=zone, errors=errors, asked=asked), refused=True)
        ways = refused.ways or _form_way(understood, refused)
        return Answer(card=refusal.refused(refused.sentence, ways), refused=True)

    def _zone(self, tx: Transaction, sentence: Sentence) -> str:
        records = Records(tx, self._organisation(tx, sentence))
        known = known_person(records, sentence.speaker, None)
        return (known[0].zone if known else "") or records.organisation.zone

    async def _repeated(self, sentence: Sentence) -> Answer:
        def first(tx: Transaction) -> Entry | None:
            records = Records(tx, self._organisation(tx, sentence))
            return records.journal.by_call(sentence.id)

        entry = await self.store.read(first)
        if entry is None:
            raise Refused("Somebody changed the same thing at the same moment; look again and repeat it if need be.")
        return Answer(card=refusal.repeated(entry.answer), refused=entry.outcome is Outcome.REFUSED, repeated=True)

    # ---- the clock's sentences

    def _due(self, tx: Transaction, organisation: int, due: Due) -> None:
        now = self.clock.now()
        late = due.until is not None and now > due.until
        if not claim(tx, due, DueState.DROPPED if late else DueState.SAID, now):
            return
        records = Records(tx, organisation, lock=True)
        call = Call(
            id=f"due:{due.key}",
            person=Person(id=0, name="Cabbot", joined_at=now),
            roles=frozenset(),
            at=now,
            origin=Origin.CLOCK,
            rules=self.rules,
            zone=records.organisation.zone,
        )
        understood = _read_line(due.line, {})
        reply = Reply() if late else command_reply(records, call, understood)
        for post in reply.posts:
            put(records, post, call)
        self._journal_due(records, call, due, understood.command, reply, late)

    def _journal_due(
        self, records: Records, call: Call, due: Due, command: Command, reply: Reply, late: bool
    ) -> None:
        subject = reply.trail.subject if reply.trail else due.subject
        entry = _entry(call, command.name, subject, Outcome.DONE, reply)
        if late:
            entry.why, entry.outcome = f"dropped: it was due {due.at.isoformat()} and is no longer worth saying", Outcome.REFUSED
        elif (call.at - due.at).total_seconds() > LATE_SECONDS:
            entry.why = entry.why or f"said late: it was due {due.at.isoformat()}"
        records.journal.append(records.organisation, entry)
        records.save_organisation()

    # ---- shared

    def _organisation(self, tx: Transaction, sentence: Sentence) -> int:
        key = (sentence.speaker.platform, sentence.speaker.workspace)
        found = self._organisations.get(key)
        if found is None:
            connection = Connections(tx).of(*key)
            if connection is None or connection.removed_at is not None:
                raise Refused("This workspace isn't connected to Cabbot; ask whoever runs Cabbot to install it here.")
            found = self._organisations[key] = connection.organisation_id
        return found

    def _journal(
        self, records: Records, call: Call, sentence: Sentence, command: Command, reply: Reply
    ) -> None:
        trail = reply.trail
        assert trail is not None  # only what leaves a trail is journalled
        entry = _entry(call, command.name, trail.subject, Outcome.DONE, reply)
        entry.platform, entry.account = sentence.speaker.platform, sentence.speaker.external
        records.journal.append(records.organisation, entry)
        records.save_organisation()

    def _journal_refusal(
        self, tx: Transaction, sentence: Sentence, understood: _Understood, refused: Refused
    ) -> None:
        records = Records(tx, self._organisation(tx, sentence), lock=True)
        call = self._open(records, sentence)
        subject = understood.parsed.raw.get("release", "").upper()
        entry = _entry(call, understood.command.name, subject, Outcome.REFUSED, Reply())
        entry.platform, entry.account = sentence.speaker.platform, sentence.speaker.external
        entry.why = entry.answer = refused.sentence
        records.journal.append(records.organisation, entry)
        records.save_organisation()

    def _crashed(self, sentence: Sentence, failed: Exception) -> Answer:
        reference = secrets.token_hex(4)
        if isinstance(failed, Unavailable):
            log.error("database unavailable", call=sentence.id, reference=reference, error=str(failed))
        else:
            log.exception("crashed", call=sentence.id, reference=reference)
        return Answer(card=refusal.crashed(reference), refused=True)


LATE_SECONDS = 60


class _Stranger(Exception):
    """A reader whom we don't know yet."""


class _Unknown(Exception):
    """The words begin with no command."""

    def __init__(self, word: str, near: list[str]) -> None:
        super().__init__(word)
        self.word, self.near = word, near


def command_reply(records: Records, call: Call, understood: _Understood) -> Reply:
    return understood.command.handler(call, understood.command.kind(**understood.parsed.values), records)


def _understand(sentence: Sentence) -> _Understood:
    understood = _read_line(sentence.line, sentence.values)
    if understood.command.clock:
        raise _Unknown(understood.command.name, nearest(understood.command.name))
    return understood


def _read_line(line: str, values: Mapping[str, str]) -> _Understood:
    try:
        words = read(line)
    except LineError as wrong:
        raise Refused(str(wrong)) from wrong
    found = named(words.bare or ("help",))
    if found is None:
        raise _Unknown(words.bare[0], nearest(" ".join(words.bare[:2])) or nearest(words.bare[0]))
    command, rest = found
    given = dict(words.named) | dict(values)
    wants_form = given.pop(FORM, "") == "yes"
    asked = frozenset(values) if values else None
    return _Understood(command, parse(command.arguments, Words(rest, given)), wants_form, asked)


def _permit(command: Command, call: Call) -> None:
    if not command.reads and not call.member:
        raise Refused("Only full members of the workspace change releases; guests and outside accounts read along.")
    if command.roles and not command.roles & call.roles:
        who = " or ".join(ROLES[role].lower() for role in Role if role in command.roles)
        raise Refused(f"“{command.name}” is for the {who}. A process owner can grant that: /release role grant.")


def _asked(understood: _Understood, call: Call) -> Reply:
    """What is missing opens the form with the rest filled in; what is wrong is said, beside its field if it has one."""
    parsed = understood.parsed
    typed_wrong = parsed.errors and call.origin is not Origin.FILLED
    if typed_wrong:
        name, sentence = next(iter(parsed.errors.items()))
        raise Refused(sentence, field=name)
    errors = dict(parsed.errors)
    if call.origin is Origin.FILLED:
        errors |= dict.fromkeys(parsed.missing, "This is needed.")
    return Reply(form=ask.form(understood.command, parsed.raw, zone=call.zone, errors=errors, asked=understood.asked))


def _form_way(understood: _Understood, refused: Refused) -> tuple[Button, ...]:
    """A button that opens the form with what was typed, when a field was at fault."""
    if not refused.field:
        return ()
    line = compose(*understood.command.name.split(), **understood.parsed.raw, form="yes")
    return (Button("Open the form", line),) if len(line) <= BUTTON_LIMIT else ()


BUTTON_LIMIT = 2000
"""The most characters a button's value may carry (Slack, Block Kit reference)."""


def _entry(call: Call, command: str, subject: str, outcome: Outcome, reply: Reply) -> Entry:
    trail: Any = reply.trail
    return Entry.model_construct(
        organisation_id=0,
        at=call.at,
        call_id=call.id,
        person_id=call.person.id,
        person=call.person.name,
        platform=Platform.CLOCK,
        account="",
        origin=call.origin,
        command=command,
        subject=subject,
        outcome=outcome,
        before=trail.before if trail else {},
        after=trail.after if trail else {},
        why=trail.why if trail else "",
        answer=(reply.card.summary or reply.card.title) if reply.card else "",
    )


__all__ = ["Answer", "Door", "usage"]
