"""Conversation references: what Teams told us of each conversation, without which nothing can be said there."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.chat import Never
from bot.clock import Clock
from bot.organisations import change, look
from bot.teams.connector import Connector
from bot.teams.envelope import Activity, Changed, Installed
from storage.conversation import Conversation
from storage.records import Records
from storage.statement import Conflict
from storage.store import Store
from storage.terms import Platform
from storage.types import canonical_json

REFRESH = timedelta(days=1)
"""How old a reference may grow while nothing in it changes."""

MOST_REMEMBERED = 10_000
"""Conversations of which it is known without a look that their reference is up to date."""

LEAVING = frozenset({"channelDeleted", "channelUnshared", "teamDeleted", "teamHardDeleted", "teamArchived"})
FIRST_CHANNEL = "General"
"""The channel that every team has; Teams gives no name for it, and its id is the team's."""
KINDS = {"groupChat": "group"}

UNKNOWN, REMOVED, STRANGER = "unknown conversation", "Cabbot was removed from it", "nobody has written to Cabbot there"


@dataclass(frozen=True, slots=True)
class Reference:
    """`conversation` is the id without a thread; `kind` is personal, group or channel. `account` is the person's in a
    personal one, `team` the team's of a channel; `bot` is our own account, `tenant` Entra's.
    """

    service_url: str
    conversation: str
    kind: str
    tenant: str
    bot: str = ""
    account: str = ""
    team: str = ""

    @property
    def threads(self) -> bool:
        """Messages have threads there: only in channels."""
        return self.kind == "channel"

    def to_json(self) -> str:
        return canonical_json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Reference:
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class _Word:
    """What an activity tells of a conversation."""

    reference: Reference
    name: str


class References:
    """`organisation_of` a tenant, raising Never for one that isn't served."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        connector: Connector,
        organisation_of: Callable[[str], Awaitable[int]],
        *,
        most: int = MOST_REMEMBERED,
    ) -> None:
        self._store, self._clock, self._connector, self._most = store, clock, connector, most
        self.organisation_of = organisation_of
        self._written: OrderedDict[tuple[str, str], tuple[_Word, datetime]] = OrderedDict()

    # ---- what Teams tells

    async def heard(self, organisation: int, activity: Activity) -> None:
        """Keep where it came from, or the channel that it is about; written when something in it is new, or once a day."""
        word = None if _leaves(activity) else _word(activity)
        if word is not None:
            # Another replica may have heard that Cabbot was removed; that it's back is always written.
            await self._heard(organisation, word, surely=isinstance(activity, Installed | Changed))

    async def found(self, organisation: int, activity: Activity) -> None:
        """Keep every channel of the activity's team, as Teams lists them. Raises NotSent, PerhapsSent or Never."""
        word = _word(activity)
        if word is None or not word.reference.team:
            return
        asked_at = self._clock.now()
        for each in await self._connector.channels(word.reference.service_url, word.reference.team):
            channel, name = each.get("id"), each.get("name")
            if isinstance(channel, str) and channel:
                there = replace(word.reference, conversation=channel)
                listed = _Word(there, name if isinstance(name, str) else "")
                await change(self._store, organisation, partial(_write_listed, listed, asked_at))

    async def removed(self, organisation: int, tenant: str, *, conversation: str = "", team: str = "") -> None:
        """Cabbot can't speak any more in the conversation, or in any channel of the team."""

        def work(records: Records) -> list[str]:
            known = records.conversations
            if team:
                rows = [each for each in known.shared(Platform.TEAMS, tenant) if _reference(each).team == team]
            else:
                row = known.of(Platform.TEAMS, tenant, conversation)
                rows = [row] if row is not None else []
            for row in rows:
                row.removed_at = row.removed_at or self._clock.now()
                known.save(row)
            return [row.external for row in rows]

        for external in await change(self._store, organisation, work):
            self._written.pop((tenant, external), None)

    # ---- where to speak

    async def of(self, tenant: str, conversation: str) -> Reference:
        """Raises Never for a conversation that isn't known, or that Cabbot was removed from."""

        def work(records: Records) -> Conversation | None:
            return records.conversations.of(Platform.TEAMS, tenant, conversation)

        row = await look(self._store, await self.organisation_of(tenant), work)
        if row is None or row.removed_at is not None:
            raise Never(UNKNOWN if row is None else REMOVED)
        return _reference(row)

    async def personal(self, tenant: str, account: str) -> Reference:
        """The conversation with a person alone, opened when there is none. Raises NotSent, PerhapsSent or Never."""
        organisation = await self.organisation_of(tenant)
        known, beside = await look(self._store, organisation, partial(_near, tenant, account))
        if known is not None:
            return known
        if beside is None:
            raise Never(STRANGER)
        conversation = await self._connector.open_personal(beside.service_url, account, tenant=tenant)
        opened = Reference(beside.service_url, conversation, "personal", tenant, beside.bot, account)
        await self._heard(organisation, _Word(opened, ""))
        return opened

    # ---- inside

    async def _heard(self, organisation: int, word: _Word, *, surely: bool = False) -> None:
        key, now = (word.reference.tenant, word.reference.conversation), self._clock.now()
        known = self._written.get(key)
        if not surely and known is not None and known[0] == word and now - known[1] < REFRESH:
            return
        try:
            await change(self._store, organisation, partial(_write, word, now))
        except Conflict:
            return  # another replica heard the same word, and has written it
        self._written[key] = (word, now)
        self._written.move_to_end(key)
        if len(self._written) > self._most:
            self._written.popitem(last=False)


