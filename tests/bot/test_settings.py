import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.setting_rules import EXPECTED, password_of
from bot.settings import SECRETS, VARIABLES, Settings, SettingsError
from handlers.policy.may_read import NOWHERE
from tests.bot.configured import HTTP, INSECURE, KEY, OAUTH, SIGNING_SECRET, TEAMS, Load, without

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_without_any_setting_it_is_sqlite_on_loopback(load: Load) -> None:
    settings = load({})
    assert settings.database_url.get_secret_value() == "sqlite:///cabbot.db"
    assert (settings.host, settings.port, settings.log_format) == ("127.0.0.1", 8080, "console")
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.slack
    assert not settings.teams
    assert settings.teams_login_url == "https://login.microsoftonline.com"
    assert settings.teams_openid_metadata_url.startswith("https://login.botframework.com/")
    assert settings.teams_issuer == "https://api.botframework.com"


def test_empty_variables_are_not_set(load: Load) -> None:
    assert load({"CABBOT_SLACK_BOT_TOKEN": "", "CABBOT_PORT": ""}) == Settings(_env_file=None)


@pytest.mark.parametrize(
    "variables, property_name",
    [
        (HTTP, "slack"),
        ({"CABBOT_SLACK_BOT_TOKEN": "xoxb-1", "CABBOT_SLACK_APP_TOKEN": "xapp-1-A-2"}, "socket_mode"),
        (OAUTH, "oauth"),
        (TEAMS, "teams"),
        (INSECURE, "teams"),
        (INSECURE | {"CABBOT_HOST": "::1"}, "teams"),
    ],
)
def test_complete_sets_are_taken(load: Load, variables: dict[str, str], property_name: str) -> None:
    assert getattr(load(variables), property_name)


@pytest.mark.parametrize(
    "given, taken",
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:////var/lib/cabbot.db", "sqlite:////var/lib/cabbot.db"),
    ],
)
def test_the_database_address_gets_its_driver(load: Load, given: str, taken: str) -> None:
    assert load({"CABBOT_DATABASE_URL": given}).database_url.get_secret_value() == taken


def test_words_are_split_and_addresses_compared_in_small_letters(load: Load) -> None:
    assert load({"CABBOT_ADMINS": " Ana@Example.org, U024BE7LH ,"}).admins == ("ana@example.org", "U024BE7LH")


def test_keys_and_signing_secrets_may_be_two_while_they_are_replaced(load: Load) -> None:
    settings = load(OAUTH | {"CABBOT_ENCRYPTION_KEY": f"{KEY},{Fernet.generate_key().decode()}"})
    assert settings.encryption_key[0] == SecretStr(KEY)
    assert len(settings.encryption_key) == 2


def test_ids_and_origins_of_teams_are_kept_in_one_spelling(load: Load) -> None:
    settings = load(
        TEAMS
        | {
            "CABBOT_TEAMS_SERVICE_URLS": "https://Proxy.Example.org:8443/, http://127.0.0.1:9000",
            "CABBOT_TEAMS_LOGIN_URL": "http://localhost:9001/",
        }
    )
    assert settings.teams_tenant_id == "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    assert settings.teams_service_urls == ("https://proxy.example.org:8443", "http://127.0.0.1:9000")
    assert settings.teams_login_url == "http://localhost:9001"


def test_where_artifacts_may_be_read_is_nowhere_unless_it_is_named(load: Load) -> None:
    assert load({}).may_read == NOWHERE
    given = {
        "CABBOT_MEDIA_ORIGINS": "https://Artifacts.Example.org, https://store.example.org:8443/",
        "CABBOT_MEDIA_FOLDERS": "/srv/artifacts, /mnt/dml",
        "CABBOT_MEDIA_MAX_BYTES": "1000",
    }
    settings = load(given)
    assert settings.may_read.origins == ("https://artifacts.example.org", "https://store.example.org:8443")
    assert settings.may_read.folders == ("/srv/artifacts", "/mnt/dml")
    assert settings.media_max_bytes == 1000


