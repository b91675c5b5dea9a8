"""The Slack app manifest: everything a workspace has to know of Cabbot, ready to paste into "Create an app"."""

from typing import Any

from bot.settings import Settings

SLACK_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

COMMAND = "/release"
NEW_SHORTCUT = "new"
EMERGENCY_SHORTCUT = "emergency"

# Every permission has its reason here; an administrator will ask for it.
SCOPES = {
    "app_mentions:read": "read commands that are addressed to @Cabbot",
    "channels:history": "look whether a doubtful announcement arrived before it is sent again, in public channels",
    "channels:read": "know the channels that cards and announcements are linked to",
    "chat:write": "post cards and announcements, and edit them",
    "chat:write.public": "announce in public channels without being invited to each",
    "commands": "offer /release and the two shortcuts",
    "groups:history": "the same look in the private channels that Cabbot was invited to",
    "groups:read": "know the private channels that Cabbot was invited to",
    "im:history": "read commands written to Cabbot in a direct message",
    "im:write": "open a direct message with somebody who owes a vote",
    "usergroups:read": "know who is in the user groups that hold a role, such as the CAB's",
    "users:read": "show names and times in everybody's own time zone, and refuse guests and bots",
    "users:read.email": "know that two accounts are one person, who has one vote",
}

# Only what Cabbot handles: Slack counts an event without a handler as a failure and repeats it.
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
    "team_join",
    "tokens_revoked",
    "user_change",
)


def slack_manifest(settings: Settings, *, socket_mode: bool | None = None) -> dict[str, Any]:
    """The manifest for these settings.

    Without a word on `socket_mode` it is Socket Mode where an app token is set, or where no public address is known:
    what comes out installs as it is. Raises ValueError when HTTP is wanted and there is no public address.
    """
    if socket_mode is None:
        socket_mode = settings.socket_mode or settings.public_url is None
    if not socket_mode and settings.public_url is None:
        raise ValueError(
            "CABBOT_PUBLIC_URL is needed for a manifest without Socket Mode: Slack sends its requests there."
        )
    url = None if socket_mode else f"{settings.public_url}{SLACK_PATH}"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Cabbot",
            "description": "Release management: CAB approvals, announcements and status updates.",
            "background_color": "#0b5d4e",
        },
        "features": _features(url),
        "oauth_config": _oauth(settings),
        "settings": _settings(url),
    }


def _features(url: str | None) -> dict[str, Any]:
    return {
        # Without the messages tab nobody can write to the bot; read-only is what Slack chooses if it isn't told.
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Cabbot", "always_online": True},
        "shortcuts": [
            _shortcut("New release", NEW_SHORTCUT, "Plan a release and bring it before the CAB"),
            _shortcut("Emergency release", EMERGENCY_SHORTCUT, "Ask the emergency CAB to authorise a release now"),
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                "description": "Create, approve, deploy and follow releases",
                "usage_hint": 'new "Faster refunds" service=payments | list | show REL-42 | help',
                # People and channels arrive as ids, not as names that somebody could take on.
                "should_escape": True,
                **({"url": url} if url else {}),
            }
        ],
    }


def _shortcut(name: str, callback_id: str, description: str) -> dict[str, str]:
    return {"name": name, "type": "global", "callback_id": callback_id, "description": description}


def _oauth(settings: Settings) -> dict[str, Any]:
    redirects = {"redirect_urls": [f"{settings.public_url}{REDIRECT_PATH}"]} if settings.public_url else {}
    return {**redirects, "scopes": {"bot": sorted(SCOPES)}}


def _settings(url: str | None) -> dict[str, Any]:
    reached_at = {"request_url": url} if url else {}
    options = {"message_menu_options_url": url} if url else {}
    return {
        "event_subscriptions": {**reached_at, "bot_events": sorted(EVENTS)},
        "interactivity": {"is_enabled": True, **reached_at, **options},
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }
