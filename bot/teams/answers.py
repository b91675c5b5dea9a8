"""How the door's answer reaches the person: in the answer to an invoke, or by a message to them alone right behind it.

There is one way for each kind of delivery. `told` is the body that says all there is to say, or None when the answer
has to be told behind the acknowledgement; `waiting` is what is answered while the door takes longer than Teams waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from bot import notices
from bot.sentence import Answer
from bot.teams.envelope import Json
from bot.teams.reader import Reader
from messages import adaptive_card_form
from messages.adaptive_card_sheet import marked, sheet
from messages.card import Button, Buttons

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"

log = structlog.get_logger("cabbot.teams")


class Way(Protocol):
    """See above."""

    @property
    def waiting(self) -> Json | None: ...
    async def told(self, answer: Answer) -> Json | None: ...
    async def tell(self, answer: Answer) -> None:
        """Say all of the answer behind the acknowledgement. Raises NotSent, PerhapsSent or Never."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """Words, or a press that came as a message: nothing can be said in the acknowledgement.

    A form opens only after a press, so it waits behind a button. A client that doesn't know newer buttons (`old`)
    may not know dialogs either: it gets the form's questions in a card.
    """

    reader: Reader
    old: bool = False
    waiting: Json | None = None

    async def told(self, answer: Answer) -> Json | None:
        return None

    async def tell(self, answer: Answer) -> None:
        if answer.form is not None and self.old:
            await self.reader.ask(answer.form)
        elif answer.form is not None:
            await self.reader.whisper(notices.form_behind_a_button(answer.form))
        elif answer.card is not None:
            await self.reader.whisper(answer.card)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of a card: the answer takes the card's place for the one who pressed.

    On a card that hangs for many, the answer stands in what hangs there now, beside its buttons; the courier's edit
    clears it away.
    """

    reader: Reader
    posting: int = 0

    @property
    def waiting(self) -> Json:
        return _said(notices.WORKING)

    async def told(self, answer: Answer) -> Json | None:
        if answer.form is not None:
            return _shown(adaptive_card_form.inline(answer.form, await self.reader.of_form(answer.form)))
        if answer.card is None:
            return _said("")
        try:
            return _shown(await self.reader.drawn(answer.card, over=self.posting))
        except Exception as failed:
            if not self.posting:
                raise
            log.warning("what hangs there can't be drawn again", error=type(failed).__name__)
            return _shown(await self.reader.drawn(answer.card))

    async def tell(self, answer: Answer) -> None:
        await Written(self.reader).tell(answer)


@dataclass(frozen=True, slots=True)
class Sent:
    """A card with questions that was filled in: like a press, and a refusal leads back to what was typed."""

    reader: Reader

    @property
    def waiting(self) -> Json:
        return _said(notices.WORKING)

    async def told(self, answer: Answer) -> Json | None:
        return await Pressed(self.reader).told(with_form(answer))

    async def tell(self, answer: Answer) -> None:
        await Written(self.reader).tell(with_way_back(answer))


@dataclass(frozen=True, slots=True)
class InDialog:
    """A button that opened a dialog, or one inside it, or a dialog that was sent: the answer is the dialog's next page."""

    reader: Reader

    @property
    def waiting(self) -> Json:
        return {"task": {"type": "message", "value": notices.WORKING}}

    async def told(self, answer: Answer) -> Json | None:
        answer = with_form(answer)
        if answer.form is not None:
            return _next(adaptive_card_form.dialog(answer.form, await self.reader.of_form(answer.form)))
        if answer.card is None:
            return {"task": {"type": "message", "value": "Done."}}
        return _next(sheet(answer.card, self.reader.directory))

    async def tell(self, answer: Answer) -> None:
        await Written(self.reader).tell(with_way_back(answer))


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A card that asked for what this reader should see. What can't be answered leaves it as it is.

    Its buttons name the posting on which it hangs, like those of everybody's.
    """

    reader: Reader
    posting: int = 0
    waiting: Json | None = None

    async def told(self, answer: Answer) -> Json | None:
        if answer.card is None or answer.refused:
            return _said("")
        drawn = await self.reader.drawn(answer.card)
        return _shown(marked(drawn, self.posting) if self.posting else drawn)

    async def tell(self, answer: Answer) -> None:
        """Nobody asked for it."""


def with_form(answer: Answer) -> Answer:
    """A refusal of a form that was sent shows the form again, under the sentence: nothing that was typed is lost."""
    return Answer(form=answer.again, refused=True) if answer.again is not None else answer


def with_way_back(answer: Answer) -> Answer:
    """The same, told behind: a refusal keeps its words, and a button opens the form with what was typed."""
    if answer.again is None or answer.card is None:
        return answer
    back = Buttons((Button("Open the form", notices.opening(answer.again)),))
    return replace(answer, card=replace(answer.card, parts=(*answer.card.parts, back)))


def _shown(card: Json) -> Json:
    return {"statusCode": 200, "type": CARD, "value": card}


def _said(words: str) -> Json:
    return {"statusCode": 200, "type": MESSAGE, "value": words}


def _next(page: Json) -> Json:
    return {"task": {"type": "continue", "value": page}}
