import asyncio
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner

from bot.__main__ import app
from bot.playground.demo import open_playground
from storage.lock import lock_file

pytestmark = pytest.mark.usefixtures("own_logging")
Cabbot = Callable[..., Any]
SERVES = {"CABBOT_SLACK_BOT_TOKEN": "xoxb-1", "CABBOT_SLACK_SIGNING_SECRET": "0123456789abcdef"}
GUID = "11111111-2222-3333-4444-555555555555"
EXAMPLE_POLICY = Path(__file__).parents[2] / "policy.example.toml"


@pytest.fixture
def cabbot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cabbot:
    """Runs a command line in an empty directory, with these variables."""

    def run(*words: str, **variables: str) -> Any:
        monkeypatch.chdir(tmp_path)
        return CliRunner().invoke(app, list(words), env=variables)

    return run


def test_help_names_every_command(cabbot: Cabbot) -> None:
    answer = cabbot("--help")
    assert answer.exit_code == 0
    for command in ("serve", "demo", "doctor", "migrate", "manifest", "policy", "audit", "new-key"):
        assert f" {command} " in answer.stdout


def test_the_version_is_the_packages(cabbot: Cabbot) -> None:
    assert cabbot("--version").stdout.startswith("cabbot 0.")


def test_a_new_key_is_one_that_encrypts(cabbot: Cabbot) -> None:
    Fernet(cabbot("new-key").stdout.strip())


def test_the_manifest_is_json_and_nothing_else(cabbot: Cabbot) -> None:
    manifest = json.loads(cabbot("manifest", "slack").stdout)
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_the_manifest_over_http_names_what_is_missing(cabbot: Cabbot) -> None:
    answer = cabbot("manifest", "slack", "--http")
    assert answer.exit_code == 2
    assert "CABBOT_PUBLIC_URL" in answer.stderr


TEAMS = {
    "CABBOT_TEAMS_APP_ID": GUID,
    "CABBOT_TEAMS_APP_PASSWORD": "canary",
    "CABBOT_TEAMS_TENANT_ID": GUID,
    "CABBOT_PUBLIC_URL": "https://cabbot.example.org",
}


def test_the_teams_app_is_a_zip_where_it_is_wanted(cabbot: Cabbot, tmp_path: Path) -> None:
    assert cabbot("manifest", "teams", **TEAMS).stdout == "cabbot-teams.zip is written.\n"
    assert zipfile.is_zipfile(tmp_path / "cabbot-teams.zip")
    cabbot("manifest", "teams", "--output", "other.zip", **TEAMS)
    assert (tmp_path / "other.zip").read_bytes() == (tmp_path / "cabbot-teams.zip").read_bytes()


def test_the_teams_app_names_what_is_missing(cabbot: Cabbot, tmp_path: Path) -> None:
    answer = cabbot("manifest", "teams")
    assert answer.exit_code == 2
    assert "CABBOT_TEAMS_APP_ID is needed" in answer.stderr
    unwritable = cabbot("manifest", "teams", "--output", str(tmp_path / "missing" / "x.zip"), **TEAMS)
    assert unwritable.exit_code == 1
    assert "--output" in unwritable.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command", [["serve"], ["migrate"], ["audit", "verify"], ["manifest", "slack"], ["manifest", "teams"]]
)
def test_wrong_settings_are_a_sentence_and_exit_code_2(cabbot: Cabbot, command: list[str]) -> None:
    answer = cabbot(*command, CABBOT_PORT="eighty", CABBOT_SLACK_BOT_TOKEN="canary")
    assert answer.exit_code == 2
    assert "CABBOT_PORT should be a port number" in answer.stderr
    assert "CABBOT_SLACK_BOT_TOKEN should be the token that begins with xoxb-" in answer.stderr
    assert "canary" not in answer.output


def test_serve_without_a_platform_says_what_to_do(cabbot: Cabbot) -> None:
    answer = cabbot("serve")
    assert answer.exit_code == 2
    assert "cabbot demo" in answer.stderr


@pytest.mark.parametrize(
    "given, missing",
    [
        ({"CABBOT_TEAMS_APP_PASSWORD": "canary-8Q~secret"}, "CABBOT_TEAMS_APP_ID and CABBOT_TEAMS_TENANT_ID are"),
        ({"CABBOT_TEAMS_APP_ID": GUID}, "CABBOT_TEAMS_APP_PASSWORD and CABBOT_TEAMS_TENANT_ID are"),
        (
            {"CABBOT_TEAMS_APP_ID": "", "CABBOT_TEAMS_APP_PASSWORD": "canary", "CABBOT_TEAMS_TENANT_ID": GUID},
            "APP_ID is",
        ),
        ({"CABBOT_TEAMS_INSECURE_LOCAL": "1", "CABBOT_HOST": "0.0.0.0"}, "CABBOT_HOST"),  # noqa: S104  # to be refused
    ],
)
def test_teams_never_starts_with_half_of_its_authentication(
    cabbot: Cabbot, given: dict[str, str], missing: str
) -> None:
    """Threat 8: an SDK without an app id lets everybody in."""
    answer = cabbot("serve", **SERVES | given)
    assert answer.exit_code == 2
    assert missing in answer.stderr
    assert "canary" not in answer.output


