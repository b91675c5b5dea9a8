import asyncio
import io
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr
from rich.console import Console

from bot.doctor import examine, show, summary
from bot.finding import Finding, Mark
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from storage import migrate

BOT, APP = "xoxb-1-canary", "xapp-1-canary"


class Slack:
    """Just enough of Slack, over real HTTP: two methods that answer as the test says."""

    def __init__(self) -> None:
        self.auth: dict[str, Any] = {"ok": True, "user": "cabbot", "team": "Example"}
        self.connections: dict[str, Any] = {"ok": True, "url": "wss://example.org"}
        self.scopes: str | None = ",".join(SCOPES)
        self.status = 200
        self.date = "Tue, 01 Dec 2026 12:00:00 GMT"
        self.url = ""

    async def auth_test(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bearer {BOT}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        headers = {"Date": self.date} | ({"x-oauth-scopes": self.scopes} if self.scopes is not None else {})
        return web.json_response(self.auth, headers=headers, status=self.status)

    async def connections_open(self, request: web.Request) -> web.Response:
        known = request.headers["Authorization"] == f"Bearer {APP}"
        return web.json_response(self.connections if known else {"ok": False, "error": "not_allowed_token_type"})


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    fake = Slack()
    app = web.Application()
    app.router.add_post("/api/auth.test", fake.auth_test)
    app.router.add_post("/api/apps.connections.open", fake.connections_open)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield fake
    await runner.cleanup()


NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def look(
    settings: Settings, clock: Callable[[], datetime] = lambda: NOON, patience: float = 5
) -> dict[str, Finding]:
    return {finding.subject: finding async for finding in examine(settings, clock, patience=patience)}


@pytest.fixture
def settings(slack: Slack, tmp_path: Path) -> Callable[..., Settings]:
    def make(**given: Any) -> Settings:
        defaults: dict[str, Any] = {
            "database_url": SecretStr(f"sqlite:///{tmp_path}/cabbot.db"),
            "slack_api_url": slack.url,
            "slack_bot_token": SecretStr(BOT),
            "slack_app_token": SecretStr(APP),
            "admins": ("ana@example.org",),
            "port": 0,
        }
        return Settings(_env_file=None, **(defaults | given))

    return make


async def test_a_good_installation_has_nothing_broken(settings: Callable[..., Settings]) -> None:
    found = await look(settings())
    assert {finding.mark for finding in found.values()} <= {Mark.OK, Mark.OFF}
    assert found["Slack token"].fact == "is good: cabbot in Example"
    assert found["Slack app token"].mark is Mark.OK
    assert found["Slack permissions"].mark is Mark.OK
    assert found["clock"].mark is Mark.OK


async def test_without_slack_nobody_is_asked(tmp_path: Path) -> None:
    found = await look(Settings(_env_file=None, port=0, database_url=SecretStr(f"sqlite:///{tmp_path}/a.db")))
    assert found["Slack"].mark is Mark.WARNING
    assert "cabbot manifest slack" in found["Slack"].mend
    assert "Slack token" not in found


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "token_expired"])
async def test_a_refused_token_says_how_to_get_a_good_one(
    slack: Slack, settings: Callable[..., Settings], error: str
) -> None:
    slack.auth = {"ok": False, "error": error}
    finding = (await look(settings()))["Slack token"]
    assert finding.mark is Mark.BROKEN
    assert error in finding.fact
    assert finding.mend


async def test_an_app_token_of_the_wrong_kind(settings: Callable[..., Settings]) -> None:
    finding = (await look(settings(slack_app_token=SecretStr("xapp-other"))))["Slack app token"]
    assert finding.mark is Mark.BROKEN
    assert "not_allowed_token_type" in finding.fact


async def test_missing_permissions_are_named_with_their_reason(slack: Slack, settings: Callable[..., Settings]) -> None:
    slack.scopes = ",".join(SCOPES.keys() - {"im:write", "users:read"})
    finding = (await look(settings()))["Slack permissions"]
    assert finding.mark is Mark.BROKEN
    assert finding.fact.count(SCOPES["im:write"]) == 1
    assert "users:read (" in finding.fact
    assert "chat:write" not in finding.fact


@pytest.mark.parametrize(
    "off, mark, words",
    [
        (timedelta(seconds=59), Mark.OK, "agrees"),
        (timedelta(seconds=-59), Mark.OK, "agrees"),
        (timedelta(seconds=61), Mark.WARNING, "61 s ahead of"),
        (timedelta(minutes=-5), Mark.WARNING, "300 s behind"),
    ],
)
async def test_a_clock_that_is_a_minute_off_is_told(
    settings: Callable[..., Settings], off: timedelta, mark: Mark, words: str
) -> None:
    finding = (await look(settings(), lambda: NOON + off))["clock"]
    assert finding.mark is mark
    assert words in finding.fact


async def test_an_answer_without_a_sensible_date_is_no_trouble(slack: Slack, settings: Callable[..., Settings]) -> None:
    slack.date = "yesterday"
    assert (await look(settings()))["clock"].mark is Mark.OFF


@pytest.mark.parametrize("status", [302, 404, 503])
async def test_something_else_at_slacks_address_is_broken(
    slack: Slack, settings: Callable[..., Settings], status: int
) -> None:
    slack.status = status
    finding = (await look(settings()))["Slack token"]
    assert finding.mark is Mark.BROKEN
    assert str(status) in finding.fact
    assert "CABBOT_SLACK_API_URL" in finding.mend


