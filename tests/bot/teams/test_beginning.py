"""The start: replicas that begin at once, a database or a Teams that isn't there yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.chat import Never
from bot.clock import SystemClock
from bot.teams.tenants import Tenants
from storage.organisation import Connections
from storage.store import Store
from storage.terms import AccountKind
from tests.bot.slack.test_trouble import Failing
from tests.bot.teams.serving import serving
from tests.bot.teams.test_answers import NEW
from tests.fakes.teams import TENANT, FakeTeams


async def test_first_words_and_the_start_at_once_make_one_organisation(
    database_url: str, open_stores: Callable[..., Store]
) -> None:
    stores = [open_stores(database_url, exclusive=False) for _ in range(3)]
    all_of_them = [
        Tenants(store, SystemClock(), own=TENANT, bot="28:x", zone="UTC") for store in stores for _ in range(4)
    ]
    found = await asyncio.gather(*(each.organisation(TENANT) for each in all_of_them))
    assert len(set(found)) == 1
    assert len(await stores[0].read(lambda tx: Connections(tx).installed())) == 1


async def test_another_tenant_is_none_of_ours(store: Store) -> None:
    tenants = Tenants(store, SystemClock(), own=TENANT, bot="28:x", zone="UTC")
    for other in ("", "6f0b54a1-52a0-4f3e-8f3a-90a4b7c0f9d2"):
        with pytest.raises(Never):
            await tenants.organisation(other)


@pytest.mark.parametrize("trouble", ["database", "teams"])
async def test_guests_are_known_as_soon_as_what_was_away_is_back(teams: FakeTeams, store: Store, trouble: str) -> None:
    """Else whoever came as a guest would be taken for a member until the next day."""
    async with serving(teams, store):
        await teams.install("29:ana")
    failing = Failing(store)
    failing.away = trouble == "database"
    if trouble == "teams":
        teams.service.faults.order("status", "members", times=2, status=503)
    async with serving(teams, failing, again=0.05) as served:
        await asyncio.sleep(0.1)
        failing.away = False
        async with asyncio.timeout(10):
            while served.edge.profiles.kind(TENANT, "29:gus") is AccountKind.MEMBER:  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(0.01)
        assert "Only full members" in (await served.says("29:gus", "#pay", NEW)).words("29:gus")
