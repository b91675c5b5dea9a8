import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.slack.manifest import SCOPES, slack_manifest


def text(longest: int, shortest: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these properties and no other: Slack refuses what it doesn't know."""
    properties = required | (optional or {})
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def listed(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most, "uniqueItems": True}


FLAG = {"type": "boolean"}
URL = {"type": "string", "pattern": "^https://[^ ]+$", "maxLength": 3000}

# The platform's limits, as far as this manifest goes.
SCHEMA = closed(
    {
        "display_information": closed(
            {"name": text(35)}, {"description": text(140), "background_color": {"pattern": "^#[0-9a-f]{6}$"}}
        ),
        "features": closed(
            {
                "app_home": closed(
                    {"home_tab_enabled": FLAG, "messages_tab_enabled": FLAG, "messages_tab_read_only_enabled": FLAG}
                ),
                "bot_user": closed({"display_name": text(80)}, {"always_online": FLAG}),
                "shortcuts": listed(
                    closed(
                        {
                            "name": text(24),
                            "type": {"enum": ["global", "message"]},
                            "callback_id": text(255),
                            "description": text(150),
                        }
                    ),
                    10,
                ),
                "slash_commands": listed(
                    closed(
                        {"command": {"pattern": "^/[a-z]{1,31}$"}, "description": text(2000)},
                        {"usage_hint": text(1000), "should_escape": FLAG, "url": URL},
                    ),
                    50,
                ),
            }
        ),
        "oauth_config": closed(
            {"scopes": closed({"bot": listed(text(100), 255)})}, {"redirect_urls": listed(URL, 1000)}
        ),
        "settings": closed(
            {
                "event_subscriptions": closed({"bot_events": listed(text(100), 100)}, {"request_url": URL}),
                "interactivity": closed({"is_enabled": FLAG}, {"request_url": URL, "message_menu_options_url": URL}),
                "org_deploy_enabled": FLAG,
                "socket_mode_enabled": FLAG,
                "token_rotation_enabled": FLAG,
            }
        ),
    },
    {"_metadata": closed({"major_version": {"enum": [1, 2]}}, {"minor_version": {"type": "integer"}})},
)

PUBLIC = "https://cabbot.example.org"
SOCKET = {"slack_bot_token": SecretStr("xoxb-1"), "slack_app_token": SecretStr("xapp-1")}


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize("given", [{}, SOCKET, {"public_url": PUBLIC}, SOCKET | {"public_url": PUBLIC}], ids=str)
def test_it_keeps_to_the_platforms_limits(given: dict[str, Any]) -> None:
    manifest = slack_manifest(settings(**given))
    jsonschema.validate(manifest, SCHEMA)
    json.dumps(manifest)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["display_information"].update(name="n" * 36),
        lambda m: m["features"]["shortcuts"][0].update(name="n" * 25),
        lambda m: m["settings"].update(sockets=True),
        lambda m: m["features"]["slash_commands"][0].update(url="http://plain"),
    ],
)
def test_the_schema_would_catch_a_slip(change: Any) -> None:
    manifest = slack_manifest(settings())
    change(manifest)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest, SCHEMA)


def test_over_http_one_address_takes_everything() -> None:
    manifest = slack_manifest(settings(public_url=PUBLIC))
    url = f"{PUBLIC}/slack/events"
    assert manifest["features"]["slash_commands"][0]["url"] == url
    assert manifest["settings"]["event_subscriptions"]["request_url"] == url
    assert manifest["settings"]["interactivity"]["request_url"] == url
    assert manifest["settings"]["interactivity"]["message_menu_options_url"] == url
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]


@pytest.mark.parametrize(
    "given", [{}, SOCKET, SOCKET | {"public_url": PUBLIC}], ids=["nothing", "token", "token and address"]
)
def test_socket_mode_needs_no_address(given: dict[str, Any]) -> None:
    manifest = slack_manifest(settings(**given))
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "url" not in manifest["features"]["slash_commands"][0]
    assert "request_url" not in manifest["settings"]["event_subscriptions"]


def test_a_word_on_the_command_line_wins() -> None:
    assert slack_manifest(settings(public_url=PUBLIC), socket_mode=True)["settings"]["socket_mode_enabled"]
    assert not slack_manifest(settings(public_url=PUBLIC, **SOCKET), socket_mode=False)["settings"][
        "socket_mode_enabled"
    ]


def test_http_without_an_address_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="CABBOT_PUBLIC_URL is needed"):
        slack_manifest(settings(), socket_mode=False)


def test_people_and_channels_in_a_command_arrive_as_ids() -> None:
    (command,) = slack_manifest(settings())["features"]["slash_commands"]
    assert command["command"] == "/release"
    assert command["should_escape"] is True


def test_the_shortcuts_open_what_they_say() -> None:
    shortcuts = slack_manifest(settings())["features"]["shortcuts"]
    assert {one["callback_id"]: one["name"] for one in shortcuts} == {
        "new": "New release",
        "emergency": "Emergency release",
    }
    assert {one["type"] for one in shortcuts} == {"global"}


# What Slack asks for each method that bot/slack/ calls; an empty set needs no permission of its own.
METHODS = {
    "auth.test": set[str](),
    "apps.connections.open": set[str](),  # takes the app token
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read", "users:read.email"},
    "users.list": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set[str](),
    "views.publish": set[str](),
    "views.update": set[str](),
}
# Beside methods and events: the slash command with its shortcuts, and channels and people as ids in its text.
ASKED_FOR_BY_FEATURES = {"commands", "channels:read", "groups:read"}
SLACK = Path(__file__).parents[3] / "bot" / "slack"


def called() -> set[str]:
    """Names of Web API methods as they stand in the source."""
    families = {method.split(".")[0] for method in METHODS}
    quoted = re.findall(r'"([a-z]+(?:\.[a-zA-Z]+)+)"', "".join(path.read_text() for path in SLACK.glob("*.py")))
    return {name for name in quoted if name.split(".")[0] in families}


def test_the_permissions_are_exactly_what_is_used() -> None:
    used = {scope for method in called() for scope in METHODS[method]} | ASKED_FOR_BY_FEATURES
    used |= {scope for scope in NEEDED.values() if scope}
    assert used == SCOPES.keys()


NEEDED = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
}


def test_every_event_has_the_permission_that_it_needs() -> None:
    events = slack_manifest(settings())["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == NEEDED.keys()
    assert {scope for scope in NEEDED.values() if scope} <= SCOPES.keys()
    assert slack_manifest(settings())["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_people_can_write_to_the_bot() -> None:
    home = slack_manifest(settings())["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]


def test_people_find_what_waits_for_them_in_the_home_tab() -> None:
    manifest = slack_manifest(settings())
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert "app_home_opened" in manifest["settings"]["event_subscriptions"]["bot_events"]
