"""How the door's answer reaches the person: in the acknowledgement where that can carry it, else right behind it.

There is one way for each kind of interaction. `told` is the body of an acknowledgement that says all there is to say,
or None when the answer has to be told behind it; `waiting` is what is acknowledged while the answer takes longer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import orjson
import structlog

from bot import notices
from bot.behind import MOST_PATIENCE
from bot.chat import Never, NotSent, PerhapsSent
from bot.sentence import Answer
from bot.slack.installation import Installation
from bot.slack.speech import packed
from bot.slack.web_api import WebApi
from handlers.kit.call import Place
from messages import block_kit, block_kit_form
from messages.card import Card
from messages.directory import Directory
from messages.form import Form
from storage.terms import Platform

Json = dict[str, Any]

EMPTY = ""
TRIES = 3
SETTLE_SECONDS = 0.5
"""Slack draws a modal from the acknowledgement and from views.update; what is sent at once may be drawn first."""

log = structlog.get_logger("cabbot.slack")


class Way(Protocol):
    """See above."""

    @property
    def waiting(self) -> str: ...
    def told(self, answer: Answer) -> str | None: ...
    async def tell(self, answer: Answer) -> None:
        """Say all of the answer behind the acknowledgement. Raises NotSent, PerhapsSent or Never."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Who is answered, in which workspace, and what Slack gave us to answer with."""

    api: WebApi
    installation: Installation
    user: str
    place: Place | None = None
    thread: str = ""
    trigger: str = ""
    response_url: str = field(default="", repr=False)

    @property
    def directory(self) -> Directory:
        return Directory(Platform.SLACK, self.installation.workspace)

    def message(self, card: Card) -> Json:
        return block_kit.message(card, self.directory)

    def modal(self, form: Form) -> Json:
        view = block_kit_form.view(form, self.directory)
        return {**view, "private_metadata": packed(view["private_metadata"], self.place)}

    def sheet(self, card: Card) -> Json:
        return sheet(self.message(card), self.place)

    async def call(self, method: str, **arguments: Any) -> Json:
        """Call a method, again after a 429 or a refused connection as long as the answer is still of use."""
        for left in reversed(range(TRIES)):
            try:
                return await self.api.call(method, self.installation.token.text, arguments)
            except NotSent as again:
                if not left or (again.retry_after or 0) > MOST_PATIENCE:
                    raise
                await asyncio.sleep(1 if again.retry_after is None else again.retry_after)
        raise AssertionError("the last try answers or raises")

    async def respond(self, card: Card) -> None:
        message = {"response_type": "ephemeral", "replace_original": False, **self.message(card)}
        await self.api.respond(self.response_url, message)

    async def open(self, view: Json) -> bool:
        """Open a modal; False when it didn't: most often the trigger is spent, or older than its three seconds."""
        try:
            await self.api.call("views.open", self.installation.token.text, {"trigger_id": self.trigger, "view": view})
        except (Never, NotSent, PerhapsSent) as failed:
            log.warning("a form didn't open", word=str(failed))
            return False
        return True

    async def whisper(self, card: Card) -> None:
        """Tell the person alone: in the channel, or by direct message where that can't be."""
        channel = self.place.channel if self.place and not self.place.direct else ""
        if channel:
            try:
                where = {"channel": channel, "user": self.user, "thread_ts": self.thread or None}
                await self.call("chat.postEphemeral", **where, **self._plainly(card))
            except Never:
                channel = ""
        if not channel:
            await self.call("chat.postMessage", channel=self.user, **self._plainly(card))

    def _plainly(self, card: Card) -> Json:
        return {**self.message(card), "parse": "none", "unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command: the card is in the response to it, a form opens with its trigger."""

    person: Person

    @property
    def waiting(self) -> str:
        return _json({"response_type": "ephemeral", "text": notices.WORKING})

    def told(self, answer: Answer) -> str | None:
        if answer.form is not None:
            return None
        return EMPTY if answer.card is None else shown(self.person.message(answer.card))

    async def tell(self, answer: Answer) -> None:
        await _open_or_respond(self.person, answer)


class _Behind:
    """A way on which everything comes behind the acknowledgement, which is empty."""

    __slots__ = ()
    waiting: ClassVar[str] = EMPTY

    def told(self, answer: Answer) -> str | None:
        return EMPTY if answer.card is None and answer.form is None else None


@dataclass(frozen=True, slots=True)
class Pressed(_Behind):
    """A button in a message."""

    person: Person

    async def tell(self, answer: Answer) -> None:
        await _open_or_respond(self.person, answer)


@dataclass(frozen=True, slots=True)
class PressedInModal(_Behind):
    """A button in a modal: the answer takes the modal's place; if that was closed meanwhile, it's whispered."""

    person: Person
    view: str

    async def tell(self, answer: Answer) -> None:
        await _update(self.person, self.view, answer)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal that was sent: errors stand beside its fields, a refusal before it, the answer in its place."""

    person: Person
    view: str
    fields: frozenset[str]

    @property
    def waiting(self) -> str:
        return _json({"response_action": "update", "view": self.person.sheet(notices.working())})

    def told(self, answer: Answer) -> str | None:
        if answer.form is not None:
            errors = block_kit_form.errors(answer.form)
            if errors and self.fields.issuperset(errors):
                return _json({"response_action": "errors", "errors": errors})
            return _json({"response_action": "update", "view": self.person.modal(answer.form)})
        if answer.card is None:
            return _json({"response_action": "clear"})
        # What was typed stays behind a refusal, to be changed and sent again.
        action = "push" if answer.refused and not answer.repeated else "update"
        return _json({"response_action": action, "view": self.person.sheet(answer.card)})

    async def tell(self, answer: Answer) -> None:
        await asyncio.sleep(SETTLE_SECONDS)
        await _update(self.person, self.view, answer)


@dataclass(frozen=True, slots=True)
class Chosen(_Behind):
    """A global shortcut, or a button in the home tab: there is no channel, so a card is shown in a modal too."""

    person: Person

    async def tell(self, answer: Answer) -> None:
        if answer.form is not None and not await self.person.open(self.person.modal(answer.form)):
            await self.person.whisper(notices.form_too_late(answer.form))
        if answer.card is not None and not await self.person.open(self.person.sheet(answer.card)):
            await self.person.whisper(answer.card)


@dataclass(frozen=True, slots=True)
class Written(_Behind):
    """A mention or a direct message: there is no trigger, so a form waits behind a button."""

    person: Person

    async def tell(self, answer: Answer) -> None:
        card = answer.card if answer.form is None else notices.form_behind_a_button(answer.form)
        if card is not None:
            await self.person.whisper(card)


def shown(message: Json) -> str:
    """The body that shows a message to the person who gave the command."""
    return _json({"response_type": "ephemeral", **message})


def put_before(message: Json) -> str:
    """The body that shows a message in front of the modal that was sent, which stays as it is."""
    return _json({"response_action": "push", "view": sheet(message, None)})


def sheet(message: Json, place: Place | None) -> Json:
    """A modal that shows a card's message."""
    return {
        "type": "modal",
        "callback_id": "card",
        "private_metadata": packed("", place),
        "title": block_kit.plain("Cabbot", 24),
        "close": block_kit.plain("Close", 24),
        "blocks": message["blocks"],
    }


async def _open_or_respond(person: Person, answer: Answer) -> None:
    if answer.form is not None and not await person.open(person.modal(answer.form)):
        await person.respond(notices.form_too_late(answer.form))
    if answer.card is not None:
        await person.respond(answer.card)


async def _update(person: Person, view: str, answer: Answer) -> None:
    drawn = person.modal(answer.form) if answer.form else person.sheet(answer.card or notices.working())
    try:
        await person.call("views.update", view_id=view, view=drawn)
    except Never:  # closed meanwhile
        card = answer.card or (notices.form_behind_a_button(answer.form) if answer.form else None)
        if card is not None:
            await person.whisper(card)


def _json(body: Json) -> str:
    return orjson.dumps(body).decode()
