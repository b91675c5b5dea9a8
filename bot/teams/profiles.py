"""Who people are: asked of Teams behind what they say; only somebody's very first word waits for it, and not for long.

Guests and people of other tenants are known from a walk over the members of the teams that have Cabbot, at the start,
once a day and when somebody joins, so that their first word is already the word of a guest.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from functools import partial

import structlog

from bot.acquaintances import DAY, SOON, Acquaintances, is_old
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.clock import Clock
from bot.organisations import change, look
from bot.profiles import Profile, made_owner, met, noted
from bot.teams.connector import Connector
from bot.teams.envelope import Account as Somebody
from bot.teams.envelope import Activity, Json
from bot.teams.references import Reference
from bot.teams.speech import zone
from bot.teams.tenants import Tenants
from storage.people import Account
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, Platform

log = structlog.get_logger("cabbot.teams")

FIRST_SECONDS = 1.0
"""How long the first word of an unknown account waits: its e-mail may say that it's somebody's who has a vote already."""
GUEST_NAME = "#EXT#"
"""Stands in the user principal name of a guest (Entra, "Properties of a B2B guest user")."""


class Profiles:
    """Asks, writes down what was answered, and remembers whom it has asked about."""

    def __init__(
        self,
        connector: Connector,
        tenants: Tenants,
        store: Store,
        clock: Clock,
        behind: Behind,
        *,
        admins: Iterable[str] = (),
        known: Acquaintances | None = None,
    ) -> None:
        self._connector, self._tenants, self._store, self._clock = connector, tenants, store, clock
        self._behind, self._known = behind, known or Acquaintances()
        self._admins = frozenset(each.lower() for each in admins)
        self._at_once = asyncio.Semaphore(4)

    def kind(self, tenant: str, user: str) -> AccountKind:
        """What Teams has told us of the account; a member until it says otherwise."""
        return self._known.kind(tenant, user)

    async def introduced(self, activity: Activity) -> None:
        """Somebody speaks. An account that we don't know is asked about first, if Teams answers soon."""
        tenant, user = activity.tenant, activity.sender.id
        if self._known.asked(tenant, user):
            return
        account = await look(self._store, await self._tenants.organisation(tenant), partial(_account, tenant, user))
        if account is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_SECONDS):
                    await self._asked_and_written(
                        tenant, activity.service_url, activity.base, user, zone(activity), meet=True
                    )

    def heard(self, activity: Activity, user: str) -> None:
        """The account spoke or was named: make sure, behind it, that its profile is not older than a day."""
        if self._known.rests(activity.tenant, user):
            return
        self._known.ask_again(activity.tenant, user, DAY)
        device = zone(activity) if user == activity.sender.id else ""
        self._behind.start(self._refreshed(activity.tenant, activity.service_url, activity.base, user, device))

    def came(self, activity: Activity, people: Iterable[Somebody]) -> None:
        """Somebody was added to a conversation that has Cabbot in it."""
        for each in people:
            self._behind.start(
                self._asked_and_written(activity.tenant, activity.service_url, activity.base, each.id, "")
            )

    async def sweep(self, tenant: str) -> bool:
        """Walk over the members of every team: remember who is none of the tenant's own, bring known accounts up to date.

        False when Teams didn't answer for one of them, which is worth another try.
        """
        whole = True
        for reference in await self.teams(tenant):
            try:
                walk = self._connector.members(reference.service_url, reference.conversation)
                members = [each async for each in walk]
            except (Never, NotSent, PerhapsSent) as failed:
                log.warning("a team's members couldn't be read", word=str(failed))
                whole = whole and isinstance(failed, Never)
                continue
            profiles = [found for each in members if (found := profile_of(each, tenant)) is not None]
            for profile in profiles:
                self._known.remember(tenant, profile.user, profile.kind)
            await self._write(tenant, profiles)
        return whole

    async def meet(self, tenant: str, members: Iterable[Json]) -> list[str]:
        """Write accounts down before their first word: they hold a role already. Answers their ids, as Teams gave them."""
        profiles = [found for each in members if (found := profile_of(each, tenant)) is not None]
        for profile in profiles:
            self._known.remember(tenant, profile.user, profile.kind)
        await self._write(tenant, profiles, meet=True)
        return [each.user for each in profiles]

    # ---- inside

    async def teams(self, tenant: str) -> list[Reference]:
        """One conversation of each team, and every group chat."""

        def read(records: Records) -> list[Reference]:
            shared = records.conversations.shared(Platform.TEAMS, tenant)
            return [Reference.from_json(each.reference) for each in shared]

        found = await look(self._store, await self._tenants.organisation(tenant), read)
        return list({each.team or each.conversation: each for each in found}.values())

    async def _refreshed(self, tenant: str, service_url: str, conversation: str, user: str, device: str) -> None:
        organisation = await self._tenants.organisation(tenant)
        account = await look(self._store, organisation, partial(_account, tenant, user))
        if is_old(account, self._clock.now()):
            await self._asked_and_written(tenant, service_url, conversation, user, device)

    async def _asked_and_written(
        self, tenant: str, service_url: str, conversation: str, user: str, device: str, *, meet: bool = False
    ) -> None:
        try:
            async with self._at_once:
                member = await self._connector.member(service_url, conversation, user)
        except (Never, NotSent, PerhapsSent) as failed:
            self._known.ask_again(tenant, user, SOON)
            log.warning("a profile couldn't be read", word=str(failed))
            return
        profile = profile_of(member, tenant, device)
        if profile is not None:
            self._known.remember(tenant, profile.user, profile.kind)
            await self._write(tenant, [profile], meet=meet)

    async def _write(self, tenant: str, profiles: list[Profile], *, meet: bool = False) -> None:
        organisation = await self._tenants.organisation(tenant)
        if profiles:
            await change(self._store, organisation, partial(self._note, tenant, profiles, meet))

    def _note(self, tenant: str, profiles: list[Profile], meet: bool, records: Records) -> None:
        """Those whom CABBOT_ADMINS names hold the process owner's role, also before their first word."""
        now = self._clock.now()
        for profile in profiles:
            named = not self._admins.isdisjoint((profile.user.lower(), profile.email, profile.directory_id.lower()))
            account = (met if named or meet else noted)(records, tenant, profile, now)
            if account is not None and named:
                made_owner(records, account, "named in CABBOT_ADMINS", now)