def test_a_secret_may_come_from_a_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-a-file\n")
    settings = load(without(HTTP, "CABBOT_SLACK_BOT_TOKEN") | {"CABBOT_SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.slack_bot_token == SecretStr("xoxb-from-a-file")


def test_several_secrets_in_a_file_are_split_too(load: Load, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{KEY},{KEY}\n")
    settings = load(without(OAUTH, "CABBOT_ENCRYPTION_KEY") | {"CABBOT_ENCRYPTION_KEY_FILE": str(tmp_path / "keys")})
    assert len(settings.encryption_key) == 2


def test_a_secret_file_that_is_missing_is_named_by_its_variable(load: Load) -> None:
    with pytest.raises(SettingsError, match="CABBOT_SLACK_BOT_TOKEN_FILE names a file that can't be read"):
        load({"CABBOT_SLACK_BOT_TOKEN_FILE": "nowhere"})


def test_a_secret_given_twice_is_refused(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-2")
    with pytest.raises(SettingsError, match="CABBOT_SLACK_BOT_TOKEN_FILE are both set"):
        load(HTTP | {"CABBOT_SLACK_BOT_TOKEN_FILE": "token"})


def test_the_env_file_is_read_and_the_environment_wins(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CABBOT_PORT=9001\nCABBOT_HOST=0.0.0.0\nOTHER=1\n")
    settings = load({"CABBOT_PORT": "9002"})
    assert (settings.host, settings.port) == ("0.0.0.0", 9002)  # noqa: S104  # read, not bound


@pytest.mark.parametrize("place", ["environment", "file"])
def test_a_misspelled_variable_is_refused_with_the_nearest_one(load: Load, tmp_path: Path, place: str) -> None:
    name = "CABBOT_SLACK_SIGNING_SECRETS"
    (tmp_path / ".env").write_text(f"{name}=x\n" if place == "file" else "")
    with pytest.raises(SettingsError, match=r"SECRETS isn't a setting of Cabbot; CABBOT_SLACK_SIGNING_SECRET is"):
        load({name: "x"} if place == "environment" else {})


def test_variables_that_a_cluster_adds_are_left_alone(load: Load) -> None:
    assert load({"CABBOT_SERVICE_HOST": "10.0.0.7", "CABBOT_PORT_8080_TCP_ADDR": "10.0.0.7"}).port == 8080


def test_no_secret_shows_in_text_or_repr(load: Load) -> None:
    settings = load(OAUTH | HTTP | TEAMS | {"CABBOT_DATABASE_URL": "postgresql://u:hidden-pw@h/d"})
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert not [secret for secret in settings.secret_values() if secret in shown]


def test_the_logs_are_told_every_secret(load: Load) -> None:
    given = OAUTH | HTTP | TEAMS | {"CABBOT_DATABASE_URL": "postgresql://u:p%40ss-word@h/d"}
    known = load(given).secret_values()
    assert {
        TEAMS["CABBOT_TEAMS_APP_PASSWORD"],
        "xoxb-1-2-abc",
        SIGNING_SECRET,
        KEY,
        "fedcba9876543210",
        "p@ss-word",
    } <= set(known)


@given(st.text())
def test_any_text_for_a_database_address_has_a_password_or_none(text: str) -> None:
    assert password_of(f"postgresql://{text}") is None or text


def test_the_example_file_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^#?(CABBOT_\w+)=", EXAMPLE.read_text(), re.MULTILINE)
    assert sorted(named) == sorted(VARIABLES)


def test_the_example_file_marks_exactly_the_secrets() -> None:
    marked = set()
    for block in EXAMPLE.read_text().split("\n\n"):
        if re.search(r"^# (Secret\.|.*\(secret\))", block, re.MULTILINE):
            marked |= {name.lower() for name in re.findall(r"^#?CABBOT_(\w+)=", block, re.MULTILINE)}
    assert marked - {"slack_client_id"} == SECRETS  # which stands in one block with its secret


def test_the_example_file_is_itself_right(load: Load, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("")
    text = re.sub(r"^#(CABBOT_(?!AUDIT|SLACK_CLIENT_ID)\w+=)", r"\1", EXAMPLE.read_text(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(text)
    settings, plain = load({}), Settings(_env_file=None)
    changed = {name for name in Settings.model_fields if getattr(settings, name) != getattr(plain, name)}
    assert changed == {"public_url", "media_origins", "media_folders", "policy_file", "admins"}


def test_every_expectation_belongs_to_a_setting() -> None:
    assert EXPECTED.keys() <= Settings.model_fields.keys()
