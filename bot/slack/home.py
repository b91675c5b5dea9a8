"""The home tab: what `/release` alone answers, drawn when somebody opens it and again after what they do."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from bot.behind import Behind
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from bot.slack import speech
from bot.slack.answers import Person
from bot.slack.installation import Installation
from bot.slack.profiles import Profiles
from bot.slack.web_api import WebApi
from bot.understood import only_reads

LATELY_SECONDS = 900.0
"""Whoever opened it longer ago finds it drawn anew when they come back: Slack tells when."""
MOST_OPEN = 5_000
"""People who are remembered to have it open."""


@dataclass(slots=True)
class _Open:
    """When it was opened (the event loop's time). One draws at a time, so the newest state is drawn last."""

    at: float
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Homes:
    """The home tabs that were opened lately. Nothing is drawn for anybody else: each drawing is a call to Slack."""

    def __init__(self, door: Door, api: WebApi, profiles: Profiles, behind: Behind) -> None:
        self._door, self._api, self._profiles, self._behind = door, api, profiles, behind
        self._open: dict[tuple[str, str], _Open] = {}

    def opened(self, user: str, installation: Installation) -> None:
        """Draw it, and remember that it's looked at."""
        now, key = asyncio.get_running_loop().time(), (installation.workspace, user)
        opened = self._open.pop(key, None) or _Open(now)
        opened.at = now
        self._open[key] = opened
        while len(self._open) > MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        self._behind.start(self._draw(user, installation, opened))

    def after(self, sentence: Sentence, installation: Installation) -> None:
        """Somebody said something: if their home is open and it may have changed anything, draw it again."""
        user = sentence.speaker.external
        opened = self._open.get((installation.workspace, user))
        if opened is None or only_reads(sentence):
            return
        if asyncio.get_running_loop().time() - opened.at <= LATELY_SECONDS:
            self._behind.start(self._draw(user, installation, opened))

    async def _draw(self, user: str, installation: Installation, opened: _Open) -> None:
        async with opened.drawing:
            answer = await self._answer(user, installation)
            if answer.card is not None:
                person = Person(self._api, installation, user)
                view = {"type": "home", "blocks": person.message(answer.card)["blocks"]}
                await person.call("views.publish", user_id=user, view=view)

    async def _answer(self, user: str, installation: Installation) -> Answer:
        await self._profiles.introduced(installation, user)
        kind = self._profiles.kind(installation.workspace, user)
        return await self._door.say(speech.of_home(secrets.token_hex(8), user, installation.workspace, kind))
