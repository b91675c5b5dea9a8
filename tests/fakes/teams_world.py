"""What a Teams tenant holds: people, teams with channels, chats, messages with their edits, dialogs that are open."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import teams_cards as cards

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
_NAMESPACE = uuid.UUID("6f1d2c4e-8a53-4a0e-9a3c-0c9b7f2e4d11")


def object_id_of(name: str) -> str:
    """An id as Entra gives them; the same name has the same one in every run."""
    return str(uuid.uuid5(_NAMESPACE, name))


@dataclass
class User:
    """`id` is what this one bot knows the person by, `object_id` Entra's. A guest belongs to another directory."""

    id: str
    name: str
    tenant: str
    email: str = ""
    zone: str = "Europe/Berlin"
    guest: bool = False
    old_client: bool = False
    """Its Teams knows no Action.Execute and takes the fallback."""

    @property
    def object_id(self) -> str:
        return object_id_of(f"{self.tenant}/{self.id}")

    def as_account(self, host: str = "") -> Json:
        """As an activity names them; one of another tenant than the `host` of the conversation with its own."""
        foreign = {"tenantId": self.tenant} if host and host != self.tenant else {}
        return {"id": self.id, "name": self.name, "aadObjectId": self.object_id, **foreign}

    def as_member(self) -> Json:
        """As the roster has it."""
        principal = self.email
        if self.guest:
            principal = f"{self.email.replace('@', '_')}#EXT#@example.onmicrosoft.com"
        given, _, family = self.name.partition(" ")
        return {
            **{key: value for key, value in self.as_account().items() if key != "aadObjectId"},
            "objectId": self.object_id,
            "aadObjectId": self.object_id,
            "givenName": given,
            "surname": family,
            "email": self.email or None,
            "userPrincipalName": principal or None,
            "tenantId": self.tenant,
            "userRole": "guest" if self.guest else "user",
        }


@dataclass
class Message:
    """A message as it is shown now. `views` are the cards that single people see instead, until the next edit."""

    id: str
    conversation: str
    sender: str
    activity: Json
    thread: str = ""
    """The message that began the thread, empty for one that did."""
    only_for: str = ""
    """A targeted message is seen by one person alone."""
    deleted: bool = False
    edits: list[Json] = field(default_factory=list)
    views: dict[str, Json] = field(default_factory=dict)

    def card(self, user: str = "") -> Json | None:
        """What that person sees; without a person, what everybody does whom no answer was shown to."""
        if user in self.views:
            return self.views[user]
        found = [each["content"] for each in self.activity.get("attachments", []) if each.get("contentType") == CARD]
        return found[0] if found else None

    def words(self, user: str = "", zone: str = "Europe/Berlin") -> str:
        """Everything that a reader sees, a line for each paragraph; moments in the zone of their device."""
        card = self.card(user)
        parts = [cards.plain(str(self.activity.get("text", ""))), cards.words(card, zone) if card else ""]
        return "\n".join(filter(None, parts))

    def buttons(self, user: str = "") -> list[str]:
        card = self.card(user)
        return [str(each["title"]) for each in cards.actions(card)] if card else []

    def edited(self, activity: Json) -> None:
        self.edits.append(self.activity)
        self.activity = activity
        self.views.clear()


