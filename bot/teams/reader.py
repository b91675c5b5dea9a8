"""Who is answered on Teams: the person of one delivery, what their cards need to be drawn, and how they alone are told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial

import structlog

from bot.behind import MOST_PATIENCE
from bot.chat import Never, NotSent
from bot.courier.errand import card_of
from bot.directories import accounts_for, with_accounts
from bot.organisations import look
from bot.teams.connector import Connector
from bot.teams.envelope import Activity, Json
from bot.teams.references import References
from messages import adaptive_card, adaptive_card_form
from messages.adaptive_card import attachment
from messages.adaptive_card_sheet import marked
from messages.answered import together
from messages.card import Card
from messages.directory import Directory
from messages.form import FieldKind, Form
from storage.posting import Posting
from storage.records import Records
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.teams")

TRIES = 3
MOST_CHOICES = 1_000
"""People or channels that are looked up for a list; a form asks for words where it can't hold as many."""


@dataclass(frozen=True, slots=True)
class Means:
    """By what everybody is answered."""

    connector: Connector
    references: References
    store: Store


@dataclass(frozen=True, slots=True)
class Reader:
    """`organisation` is the one to which the activity's tenant belongs."""

    means: Means
    organisation: int
    activity: Activity

    @property
    def directory(self) -> Directory:
        return Directory(Platform.TEAMS, self.activity.tenant)

    # ---- what is needed to draw

    async def of_form(self, form: Form) -> Directory:
        """With the people and channels to choose from, where the form asks for one: Teams has no picker for them."""
        kinds = {field.kind for field in form.fields}
        if not kinds & {FieldKind.PERSON, FieldKind.CHANNEL}:
            return self.directory
        people, channels = await look(self.means.store, self.organisation, self._choices)
        return replace(self.directory, people=people, channels=channels)

    async def drawn(self, answer: Card, *, over: int = 0) -> Json:
        """The answer as it is shown to the one who pressed; `over` is the posting whose message was pressed, if any."""
        pressed = partial(self._pressed, answer, over)
        found = await look(self.means.store, self.organisation, pressed) if over else None
        if found is None:
            return adaptive_card.card(answer, await self._directory(answer))
        living, directory = found
        return marked(adaptive_card.card(living, directory, answer), over)

    # ---- telling

    async def whisper(self, card: Card) -> None:
        """Tell the person alone. Raises NotSent, PerhapsSent or Never."""
        await self._whisper(adaptive_card.message(card, await self._directory(card)))

    async def ask(self, form: Form) -> None:
        """Put a form's questions to the person alone, in a card."""
        drawn = adaptive_card_form.inline(form, await self.of_form(form))
        await self._whisper({"type": "message", "summary": form.title, "attachments": [attachment(drawn)]})

    async def _whisper(self, message: Json) -> None:
        """Again after a limit or a refused connection, as long as the answer is still of use."""
        for left in reversed(range(TRIES)):
            try:
                await self._told(message)
                return
            except NotSent as again:
                if not left or (again.retry_after or 0) > MOST_PATIENCE:
                    raise
                await asyncio.sleep(1 if again.retry_after is None else again.retry_after)

    async def _told(self, message: Json) -> None:
        """In the channel where the client can show it to one person, else in their own conversation with Cabbot."""
        said, user = self.activity, self.activity.sender.id
        if said.direct:
            await self.means.connector.send(said.service_url, said.conversation.id, message)
            return
        try:
            await self.means.connector.whisper(said.service_url, said.conversation.id, user, message)
        except Never as refused:
            log.info("no message to one person there", word=str(refused))
            own = await self.means.references.personal(said.tenant, user)
            await self.means.connector.send(own.service_url, own.conversation, message)

    # ---- inside

    async def _directory(self, card: Card) -> Directory:
        return await accounts_for(self.means.store, self.organisation, self.directory, card)

    def _pressed(self, answer: Card, over: int, records: Records) -> tuple[Card, Directory] | None:
        """The card that hangs there now, and whom it and the answer in it name; one look for both."""
        hanging = self._hanging(over, records)
        if hanging is None:
            return None
        living = card_of(hanging)
        return living, with_accounts(records, self.directory, together(living, answer))

    def _hanging(self, posting: int, records: Records) -> Posting | None:
        """The posting, if its message is the one that was pressed: what a client says is only a pointer."""
        found = records.postings.get(posting)
        pressed = self.activity
        if found is None or (found.platform, found.workspace) != (Platform.TEAMS, pressed.tenant):
            return None
        here = (pressed.reply_to, f"{pressed.base}/{pressed.reply_to}")
        place = found.direct or found.channel == pressed.base
        return found if place and pressed.reply_to and found.message in here else None

    def _choices(self, records: Records) -> tuple[dict[str, str], dict[str, str]]:
        here = (Platform.TEAMS, self.activity.tenant)
        accounts = [each for each in records.people.in_workspace(*here) if each.active]
        names = {each.external: records.people.get(each.person_id).name for each in accounts[:MOST_CHOICES]}
        shared = records.conversations.shared(*here)[:MOST_CHOICES]
        return names, {each.external: each.name or "a channel" for each in shared}
