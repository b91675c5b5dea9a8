"""The guard of Teams' deliveries beside a local issuer, and every token that must not get past it."""

from __future__ import annotations

import hmac
import io
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from structlog.testing import capture_logs

from bot.clock import Clock, SystemClock
from bot.outbound import Outbound
from bot.teams.envelope import Activity, Answered
from bot.teams.guard import MessagesDoor
from bot.teams.keys import Keys, purposes
from bot.teams.service_hosts import ServiceHosts
from bot.teams.tokens import ISSUER, Verifier
from tests.fakes.teams_authority import (
    APP_ID,
    APP_PASSWORD,
    SERVICE_URL,
    TENANT,
    Authority,
    base64url,
    private_key,
    published,
)

Json = dict[str, Any]
OTHER_TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
PAYLOADS = Path(__file__).parents[2] / "payloads" / "teams"


def payload(name: str, **changes: Any) -> Json:
    found: Json = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found | changes


@asynccontextmanager
async def verifying(
    authority: Authority,
    *,
    clock: Clock | None = None,
    ticks: Callable[[], float] = time.monotonic,
    issuer: str = ISSUER,
) -> AsyncIterator[Verifier]:
    outbound = Outbound(purposes(authority.metadata_url))
    keys = Keys(outbound, authority.metadata_url, ticks=ticks, wait=5.0)
    try:
        yield Verifier(APP_ID, keys, clock or SystemClock(), issuer=issuer)
    finally:
        await outbound.close()


@dataclass
class Served:
    """A door over real HTTP. `taken` is what got through it."""

    url: str = ""
    taken: list[Activity] = field(default_factory=list)
    answer: Callable[[Activity], Answered] = lambda _activity: Answered()
    session: aiohttp.ClientSession | None = None

    async def take(self, activity: Activity) -> Answered:
        self.taken.append(activity)
        return self.answer(activity)

    async def post(self, body: Json | bytes, authorization: str | None, **headers: str) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        if authorization is not None:
            given["Authorization"] = authorization
        assert self.session is not None
        async with self.session.post(self.url, data=io.BytesIO(sent), headers=given) as response:
            return response.status, await response.read()


