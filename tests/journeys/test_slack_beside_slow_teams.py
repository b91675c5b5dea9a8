"""Everything that Teams makes Cabbot wait for keeps nobody on Slack waiting: both are served by one event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_authority import JWKS, METADATA, Authority, Json
from tests.journeys import teams_stage
from tests.journeys.house import opened
from tests.journeys.played import slack_user, teams_user

LONGEST = 20.0
COMMANDS = 12


class Gate:
    """Lets nobody through until it's opened, which somebody does whose loop runs meanwhile."""

    def __init__(self) -> None:
        self._open, self.waiting, self.given_up = threading.Event(), False, False

    def open(self) -> None:
        self._open.set()

    def pass_through(self) -> None:
        self.waiting = True
        self.given_up |= not self._open.wait(LONGEST)


@dataclass
class Held(Authority):
    """Publishes no keys, and lets nobody log in, until the gates are open."""

    keys_gate: Gate = field(default_factory=Gate)
    login_gate: Gate = field(default_factory=Gate)

    def answer(self, path: str, host: str, form: dict[str, list[str]]) -> tuple[int, Json]:
        gate = self.keys_gate if path in (METADATA, JWKS) else self.login_gate
        gate.pass_through()
        return super().answer(path, host, form)


@pytest.fixture
def authority() -> Held:
    return Held()


@pytest.fixture
async def teams(authority: Held) -> AsyncIterator[FakeTeams]:
    fake = FakeTeams()
    fake.authority = authority
    teams_stage.populate(fake)
    async with fake.running():
        yield fake


async def acknowledged(slack: FakeSlack) -> int:
    """How many commands Slack got an acknowledgement for, one after the other."""
    acks = [await slack.command(slack_user("ana"), "#releases", "/release", "help") for _ in range(COMMANDS)]
    return sum(each.status == 200 for each in acks)


async def test_while_the_keys_are_fetched_and_while_cabbot_logs_in(
    slack: FakeSlack, teams: FakeTeams, authority: Held, sqlite_url: str
) -> None:
    async with opened(sqlite_url, slack, teams):
        saying = asyncio.create_task(teams.say(teams_user("ana"), "#releases", "help"))
        await teams.until(lambda: authority.keys_gate.waiting)
        assert await acknowledged(slack) == COMMANDS
        assert not saying.done(), "without a key nobody is believed"
        authority.keys_gate.open()
        assert (await saying).status == 200
        await teams.until(lambda: authority.login_gate.waiting)
        assert await acknowledged(slack) == COMMANDS
        assert teams.service.calls == [], "without a login nothing is sent"
        authority.login_gate.open()
        await teams.until(lambda: teams.conversation("#releases").targeted(teams_user("ana")))
    assert not authority.keys_gate.given_up
    assert not authority.login_gate.given_up


async def test_while_teams_takes_its_time_over_a_message(
    slack: FakeSlack, teams: FakeTeams, authority: Held, sqlite_url: str
) -> None:
    authority.keys_gate.open()
    authority.login_gate.open()
    async with opened(sqlite_url, slack, teams):
        fault = teams.service.faults.order("hang", "whisper")
        assert (await teams.say(teams_user("ana"), "#releases", "help")).status == 200
        await teams.until(lambda: fault.times == 0)
        assert await acknowledged(slack) == COMMANDS
        assert teams.conversation("#releases").targeted(teams_user("ana")) == []
