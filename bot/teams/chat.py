"""Teams as the courier sees it: cards sent and edited. Teams has no way to look for a message (docs/decisions/0008)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from bot.chat import Marker, Never, Target
from bot.directories import accounts_for
from bot.teams import failures
from bot.teams.connector import Connector
from bot.teams.references import Reference, References
from messages import adaptive_card
from messages.adaptive_card_sheet import marked
from messages.card import Card
from messages.directory import Directory
from storage.store import Store
from storage.terms import Platform

Json = dict[str, Any]


class TeamsChat:
    """Implements bot.chat.Chat. A direct message's id is its conversation's and its own, with a slash between."""

    platform = Platform.TEAMS

    def __init__(self, connector: Connector, references: References, store: Store) -> None:
        self._connector, self._references, self._store = connector, references, store

    async def send(self, target: Target, card: Card, marker: Marker, thread: str | None) -> str:
        activity = await self._drawn(target, card, marker)
        if target.direct:
            return await self._send_directly(target, activity)
        there = await self._references.of(target.workspace, target.channel)
        try:
            return await self._post(there, activity, thread)
        except Never as refused:
            if thread is None:  # else it may be the thread that is gone
                await self._forgotten(there, refused)
            raise

    async def edit(self, target: Target, message: str, card: Card, marker: Marker) -> None:
        activity = await self._drawn(target, card, marker)
        conversation, own = _place(target, message)
        there = await self._references.of(target.workspace, conversation)
        await self._connector.edit(there.service_url, conversation, own, activity)

    async def find(self, target: Target, marker: Marker, since: datetime, thread: str | None) -> NoReturn:
        raise Never("Teams lets a bot read no messages")

    # ---- inside

    async def _drawn(self, target: Target, card: Card, marker: Marker) -> Json:
        organisation = await self._references.organisation_of(target.workspace)
        directory = await accounts_for(self._store, organisation, Directory(Platform.TEAMS, target.workspace), card)
        return marked(adaptive_card.message(card, directory), marker.posting)

    async def _send_directly(self, target: Target, activity: Json) -> str:
        """A conversation that is gone is opened anew, once; that it's gone was said before anything was done."""
        there = await self._references.personal(target.workspace, target.channel)
        try:
            message = await self._connector.send(there.service_url, there.conversation, activity)
        except Never as refused:
            if not await self._forgotten(there, refused):
                raise
            there = await self._references.personal(target.workspace, target.channel)
            message = await self._connector.send(there.service_url, there.conversation, activity)
        return f"{there.conversation}/{message}"

    async def _post(self, there: Reference, activity: Json, thread: str | None) -> str:
        if not there.threads:
            return await self._connector.send(there.service_url, there.conversation, activity)
        if thread is None:
            return await self._connector.start_thread(
                there.service_url, there.conversation, activity, tenant=there.tenant
            )
        place = f"{there.conversation};messageid={thread}"
        return await self._connector.send(there.service_url, place, activity)

    async def _forgotten(self, there: Reference, refused: Never) -> bool:
        """Teams has said that Cabbot isn't there any more: whether it did, and then nobody tries there again."""
        gone = str(refused) in failures.GONE
        if gone:
            organisation = await self._references.organisation_of(there.tenant)
            await self._references.removed(organisation, there.tenant, conversation=there.conversation)
        return gone


def _place(target: Target, message: str) -> tuple[str, str]:
    """The conversation and the activity of a message's id."""
    conversation, slash, own = message.rpartition("/")
    return (conversation, own) if slash else (target.channel, message)