@dataclass
class Conversation:
    """A channel, a group chat, or a person's own with the bot. `name` is the channel's, without #."""

    id: str
    kind: str
    tenant: str
    name: str = ""
    team: str = ""
    person: str = ""
    bot_is_member: bool = True
    members: list[str] = field(default_factory=list)
    """Who is in a group chat; a channel has the whole team."""
    history: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What everybody sees of the bot, replies left out, oldest first."""
        return [each for each in self.history if not each.thread and not each.only_for and not each.deleted]

    @property
    def last(self) -> Message:
        assert self.messages, f"nothing was posted in {self.name or self.id}"
        return self.messages[-1]

    def replies(self, root: str) -> list[Message]:
        return [each for each in self.history if each.thread == root and not each.only_for and not each.deleted]

    def targeted(self, user: str) -> list[Message]:
        return [each for each in self.history if each.only_for == user and not each.deleted]

    def message(self, key: str) -> Message | None:
        return next((each for each in self.history if each.id == key and not each.deleted), None)


@dataclass
class Dialog:
    """An open dialog of one person."""

    user: str
    title: str
    card: Json
    conversation: str
    message: Message | None = None

    @property
    def inputs(self) -> dict[str, Json]:
        return {str(each["id"]): each for each in cards.inputs(self.card)}

    @property
    def words(self) -> str:
        return cards.words(self.card)

    @property
    def buttons(self) -> list[str]:
        return [str(each["title"]) for each in cards.actions(self.card)]


class World:
    """One tenant with a team, the bot as its conversations know it, and whoever else looks in from outside."""

    def __init__(self, tenant: str, bot: str) -> None:
        self.tenant, self.bot = tenant, bot
        self.team_id, self.team_name = "19:general@thread.tacv2", "Payments"
        self.team_group = "7f3c0d52-9d7e-4b52-8a53-0c1de5b0a9f1"
        """The team's group in Entra."""
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.beside: list[str] = []
        """People of other tenants who are in the team's channels all the same."""
        self.dialogs: dict[str, list[Dialog]] = {}
        self.clock: Callable[[], float] = time.time
        self._numbers = itertools.count(1)
        self._last = 0
        self.general = self._keep(Conversation(self.team_id, "channel", tenant, "General", team=self.team_id))

    def add_user(self, key: str, name: str = "", *, tenant: str = "", **details: Any) -> User:
        self.users[key] = User(key, name or key, tenant or self.tenant, **details)
        return self.users[key]

    def add_channel(self, name: str, *, bot_is_member: bool = True) -> Conversation:
        name = name.removeprefix("#")
        key = f"19:{object_id_of(name).replace('-', '')}@thread.tacv2"
        return self._keep(
            Conversation(key, "channel", self.tenant, name, team=self.team_id, bot_is_member=bot_is_member)
        )

    def add_group(self, name: str, members: list[str]) -> Conversation:
        key = f"19:{object_id_of(name).replace('-', '')}@thread.v2"
        return self._keep(Conversation(key, "groupChat", self.tenant, name, members=list(members)))

    def _keep(self, conversation: Conversation) -> Conversation:
        self.conversations[conversation.id] = conversation
        return conversation

    def conversation(self, name: str) -> Conversation:
        """By `#channel`, by a group chat's name, or by id, with or without a thread."""
        base = name.partition(";messageid=")[0]
        for each in self.conversations.values():
            if base == each.id or (each.kind != "personal" and name.removeprefix("#") == each.name):
                return each
        raise LookupError(f"there is no conversation {name}")

    def personal(self, user: str) -> Conversation:
        """The conversation of the bot and a person; made at the first call."""
        found = next((each for each in self.conversations.values() if each.person == user), None)
        key = f"a:1{object_id_of(user).replace('-', '')}"
        return found or self._keep(Conversation(key, "personal", self.users[user].tenant, person=user))

    def members(self, conversation: Conversation) -> list[User]:
        if conversation.person:
            return [self.users[conversation.person]]
        if conversation.kind == "groupChat":
            return [self.users[each] for each in conversation.members]
        return [each for each in self.users.values() if each.tenant == self.tenant or each.id in self.beside]

    def messages(self) -> Iterator[Message]:
        for conversation in self.conversations.values():
            yield from conversation.history

    def number(self) -> int:
        return next(self._numbers)

    def next_id(self) -> str:
        """A message's id: Teams takes the milliseconds of its moment."""
        self._last = max(int(self.clock() * 1000), self._last + 1)
        return str(self._last)
