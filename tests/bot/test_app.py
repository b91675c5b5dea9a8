"""The whole program from outside: what it answers, how it ends, and when it refuses to begin."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import App, build
from storage.lock import Locked
from tests.bot.slack.serving import settings_for
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, FakeSlack

CABBOT = [sys.executable, "-m", "bot", "serve"]
HOME = Path(__file__).parents[2]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    fake.add_user("UANA", "ana", real_name="Ana Silva", email="ana@example.org")
    fake.add_channel("#pay")
    async with fake.running():
        yield fake
    assert fake.violations == []


@asynccontextmanager
async def served(app: App) -> AsyncIterator[str]:
    runner = web.AppRunner(app.web, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def got(url: str) -> tuple[int, dict[str, str], Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        text = await response.text()
        return response.status, dict(response.headers), json.loads(text) if text.startswith("{") else text


@pytest.fixture
async def app(slack: FakeSlack, tmp_path: Path) -> App:
    url = SecretStr(f"sqlite:///{tmp_path / 'cabbot.db'}")
    return await build(settings_for(slack, database_url=url, admins=("UANA",)))


async def test_a_release_goes_through_the_whole_program(slack: FakeSlack, app: App) -> None:
    async with served(app) as url:
        slack.app_url = f"{url}/slack/events"
        await slack.until(lambda: app.slack.ready)
        await slack.command("UANA", "#pay", "/release", "link releases <#CPAY|pay>")
        await slack.command("UANA", "#pay", "/release", 'new "Faster refunds"')
        await slack.until(lambda: [each for each in slack.channel("#pay").messages if "REL-1" in each.shown])


async def test_it_says_whether_it_lives_and_whether_it_is_ready(slack: FakeSlack, app: App) -> None:
    slack.faults.order("status", "auth.test", times=2)
    async with served(app) as url:
        assert (await got(f"{url}/healthz"))[0] == 200
        status, _, body = await got(f"{url}/readyz")
        assert (status, body) == (503, {"ready": False, "database": True, "slack": False, "teams": False})
        await slack.until(lambda: app.slack.ready)
        assert (await got(f"{url}/readyz"))[0] == 200
        await asyncio.to_thread(app.store.close)
        status, _, body = await got(f"{url}/readyz")
        assert (status, body["database"]) == (503, False)


async def test_it_does_not_say_what_it_is_made_of(app: App) -> None:
    async with served(app) as url:
        for path in ("/healthz", "/nowhere", "/slack/events"):
            _, headers, _ = await got(url + path)
            assert "Server" not in headers


async def test_on_its_way_out_it_sends_people_elsewhere(slack: FakeSlack, app: App) -> None:
    """Row 35."""
    async with served(app) as url:
        slack.app_url = f"{url}/slack/events"
        await slack.until(lambda: app.slack.ready)
        app.close()
        ack = await slack.command("UANA", "#pay", "/release", "help")
        assert (ack.status, ack.headers["Retry-After"]) == (503, "5")


async def test_a_request_that_dawdles_is_cut_off(app: App) -> None:
    """Row 21: a slow-loris holds a connection, and nothing else waits for it."""
    async with served(app) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab")
        await writer.drain()
        assert (await got(f"{url}/healthz"))[0] == 200
        answer = await asyncio.wait_for(reader.read(1_000), 20)
        assert answer.startswith(b"HTTP/1.1 408") or answer == b""
        writer.close()


async def test_two_programs_do_not_share_a_sqlite_file(slack: FakeSlack, app: App, tmp_path: Path) -> None:
    """Row 36."""
    with pytest.raises(Locked):
        await build(settings_for(slack, database_url=SecretStr(f"sqlite:///{tmp_path / 'cabbot.db'}")))
    await asyncio.to_thread(app.store.close)
    await app.slack._outbound.close()


# ---- as a process


def variables(slack: FakeSlack, folder: Path, **more: str) -> dict[str, str]:
    ours = {
        "CABBOT_DATABASE_URL": f"sqlite:///{folder / 'cabbot.db'}",
        "CABBOT_SLACK_BOT_TOKEN": BOT_TOKEN,
        "CABBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "CABBOT_SLACK_API_URL": slack.api_url,
        "CABBOT_LOG_FORMAT": "json",
        "CABBOT_PORT": "0",
        "PYTHONPATH": str(HOME),
    }
    return {"PATH": os.environ["PATH"], **ours, **more}


class Process:
    """`cabbot serve`, with its log read line by line."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self.running, self.lines = running, list[dict[str, Any]]()

    async def logged(self, event: str) -> dict[str, Any]:
        assert self.running.stderr is not None
        while line := await self.running.stderr.readline():
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == event:
                return self.lines[-1]
        raise AssertionError(f"it never logged “{event}”, but {self.lines}")


