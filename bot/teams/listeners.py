"""What each kind of delivery means: it becomes a sentence, is said, and is answered in the way that its kind allows.

A sentence is committed before it is answered. What isn't done in time is answered with "working on it", goes on, and is
told behind it: an invoke has its answer within Teams' five seconds, and nothing that was taken is lost.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.behind import Behind, tell, unshowable
from bot.chat import Never
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
    Installed,
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
from bot.understood import only_reads
from storage.statement import Unavailable

log = structlog.get_logger("cabbot.teams")

PATIENCE_SECONDS, DRAWING_SECONDS = 3.0, 0.7
"""Of the five in which an invoke must be answered; the rest is for the way there and back."""

REFRESH, AUTOMATIC = "refresh", "automatic"
"""The verb of a card that asks for its reader's own version, and the trigger of what nobody pressed."""

MOST_NAMED = 20
"""People named in one line whose profiles are asked for; nobody's release has more."""

ByPerson = Said | Submitted | Executed | DialogAsked | DialogSent


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
        """Carry out what was delivered. Raises Unavailable for what isn't a person's, else only for mistakes of ours."""
        arrived = asyncio.get_running_loop().time()
        if isinstance(activity, OtherInvoke):
            return Answered(501)
        try:
            if isinstance(activity, ByPerson):
                return await self._answered(activity, arrived)
            organisation = await self._tenants.organisation(activity.tenant)
            await self._happenings.note(organisation, activity)
            if isinstance(activity, Installed) and activity.direct and activity.action == "add":
                self._behind.start(self._greet(organisation, activity))
        except Never:
            return Answered(403)
        return Answered()

    async def _greet(self, organisation: int, activity: Installed) -> None:
        """Somebody has added Cabbot for themself: they find at once what waits for them, and what they can do."""
        await self._profiles.introduced(activity)
        kind = self._profiles.kind(activity.tenant, activity.sender.id)
        answer = await self._door.say(speech.of_greeting(activity, kind))
        await tell(Written(Reader(self._means, organisation, activity)), answer)

    # ---- what a person did

    async def _answered(self, activity: ByPerson, arrived: float) -> Answered:
        carrying = self._behind.start(self._carried_out(activity))
        left = arrived + self._patience - asyncio.get_running_loop().time()
        await asyncio.wait({carrying}, timeout=max(left, 0.0))
        if not carrying.done():
            self._behind.start(_later(carrying))
            return Answered(200, self._way(activity, 0).waiting)
        way, answer = carrying.result()
        try:
            async with asyncio.timeout(DRAWING_SECONDS):
                told = await _told(way, answer)
        except TimeoutError:
            self._behind.start(tell(way, answer))
            return Answered(200, way.waiting)
        if told is None:
            self._behind.start(tell(way, answer))
        return Answered(200, told)

    async def _carried_out(self, activity: ByPerson) -> tuple[Way, Answer]:
        organisation = 0
        try:
            organisation = await self._tenants.organisation(activity.tenant)
            self._behind.start(self._means.references.heard(organisation, activity))
            await self._profiles.introduced(activity)
        except Unavailable as failed:
            log.warning("who speaks couldn't be looked up", error=str(failed))  # the door finds the words for it
        sentence, way = self._sentence(activity), self._way(activity, organisation)
        if _unasked(activity) and not only_reads(sentence):
            log.warning("a refresh that isn't one", person=activity.sender.id)
            return way, Answer()
        answer = await self._door.say(sentence)
        self._notice(sentence, activity)
        return way, answer

    def _sentence(self, activity: ByPerson) -> Sentence:
        kind = self._profiles.kind(activity.tenant, activity.sender.id)
        if isinstance(activity, Said):
            return speech.of_words(activity, kind)
        return speech.of_data(activity, speech.data_of(activity), kind)

    def _way(self, activity: ByPerson, organisation: int) -> Way:
        reader = Reader(self._means, organisation, activity)
        match activity:
            case DialogAsked() | DialogSent():
                return InDialog(reader)
            case Executed() if _unasked(activity):
                return Refreshed(reader, _posting(activity.value.action.data))
            case Executed() if speech.is_form(activity.value.action.data):
                return Sent(reader)
            case Executed():
                return Pressed(reader, _posting(activity.value.action.data))
            case _:
                return Written(reader, old=isinstance(activity, Submitted))

    def _notice(self, sentence: Sentence, activity: Activity) -> None:
        """Make sure, behind the answer, who spoke and who was named."""
        self._happenings.said(activity.tenant, sentence.line)
        self._profiles.heard(activity, activity.sender.id)
        for user in mentioned(sentence.line)[:MOST_NAMED]:
            self._profiles.heard(activity, user)


def _unasked(activity: ByPerson) -> bool:
    """A client's own doing: it may show something, and does nothing."""
    return isinstance(activity, Executed) and (
        activity.value.action.verb == REFRESH or activity.value.trigger == AUTOMATIC
    )


async def _later(carrying: asyncio.Task[tuple[Way, Answer]]) -> None:
    way, answer = await carrying
    await tell(way, answer)


async def _told(way: Way, answer: Answer) -> Json | None:
    try:
        return await way.told(answer)
    except Exception as undrawn:
        return await way.told(unshowable(answer, undrawn))


def _posting(data: Json) -> int:
    """The posting on whose message a button hangs, 0 for none."""
    posting = data.get("posting")
    return posting if type(posting) is int and 0 < posting < 2**31 else 0
