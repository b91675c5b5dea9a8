"""Slack's Web API methods that Cabbot uses, as far as it uses them. Each takes the arguments and answers a body."""

from __future__ import annotations

import copy
import secrets
import time
from dataclasses import dataclass, field

from tests.fakes.slack_people import People, Refuse, Token
from tests.fakes.slack_world import Channel, Json, Message, View, World
from tests.messages.block_kit_rules import violations

__all__ = ["Methods", "Refuse", "Token"]
MAX_TEXT = 40_000


@dataclass
class Methods(People):
    """The methods over a world. `tokens` are the bot tokens by their text, `codes` what an OAuth code is worth."""

    world: World
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, Json] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    app_tokens: set[str] = field(default_factory=set)
    socket_url: str = ""
    violations: list[str] = field(default_factory=list)
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    trigger_seconds: float = 3.0
    client: tuple[str, str] = ("111.222", "client-secret")
    missing_scopes: set[str] = field(default_factory=set)
    """Methods that the token may not call."""

    def call(self, method: str, token: str, arguments: Json) -> Json:
        """Run a method. Raises Refuse."""
        if (handler := getattr(self, "do_" + method.replace(".", "_"), None)) is None:
            raise Refuse("unknown_method")
        if method == "oauth.v2.access":
            return self.do_oauth_v2_access(Token("", "", ""), arguments)
        if method == "apps.connections.open":
            return self._open_socket(token)
        if method in self.missing_scopes:
            raise Refuse("missing_scope")
        answer: Json = handler(self._known(token), arguments)
        return answer

    def judge(self, payload: Json, where: str) -> None:
        """Note what Slack would refuse in a message or a view."""
        self.violations += [f"{where}: {each}" for each in violations(payload)]

    def _known(self, token: str) -> Token:
        known = self.tokens.get(token)
        if known is None:
            raise Refuse("invalid_auth" if token else "not_authed")
        if known.revoked:
            raise Refuse("account_inactive")
        if known.expires_at is not None and known.expires_at < time.time():
            raise Refuse("token_expired")
        return known

    def trigger(self, user: str) -> str:
        trigger = f"{self.world.number()}.{secrets.token_hex(4)}"
        self.triggers[trigger] = (user, time.monotonic())
        return trigger

    def _pulled(self, trigger: str) -> str:
        """The person whose trigger it is; it works once, and for three seconds."""
        if trigger not in self.triggers:
            raise Refuse("invalid_trigger_id")
        user, at = self.triggers[trigger]
        if not user:
            raise Refuse("exchanged_trigger_id")
        if time.monotonic() - at > self.trigger_seconds:
            raise Refuse("expired_trigger_id")
        self.triggers[trigger] = ("", at)
        return user

    # ---- who

    def do_auth_test(self, token: Token, arguments: Json) -> Json:
        team = self.world.teams[token.team]
        found: Json = {"team": team, "user": "cabbot", "team_id": token.team, "user_id": token.bot_user}
        if token.enterprise:
            found |= {"enterprise_id": token.enterprise, "is_enterprise_install": token.org_wide}
        return {**found, "url": "https://example.slack.com/", "bot_id": token.bot_id}

    # ---- messages

    def do_chat_postMessage(self, token: Token, arguments: Json) -> Json:  # noqa: N802 - Slack's own name
        channel = self._to(token, str(arguments.get("channel")))
        message = self._message(token, channel, arguments, "chat.postMessage")
        thread = arguments.get("thread_ts")
        if thread and not any(each.ts == thread for each in channel.history):
            raise Refuse("thread_not_found")
        if (
            arguments.get("parse") != "none"
            or arguments.get("link_names")
            or arguments.get("unfurl_links") is not False
        ):
            self.violations.append("chat.postMessage: words of people would be parsed, linked or unfurled")
        message.thread = thread
        channel.history.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}

    def do_chat_postEphemeral(self, token: Token, arguments: Json) -> Json:  # noqa: N802 - Slack's own name
        channel = self._to(token, str(arguments.get("channel")))
        if not channel.bot_is_member and channel.private:
            raise Refuse("not_in_channel")
        message = self._message(token, channel, arguments, "chat.postEphemeral")
        message.only_for, message.thread = str(arguments["user"]), arguments.get("thread_ts")
        channel.history.append(message)
        return {"message_ts": message.ts}

    def do_chat_update(self, token: Token, arguments: Json) -> Json:
        channel = self._channel(str(arguments.get("channel")))
        message = next((each for each in channel.history if each.ts == arguments.get("ts")), None)
        if message is None or message.deleted or message.only_for:
            raise Refuse("message_not_found")
        if message.user != token.bot_user:
            raise Refuse("cant_update_message")
        if arguments.get("parse") != "none":
            self.violations.append("chat.update: parses words of people unless parse is none")
        new = self._message(token, channel, arguments, "chat.update")
        message.edits.append({"text": message.text, "blocks": message.blocks})
        message.text, message.blocks = new.text, new.blocks
        message.metadata = new.metadata if "metadata" in arguments else message.metadata
        return {"channel": channel.id, "ts": message.ts, "text": message.text}

    def _message(self, token: Token, channel: Channel, arguments: Json, method: str) -> Message:
        text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
        if not text and not blocks:
            raise Refuse("no_text")
        if len(text) > MAX_TEXT:
            raise Refuse("msg_too_long")
        self.judge({"text": text, "blocks": blocks}, method)
        metadata = copy.deepcopy(arguments.get("metadata"))
        if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
            raise Refuse("invalid_metadata_format")
        return Message(self.world.next_ts(), channel.id, token.bot_user, text, copy.deepcopy(blocks), metadata)

    def _to(self, token: Token, target: str) -> Channel:
        if target.startswith(("U", "W")):
            user = self.world.users.get(target)
            if user is None:
                raise Refuse("channel_not_found")
            if user.deleted:
                raise Refuse("user_disabled")
            return self.world.direct(target)
        channel = self._channel(target)
        if channel.archived:
            raise Refuse("is_archived")
        if channel.private and not channel.bot_is_member:
            raise Refuse("not_in_channel")
        if channel.team != token.team and not token.org_wide:
            raise Refuse("channel_not_found")
        return channel

    def _channel(self, target: str) -> Channel:
        if target not in self.world.channels:
            raise Refuse("channel_not_found")
        return self.world.channels[target]

    # ---- conversations

    def do_conversations_open(self, token: Token, arguments: Json) -> Json:
        return {"channel": {"id": self._to(token, str(arguments.get("users"))).id}}

    def do_conversations_info(self, token: Token, arguments: Json) -> Json:
        channel = self._channel(str(arguments.get("channel")))
        return {"channel": {"id": channel.id, "name": channel.name, "is_private": channel.private}}

    def do_conversations_history(self, token: Token, arguments: Json) -> Json:
        channel = self._readable(arguments)
        return self._page([each for each in channel.messages if not each.thread], arguments)

    def do_conversations_replies(self, token: Token, arguments: Json) -> Json:
        channel, root = self._readable(arguments), str(arguments.get("ts"))
        return self._page([each for each in channel.history if root in (each.ts, each.thread)], arguments)

    def _readable(self, arguments: Json) -> Channel:
        channel = self._channel(str(arguments.get("channel")))
        if not channel.bot_is_member and not channel.direct_with:
            raise Refuse("not_in_channel")
        return channel

    def _page(self, messages: list[Message], arguments: Json) -> Json:
        oldest, limit = float(arguments.get("oldest") or 0), int(arguments.get("limit") or 100)
        start = int(arguments.get("cursor") or 0)
        found = [each.as_json() for each in messages if float(each.ts) >= oldest and not each.only_for][::-1]
        if str(arguments.get("include_all_metadata")).lower() != "true":
            found = [{key: value for key, value in each.items() if key != "metadata"} for each in found]
        more = start + limit < len(found)
        cursor = {"next_cursor": str(start + limit)} if more else {"next_cursor": ""}
        return {"messages": found[start : start + limit], "has_more": more, "response_metadata": cursor}

    # ---- modals

    def do_views_open(self, token: Token, arguments: Json) -> Json:
        user = self._pulled(str(arguments.get("trigger_id")))
        view = self._view(token, arguments, "views.open")
        self.world.views[user] = [view]
        return {"view": view.as_json()}

    def do_views_push(self, token: Token, arguments: Json) -> Json:
        user = self._pulled(str(arguments.get("trigger_id")))
        if len(self.world.open_views(user)) >= 3:
            raise Refuse("push_limit_reached")
        view = self._view(token, arguments, "views.push")
        self.world.open_views(user).append(view)
        return {"view": view.as_json()}

    def do_views_update(self, token: Token, arguments: Json) -> Json:
        self.judge(arguments["view"], "views.update")
        for views in self.world.views.values():
            for view in views:
                if view.id == arguments.get("view_id"):
                    if arguments.get("hash") not in (None, view.hash):
                        raise Refuse("hash_conflict")
                    view.body, view.revision = copy.deepcopy(arguments["view"]), view.revision + 1
                    return {"view": view.as_json()}
        raise Refuse("not_found")

    def do_views_publish(self, token: Token, arguments: Json) -> Json:
        view = self._view(token, arguments, "views.publish")
        if view.body["type"] != "home":
            raise Refuse("invalid_arguments")
        home = self.world.homes.setdefault(arguments["user_id"], view)
        home.body, home.revision = view.body, home.revision + 1
        return {"view": home.as_json()}

    def _view(self, token: Token, arguments: Json, method: str) -> View:
        self.judge(arguments["view"], method)
        return View(f"V{self.world.number()}", token.team, copy.deepcopy(arguments["view"]))

    # ---- installation

    def do_oauth_v2_access(self, token: Token, arguments: Json) -> Json:
        if (arguments.get("client_id"), arguments.get("client_secret")) != self.client:
            raise Refuse("invalid_client_id")
        if arguments.get("grant_type") == "refresh_token":
            return self._refreshed(str(arguments.get("refresh_token")))
        if (worth := self.codes.pop(str(arguments.get("code")), None)) is None:
            raise Refuse("invalid_code")
        return worth

    def _refreshed(self, refresh: str) -> Json:
        known = self.refreshes.pop(refresh, None)  # each works once
        if known is None:
            raise Refuse("invalid_refresh_token")
        number = self.world.number()
        text, next_refresh = f"xoxe.xoxb-1-{number}", f"xoxe-1-{number}"
        fresh = Token(known.team, known.bot_user, known.bot_id, expires_at=time.time() + 43_200, refresh=next_refresh)
        self.tokens[text] = self.refreshes[next_refresh] = fresh
        return {"access_token": text, "refresh_token": next_refresh, "expires_in": 43_200, "token_type": "bot"}

    def do_apps_connections_open(self, token: Token, arguments: Json) -> Json:
        raise Refuse("not_allowed_token_type")

    def _open_socket(self, token: str) -> Json:
        if token not in self.app_tokens:
            raise Refuse("invalid_auth" if token else "not_authed")
        return {"url": self.socket_url}
