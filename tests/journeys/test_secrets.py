"""What has to stay secret is found nowhere afterwards: in no log line, no row, no answer, no health check (row 17)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot.logs import configure_logging
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, FakeSlack
from tests.fakes.teams import APP_PASSWORD, FakeTeams
from tests.fakes.teams_authority import TENANT
from tests.journeys.house import House, opened
from tests.journeys.played import teams_user as user_of
from tests.journeys.slack_stage import SlackStage, move_in
from tests.journeys.stage import holds
from tests.journeys.stories.normal import BALLOT, registered_and_submitted
from tests.journeys.teams_stage import TeamsStage

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
SHAPES = {
    "the app's password": APP_PASSWORD,
    "a token of ours": "made-up-access-token",
    "a token of Teams'": "eyJhbGciOi",
    "Slack's token": BOT_TOKEN,
    "Slack's signing secret": SIGNING_SECRET,
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, with no secret known to those who strike them out."""
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    configure_logging("json", out=out, least=logging.DEBUG)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


async def shown_code(slack: SlackStage) -> str:
    found = CODE.search((await slack.says("marta", "link organisation")).words)
    assert found
    return found[0]


async def lived(house: House) -> list[str]:
    """Two workspaces become one, a release begins, and everything on the way to Teams goes wrong once. Answers the codes."""
    slack, teams = SlackStage(house), TeamsStage(house)
    authority, faults = house.teams.authority, house.teams.service.faults
    await house.teams.install(user_of("marta"))
    await house.settled()
    codes = [await shown_code(slack) for _ in range(3)]
    wrong = "0000-0000-0000-0000"
    for words in (wrong, f"{codes[1]} {codes[2]}", codes[0]):
        await teams.says("marta", f"link organisation {words}", "me")
    await teams.says("marta", f"link organization {codes[1]}", "me")
    await teams.says("marta", "link cab", "cab")
    await registered_and_submitted(slack)
    authority.tokens_live = 1
    for kind in ("status", "drop_before", "drop_after", "error"):
        faults.order(kind, "edit", status=401)
    await teams.presses("ben", "Approve", BALLOT, "cab")
    genuine = house.teams.wire.delivered[-1]
    for header in ({"kid": "key-9"}, {}):
        forged = authority.token(house.teams.service.url, header=header, aud="another app")
        assert (await house.teams.wire.deliver(genuine, token=forged)).status == 401
    return [*codes, wrong]


async def test_no_secret_is_found_anywhere(
    slack: FakeSlack, teams: FakeTeams, sqlite_url: str, log: io.StringIO
) -> None:
    async with opened(sqlite_url, slack, teams) as house:
        await move_in(SlackStage(house))
        codes = await lived(house)
        healths = [
            url.replace("/api/messages", path) for url in teams.wire.app_urls for path in ("/healthz", "/readyz")
        ]
        async with aiohttp.ClientSession() as session:
            health = [await (await session.get(url)).text() for url in healths]
        journal = repr(await house.journal())
        described = repr([house.settings, *house.apps, *(vars(app.teams) for app in house.apps if app.teams)])
    rows = b"".join(path.read_bytes() for path in Path(sqlite_url.removeprefix("sqlite:///")).parent.glob("cabbot.db*"))
    places = {
        "the log": log.getvalue(),
        "the database": rows.decode("latin-1"),
        "the trail": journal,
        "health": "".join(health),
        "a repr": described,
    }
    assert TENANT in places["the database"], "it was looked at"
    assert '"call"' in places["the log"], "it was listened to"
    secrets = SHAPES | {f"code {n}": each for n, each in enumerate(codes)}
    secrets |= {f"code {n} without dashes": each.replace("-", "") for n, each in enumerate(codes[:-1])}
    found = [(name, where) for name, secret in secrets.items() for where, text in places.items() if secret in text]
    assert found == []
    holds(places["the log"], "unknown key", "expired")
