"""Variables of processes that could be started, for tests of the settings."""

from collections.abc import Callable

from bot.settings import Settings

Load = Callable[[dict[str, str]], Settings]
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
KEY = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE="
HTTP = {"CABBOT_SLACK_BOT_TOKEN": "xoxb-1-2-abc", "CABBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET}
OAUTH = {
    "CABBOT_SLACK_CLIENT_ID": "123.456",
    "CABBOT_SLACK_CLIENT_SECRET": "fedcba9876543210",
    "CABBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "CABBOT_ENCRYPTION_KEY": KEY,
    "CABBOT_PUBLIC_URL": "https://cabbot.example.org",
}
TEAMS = {
    "CABBOT_TEAMS_APP_ID": "11111111-2222-3333-4444-555555555555",
    "CABBOT_TEAMS_APP_PASSWORD": "abc8Q~made-up-client-secret",
    "CABBOT_TEAMS_TENANT_ID": "AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee",
}
INSECURE = {"CABBOT_TEAMS_INSECURE_LOCAL": "1"}


def without(variables: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name not in names}
