"""Where Teams' deliveries come in: found genuine by their token before a byte of them is read, then by what they say.

Every rejection is one line in the log that names its reason, and an empty answer: a stranger learns nothing from it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import orjson
import structlog
from aiohttp import web

from bot.request_body import whole_body
from bot.setting_rules import is_loopback
from bot.teams.envelope import (
    CHANNEL,
    Activity,
    Answered,
    DialogAsked,
    DialogSent,
    Executed,
    Odd,
    OtherInvoke,
    Said,
    Submitted,
    read,
)
from bot.teams.service_hosts import ServiceHosts, same
from bot.teams.tokens import Claims, Rejected, Verifier
from storage.statement import Unavailable

log = structlog.get_logger("cabbot.teams")

BY_PEOPLE = (Said, Submitted, Executed, DialogAsked, DialogSent, OtherInvoke)
"""What somebody did: without knowing who, nothing of it is done."""

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""Signs of a proxy or a tunnel: the peer is then this machine, and the sender anybody."""

Take = Callable[[Activity], Awaitable[Answered]]


class Foreign(Exception):
    """Genuine, and not for us: another tenant, or nobody whom Entra knows. The text is a short reason for the log."""


class MessagesDoor:
    """`POST /api/messages`."""

    def __init__(self, verifier: Verifier | None, hosts: ServiceHosts, *, tenant: str | None, take: Take) -> None:
        """`take` carries out what was delivered.

        Without a verifier (CABBOT_TEAMS_INSECURE_LOCAL) whoever sits at this machine is believed, and nobody else; for
        such a trial alone the tenant may be left open. Raises ValueError for a verifier without a tenant.
        """
        if verifier is not None and not tenant:
            raise ValueError("CABBOT_TEAMS_TENANT_ID is needed to take requests from Teams.")
        self._verifier, self._hosts, self._take = verifier, hosts, take
        self._tenant = tenant

    async def take(self, request: web.Request) -> web.Response:
        try:
            claims = await self._claims(request)
            if request.content_type != "application/json":
                return web.Response(status=415, text="An activity is JSON (application/json).")
            activity = read(await whole_body(request))
            self._vouched(activity, claims)
            self._at_home(activity)
        except Rejected as rejected:
            return _refused(401, rejected)
        except Foreign as foreign:
            return _refused(403, foreign)
        except Odd as odd:
            log.warning("an odd activity", why=str(odd))
            return web.Response(status=400, text=str(odd))
        return await self._answered(activity)

    async def _claims(self, request: web.Request) -> Claims | None:
        if self._verifier is not None:
            return await self._verifier.check(request.headers.get("Authorization"))
        if not _from_this_machine(request):
            raise Rejected("not from this machine")
        return None

    def _vouched(self, activity: Activity, claims: Claims | None) -> None:
        """The token speaks for this very activity, and what we would answer goes to Microsoft."""
        if activity.channel != CHANNEL:
            raise Rejected("other channel")
        if claims is not None and not same(claims.service_url, activity.service_url):
            raise Rejected("service url mismatch")
        if not self._hosts.allows(activity.service_url):
            raise Rejected("service url not allowed")

    def _at_home(self, activity: Activity) -> None:
        """It happened in our tenant, and was done by one of its people."""
        if not activity.tenant:
            raise Foreign("no tenant")
        if {activity.tenant, activity.conversation.tenant or activity.tenant} != {self._tenant or activity.tenant}:
            raise Foreign("other tenant")
        if isinstance(activity, BY_PEOPLE) and not activity.sender.object_id:
            raise Foreign("no person")

    async def _answered(self, activity: Activity) -> web.Response:
        try:
            answer = await self._take(activity)
        except Unavailable as failed:
            log.warning("database unavailable", error=str(failed))
            return web.Response(status=503, headers={"Retry-After": "60"})
        except Exception:
            log.exception("crashed", reference=secrets.token_hex(4))
            return web.Response(status=500)
        if answer.body is None:
            return web.Response(status=answer.status)
        return web.Response(status=answer.status, body=orjson.dumps(answer.body), content_type="application/json")


def _refused(status: int, reason: Exception) -> web.Response:
    log.warning("refused", reason=str(reason), status=status)
    return web.Response(status=status)


def _from_this_machine(request: web.Request) -> bool:
    """Also a page of somebody else's in a browser here, or a tunnel, isn't this machine's own."""
    if not is_loopback(request.remote or "") or any(name in request.headers for name in FORWARDED):
        return False
    try:
        name = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        return False
    return name is not None and is_loopback(name)