def test_the_doctor_lists_wrong_settings_and_is_not_content(cabbot: Cabbot) -> None:
    answer = cabbot("doctor", CABBOT_PORT="eighty", CABBOT_LOG_FORMAT="xml")
    assert answer.exit_code == 1
    assert answer.stdout.count("broken") == 3  # two lines and the sum


def test_the_doctor_is_content_with_a_fresh_directory(cabbot: Cabbot) -> None:
    answer = cabbot("doctor", CABBOT_PORT="0")
    assert answer.exit_code == 0
    assert "first start makes it" in answer.stdout


def test_a_good_policy_is_well_formed(cabbot: Cabbot) -> None:
    answer = cabbot("policy", "check", str(EXAMPLE_POLICY))
    assert answer.exit_code == 0, answer.output
    assert "well formed" in answer.stdout


@pytest.mark.parametrize(
    "text, words",
    [
        (b'zone = "UTC"\n\n[approval]\nquorumm = 1\n', "line 4"),
        (b"zone = [", "TOML"),
        (b"\xff\xfe", "UTF-8"),
        (None, "can't be read"),
    ],
)
def test_a_bad_policy_is_one_sentence(cabbot: Cabbot, tmp_path: Path, text: bytes | None, words: str) -> None:
    path = tmp_path / "policy.toml"
    if text is not None:
        path.write_bytes(text)
    answer = cabbot("policy", "check", str(path))
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert answer.stdout == ""


def test_a_policy_check_without_a_file_asks_for_one(cabbot: Cabbot) -> None:
    answer = cabbot("policy", "check")
    assert answer.exit_code == 2
    assert "CABBOT_POLICY_FILE" in answer.stderr


def as_a_process(directory: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env={"PYTHONPATH": str(Path(__file__).parents[2])} | variables,
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_that_is_not_there_is_a_sentence_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://u:canary-5f3a@127.0.0.1:1/d"
    ended = as_a_process(tmp_path, "migrate", CABBOT_DATABASE_URL=url, CABBOT_LOG_FORMAT="json")
    assert ended.returncode == 1
    assert "CABBOT_DATABASE_URL" in ended.stderr
    assert "canary" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_migrate_makes_the_database_and_is_content_with_it_later(tmp_path: Path) -> None:
    first, second = as_a_process(tmp_path, "migrate"), as_a_process(tmp_path, "migrate")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "up to date now" in first.stdout
    assert "was up to date" in second.stdout
    assert (tmp_path / "cabbot.db").exists()


def test_the_demo_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = as_a_process(tmp_path, "demo", "--port", port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"The playground can't be opened on port {port}")
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_serve_refuses_a_bad_policy_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('zone = "Nowhere"')
    ended = as_a_process(tmp_path, "serve", CABBOT_POLICY_FILE="policy.toml", **SERVES)
    assert ended.returncode == 2
    assert "line 1: zone" in ended.stderr


def test_serve_refuses_a_database_that_is_served_already(tmp_path: Path) -> None:
    """Threat: two processes on one SQLite file."""
    lock = lock_file(tmp_path / "cabbot.db")
    ended = as_a_process(tmp_path, "serve", CABBOT_PORT="0", **SERVES)
    os.close(lock)
    assert ended.returncode == 3
    assert "Another Cabbot process serves" in ended.stderr


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A playground's database: it opens with a trail of many entries."""
    directory = tmp_path_factory.mktemp("playground")
    asyncio.run(told(directory))
    return directory / "playground.db"


@pytest.fixture
def trail(told_once: Path, tmp_path: Path) -> Path:
    shutil.copy(told_once, tmp_path / "trail.db")
    return tmp_path / "trail.db"


async def told(directory: Path) -> None:
    async with open_playground(directory):
        pass


def test_a_whole_trail_is_whole(cabbot: Cabbot, trail: Path) -> None:
    answer = cabbot("audit", "verify", CABBOT_DATABASE_URL=f"sqlite:///{trail}")
    assert (answer.exit_code, answer.stdout) == (0, "The audit trail is whole.\n"), answer.output


def test_an_edited_entry_is_named(cabbot: Cabbot, trail: Path) -> None:
    with closing(sqlite3.connect(trail)) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE journal SET why = 'because' WHERE seq = 5")
    answer = cabbot("audit", "verify", CABBOT_DATABASE_URL=f"sqlite:///{trail}")
    assert answer.exit_code == 1
    assert "entry 5 was edited" in answer.stdout


def test_a_posted_head_that_the_trail_does_not_reach_is_told(cabbot: Cabbot, trail: Path) -> None:
    answer = cabbot("audit", "verify", "--head", f"100000:{'ab' * 32}", CABBOT_DATABASE_URL=f"sqlite:///{trail}")
    assert answer.exit_code == 1
    assert "100000" in answer.stdout


@pytest.mark.parametrize("head", ["abc", "1:2:3:4", "one:hash"])
def test_a_head_that_is_none_says_how_one_looks(cabbot: Cabbot, trail: Path, head: str) -> None:
    answer = cabbot("audit", "verify", "--head", head, CABBOT_DATABASE_URL=f"sqlite:///{trail}")
    assert answer.exit_code == 2
    assert "should look like" in answer.stderr


def test_a_database_without_a_trail_is_not_called_whole(cabbot: Cabbot, tmp_path: Path) -> None:
    answer = cabbot("audit", "verify")
    assert answer.exit_code == 1
    assert "cabbot migrate" in answer.stderr
    assert not (tmp_path / "cabbot.db").exists()
