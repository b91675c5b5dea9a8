"""The six listeners: each turns what was delivered into a sentence, says it, and acknowledges with the answer.

A sentence is committed before it is acknowledged. What isn't done in two seconds is acknowledged then, goes on, and is
answered behind it: Slack's three seconds always hold, and nothing that was acknowledged is lost.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from slack_bolt.response import BoltResponse

from bot.behind import Behind, tell, unshowable
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from bot.slack import speech
from bot.slack.answers import (
    EMPTY,
    Chosen,
    Person,
    Pressed,
    PressedInModal,
    Submitted,
    Typed,
    Way,
    Written,
)
from bot.slack.envelope import Command, Event, Press, Shortcut, Submission
from bot.slack.happenings import Happenings
from bot.slack.home import Homes
from bot.slack.installation import Installation
from bot.slack.profiles import Profiles
from bot.slack.web_api import WebApi
from bot.slack.words import mentioned

PATIENCE_SECONDS = 2.0
"""Of Slack's three, a second is left for the way there and back."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """When it arrived (the event loop's time), and for which installation."""

    arrived: float
    installation: Installation


class Listeners:
    """What Bolt calls. `envelope` and `delivery` are put into its context by the front."""

    def __init__(
        self,
        door: Door,
        api: WebApi,
        profiles: Profiles,
        happenings: Happenings,
        *,
        behind: Behind,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._door, self._api, self._profiles = door, api, profiles
        self._happenings, self._behind, self._patience = happenings, behind, patience
        self._homes = Homes(door, api, profiles, behind)

    async def command(self, envelope: Command, delivery: Delivery) -> BoltResponse:
        kind = self._profiles.kind(delivery.installation.workspace, envelope.user_id)
        sentence = speech.of_command(envelope, delivery.installation.workspace, kind)
        return await self._say(sentence, Typed(self._person(sentence, delivery, envelope)), delivery)

    async def action(self, envelope: Press, delivery: Delivery) -> BoltResponse:
        if not envelope.actions[0].action_id.startswith("say:"):
            return _acknowledged(EMPTY)  # a link: the browser has opened it
        kind = self._profiles.kind(delivery.installation.workspace, envelope.user.id)
        sentence = speech.of_press(envelope, delivery.installation.workspace, kind)
        person = self._person(sentence, delivery, envelope)
        return await self._say(sentence, _way_of_press(envelope, person), delivery)

    async def view(self, envelope: Submission, delivery: Delivery) -> BoltResponse:
        kind = self._profiles.kind(delivery.installation.workspace, envelope.user.id)
        sentence = speech.of_submission(envelope, delivery.installation.workspace, kind)
        person = self._person(sentence, delivery, envelope)
        return await self._say(sentence, Submitted(person, envelope.view.id, frozenset(sentence.values)), delivery)

    async def shortcut(self, envelope: Shortcut, delivery: Delivery) -> BoltResponse:
        kind = self._profiles.kind(delivery.installation.workspace, envelope.user.id)
        sentence = speech.of_shortcut(envelope, delivery.installation.workspace, kind)
        return await self._say(sentence, Chosen(self._person(sentence, delivery, envelope)), delivery)

    async def options(self) -> BoltResponse:
        """No menu of ours asks for its options yet; one that does gets none rather than an error."""
        return _acknowledged('{"options":[]}')

    async def event(self, envelope: Event, delivery: Delivery) -> BoltResponse:
        if user := self._happenings.opened_home(envelope):
            self._homes.opened(user, delivery.installation)
            return _acknowledged(EMPTY)
        message = self._happenings.message(envelope)
        if message is None:
            await self._happenings.note(envelope, delivery.installation)
            return _acknowledged(EMPTY)
        installation = delivery.installation
        kind = self._happenings.kind(message, installation)
        bot = installation.bot_user
        sentence = speech.of_message(envelope.event_id, message, bot, installation.workspace, kind)
        person = Person(self._api, installation, message.user, sentence.place, thread=message.thread_ts)
        return await self._say(sentence, Written(person), delivery)

    # ---- shared

    def _person(
        self, sentence: Sentence, delivery: Delivery, envelope: Command | Press | Submission | Shortcut
    ) -> Person:
        return Person(
            self._api,
            delivery.installation,
            sentence.speaker.external,
            sentence.place,
            trigger=envelope.trigger_id,
            response_url=envelope.response_url,
        )

    async def _say(self, sentence: Sentence, way: Way, delivery: Delivery) -> BoltResponse:
        await self._profiles.introduced(delivery.installation, sentence.speaker.external)
        saying = self._behind.start(self._door.say(sentence))
        left = delivery.arrived + self._patience - asyncio.get_running_loop().time()
        await asyncio.wait({saying}, timeout=max(left, 0.0))
        installation = delivery.installation
        if not saying.done():
            self._behind.start(self._later(saying, sentence, way, installation))
            return _acknowledged(way.waiting)
        answer = saying.result()
        self._notice(sentence, installation)
        try:
            told = way.told(answer)
        except Exception as undrawn:
            told = way.told(unshowable(answer, undrawn))
        if told is None:
            self._behind.start(tell(way, answer))
        return _acknowledged(told or EMPTY)

    async def _later(
        self, saying: asyncio.Task[Answer], sentence: Sentence, way: Way, installation: Installation
    ) -> None:
        answer = await saying
        self._notice(sentence, installation)
        await tell(way, answer)

    def _notice(self, sentence: Sentence, installation: Installation) -> None:
        self._happenings.said(installation, sentence.line)
        self._homes.after(sentence, installation)
        self._profiles.heard(installation, sentence.speaker.external)
        for user in mentioned(sentence.line):
            self._profiles.heard(installation, user)


def _way_of_press(pressed: Press, person: Person) -> Way:
    """In a message, in a modal, or in the home tab, from which every answer opens in front of it."""
    if pressed.view is None or pressed.response_url:
        return Pressed(person)
    return Chosen(person) if pressed.view.type == "home" else PressedInModal(person, pressed.view.id)


def _acknowledged(body: str) -> BoltResponse:
    return BoltResponse(status=200, body=body)
