"""The Teams app package: a zip with everything that a tenant has to know of Cabbot, ready to upload."""

from __future__ import annotations

import io
import json
import uuid
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from yarl import URL

from bot.settings import Settings
from handlers.kit.command import catalogue

SCHEMA = "1.29"
"""The first version that knows slash commands and messages which one person alone sees."""
ICONS = ("color.png", "outline.png")
SCOPES = ("personal", "team", "groupChat")
# A list takes twelve: what a release manager or a member of the CAB says most. `help` tells the others.
OFFERED = (
    "new",
    "submit",
    "approve",
    "start",
    "announce",
    "status",
    "list",
    "show",
    "follow",
    "emergency",
    "link",
    "help",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def app_package(settings: Settings) -> bytes:
    """The zip to upload, the same for the same settings. Raises ValueError when one that it needs is missing."""
    manifest = json.dumps(teams_manifest(settings), indent=2, ensure_ascii=False)
    contents = {"manifest.json": manifest.encode()}
    contents |= {name: (files("bot.teams") / "icons" / name).read_bytes() for name in ICONS}
    written = io.BytesIO()
    with ZipFile(written, "w") as package:
        for name, content in contents.items():
            entry = ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16  # else nobody may read what is unpacked
            package.writestr(entry, content, ZIP_DEFLATED)
    return written.getvalue()


def teams_manifest(settings: Settings) -> dict[str, Any]:
    """The manifest for these settings. Raises ValueError when one that it needs is missing."""
    bot, address = _bot(settings), _address(settings)
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": version("cabbot"),
        # The registration's own id would do as well, but then one registration could have one app only.
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"cabbot:{bot}")),
        "developer": {
            "name": "Cabbot",
            "websiteUrl": str(address),
            "privacyUrl": str(address),
            "termsOfUseUrl": str(address),
        },
        "name": {"short": "Cabbot", "full": "Cabbot: release management in chat"},
        "description": {
            "short": "Release management: CAB approvals, announcements and status updates.",
            "full": "Cabbot plans releases, asks the CAB (change advisory board) to authorise them with buttons in the "
            "channel, announces them with a message that stays up to date, and posts the status of all of them on a "
            "schedule. Every decision is kept in an audit trail. Write @Cabbot help to begin.",
        },
        "icons": {"color": ICONS[0], "outline": ICONS[1]},
        "accentColor": "#0b5d4e",
        "bots": [_bot_entry(bot)],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [address.host],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        # A CAB often meets in a private channel.
        "supportsChannelFeatures": "tier1",
    }


def _bot_entry(bot: str) -> dict[str, Any]:
    return {
        "botId": bot,
        "scopes": list(SCOPES),
        "isNotificationOnly": False,
        "supportsFiles": False,
        "supportsTargetedMessages": True,
        "commandLists": [
            {"scopes": [scope], "triggers": ["mention", "slash"], "commands": _commands()} for scope in SCOPES
        ],
    }


def _commands() -> list[dict[str, str]]:
    known = catalogue()
    return [{"title": name, "description": known[name].summary} for name in OFFERED]


def _bot(settings: Settings) -> str:
    if settings.teams_app_id is None:
        raise ValueError(
            "CABBOT_TEAMS_APP_ID is needed for the Teams app: the Application (client) ID of the bot's registration."
        )
    return settings.teams_app_id


def _address(settings: Settings) -> URL:
    if settings.public_url is None:
        raise ValueError("CABBOT_PUBLIC_URL is needed for the Teams app: Teams sends its messages there.")
    address = URL(settings.public_url)
    if address.scheme != "https":
        raise ValueError("CABBOT_PUBLIC_URL should be an https address for the Teams app: Teams calls no other.")
    return address
