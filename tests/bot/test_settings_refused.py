"""Settings with which Cabbot doesn't start: one sentence each, that says what would be right."""

import re

import pytest

from bot.settings import SECRETS, VARIABLES, SettingsError
from tests.bot.configured import HTTP, INSECURE, KEY, OAUTH, SIGNING_SECRET, TEAMS, Load, without

WRONG = {
    "CABBOT_DATABASE_URL": ["mysql://h/d", "cabbot.db", "sqlite://", "sqlite:///:memory:"],
    "CABBOT_PORT": ["eighty", "-1", "65536", "8080.5", "tcp://10.0.0.7:8080"],
    "CABBOT_PUBLIC_URL": [
        "cabbot.example.org",
        "http://cabbot.example.org",
        "https://h/?a=1",
        "https://u@h",
        "https://",
    ],
    "CABBOT_SLACK_BOT_TOKEN": ["xoxp-1", "xapp-1", "xoxb-", "xoxb-1 2"],
    "CABBOT_SLACK_SIGNING_SECRET": ["short", "xoxb-123456789012345", "äääääääääääääääääää", f"{SIGNING_SECRET},x"],
    "CABBOT_SLACK_APP_TOKEN": ["xoxb-1"],
    "CABBOT_SLACK_CLIENT_ID": ["app"],
    "CABBOT_SLACK_API_URL": ["http://slack.com/api/", "ftp://h", "https://h:port/", "slack"],
    "CABBOT_TEAMS_APP_ID": ["cabbot", "11111111222233334444555555555555", "{11111111-2222-3333-4444-555555555555}"],
    "CABBOT_TEAMS_APP_PASSWORD": ["11111111-2222-3333-4444-555555555555", "two words"],
    "CABBOT_TEAMS_TENANT_ID": ["example.onmicrosoft.com"],
    "CABBOT_TEAMS_OPENID_METADATA_URL": ["http://login.botframework.com/keys", "keys"],
    "CABBOT_TEAMS_LOGIN_URL": ["http://login.microsoftonline.com", "https://login.microsoftonline.com/common"],
    "CABBOT_TEAMS_ISSUER": ["http://api.botframework.us", "https://api.botframework.us/x", "api.botframework.us"],
    "CABBOT_TEAMS_SERVICE_URLS": ["http://10.0.0.7", "https://h/path", "https://u@h", "https://h,smba", "*"],
    "CABBOT_TEAMS_INSECURE_LOCAL": ["perhaps"],
    "CABBOT_MEDIA_ORIGINS": ["http://artifacts.example.org", "https://h/path", "https://u@h", "*", "file:///srv"],
    "CABBOT_MEDIA_FOLDERS": ["artifacts", "/", "//", "/srv/../etc", "/srv/artifacts,."],
    "CABBOT_MEDIA_MAX_BYTES": ["0", "-1", "2GiB", "1.5", "10000000000000000"],
    "CABBOT_POLICY_FILE": ["missing.toml", "."],
    "CABBOT_ADMINS": ["ana", "ana@", "@ana", "u1"],
    "CABBOT_ENCRYPTION_KEY": ["secret", "c2hvcnQ=", f"{KEY},x", "ä"],
    "CABBOT_AUDIT_ANCHOR_FILE": ["missing/heads.log", "."],
    "CABBOT_LOG_FORMAT": ["xml"],
}


@pytest.mark.parametrize("name, value", [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_gets_one_sentence_that_names_the_variable(load: Load, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({name: value})
    sentence = str(refused.value)
    assert re.match(rf"{name} .{{20,}}[.]|{name} .*new-key$", sentence), sentence
    assert len(refused.value.sentences) == 1
    assert "Value error" not in sentence


def test_every_secret_kind_of_wrongness_keeps_the_secret_to_itself(load: Load) -> None:
    secret = "canary-5f3a9c"
    with pytest.raises(SettingsError) as refused:
        load({variable: secret for variable in VARIABLES if variable.removeprefix("CABBOT_").lower() in SECRETS})
    assert len(refused.value.sentences) >= 5
    assert secret not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "variables, named",
    [
        (without(HTTP, "CABBOT_SLACK_SIGNING_SECRET"), "CABBOT_SLACK_SIGNING_SECRET"),
        (without(HTTP, "CABBOT_SLACK_BOT_TOKEN"), "CABBOT_SLACK_BOT_TOKEN"),
        ({"CABBOT_SLACK_APP_TOKEN": "xapp-1"}, "CABBOT_SLACK_BOT_TOKEN"),
        (without(OAUTH, "CABBOT_SLACK_CLIENT_SECRET"), "CABBOT_SLACK_CLIENT_SECRET"),
        (without(OAUTH, "CABBOT_SLACK_CLIENT_ID"), "CABBOT_SLACK_CLIENT_ID"),
        (without(OAUTH, "CABBOT_ENCRYPTION_KEY"), "CABBOT_ENCRYPTION_KEY"),
        (without(OAUTH, "CABBOT_PUBLIC_URL"), "CABBOT_PUBLIC_URL"),
        (without(OAUTH, "CABBOT_SLACK_SIGNING_SECRET"), "CABBOT_SLACK_SIGNING_SECRET"),
        (without(TEAMS, "CABBOT_TEAMS_APP_ID"), "CABBOT_TEAMS_APP_ID is missing beside"),
        (without(TEAMS, "CABBOT_TEAMS_APP_PASSWORD"), "CABBOT_TEAMS_APP_PASSWORD is missing beside"),
        (without(TEAMS, "CABBOT_TEAMS_TENANT_ID"), "CABBOT_TEAMS_TENANT_ID is missing beside"),
        (
            without(TEAMS, "CABBOT_TEAMS_TENANT_ID", "CABBOT_TEAMS_APP_ID"),
            "CABBOT_TEAMS_APP_ID and CABBOT_TEAMS_TENANT_ID are missing beside CABBOT_TEAMS_APP_PASSWORD:",
        ),
    ],
)
def test_what_belongs_together_is_asked_for_together(load: Load, variables: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load(variables)


@pytest.mark.parametrize(
    "variables, named",
    [
        (TEAMS | INSECURE, "keep the one that is meant"),
        (INSECURE | {"CABBOT_HOST": "0.0.0.0"}, "CABBOT_HOST has to be"),  # noqa: S104  # what has to be refused
        (INSECURE | {"CABBOT_HOST": "cabbot.example.org"}, "CABBOT_HOST has to be"),
    ],
)
def test_teams_without_authentication_stays_on_this_machine(load: Load, variables: dict[str, str], named: str) -> None:
    """Threat 8: authentication that is off without anybody's having meant it."""
    with pytest.raises(SettingsError, match=named):
        load(variables)
