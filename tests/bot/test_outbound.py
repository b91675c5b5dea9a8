"""Row 16 of the threats: requests of ours go to listed addresses, whatever address somebody hands us."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientTimeout, web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.outbound import MOST_ANSWER, Doubtful, Forbidden, Origin, Outbound, Unreached, is_public
from bot.slack.web_api import API, RESPONSES, purposes

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Names(AbstractResolver):
    """A name server that answers one address after the other."""

    def __init__(self, *addresses: str) -> None:
        self.addresses, self.asked = list(addresses), list[str]()

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        self.asked.append(host)
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


class Listener:
    """Something inside the network that nobody may be made to talk to."""

    def __init__(self) -> None:
        self.connections, self.port = 0, 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Listener"]:
        async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            writer.close()

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self


SLACKS = purposes("https://slack.com/api/")

# PORT is where the listener listens.
HOSTILE = [
    "http://127.0.0.1:PORT/", "https://127.0.0.1:PORT/", "http://localhost:PORT/", "https://localhost:PORT/",
    "http://127.1:PORT/", "http://127.0.1:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/", "http://2130706433:PORT/",
    "http://0x7f000001:PORT/", "http://0x7f.1:PORT/", "http://0177.0.0.1:PORT/", "http://017700000001:PORT/",
    "http://[::1]:PORT/", "http://[::]:PORT/", "http://[::ffff:127.0.0.1]:PORT/", "http://[0:0:0:0:0:ffff:7f00:1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/", "http://①②⑦.⓪.⓪.①:PORT/", "http://127。0。0。1:PORT/", "http://127.0.0.1.:PORT/",
    "https://hooks.slack.com@127.0.0.1:PORT/", "https://hooks.slack.com:443@127.0.0.1:PORT/",
    "https://hooks.slack.com%40127.0.0.1:PORT/", "https://hooks.slack.com%2f@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT#hooks.slack.com/",
    "https://127.0.0.1:PORT?hooks.slack.com", "https://127.0.0.1:PORT/hooks.slack.com",
    "https://127.0.0.1:PORT\\@hooks.slack.com/", "https:\\\\hooks.slack.com@127.0.0.1:PORT/",
    "https://hooks.slack.com\\@127.0.0.1:PORT/", "https://hooks.slack.com:PORT/", "http://hooks.slack.com/services/x",
    "https://user@hooks.slack.com/services/x", "https://user:pw@hooks.slack.com/services/x", "https://@hooks.slack.com:x/",
    "https://hooks.slack.com.evil.example/", "https://evil.example/hooks.slack.com", "https://evilhooks.slack.com/",
    "https://hooks-slack.com/", "https://slack.com.evil.example/", "https://hooks.slack.com./services/x",
    "https://hooks.sl\u0430ck.com/", "https://\uff48ooks.slack.com.evil/", "https://hooks.slack.com\u3002evil.example/",
    "https://hooks.slack.com\t.evil.example/", "https://hooks.slack.com\n@127.0.0.1:PORT/", " https://evil.example/",
    "//127.0.0.1:PORT/", "/etc/passwd", "file:///etc/passwd", "ftp://127.0.0.1:PORT/", "gopher://127.0.0.1:PORT/_x",
    "dict://127.0.0.1:PORT/", "jar:http://127.0.0.1:PORT!/", "unix:///var/run/docker.sock", "ws://127.0.0.1:PORT/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/",
    "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.0.1/", "", "x", "https://", "https://:PORT/", "http://[", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("purpose", [API, RESPONSES])
async def test_an_address_that_is_not_listed_opens_no_socket(address: str, purpose: str) -> None:
    names = Names("127.0.0.1")
    async with Listener().listening() as inside:
        outbound = Outbound(SLACKS, resolver=names)
        with pytest.raises(Forbidden):
            await outbound.post(purpose, address.replace("PORT", str(inside.port)), b"{}", {})
        await outbound.close()
    assert inside.connections == 0
    assert names.asked == []


async def test_nothing_is_streamed_from_an_address_that_is_not_listed() -> None:
    names = Names("127.0.0.1")
    async with Listener().listening() as inside:
        outbound = Outbound(purposes("https://slack.com/api/"), resolver=names)
        for address in HOSTILE:
            with pytest.raises(Forbidden):
                await anext(outbound.stream(API, address.replace("PORT", str(inside.port)), patience=ClientTimeout(5)))
        await outbound.close()
    assert inside.connections == 0
    assert names.asked == []


@pytest.mark.parametrize("private", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"])
async def test_a_listed_name_that_leads_inside_is_refused_when_it_is_connected(private: str) -> None:
    outbound = Outbound(SLACKS, resolver=Names(private))
    with pytest.raises(Unreached) as refused:
        await outbound.post(RESPONSES, "https://hooks.slack.com/actions/secret", b"{}", {})
    await outbound.close()
    assert "secret" not in str(refused.value)


async def test_a_name_that_changes_its_address_is_looked_at_each_time() -> None:
    async with Listener().listening() as inside:
        names = Names("203.0.113.9", "127.0.0.1")  # the first is of the documentation's own network: nobody is there
        origin = Origin("http", "moving.example", inside.port)
        outbound = Outbound({"x": (origin,)}, resolver=names, seconds=0.4)
        for _ in range(2):
            with pytest.raises((Unreached, Doubtful)):
                await outbound.post("x", f"http://moving.example:{inside.port}/", b"", {})
        await outbound.close()
    assert inside.connections == 0


@pytest.mark.parametrize(
    "address, public",
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("0.0.0.1", False), ("10.0.0.1", False),
        ("100.64.0.1", False), ("169.254.169.254", False), ("172.31.255.255", False), ("192.0.2.1", False),
        ("224.0.0.1", False), ("255.255.255.255", False), ("::", False), ("::1", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:10.0.0.1", False), ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False), ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True), ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) is public


# ---- a server of ours, to see how answers and failures are told apart


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def reaching(address: str, seconds: float = 5) -> AsyncIterator[Outbound]:
    outbound = Outbound({"x": (Origin.of(address, inside=True),)}, seconds=seconds)
    yield outbound
    await outbound.close()


async def test_an_answer_comes_back_whatever_its_status() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=429, body=await request.read(), headers={"Retry-After": "7"})

    async with answering(handler) as address, reaching(address) as outbound:
        reply = await outbound.post("x", f"{address}/a", b"hello", {})
    assert (reply.status, reply.body, reply.headers["retry-after"]) == (429, b"hello", "7")


async def test_a_redirect_is_not_followed() -> None:
    seen = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with answering(handler) as address, reaching(address) as outbound:
        reply = await outbound.post("x", f"{address}/a", b"", {})
    assert reply.status == 307
    assert seen == ["/a"]


async def test_asking_is_held_to_the_same_rules_as_sending() -> None:
    seen = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, await request.read()))
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with answering(handler) as address, reaching(address) as outbound:
        reply = await outbound.get("x", f"{address}/a")
        with pytest.raises(Forbidden):
            await outbound.get("x", "https://evil.example/a")
    assert (reply.status, reply.headers["location"]) == (307, "/elsewhere")
    assert seen == [("GET", "/a", b"")]


async def test_an_endless_answer_is_cut_off() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(2 * MOST_ANSWER // 65_536):
            await response.write(b"x" * 65_536)
        return response

    async with answering(handler) as address, reaching(address) as outbound:
        with pytest.raises(Doubtful):
            await outbound.post("x", f"{address}/a", b"", {})


async def test_a_connection_lost_on_the_way_is_doubtful() -> None:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with answering(handler) as address, reaching(address) as outbound:
        with pytest.raises(Doubtful):
            await outbound.post("x", f"{address}/a", b"", {})


async def test_no_answer_in_time_is_doubtful() -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async with answering(handler) as address, reaching(address, seconds=0.2) as outbound:
        with pytest.raises(Doubtful):
            await outbound.post("x", f"{address}/a", b"", {})


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        yield taken.getsockname()[1]


async def test_a_refused_connection_surely_sent_nothing(closed_port: int) -> None:
    address = f"http://127.0.0.1:{closed_port}"
    async with reaching(address) as outbound:
        with pytest.raises(Unreached):
            await outbound.post("x", f"{address}/a", b"", {})


async def test_many_requests_share_one_connection() -> None:
    peers = set()

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response(text="{}")

    async with answering(handler) as address, reaching(address) as outbound:
        for _ in range(20):
            await outbound.post("x", f"{address}/a", b"", {})
    assert len(peers) == 1
