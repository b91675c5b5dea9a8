"""The Bot Connector's REST API, called once: what can't be told from an answer is never repeated here (ADR 0008).

Activities go as they are given: the SDK's typed calls would read and write each card, and leave out what they don't know.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from bot.chat import Never, NotSent, PerhapsSent
from bot.clock import Clock
from bot.outbound import Doubtful, Forbidden, Unreached
from bot.teams import failures
from bot.teams.framework import Service

Json = dict[str, Any]

PAGE, MOST_PAGES = 500, 200
"""Members of a page (the API's own largest), and pages: a team has 25,000 members at most."""

TARGETED = {"isTargetedActivity": "true"}
_JSON = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}


class Connector:
    """Every method raises NotSent, PerhapsSent or Never.

    A conversation may carry a thread: `19:…@thread.tacv2;messageid=…`. `app_id` is the bot's own.
    """

    def __init__(self, service: Service, clock: Clock, app_id: str) -> None:
        self._service, self._clock, self._bot = service, clock, {"id": f"28:{app_id}"}

    async def send(self, service_url: str, conversation: str, activity: Json) -> str:
        """Post a message; the id that Teams gave it."""
        answer = await self._call(
            "POST", service_url, _path(conversation, "activities"), {"from": self._bot, **activity}
        )
        return _id(answer, "id")

    async def edit(self, service_url: str, conversation: str, message: str, activity: Json) -> None:
        """Replace a message. Harmless to repeat."""
        body = {"from": self._bot, **activity, "id": message}
        await self._call("PUT", service_url, _path(conversation, "activities", message), body, repeatable=True)

    async def start_thread(self, service_url: str, channel: str, activity: Json, *, tenant: str) -> str:
        """Post a message of its own in a channel; its id, beneath which replies hang."""
        asked: Json = {
            "isGroup": True,
            "bot": self._bot,
            "tenantId": tenant,
            "channelData": {"channel": {"id": channel}, "tenant": {"id": tenant}},
            "activity": activity,
        }
        answer = await self._call("POST", service_url, "/v3/conversations", asked)
        return str(answer.get("activityId") or "") or _root(_id(answer, "id"))

    async def open_personal(self, service_url: str, user: str, *, tenant: str) -> str:
        """The conversation with one person alone, made when there is none. Harmless to repeat."""
        asked: Json = {
            "isGroup": False,
            "bot": self._bot,
            "members": [{"id": user}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        return _id(await self._call("POST", service_url, "/v3/conversations", asked, repeatable=True), "id")

    async def whisper(self, service_url: str, conversation: str, user: str, activity: Json) -> str:
        """Post a message that one member alone sees; in channels and group chats only, for a day."""
        body = {"from": self._bot, **activity, "recipient": {"id": user}}
        answer = await self._call("POST", service_url, _path(conversation, "activities"), body, query=TARGETED)
        return _id(answer, "id")

    async def member(self, service_url: str, conversation: str, user: str) -> Json:
        """Who somebody is: name, email, userPrincipalName, aadObjectId, userRole, tenantId. Never for a stranger."""
        return await self._call("GET", service_url, _path(conversation, "members", user), repeatable=True)

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Json]:
        """Everybody in a conversation (for a channel: in its team), page by page."""
        token = ""
        for _ in range(MOST_PAGES):
            query = {"pageSize": str(PAGE)} | ({"continuationToken": token} if token else {})
            path = _path(conversation, "pagedmembers")
            page = await self._call("GET", service_url, path, query=query, repeatable=True)
            for member in page.get("members") or ():
                if isinstance(member, dict):
                    yield member
            token = str(page.get("continuationToken") or "")
            if not token:
                return

    async def channels(self, service_url: str, team: str) -> list[Json]:
        """A team's channels as {"id", "name"}; the one that every team has is without a name."""
        path = f"/v3/teams/{_segment(team)}/conversations"
        found = (await self._call("GET", service_url, path, repeatable=True)).get("conversations") or ()
        return [each for each in found if isinstance(each, dict)]

    async def team(self, service_url: str, team: str) -> Json:
        """A team as {"id", "name", "aadGroupId"}, the last being its group in Entra."""
        return await self._call("GET", service_url, f"/v3/teams/{_segment(team)}", repeatable=True)

    # ---- inside

    async def _call(
        self,
        method: str,
        service_url: str,
        path: str,
        body: Json | None = None,
        *,
        query: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Json:
        whole = path + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else orjson.dumps(body)
        try:
            answer = await self._service.exchange(method, service_url, whole, _JSON, data)
        except Forbidden as forbidden:
            raise Never(str(forbidden)) from None
        except Unreached as unreached:
            raise NotSent(str(unreached)) from None
        except Doubtful as doubtful:
            raise (NotSent if repeatable else PerhapsSent)(str(doubtful)) from None
        now = self._clock.now()
        failed = failures.of_answer(answer.status, answer.headers, answer.body, repeatable=repeatable, now=now)
        if failed is not None:
            raise failed
        return _read(answer.body)


def _path(conversation: str, *rest: str) -> str:
    return "/v3/conversations/" + "/".join(_segment(each) for each in (conversation, *rest))


def _segment(name: str) -> str:
    """One step of a path. Raises Never for a name that would lead elsewhere."""
    if not name.strip("."):
        raise Never("that is no conversation")
    return quote(name, safe="")


def _read(body: bytes) -> Json:
    try:
        answer = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise PerhapsSent("an answer that isn't Teams'")
    return answer


def _id(answer: Json, key: str) -> str:
    found = answer.get(key)
    if not isinstance(found, str) or not found:
        raise PerhapsSent("an answer without an id")
    return found


def _root(conversation: str) -> str:
    """The thread in a conversation's id."""
    root = conversation.partition(";messageid=")[2]
    if not root:
        raise PerhapsSent("an answer without the message's id")
    return root