def profile_of(member: Json, tenant: str, device: str = "") -> Profile | None:
    """The profile in a conversation member as the Bot Connector gives it, None for one without an id.

    The tenant vouches for its own people's addresses; whatever address a guest brings along joins nobody.
    """
    key, principal = _text(member, "id"), _text(member, "userPrincipalName")
    if not key:
        return None
    kind = kind_of(member, tenant)
    address = (_text(member, "email") or principal).lower()
    return Profile(
        platform=Platform.TEAMS,
        user=key,
        directory_id=_text(member, "aadObjectId") or _text(member, "objectId"),
        handle=principal.partition("@")[0] or _text(member, "name"),
        name=_text(member, "name") or principal or key,
        email=address if kind is AccountKind.MEMBER and "@" in address else "",
        zone=device,
        kind=kind,
        active=True,
    )


def kind_of(member: Json, tenant: str) -> AccountKind:
    home, role = _text(member, "tenantId"), _text(member, "userRole").lower()
    if home and home != tenant:
        return AccountKind.FOREIGN
    if role in ("guest", "anonymous") or GUEST_NAME in _text(member, "userPrincipalName"):
        return AccountKind.GUEST
    return AccountKind.BOT if _text(member, "id").startswith("28:") else AccountKind.MEMBER


def _account(tenant: str, user: str, records: Records) -> Account | None:
    return records.people.account(Platform.TEAMS, tenant, user)


def _text(member: Json, name: str) -> str:
    value = member.get(name)
    return value.replace("\x00", "").strip()[:255] if isinstance(value, str) else ""