def _leaves(activity: Activity) -> bool:
    """It tells that Cabbot can't speak there any more."""
    match activity:
        case Installed():
            return activity.action.startswith("remove")
        case Changed():
            gone = any(each.id == activity.recipient.id for each in activity.removed)
            return gone or activity.channel_data.event in LEAVING
        case _:
            return False


def _word(activity: Activity) -> _Word | None:
    """What the activity tells of its conversation, or of the channel that it is about; None without an address."""
    said, team, direct = activity.conversation, activity.channel_data.team.id, activity.direct
    if not activity.service_url or not activity.tenant:
        return None
    kind = "channel" if team else KINDS.get(said.kind, said.kind)
    account = activity.sender.id if direct and activity.sender.id != activity.recipient.id else ""
    channel = activity.channel_data.channel
    place = (channel.id if isinstance(activity, Changed) else "") or activity.base
    reference = Reference(activity.service_url, place, kind, activity.tenant, activity.recipient.id, account, team)
    return _Word(reference, "" if direct else channel.name or said.name)


def _write(word: _Word, now: datetime, records: Records) -> None:
    reference, known = word.reference, records.conversations
    row = known.of(Platform.TEAMS, reference.tenant, reference.conversation)
    if row is None:
        known.add(_row(word, records.organisation.id, now))
        return
    before = _reference(row)
    merged = replace(reference, account=reference.account or before.account, team=reference.team or before.team)
    row.kind, row.account, row.reference = merged.kind, merged.account, merged.to_json()
    row.name, row.heard_at, row.removed_at = word.name or row.name, now, None
    known.save(row)


def _write_listed(word: _Word, asked_at: datetime, records: Records) -> None:
    """What a list said that was asked for at that moment; a word that came meanwhile is the newer one."""
    row = records.conversations.of(Platform.TEAMS, word.reference.tenant, word.reference.conversation)
    if row is None or max(row.heard_at, row.removed_at or row.heard_at) <= asked_at:
        _write(word, asked_at, records)


def _row(word: _Word, organisation: int, now: datetime) -> Conversation:
    is_first = word.reference.conversation == word.reference.team
    return Conversation.model_construct(
        organisation_id=organisation,
        platform=Platform.TEAMS,
        workspace=word.reference.tenant,
        external=word.reference.conversation,
        kind=word.reference.kind,
        account=word.reference.account,
        name=word.name or (FIRST_CHANNEL if is_first else ""),
        reference=word.reference.to_json(),
        heard_at=now,
    )


def _near(tenant: str, account: str, records: Records) -> tuple[Reference | None, Reference | None]:
    """The conversation with the person, and the one in the tenant that was heard from last."""
    known = records.conversations.personal(Platform.TEAMS, tenant, account)
    if known is not None and known.removed_at is None:
        return _reference(known), None
    latest = records.conversations.latest(Platform.TEAMS, tenant)
    return None, _reference(latest) if latest is not None else None


def _reference(row: Conversation) -> Reference:
    return Reference.from_json(row.reference)
