"""A Teams tenant in the same Cabbot that the Slack town uses, set up in words, with ballots that hang in its channel."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.load import all_of
from benchmarks.process import Server
from benchmarks.signed import OWNER as OWNER_OF_SLACK
from benchmarks.teams import signed
from benchmarks.teams.signed import ANA, BEN, CAB, CID, DEE, OWNER, RELEASES, Issuer
from benchmarks.town import NEW, Town
from messages import adaptive_card
from messages.adaptive_card_sheet import marked
from messages.card_json import from_json
from messages.directory import Directory
from storage.terms import Platform

Json = dict[str, Any]

VOTERS = (BEN, CID, DEE)
PATIENCE = 20.0

_BALLOTS = text("SELECT id, message, card FROM posting WHERE channel = :channel AND slot LIKE 'ballot:%' ORDER BY id")
_NUMBERS = text(
    "SELECT r.number FROM release r JOIN connection c ON c.organisation_id = r.organisation_id"
    " WHERE c.platform = 'teams'"
)
_ROLES = text("SELECT count(*) FROM role_grant r JOIN account a ON a.person_id = r.person_id WHERE a.external = :user")
_POSTED = text(
    "UPDATE posting SET message = CASE message WHEN '' THEN CAST(1600000000000 + id AS TEXT) ELSE message END,"
    " shown = wanted, state = 'shown', lease_until = NULL, token = '', started_at = NULL"
    " WHERE state IN ('waiting', 'doubtful')"
)


class TeamsTown:
    """`town` runs the process and keeps count of what was acknowledged; here Teams speaks to it."""

    def __init__(self, town: Town, quiet: Server, issuer: Issuer) -> None:
        self._town, self._quiet, self._issuer, self._token = town, quiet, issuer, issuer.token()
        self._engine = create_engine(town.database)

    def environment(self) -> dict[str, str]:
        """What `cabbot serve` needs to serve this tenant."""
        return {
            "CABBOT_ADMINS": f"{OWNER_OF_SLACK},{signed.OWNER_EMAIL}",
            "CABBOT_TEAMS_APP_ID": signed.APP_ID,
            "CABBOT_TEAMS_APP_PASSWORD": signed.PASSWORD,
            "CABBOT_TEAMS_TENANT_ID": signed.TENANT,
            "CABBOT_TEAMS_OPENID_METADATA_URL": self._quiet.address + signed.METADATA,
            "CABBOT_TEAMS_LOGIN_URL": self._quiet.address,
            "CABBOT_TEAMS_SERVICE_URLS": self._quiet.address,
        }

    async def set_up(self) -> None:
        """Everybody is known, three vote, two channels are linked, a service is there."""
        for user in (OWNER, ANA, *VOTERS):
            await self._say(user, RELEASES, "help")
        await self._until_owner()
        for user in VOTERS:
            await self._say(OWNER, RELEASES, f"role grant <at>{signed.person(user)['name']}</at> cab_member", user)
        await self._say(OWNER, RELEASES, 'policy set approval.normal.quorum 2 "three vote, and two decide"')
        await self._say(OWNER, RELEASES, "service add payments version=2.3.9")
        await self._say(OWNER, RELEASES, "link releases")
        await self._say(OWNER, CAB, "link cab")

    async def ballots(self, count: int) -> None:
        """Register as many releases and submit them; every answer is committed before it's acknowledged."""
        before = self._numbers()
        await self._all([self._issuer.said(ANA, RELEASES, NEW) for _ in range(count)])
        numbers = sorted(self._numbers() - before)
        self._town.acked["release"] += count
        await self._all([self._issuer.said(ANA, RELEASES, f"submit REL-{number}") for number in numbers])
        self._town.acked["ballot"] += len(numbers)

    def hang_up(self) -> None:
        """Note every message of the outbox as posted, on both platforms, as the courier does at their pace.

        Only while Cabbot is stopped.
        """
        with self._engine.begin() as connection:
            connection.execute(_POSTED)

    def presses(self) -> list[bytes]:
        """A press on Approve for every ballot that hangs in the CAB's channel, by people in turn; two votes decide."""
        token, issuer = self._token, self._issuer
        return [
            signed.request(issuer.pressed(user, CAB, message, action), token)
            for user, (message, action) in zip(itertools.cycle(VOTERS), self._approvals(), strict=False)
        ]

    # ---- inside

    def _approvals(self) -> list[tuple[str, Json]]:
        """The message and the action of every ballot, oldest first."""
        here = Directory(Platform.TEAMS, signed.TENANT)
        with self._engine.connect() as connection:
            rows = connection.execute(_BALLOTS, {"channel": CAB}).all()
        drawn = [(row, adaptive_card.card(from_json(json.loads(row.card)), here)) for row in rows]
        return [(row.message, _approve(marked(card, row.id))) for row, card in drawn]

    def _numbers(self) -> set[int]:
        with self._engine.connect() as connection:
            return {row.number for row in connection.execute(_NUMBERS)}

    async def _say(self, user: str, channel: str, words: str, *named: str) -> None:
        await self._all([self._issuer.said(user, channel, words, *named)])

    async def _all(self, activities: list[Json]) -> None:
        await all_of(self._town.port, [signed.request(each, self._token) for each in activities])

    async def _until_owner(self) -> None:
        """Who somebody is becomes known behind their first word."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self._engine.connect() as connection:
                if connection.execute(_ROLES, {"user": OWNER}).scalar_one():
                    return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"nobody became the process owner; see {self._town.log}")


def _approve(card: Any) -> Json:
    found = [each for each in _every(card) if each.get("type") == "Action.Execute" and each.get("title") == "Approve"]
    return found[0]


def _every(drawn: Any) -> list[Json]:
    if isinstance(drawn, dict):
        return [drawn, *(each for value in drawn.values() for each in _every(value))]
    return [each for value in drawn for each in _every(value)] if isinstance(drawn, list) else []
