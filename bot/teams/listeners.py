"""What each kind of delivery means: it becomes a sentence, is said, and is answered in the way that its kind allows.

A sentence is committed before it is answered. What isn't done in time is answered with "working on it", goes on, and is
told behind it: an invoke has its answer within Teams' five seconds, and nothing that was taken is lost.
"""

from __future__ import annotations

import asyncio
import secrets

import structlog

from bot import notices
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from bot.teams import speech
from bot.teams.answers import InDialog, Pressed, Refreshed, Sent, Way, Written
from bot.teams.envelope import (
    Activity,
    Answered,
    DialogAsked,
    DialogSent,
    Executed,
    Json,
    OtherInvoke,
    Said,
    Submitted,
)
from bot.teams.happenings import Happenings
from bot.teams.profiles import Profiles
from bot.teams.reader import Means, Reader
from bot.teams.tenants import Tenants
from bot.teams.words import mentioned

log = structlog.get_logger("cabbot.teams")

PATIENCE_SECONDS = 3.0
"""Of the five in which an invoke must be answered; the rest is for the way there and back, and for drawing the card."""

REFRESH = "refresh"
"""The verb of a card that asks for its reader's own version."""


class Listeners:
    """Called inside an SDK turn with an activity that the guard has let in."""

    def __init__(
        self,
        door: Door,
        means: Means,
        tenants: Tenants,
        profiles: Profiles,
        happenings: Happenings,
        *,
        behind: Behind,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._door, self._means, self._tenants, self._profiles = door, means, tenants, profiles
        self._happenings, self._behind, self._patience = happenings, behind, patience

    async def take(self, activity: Activity) -> Answered:
        """Carry out what was delivered. Raises only for mistakes of ours."""
        arrived = asyncio.get_running_loop().time()
        if isinstance(activity, OtherInvoke):
            return Answered(501)
        try:
            organisation = await self._tenants.organisation(activity.tenant)
        except Never:
            return Answered(403)
        if isinstance(activity, Said | Submitted | Executed | DialogAsked | DialogSent):
            reader = Reader(self._means, organisation, activity)
            self._behind.start(self._means.references.heard(organisation, activity))
            await self._profiles.introduced(activity)
            sentence = self._sentence(activity)
            return await self._say(sentence, self._way(activity, reader, sentence), activity, arrived)
        await self._happenings.note(organisation, activity)
        return Answered()

    def _sentence(self, activity: Said | Submitted | Executed | DialogAsked | DialogSent) -> Sentence:
        kind = self._profiles.kind(activity.tenant, activity.sender.id)
        if isinstance(activity, Said):
            return speech.of_words(activity, kind)
        return speech.of_data(activity, speech.data_of(activity), kind)

    def _way(self, activity: Activity, reader: Reader, sentence: Sentence) -> Way:
        match activity:
            case DialogAsked() | DialogSent():
                return InDialog(reader)
            case Executed() if activity.value.action.verb == REFRESH:
                return Refreshed(reader)
            case Executed() if sentence.values:
                return Sent(reader)
            case Executed():
                return Pressed(reader, _posting(activity.value.action.data))
            case _:
                return Written(reader, old=isinstance(activity, Submitted))

    # ---- saying

    async def _say(self, sentence: Sentence, way: Way, activity: Activity, arrived: float) -> Answered:
        saying = self._behind.start(self._door.say(sentence))
        left = arrived + self._patience - asyncio.get_running_loop().time()
        await asyncio.wait({saying}, timeout=max(left, 0.0))
        if not saying.done():
            self._behind.start(self._later(saying, sentence, way, activity))
            return Answered(200, way.waiting)
        answer = saying.result()
        self._notice(sentence, activity)
        try:
            told = await way.told(answer)
        except Exception as undrawn:
            told = await way.told(_unshowable(answer, undrawn))
        if told is None:
            self._behind.start(_tell(way, answer))
        return Answered(200, told)

    async def _later(self, saying: asyncio.Task[Answer], sentence: Sentence, way: Way, activity: Activity) -> None:
        answer = await saying
        self._notice(sentence, activity)
        await _tell(way, answer)

    def _notice(self, sentence: Sentence, activity: Activity) -> None:
        """Make sure, behind the answer, who spoke and who was named."""
        self._profiles.heard(activity, activity.sender.id)
        for user in mentioned(sentence.line):
            self._profiles.heard(activity, user)


async def _tell(way: Way, answer: Answer) -> None:
    try:
        await way.tell(answer)
    except (NotSent, PerhapsSent, Never):
        raise
    except Exception as undrawn:
        await way.tell(_unshowable(answer, undrawn))


def _unshowable(answer: Answer, undrawn: Exception) -> Answer:
    """In place of an answer that couldn't be drawn."""
    reference = secrets.token_hex(4)
    log.error("an answer can't be shown", reference=reference, exc_info=undrawn)
    return Answer(card=notices.unshowable(reference), refused=answer.refused)


def _posting(data: Json) -> int:
    """The posting on whose message a button hangs, 0 for none."""
    posting = data.get("posting")
    return posting if type(posting) is int and 0 < posting < 2**31 else 0
