"""Conversations that a platform lets Cabbot speak in only with what it told of them: Teams' conversation references."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam, func, select
from sqlmodel import Field

from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable
from storage.terms import Platform
from storage.types import Instant, term


class Conversation(Record):
    """A conversation that has Cabbot in it, refreshed at each word from there.

    `external` is the platform's own id; `kind` is personal, group or channel. `account` is the person's external id in
    a personal one, else empty. `reference` is our own JSON of what sending needs (for Teams: the service's URL, the
    bot's account, the team). `removed_at` is set when Cabbot was taken out of it.
    """

    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    external: str
    kind: str
    account: str = ""
    name: str = ""
    reference: str
    heard_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)


class ConversationTable(Conversation, table=True):
    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "platform", "workspace", "external"),
        Index("conversation_account", "organisation_id", "platform", "workspace", "account"),
    )


CONVERSATIONS = RecordTable(Conversation, ConversationTable)
_c = CONVERSATIONS.c
_HERE = (_c.platform == bindparam("platform"), _c.workspace == bindparam("workspace"))
_OF = CONVERSATIONS.query(*_HERE, _c.external == bindparam("external"))
_WITH = CONVERSATIONS.query(*_HERE, _c.account == bindparam("account"), _c.kind == "personal", order=(_c.id.desc(),))
_LATEST = CONVERSATIONS.query(*_HERE, _c.removed_at.is_(None), order=(_c.heard_at.desc(), _c.id), limit=1)
_KNOWN = CONVERSATIONS.query(*_HERE, _c.kind != "personal", _c.removed_at.is_(None), order=(_c.name, _c.id))

_HEARD = Statement(select(func.max(_c.heard_at)).where(_c.platform == bindparam("platform")))


def last_heard(tx: Transaction, platform: Platform) -> datetime | None:
    """When the platform last said something in any conversation of any organisation."""
    row = tx.first(_HEARD, platform=platform)
    at: datetime | None = row[0] if row else None
    return at


class Conversations:
    """The conversations of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def of(self, platform: Platform, workspace: str, external: str) -> Conversation | None:
        return _OF.first(self._tx, self._organisation, platform=platform, workspace=workspace, external=external)

    def personal(self, platform: Platform, workspace: str, account: str) -> Conversation | None:
        """The newest conversation with the person alone."""
        return _WITH.first(self._tx, self._organisation, platform=platform, workspace=workspace, account=account)

    def latest(self, platform: Platform, workspace: str) -> Conversation | None:
        """The one that was heard from last, of any kind."""
        return _LATEST.first(self._tx, self._organisation, platform=platform, workspace=workspace)

    def shared(self, platform: Platform, workspace: str) -> list[Conversation]:
        """Channels and group chats that have Cabbot in them, by name."""
        return _KNOWN.all(self._tx, self._organisation, platform=platform, workspace=workspace)

    def add(self, conversation: Conversation) -> Conversation:
        return CONVERSATIONS.add(self._tx, conversation)

    def save(self, conversation: Conversation) -> Conversation:
        return CONVERSATIONS.save(self._tx, conversation)