@asynccontextmanager
async def process(slack: FakeSlack, folder: Path, **more: str) -> AsyncIterator[Process]:
    running = await asyncio.create_subprocess_exec(
        *CABBOT, cwd=folder, env=variables(slack, folder, **more), stderr=subprocess.PIPE
    )
    try:
        yield Process(running)
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_good_order(slack: FakeSlack, tmp_path: Path, sign: signal.Signals) -> None:
    async with process(slack, tmp_path) as cabbot:
        address = (await cabbot.logged("serving"))["address"]
        slack.app_url = f"{address}/slack/events"
        await cabbot.logged("connected to the workspace")
        ack = await slack.command("UANA", "#pay", "/release", 'new "Faster refunds"')
        assert ack.message is not None
        cabbot.running.send_signal(sign)
        await cabbot.logged("stopping")
        assert await asyncio.wait_for(cabbot.running.wait(), 30) == 0
    async with process(slack, tmp_path) as again:
        slack.app_url = f"{(await again.logged('serving'))['address']}/slack/events"
        ack = await slack.command("UANA", "#pay", "/release", "show REL-1")
        assert ack.message is not None
        assert "Faster refunds" in ack.message.shown


async def test_it_serves_a_known_workspace_while_slack_is_away(slack: FakeSlack, tmp_path: Path) -> None:
    async with process(slack, tmp_path) as cabbot:
        await cabbot.logged("connected to the workspace")
    slack.faults.order("drop_before", "*", times=10_000)
    async with process(slack, tmp_path) as cabbot:
        slack.app_url = f"{(await cabbot.logged('serving'))['address']}/slack/events"
        ack = await slack.command("UANA", "#pay", "/release", 'new "Faster refunds"')
        assert ack.message is not None
        assert "REL-1" in ack.message.shown


async def test_no_secret_is_in_the_log(slack: FakeSlack, tmp_path: Path) -> None:
    """Row 17: also not when a signature is wrong, for which Bolt alone logs the whole body."""
    slack.faults.order("error", "views.open", word="invalid_auth", times=5)
    async with process(slack, tmp_path) as cabbot:
        slack.app_url = f"{(await cabbot.logged('serving'))['address']}/slack/events"
        await cabbot.logged("connected to the workspace")
        canary = (
            b"token=canary-verification&payload=%7B%22response_url%22%3A%22https%3A%2F%2Fhooks.slack.com%2Fcanary%22%7D"
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        await slack.post(canary, {**form, **slack.signed(canary, secret="canary-secret-of-another")})
        await slack.post(canary, {**form, **slack.signed(canary)})
        await slack.command("UANA", "#pay", "/release", "new")
        await slack.until(lambda: slack.private("UANA"))
        cabbot.running.terminate()
        with pytest.raises(AssertionError):
            await cabbot.logged("never")
        written = json.dumps(cabbot.lines)
    assert "an odd payload" in written
    for secret in ("canary", BOT_TOKEN, SIGNING_SECRET, "/response/", "v0="):
        assert secret not in written


async def test_a_second_process_on_the_same_file_ends_with_3(slack: FakeSlack, tmp_path: Path) -> None:
    async with process(slack, tmp_path) as first:
        await first.logged("serving")
        async with process(slack, tmp_path) as second:
            assert await asyncio.wait_for(second.running.wait(), 30) == 3


async def test_a_port_that_is_taken_is_told_in_a_line(slack: FakeSlack, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with process(slack, tmp_path, CABBOT_PORT=str(taken.getsockname()[1])) as cabbot:
            line = await cabbot.logged("can't listen there; set CABBOT_HOST or CABBOT_PORT")
            assert line["level"] == "warning"
            assert await asyncio.wait_for(cabbot.running.wait(), 30) == 1


async def test_without_a_platform_it_does_not_begin(slack: FakeSlack, tmp_path: Path) -> None:
    env = {name: value for name, value in variables(slack, tmp_path).items() if "SLACK" not in name}
    running = await asyncio.create_subprocess_exec(*CABBOT, cwd=tmp_path, env=env, stderr=subprocess.PIPE)
    _, told = await running.communicate()
    assert running.returncode == 2
    assert b"CABBOT_SLACK_BOT_TOKEN" in told
