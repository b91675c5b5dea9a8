"""Activities as Teams sends them: every key that a recorded one has, those that Cabbot doesn't read among them."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from tests.fakes.teams_world import Conversation, Message, User, World

Json = dict[str, Any]

BOT_NAME = "Cabbot"
_NAMED = re.compile(r"<at>(?P<name>[^<]*)</at>")


class Activities:
    """Writes them for one world. `service_url` is where the bot is to answer."""

    def __init__(self, world: World) -> None:
        self.world, self.service_url = world, ""

    def _envelope(self, kind: str, user: User, where: Conversation, thread: str = "") -> Json:
        now = datetime.fromtimestamp(self.world.clock(), UTC)
        return {
            "type": kind,
            "id": f"f:{self.world.number():08d}-3f1e-4a55-9c1c-5d1f0a7a3b21",
            "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z",
            "localTimestamp": f"{now:%Y-%m-%dT%H:%M:%S}.000+00:00",
            "localTimezone": user.zone,
            "locale": "en-GB",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": user.as_account(where.tenant),
            "recipient": {"id": self.world.bot, "name": BOT_NAME},
            "conversation": self._conversation(where, thread),
            "channelData": self._channel_data(where, user),
        }

    def _conversation(self, where: Conversation, thread: str) -> Json:
        key = f"{where.id};messageid={thread}" if thread else where.id
        shared = {"isGroup": True} if where.kind != "personal" else {}
        named = {"name": where.name} if where.kind == "groupChat" else {}
        return {**shared, **named, "conversationType": where.kind, "tenantId": where.tenant, "id": key}

    def _channel_data(self, where: Conversation, user: User) -> Json:
        tenant = {"tenant": {"id": where.tenant}}
        if where.kind != "channel":
            return tenant
        return {
            "teamsChannelId": where.id,
            "teamsTeamId": where.team,
            "channel": {"id": where.id},
            "team": {"id": where.team},
            **tenant,
        }

    def _client(self, user: User) -> Json:
        where = {"locale": "en-GB", "country": "GB", "platform": "Windows", "timezone": user.zone}
        return {**where, "type": "clientInfo"}

    # ---- words

    def said(self, user: User, where: Conversation, text: str, thread: str = "", *, targeted: bool = False) -> Json:
        """`text` is what is typed, with people as `<at>Ben</at>`; outside of personal chats the bot is mentioned."""
        key = self.world.next_id()
        shared = where.kind != "personal"
        typed = _NAMED.split(text)
        escaped = "".join(
            f"<at>{each}</at>" if at % 2 else html.escape(each, quote=False) for at, each in enumerate(typed)
        )
        begun = f"<at>{BOT_NAME}</at>&nbsp;" if shared and not targeted else ""
        mentions = [self._mention(self.world.bot, BOT_NAME)] if begun else []
        mentions += [self._mention(self._key_of(name), name) for name in typed[1::2]]
        threaded = where.kind == "channel" and not targeted
        activity = self._envelope("message", user, where, (thread or key) if threaded else thread)
        written = f"{begun}{escaped}\n" if shared else escaped
        activity |= {
            "id": key,
            "textFormat": "plain",
            "text": written,
            "attachments": [{"contentType": "text/html", "content": f"<div><div>{escaped}</div></div>"}],
            "entities": [*mentions, self._client(user)],
        }
        if targeted:
            activity["recipient"]["isTargeted"] = True
        return activity

    def _mention(self, key: str, name: str) -> Json:
        return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": key, "name": name}}

    def _key_of(self, name: str) -> str:
        """The id of the person or the channel that is mentioned by this name."""
        for user in self.world.users.values():
            if user.name == name:
                return user.id
        return self.world.conversation(name).id

    # ---- presses

    def executed(self, user: User, on: Message, action: Json, data: Json, *, trigger: str = "manual") -> Json:
        value = {"action": {"type": "Action.Execute", **_kept(action), "data": data}, "trigger": trigger}
        return self._invoke("adaptiveCard/action", user, on, value)

    def submitted(self, user: User, on: Message, data: Json) -> Json:
        """Action.Submit comes as a message that nobody typed."""
        activity = self._envelope("message", user, self._where(on), _thread(on))
        extra = {"source": {"name": "message"}, "legacy": {"replyToId": on.id}}
        activity["channelData"] |= extra
        return activity | {"id": self.world.next_id(), "replyToId": on.id, "value": data, "entities": []}

    def dialog_asked(self, user: User, on: Message, data: Json) -> Json:
        value = {"data": data, "context": {"theme": "default"}}
        return self._invoke("task/fetch", user, on, value)

    def dialog_sent(self, user: User, on: Message | None, conversation: str, data: Json) -> Json:
        value = {"data": data, "context": {"theme": "default"}}
        if on is not None:
            return self._invoke("task/submit", user, on, value)
        where = self.world.conversation(conversation)
        return {**self._envelope("invoke", user, where), "name": "task/submit", "value": value}

    def _invoke(self, name: str, user: User, on: Message, value: Json) -> Json:
        activity = self._envelope("invoke", user, self._where(on), _thread(on))
        activity["channelData"]["source"] = {"name": "message"}
        return activity | {"name": name, "value": value, "replyToId": on.id, "entities": [self._client(user)]}

    def _where(self, on: Message) -> Conversation:
        return self.world.conversations[on.conversation]

    # ---- what becomes of conversations

    def installed(self, user: User, where: Conversation, action: str = "add") -> list[Json]:
        """The app comes or goes: Teams sends the members that changed and the installation, in this order."""
        members = {"membersAdded" if action == "add" else "membersRemoved": [{"id": self.world.bot}]}
        changed = self._envelope("conversationUpdate", user, where) | members
        kind = "teamMemberAdded" if action == "add" else "teamMemberRemoved"
        team = {"id": self.world.team_id, "name": self.world.team_name, "aadGroupId": user.tenant}
        if where.kind == "channel":
            changed["channelData"] |= {"team": team, "eventType": kind}
        install = self._envelope("installationUpdate", user, where) | {"action": action, "entities": []}
        return [changed, install]

    def channel_changed(self, user: User, where: Conversation, event: str) -> Json:
        """`event`: channelCreated, channelRenamed, channelDeleted, channelRestored. It is told in the team's own channel."""
        activity = self._envelope("conversationUpdate", user, self.world.general)
        team = {"id": self.world.team_id, "name": self.world.team_name}
        told = {"eventType": event, "channel": {"id": where.id, "name": where.name}, "team": team}
        activity["channelData"] |= told
        return activity


def _kept(action: Json) -> Json:
    return {name: action[name] for name in ("id", "title", "verb") if name in action}


def _thread(on: Message) -> str:
    return (on.thread or on.id) if on.conversation.endswith("@thread.tacv2") else ""