@asynccontextmanager
async def serving(
    verifier: Verifier | None, *, tenant: str | None = TENANT, named: tuple[str, ...] = (), peer: str | None = None
) -> AsyncIterator[Served]:
    """`peer` is an address to come from that this machine can't be reached at."""
    served = Served()
    door = MessagesDoor(verifier, ServiceHosts(named), tenant=tenant, take=served.take)
    app = web.Application(client_max_size=1024 * 1024)

    async def take(request: web.Request) -> web.Response:
        return await door.take(request.clone(remote=peer) if peer else request)

    app.router.add_post("/api/messages", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        async with aiohttp.ClientSession() as served.session:
            yield served
    finally:
        await runner.cleanup()


async def refused(door: Served, status: int, body: Any, authorization: str | None, **headers: str) -> str:
    """The reason in the log, of which there is one line; nobody heard, and the answer tells nothing."""
    with capture_logs() as logs:
        assert await door.post(body, authorization, **headers) == (status, b"")
    assert door.taken == []
    assert len(logs) == 1
    assert (logs[0]["event"], logs[0]["status"], logs[0]["log_level"]) == ("refused", status, "warning")
    if authorization and len(authorization) > 20:
        assert authorization.split()[-1] not in json.dumps(logs)
    return str(logs[0]["reason"])


# ---- what must not get past


def good(**changes: Any) -> Json:
    now = int(time.time())
    return {"iss": ISSUER, "aud": APP_ID, "nbf": now - 10, "exp": now + 600, "serviceurl": SERVICE_URL} | changes


def head(**changes: Any) -> Json:
    return {"alg": "RS256", "typ": "JWT", "kid": "key-0"} | changes


def hs256(secret: bytes) -> str:
    """Signed with something that isn't secret, in the hope that a key is taken for a password."""
    text = ".".join(base64url(json.dumps(each).encode()) for each in (head(alg="HS256"), good()))
    return f"{text}.{base64url(hmac.digest(secret, text.encode(), 'sha256'))}"


def unsigned(authority: Authority) -> str:
    return authority.signed(head(alg="none"), good()).rpartition(".")[0] + "."


def swapped(authority: Authority) -> str:
    """The signature of another token."""
    return authority.token().rpartition(".")[0] + "." + authority.token(exp=int(time.time()) + 1).rpartition(".")[2]


def _pem() -> bytes:
    return private_key(0).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _own_key() -> Json:
    return published("key-0", private_key(9), ("msteams",))


Make = Callable[[Authority], str | None]


def bearer(make: Callable[[Authority], str]) -> Make:
    return lambda authority: f"Bearer {make(authority)}"


def claims(**changes: Any) -> Make:
    return bearer(lambda authority: authority.signed(head(), good(**changes)))


def without(claim: str) -> Make:
    return bearer(lambda authority: authority.token(without=claim))


def header(**changes: Any) -> Make:
    return bearer(lambda authority: authority.signed(head(**changes), good()))


def now(seconds: int) -> int:
    return int(time.time()) + seconds


REFUSED: dict[str, tuple[Make, str]] = {
    "no header": (lambda _: None, "no token"),
    "an empty header": (lambda _: "", "no token"),
    "another scheme": (lambda _: "Basic Y2FiYm90OngK", "not bearer"),
    "a token without a scheme": (lambda authority: authority.token(), "not bearer"),
    "bearer of nothing": (lambda _: "Bearer", "garbage"),
    "a word": (lambda _: "Bearer x", "garbage"),
    "two parts": (lambda _: "Bearer a.b", "garbage"),
    "four parts": (bearer(lambda authority: authority.token() + ".x"), "garbage"),
    "two tokens": (bearer(lambda authority: f"{authority.token()} {authority.token()}"), "garbage"),
    "letters outside of ASCII": (lambda _: "Bearer é.ü.ö", "garbage"),
    "a head that isn't base64": (lambda _: "Bearer a.b.c", "garbage"),
    "a head that isn't JSON": (bearer(lambda authority: authority.signed(b"{", good())), "garbage"),
    "a head that is a list": (bearer(lambda authority: authority.signed(b"[]", good())), "garbage"),
    "a head nested deeply": (bearer(lambda authority: authority.signed(b"[" * 2_000, good())), "garbage"),
    "claims that aren't JSON": (bearer(lambda authority: authority.signed(head(), b"{")), "garbage"),
    "claims that are a list": (bearer(lambda authority: authority.signed(head(), b"[]")), "garbage"),
    "alg none": (bearer(unsigned), "alg none"),
    "alg none with a signature": (header(alg="none"), "alg none"),
    "alg none in capitals": (header(alg="NONE"), "unknown alg"),
    "HS256 with our public key": (bearer(lambda _: hs256(_pem())), "alg HS256"),
    "HS256 with our password": (bearer(lambda _: hs256(APP_PASSWORD.encode())), "alg HS256"),
    "HS256 with nothing": (bearer(lambda _: hs256(b"")), "alg HS256"),
    "RS512 with the right key": (bearer(lambda authority: authority.token(algorithm="RS512")), "alg RS512"),
    "PS256 with the right key": (bearer(lambda authority: authority.token(algorithm="PS256")), "alg PS256"),
    "no algorithm": (header(alg=None), "unknown alg"),
    "a list of algorithms": (header(alg=["RS256"]), "unknown alg"),
    "an algorithm of one's own": (header(alg="rs256"), "unknown alg"),
    "no key id": (header(kid=None), "no key id"),
    "a number for a key id": (header(kid=0), "no key id"),
    "an unknown key": (header(kid="key-7"), "unknown key"),
    "a path for a key id": (header(kid="../../etc/passwd"), "unknown key"),
    "another key of the same id": (bearer(lambda authority: authority.token(key=private_key(9))), "bad signature"),
    "a key that it brings along": (
        bearer(lambda authority: authority.signed(head(jwk=_own_key()), good(), 9)), "bad signature",
    ),
    "no signature": (bearer(lambda authority: authority.token().rpartition(".")[0] + "."), "bad signature"),
    "another token's signature": (bearer(swapped), "bad signature"),
    "an extension that must be understood": (header(crit=["exp"]), "bad signature"),
    "claims that lie elsewhere": (header(b64=False, crit=["b64"]), "bad signature"),
    "expired": (claims(exp=now(-70)), "expired"),
    "expired long ago": (claims(exp=1), "expired"),
    "no expiry": (without("exp"), "no expiry"),
    "no expiry but null": (claims(exp=None), "no expiry"),
    "an expiry in words": (claims(exp="never"), "no expiry"),
    "an expiry beyond all numbers": (
        bearer(lambda authority: authority.signed(head(), json.dumps(good(exp=0)).replace('"exp": 0', '"exp": 1e400').encode())),
        "garbage",
    ),
    "an expiry far beyond": (claims(exp=2**70), "no expiry"),
    "an expiry that is true": (claims(exp=True), "no expiry"),
    "not yet valid": (claims(nbf=now(86_400)), "not yet valid"),  # seen from when the tests were collected
    "no beginning": (without("nbf"), "no beginning"),
    "no issuer": (without("iss"), "no issuer"),
    "an empty issuer": (claims(iss=""), "no issuer"),
    "Entra as the issuer": (claims(iss=f"https://sts.windows.net/{TENANT}/"), "wrong issuer"),
    "the issuer with a slash": (claims(iss=ISSUER + "/"), "wrong issuer"),
    "a list of issuers": (claims(iss=[ISSUER]), "wrong issuer"),
    "no audience": (without("aud"), "no audience"),
    "another bot's audience": (claims(aud="5e0a4b5c-31c7-4c0b-8f35-6d0c2a1b9e77"), "wrong audience"),
    "a list of audiences": (claims(aud=[APP_ID]), "wrong audience"),
    "our audience in capitals": (claims(aud=APP_ID.upper()), "wrong audience"),
    "no service url": (without("serviceurl"), "no service url"),
    "an empty service url": (claims(serviceurl=""), "no service url"),
    "a number for a service url": (claims(serviceurl=1), "no service url"),
}  # fmt: skip
