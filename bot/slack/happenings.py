"""Events: words to the bot, a home tab that was opened, a person who changed, an installation that is gone."""

from __future__ import annotations

from typing import Any

import structlog
from pydantic import ValidationError

from bot.slack.envelope import Event, Id, Name, Shape
from bot.slack.groups import EVENTS as GROUP_EVENTS
from bot.slack.groups import Groups
from bot.slack.installation import Installation, Installations
from bot.slack.profiles import Profiles
from bot.slack.speech import Message
from storage.terms import AccountKind

log = structlog.get_logger("cabbot.slack")

GONE = ("app_uninstalled", "tokens_revoked", "team_access_revoked")
"""Delivered although there is no installation any more."""


class _HomeOpened(Shape):
    """`tab` is `home`, or `messages` for the conversation with the bot."""

    user: Id
    tab: Name = ""


class Happenings:
    """What to make of an event. Everything that changes an installation is committed before it is acknowledged."""

    def __init__(self, installations: Installations, profiles: Profiles, groups: Groups) -> None:
        self._installations, self._profiles, self._groups = installations, profiles, groups

    def message(self, envelope: Event) -> Message | None:
        """Words that a person wrote to the bot just now, else None."""
        if envelope.type not in ("app_mention", "message"):
            return None
        try:
            message = Message.model_validate(envelope.event)
        except ValidationError:
            return None
        for_us = envelope.type == "app_mention" or message.direct
        return message if for_us and message.by_a_person else None

    def opened_home(self, envelope: Event) -> str:
        """Who has opened the home tab just now; "" when it's another event."""
        if envelope.type != "app_home_opened":
            return ""
        try:
            opened = _HomeOpened.model_validate(envelope.event)
        except ValidationError:
            return ""
        return opened.user if opened.tab == "home" else ""

    def kind(self, message: Message, installation: Installation) -> AccountKind:
        """In a shared channel the writer's own workspace stands beside the message."""
        home = message.user_team or message.team
        if home and home != installation.workspace and not installation.org_wide:
            return AccountKind.FOREIGN
        return self._profiles.kind(installation.workspace, message.user)

    async def note(self, envelope: Event, installation: Installation) -> None:
        if envelope.type in ("user_change", "team_join") and isinstance(user := envelope.event.get("user"), dict):
            self._profiles.changed(installation, user)
        if envelope.type in GROUP_EVENTS:
            self._groups.changed(installation, envelope.event)

    def said(self, installation: Installation, line: str) -> None:
        """A sentence was carried out: what it may have changed of groups is read behind it."""
        self._groups.said(installation, line)

    async def gone(self, envelope: Event) -> None:
        """The app was removed, or its token for the bot revoked; a person's own token that was revoked isn't ours."""
        if envelope.type == "tokens_revoked" and not _bot_tokens(envelope.event):
            return
        for workspace in envelope.workspaces[:1]:
            await self._installations.remove(workspace)
            log.info("removed from a workspace", workspace=workspace, by=envelope.type)


def _bot_tokens(event: dict[str, Any]) -> bool:
    tokens = event.get("tokens")
    return bool(tokens.get("bot")) if isinstance(tokens, dict) else True
