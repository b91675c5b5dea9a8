"""A trial without authentication (CABBOT_TEAMS_INSECURE_LOCAL): this machine is believed, and nobody else."""

from collections.abc import AsyncIterator

import pytest

from bot.teams.guard import FORWARDED
from tests.bot.teams.guarded import OTHER_TENANT, Served, payload, refused, serving


@pytest.fixture
async def local() -> AsyncIterator[Served]:
    async with serving(None, tenant=None) as served:
        yield served


async def test_without_authentication_this_machine_is_believed(local: Served) -> None:
    assert (await local.post(payload("execute"), None))[0] == 200
    assert len(local.taken) == 1


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "192.168.0.7", "127.0.0.1.evil.example", "", "[::1"]
)
async def test_a_name_from_outside_is_not_this_machine(local: Served, host: str) -> None:
    """A page in a browser here whose name was rebound to 127.0.0.1."""
    assert await refused(local, 401, payload("execute"), None, Host=host) == "not from this machine"


@pytest.mark.parametrize("header", FORWARDED)
async def test_what_came_through_a_proxy_or_a_tunnel_is_not_this_machines(local: Served, header: str) -> None:
    given = {header: "203.0.113.9"}
    assert await refused(local, 401, payload("execute"), None, **given) == "not from this machine"


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.0.5", "::ffff:10.0.0.5", "fe80::1"])
async def test_another_machine_is_not_believed(peer: str) -> None:
    async with serving(None, tenant=None, peer=peer) as local:
        assert await refused(local, 401, payload("execute"), None) == "not from this machine"


async def test_without_authentication_everything_else_is_checked(local: Served) -> None:
    assert await refused(local, 401, payload("execute", channelId="webchat"), None) == "other channel"
    evil = payload("execute", serviceUrl="https://evil.example/")
    assert await refused(local, 401, evil, None) == "service url not allowed"
    assert (
        await refused(local, 403, payload("execute", channelData={}, conversation={"id": "a:1"}), None) == "no tenant"
    )
    assert (await local.post(b"[]", None))[0] == 400
    assert (await local.post(b"{}", None, Content_Type="text/plain"))[0] == 415


async def test_without_authentication_a_tenant_that_is_named_is_the_only_one() -> None:
    async with serving(None, tenant=OTHER_TENANT) as local:
        assert await refused(local, 403, payload("execute"), None) == "other tenant"