async def test_nobody_at_slacks_address_is_broken(settings: Callable[..., Settings]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = await look(settings(slack_api_url=f"http://127.0.0.1:{unused.getsockname()[1]}/"))
    assert found["Slack token"].mark is Mark.BROKEN
    assert found["Slack app token"].mark is Mark.BROKEN


async def test_a_port_that_is_taken_is_told(settings: Callable[..., Settings]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finding = (await look(settings(port=taken.getsockname()[1])))["listening"]
    assert finding.mark is Mark.WARNING
    assert "CABBOT_PORT" in finding.mend


async def test_a_bad_policy_is_broken_and_named_by_line(settings: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('zone = "UTC"\nquorumm = 2\n')
    finding = (await look(settings(policy_file=tmp_path / "policy.toml")))["policy"]
    assert finding.mark is Mark.BROKEN
    assert "line 2" in finding.fact


async def test_a_good_policy_is_ok(settings: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('zone = "Europe/Berlin"\n')
    assert (await look(settings(policy_file=tmp_path / "policy.toml")))["policy"].mark is Mark.OK


async def test_a_database_that_is_up_to_date_is_ok(settings: Callable[..., Settings]) -> None:
    migrate.migrate(settings().database_url.get_secret_value())
    found = await look(settings())
    assert (found["database"].mark, found["schema"].mark) == (Mark.OK, Mark.OK)


@pytest.mark.parametrize("version, mark", [("0000", Mark.WARNING), ("9999", Mark.BROKEN)])
async def test_an_older_or_a_newer_database_is_told(
    settings: Callable[..., Settings], tmp_path: Path, version: str, mark: Mark
) -> None:
    migrate.migrate(settings().database_url.get_secret_value())
    with closing(sqlite3.connect(tmp_path / "cabbot.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
    finding = (await look(settings()))["schema"]
    assert finding.mark is mark
    assert version in finding.fact
    assert finding.mend


async def test_a_file_that_is_no_database_is_broken(settings: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "cabbot.db").write_text("no database at all, but long enough to look at" * 10)
    assert (await look(settings()))["database"].mark is Mark.BROKEN


async def test_a_database_server_that_is_away_is_broken_and_keeps_its_password(
    settings: Callable[..., Settings],
) -> None:
    url = SecretStr("postgresql+psycopg://u:canary-pw@127.0.0.1:1/d")
    finding = (await look(settings(database_url=url)))["database"]
    assert finding.mark is Mark.BROKEN
    assert "canary" not in str(finding)


async def test_nobody_with_the_first_role_is_a_warning(settings: Callable[..., Settings]) -> None:
    assert (await look(settings(admins=())))["admins"].mark is Mark.WARNING


async def test_no_finding_shows_a_token(slack: Slack, settings: Callable[..., Settings]) -> None:
    slack.auth = {"ok": False, "error": "invalid_auth"}
    found = await look(settings(slack_app_token=SecretStr("xapp-wrong-canary")))
    assert "canary" not in str(found)


async def test_a_slack_that_hangs_is_given_up(settings: Callable[..., Settings]) -> None:
    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    gone = asyncio.Event()
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    found = await look(settings(slack_api_url=f"http://127.0.0.1:{port}/"), patience=0.2)
    gone.set()
    server.close()
    assert "no answer within" in found["Slack token"].fact


@pytest.mark.parametrize(
    "marks, says",
    [
        ([Mark.OK, Mark.OFF], "All is well."),
        ([Mark.OK, Mark.WARNING], "Nothing is broken, 1 to look at."),
        ([Mark.BROKEN, Mark.BROKEN, Mark.WARNING], "2 broken, 1 to look at."),
    ],
)
def test_the_last_line_counts(marks: list[Mark], says: str) -> None:
    assert summary([Finding(mark, "a", "b") for mark in marks]).startswith(says)


def test_nothing_is_cut_off_where_the_screen_is_narrow() -> None:
    fact, mend = "a long fact " * 20, "a long mend " * 20
    show(Finding(Mark.WARNING, "clock", fact, mend), Console(file=(out := io.StringIO()), width=40))
    assert fact.strip() in out.getvalue()
    assert mend.strip() in out.getvalue()


def test_a_finding_is_a_line_and_its_mend_another_and_neither_is_markup() -> None:
    out = io.StringIO()
    show(Finding(Mark.BROKEN, "Slack token", "refused [bold]x[/bold]", "Do [this]."), Console(file=out, width=60))
    first, second = out.getvalue().splitlines()
    assert first.split() == ["broken", "Slack", "token", "refused", "[bold]x[/bold]"]
    assert second.strip() == "→ Do [this]."


async def test_folders_of_artifacts_are_looked_for(settings: Callable[..., Settings], tmp_path: Path) -> None:
    assert (await look(settings()))["artifacts"].mark is Mark.OFF
    named = settings(media_origins=("https://artifacts.example.org",), media_folders=(str(tmp_path), f"{tmp_path}/no"))
    found = [each async for each in examine(named, lambda: NOON) if each.subject == "artifacts"]
    assert [each.mark for each in found] == [Mark.OK, Mark.OK, Mark.WARNING]
    assert "https://artifacts.example.org" in found[0].fact
    assert f"{tmp_path}/no" in found[2].fact
    assert "CABBOT_MEDIA_FOLDERS" in found[2].mend
