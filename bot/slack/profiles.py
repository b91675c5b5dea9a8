"""Who people are: asked of Slack behind what they say, so that nothing waits for it.

But for one word: in an organisation of several platforms somebody's first here waits a moment, as they may be known there.

Guests, outsiders, bots and deactivated accounts are known from a walk over the workspace's members at the start and
once a day, and from Slack's events in between, so that their first word is already the word of a guest.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import structlog

from bot.acquaintances import DAY, SOON, Acquaintances, is_old
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.clock import Clock
from bot.organisations import change, look
from bot.profiles import Profile, made_owner, met, noted
from bot.slack.installation import Installation
from bot.slack.people import kind_of, profile_of
from bot.slack.web_api import WebApi
from storage.people import Account
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, Platform

log = structlog.get_logger("cabbot.slack")

FIRST_SECONDS = 0.7
"""How long that first word waits; of Slack's three seconds enough are left."""

PAGE, PAGE_PAUSE = 200, 3.0
"""Members asked for at once, and seconds between: `users.list` takes 20 calls a minute (Slack, "Rate limits")."""


class Profiles:
    """Asks, writes down what was answered, and remembers whom it has asked about."""

    def __init__(
        self,
        api: WebApi,
        store: Store,
        clock: Clock,
        behind: Behind,
        *,
        admins: Iterable[str] = (),
        page_pause: float = PAGE_PAUSE,
        known: Acquaintances | None = None,
    ) -> None:
        self._api, self._store, self._clock, self._behind = api, store, clock, behind
        self._admins, self._page_pause = frozenset(admins), page_pause
        self._known = known or Acquaintances()
        self._at_once = asyncio.Semaphore(4)

    def kind(self, workspace: str, user: str) -> AccountKind:
        """What Slack has told us of the account; a member until it says otherwise."""
        return self._known.kind(workspace, user)

    async def introduced(self, installation: Installation, user: str) -> None:
        """Somebody speaks. Whoever isn't known here, and may be by another platform's account, is asked about first."""
        if self._known.asked(installation.workspace, user):
            return
        unknown = partial(_known_elsewhere_at_most, installation.workspace, user)
        if await look(self._store, installation.organisation, unknown):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_SECONDS):
                    await self._asked_and_written(installation, user, meet=True)

    def heard(self, installation: Installation, user: str) -> None:
        """The account spoke or was named: make sure, behind it, that its profile is not older than a day."""
        if self._known.rests(installation.workspace, user):
            return
        self._known.ask_again(installation.workspace, user, DAY)
        self._behind.start(self._refreshed(installation, user))

    def changed(self, installation: Installation, user: Mapping[str, Any]) -> None:
        """Slack says that somebody joined or changed."""
        self._remember(installation.workspace, user)
        if (profile := profile_of(user)) is not None:
            self._behind.start(self._write(installation, profile))

    async def sweep(self, installation: Installation) -> None:
        """Walk over all members: remember who is none, bring known accounts up to date. Raises like the API."""
        cursor = ""
        while True:
            arguments = {"limit": PAGE, "cursor": cursor or None}
            page = await self._patiently(installation, "users.list", arguments)
            members = [each for each in page.get("members", ()) if isinstance(each, dict)]
            for member in members:
                self._remember(installation.workspace, member)
            profiles = [found for each in members if (found := profile_of(each)) is not None]
            note = partial(self._note_known, installation.workspace, profiles)
            await change(self._store, installation.organisation, note)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
            await asyncio.sleep(self._page_pause)

    async def appoint(self, installation: Installation) -> None:
        """Those whom CABBOT_ADMINS names hold the process owner's role, also before their first word."""
        for admin in sorted(self._admins):
            by_email = "@" in admin
            method, argument = ("users.lookupByEmail", "email") if by_email else ("users.info", "user")
            try:
                answer = await self._patiently(installation, method, {argument: admin})
            except Never as unknown:
                log.warning("an administrator wasn't found", word=str(unknown), method=method)
                continue
            profile = profile_of(answer.get("user") or {})
            if profile is not None:
                await self._write(installation, profile, meet=True)

    async def meet(self, installation: Installation, user: str) -> None:
        """Write an account down before its first word: it holds a role already."""
        await self._asked_and_written(installation, user, meet=True)

    async def introduce(self, installation: Installation, user: str) -> None:
        """Whoever installed Cabbot in a workspace of its own is its first process owner."""

        def write(records: Records) -> None:
            stranger = Profile(Platform.SLACK, user, "", user, "", "", AccountKind.MEMBER, active=True)
            account = records.people.account(Platform.SLACK, installation.workspace, user)
            account = account or met(records, installation.workspace, stranger, self._clock.now())
            made_owner(records, account, "installed Cabbot", self._clock.now())

        await change(self._store, installation.organisation, write)
        self._behind.start(self._asked_and_written(installation, user))

    # ---- inside

    async def _refreshed(self, installation: Installation, user: str) -> None:
        account = await look(self._store, installation.organisation, partial(_account, installation.workspace, user))
        if is_old(account, self._clock.now()):
            await self._asked_and_written(installation, user)

    async def _asked_and_written(self, installation: Installation, user: str, *, meet: bool = False) -> None:
        try:
            async with self._at_once:
                answer = await self._patiently(installation, "users.info", {"user": user}, tries=2)
        except (Never, NotSent, PerhapsSent) as failed:
            self._known.ask_again(installation.workspace, user, SOON)
            log.warning("a profile couldn't be read", word=str(failed))
            return
        found = answer.get("user") or {}
        self._remember(installation.workspace, found)
        if (profile := profile_of(found)) is not None:
            await self._write(installation, profile, meet=meet)

    async def _write(self, installation: Installation, profile: Profile, *, meet: bool = False) -> None:
        def write(records: Records) -> Account | None:
            note, now = met if meet else noted, self._clock.now()
            account = note(records, installation.workspace, profile, now)
            if account is not None and self._admins & {profile.user, profile.email}:
                made_owner(records, account, "named in CABBOT_ADMINS", now)
            return account

        account = await change(self._store, installation.organisation, write)
        if account is not None and account.profile_at is None:
            self._known.ask_again(installation.workspace, profile.user, SOON)

    def _note_known(self, workspace: str, profiles: list[Profile], records: Records) -> None:
        for profile in profiles:
            noted(records, workspace, profile, self._clock.now())

    def _remember(self, workspace: str, user: Mapping[str, Any]) -> None:
        self._known.remember(workspace, str(user.get("id")), kind_of(user))

    async def _patiently(
        self, installation: Installation, method: str, arguments: Mapping[str, Any], *, tries: int = 5
    ) -> dict[str, Any]:
        """Call a method that only reads, again while it fails for a reason that passes."""
        for left in reversed(range(tries)):
            try:
                return await self._api.call(method, installation.token.text, arguments)
            except (NotSent, PerhapsSent) as again:
                if not left:
                    raise
                await asyncio.sleep(getattr(again, "retry_after", None) or 2.0)
        raise AssertionError("the last try answers or raises")


def _account(workspace: str, user: str, records: Records) -> Account | None:
    return records.people.account(Platform.SLACK, workspace, user)


def _known_elsewhere_at_most(workspace: str, user: str, records: Records) -> bool:
    return len(records.workspaces.platforms()) > 1 and _account(workspace, user, records) is None
