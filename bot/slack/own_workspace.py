"""The workspace of CABBOT_SLACK_BOT_TOKEN: which one it is only Slack can say, so it is remembered once it has."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.chat import Never, NotSent, PerhapsSent
from bot.slack.installation import Installation, Installations, Installed, Token
from bot.slack.web_api import WebApi
from storage.statement import Unavailable

log = structlog.get_logger("cabbot.slack")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class OwnWorkspace:
    """The installation behind the configured token."""

    def __init__(self, token: str, api: WebApi, installations: Installations) -> None:
        self.token = Token(token)
        self._api, self._installations = api, installations

    async def is_known(self) -> bool:
        """Slack said it at an earlier start, so that this one needs nobody."""
        return any(each.token == self.token for each in await self._installations.all())

    async def known(self) -> Installation:
        """Ask Slack until it says whose token it is, and write that down."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._connected(await self._api.call("auth.test", self.token.text, {}))
            except Never as refused:
                log.warning("Slack refuses CABBOT_SLACK_BOT_TOKEN; run: cabbot doctor", word=str(refused))
                pause = LONGEST_PAUSE
            except (NotSent, PerhapsSent) as failed:
                log.warning("Slack doesn't answer", word=str(failed))
            except Unavailable as failed:
                log.warning("the workspace can't be written down yet", error=str(failed))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _connected(self, said: dict[str, Any]) -> Installation:
        workspace = said.get("enterprise_id") if said.get("is_enterprise_install") else said.get("team_id")
        name, bot_user = str(said.get("team") or workspace), str(said.get("user_id", ""))
        installation = await self._installations.connect(Installed(str(workspace), name, bot_user, self.token))
        log.info("connected to the workspace", workspace=installation.workspace)
        return installation
