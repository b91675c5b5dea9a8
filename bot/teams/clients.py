"""The SDK's connector clients: made once for each service URL, and sending through the process's one way out.

The SDK would send in threads and make a client for each turn, which takes 5 ms of the event loop and a login.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientTimeout
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.pipeline import Request, Response, SansIOHTTPPolicy
from msrest.pipeline.async_abc import AsyncHTTPPolicy, AsyncHTTPSender, AsyncPipeline
from msrest.universal_http import ClientRequest
from yarl import URL

from bot.chat import Never, NotSent
from bot.outbound import Origin, Outbound, Reply
from bot.teams.credentials import Credentials

CONNECTOR = "teams connector"

_ELSEWHERE = SansIOHTTPPolicy[Any, Any]()
"""In place of credentials, without which the SDK makes no client: ours are in the pipeline."""

MOST_CLIENTS = 32
"""A tenant has one service URL, or a few while Microsoft moves it."""

PATIENCE = ClientTimeout(total=4.5, connect=2.5, sock_connect=2.5)
"""A little less than the courier waits, so that a connection which never came about is told from an answer that is missing."""

Json = dict[str, Any]

LOGIN_SECONDS = 3.0
"""How long a call waits for the login. Less than the courier waits for the whole of it: what wasn't even begun must not
end as a doubt."""


@dataclass(frozen=True, slots=True)
class _ServicePlace:
    """Hosts of which there are more than a list can hold."""

    allows: Callable[[str], bool]
    host: str = ""
    inside: bool = False

    def holds(self, url: URL) -> bool:
        return self.allows(str(url.origin()))


def connector_purposes(
    allows: Callable[[str], bool], named: Iterable[str] = ()
) -> dict[str, tuple[_ServicePlace | Origin, ...]]:
    """Where Teams' services are. `named` by the operator, they may lie in a private network."""
    return {CONNECTOR: (_ServicePlace(allows), *(Origin.of(each, inside=True) for each in named))}


class Clients(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    """Without credentials (CABBOT_TEAMS_INSECURE_LOCAL) nothing is signed."""

    def __init__(
        self,
        outbound: Outbound,
        credentials: Credentials | None,
        allows: Callable[[str], bool],
        *,
        login: float = LOGIN_SECONDS,
    ) -> None:
        self._allows = allows
        policies: list[Any] = [_Signed(credentials, login)] if credentials is not None else []
        self._pipeline = AsyncPipeline(policies, _Sender(outbound))
        self._known: OrderedDict[str, ConnectorClient] = OrderedDict()

    def of(self, service_url: str) -> ConnectorClient:
        """Raises Never for a service URL that isn't one of Teams'."""
        base = service_url.rstrip("/")
        found = self._known.get(base)
        if found is None:
            found = self._known[base] = self._made(base)
            if len(self._known) > MOST_CLIENTS:
                self._known.popitem(last=False)
        self._known.move_to_end(base)
        return found

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        """The SDK's name for `of`; there is one audience."""
        return self.of(service_url)

    async def exchange(
        self, method: str, service_url: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """Through the SDK's pipeline. Raises Never, NotSent, Forbidden, Unreached and Doubtful."""
        client = self.of(service_url)
        request = ClientRequest(method, client.config.base_url + path, headers=dict(headers), data=body)
        answer: Answer = (await client.config.pipeline.run(request)).http_response
        return answer.reply

    def _made(self, base: str) -> ConnectorClient:
        if not self._allows(base):
            raise Never("the service URL isn't one of Teams'")
        configuration = BotFrameworkConnectorConfiguration(_ELSEWHERE, base, pipeline_type=lambda _: self._pipeline)
        # Nothing of these is used by our pipeline; whatever of the SDK's own were still to send must not repeat a POST.
        configuration.retry_policy.retries = 0
        configuration.redirect_policy.allow = False
        return ConnectorClient(None, custom_configuration=configuration)


class _Signed(AsyncHTTPPolicy[Any, Any]):
    def __init__(self, credentials: Credentials, patience: float) -> None:
        super().__init__()
        self._credentials, self._patience = credentials, patience

    async def send(self, request: Any, **kwargs: Any) -> Any:
        """A token that Teams doesn't take is replaced once: a 401 is said before anything is done."""
        token = await self._sign(request)
        answer = await self._next(request, **kwargs)
        if answer.http_response.status_code == 401 and self._credentials.refused(token):
            await self._sign(request)
            answer = await self._next(request, **kwargs)
        return answer

    async def _next(self, request: Any, **kwargs: Any) -> Any:
        assert self.next is not None  # the pipeline has joined its links
        return await self.next.send(request, **kwargs)

    async def _sign(self, request: Any) -> str:
        try:
            async with asyncio.timeout(self._patience):
                token = await self._credentials.token()
        except TimeoutError:  # it goes on for whoever comes next
            raise NotSent("login is slow", everything=True) from None
        request.http_request.headers["Authorization"] = f"Bearer {token}"
        return token


class Answer:
    """An HTTP answer as the SDK reads it."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.status_code, self.headers, self._body = reply, reply.status, reply.headers, reply.body
        self.reason, self.context = "", dict[str, Any]()

    def body(self) -> bytes:
        return self._body

    def text(self, _encoding: str | None = None) -> str:
        return self._body.decode("utf-8-sig")


class _Sender(AsyncHTTPSender[Any, Any]):
    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def send(self, request: Request[Any], **_config: Any) -> Response[Any, Any]:
        """Raises Forbidden, Unreached and Doubtful. Nothing is repeated, no redirect followed."""
        http = request.http_request
        body = http.data.encode() if isinstance(http.data, str) else http.data
        headers: Mapping[str, str] = dict(http.headers)
        reply = await self._outbound.exchange(http.method, CONNECTOR, http.url, headers, body, patience=PATIENCE)
        return Response(request, Answer(reply))

    async def __aexit__(self, *_details: object) -> None:
        """The way out is closed by whoever opened it."""
