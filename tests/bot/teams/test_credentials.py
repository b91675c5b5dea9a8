"""Our own login at Microsoft: real MSAL over real HTTP, once for many sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.chat import NotSent
from bot.teams.credentials import AWAY_SECONDS, LOG_SECONDS, MARGIN_SECONDS, REFUSED_SECONDS
from tests.bot.teams.outgoing import Outgoing, Ticks, outgoing, teams_of_three
from tests.fakes.teams import APP_PASSWORD, TENANT, FakeTeams

HELLO = {"type": "message", "text": "Hello"}
DISCOVERY, TOKEN = f"/{TENANT}/v2.0/.well-known/openid-configuration", f"/{TENANT}/oauth2/v2.0/token"


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = teams_of_three()
    async with fake.running():
        yield fake


async def send(out: Outgoing) -> str:
    return await out.connector.send(out.url, out.teams.conversation("Planning").id, HELLO)


async def test_many_sends_at_once_log_in_once(teams: FakeTeams) -> None:
    teams.authority.slow = 0.05
    async with outgoing(teams) as out:
        await asyncio.gather(*(send(out) for _ in range(24)))
        await send(out)
    assert (teams.authority.asked[DISCOVERY], teams.authority.asked[TOKEN]) == (1, 1)


async def test_in_another_cloud_a_token_is_asked_for_its_own_service(teams: FakeTeams) -> None:
    teams.authority.issuer = "https://api.botframework.us"
    async with outgoing(teams, service="https://api.botframework.us") as out:
        assert await out.credentials.token() in teams.authority.issued
    async with outgoing(teams) as out:
        with pytest.raises(NotSent):
            await out.credentials.token()


async def test_the_loop_goes_on_during_a_login(teams: FakeTeams) -> None:
    teams.authority.slow = 0.2
    async with outgoing(teams) as out:
        sending, turns = asyncio.create_task(send(out)), 0
        while not sending.done():
            turns += 1
            await asyncio.sleep(0.005)
    assert turns > 5


async def test_a_token_is_replaced_before_it_runs_out(teams: FakeTeams) -> None:
    ticks = Ticks()
    teams.authority.tokens_live = 310  # MSAL's own clock is the real one: less than its margin, it asks again
    async with outgoing(teams, ticks=ticks) as out:
        first = await out.credentials.token()
        assert await out.credentials.token() == first
        teams.authority.tokens_live = 3_600
        ticks.seconds += 310 - MARGIN_SECONDS / 2
        out.credentials.refused(first)
        second = await out.credentials.token()
        assert second != first
        ticks.seconds += 3_600 - MARGIN_SECONDS - 1
        assert await out.credentials.token() == second


async def test_while_the_login_is_away_a_token_that_is_still_good_is_used(teams: FakeTeams) -> None:
    ticks = Ticks()
    teams.authority.tokens_live = 200
    async with outgoing(teams, ticks=ticks) as out:
        first = await out.credentials.token()
        teams.authority.out = True
        ticks.seconds += 150
        assert await out.credentials.token() == first
        ticks.seconds += 100
        with pytest.raises(NotSent, match="login"):
            await out.credentials.token()
        teams.authority.out = False
        ticks.seconds += REFUSED_SECONDS + AWAY_SECONDS


async def test_a_token_that_teams_refuses_is_replaced_once(teams: FakeTeams) -> None:
    async with outgoing(teams) as out:
        await send(out)
        teams.service.faults.order("error", "send", status=401, word="Unauthorized")
        await send(out)
        assert teams.authority.asked["logins"] == 2
        teams.service.faults.order("error", "send", status=401, word="Unauthorized", times=9)
        with pytest.raises(NotSent, match="Unauthorized"):
            await send(out)
        assert teams.authority.asked["logins"] == 2, "no new login a minute: the token isn't what is wrong"


@pytest.mark.parametrize("password", ["wrong~secret.value"])
async def test_a_wrong_secret_is_said_and_asked_about_seldom(teams: FakeTeams, password: str) -> None:
    ticks = Ticks()
    with capture_logs() as logs:
        async with outgoing(teams, password=password, ticks=ticks) as out:
            for _ in range(3):
                with pytest.raises(NotSent, match=r"login refused \(AADSTS7000215\)") as refused:
                    await send(out)
                assert refused.value.everything
                assert refused.value.retry_after == REFUSED_SECONDS
            assert teams.authority.asked[TOKEN] == 1
            ticks.seconds += REFUSED_SECONDS
            with pytest.raises(NotSent):
                await send(out)
            assert teams.authority.asked[TOKEN] == 2
            assert len(logs) == 1
            ticks.seconds += LOG_SECONDS
            with pytest.raises(NotSent):
                await send(out)
            assert password not in repr(out.credentials)
    assert len(logs) == 2
    assert password not in str(logs)
    assert teams.service.calls == [], "nothing was sent unsigned"


async def test_a_login_that_is_away_is_said(teams: FakeTeams) -> None:
    teams.authority.out = True
    async with outgoing(teams) as out:
        with pytest.raises(NotSent, match="login"):
            await send(out)
        assert APP_PASSWORD not in repr(out.credentials)
    assert teams.service.calls == []


async def test_a_login_that_hangs_leaves_no_doubt_about_a_message(teams: FakeTeams) -> None:
    """The courier gives a call five seconds; what spends them on the login was surely not sent."""
    teams.authority.slow = 0.3
    async with outgoing(teams, login_patience=0.05) as out:
        for _ in range(2):
            with pytest.raises(NotSent, match="login is slow"):
                await send(out)
        assert teams.service.calls == []
        async with asyncio.timeout(10):
            while not teams.authority.issued:  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.01)
        await send(out)
    assert teams.authority.asked[TOKEN] == 1, "the login went on, and serves whoever comes next"
