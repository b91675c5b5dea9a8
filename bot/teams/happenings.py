"""What happens around Cabbot in Teams: it is added or taken out, people come, channels get other names."""

from __future__ import annotations

import structlog

from bot.behind import Behind
from bot.teams.envelope import Activity, Changed, Installed
from bot.teams.groups import Groups
from bot.teams.profiles import Profiles
from bot.teams.references import References

log = structlog.get_logger("cabbot.teams")

RENAMED = frozenset({"channelRenamed", "channelCreated", "channelRestored", "channelShared"})
GONE = frozenset({"channelDeleted", "channelUnshared"})
TEAM_GONE = frozenset({"teamDeleted", "teamHardDeleted", "teamArchived"})


class Happenings:
    """What to make of an activity that nobody said. What it changes is committed before it is acknowledged."""

    def __init__(self, references: References, profiles: Profiles, groups: Groups, behind: Behind) -> None:
        self._references, self._profiles, self._groups, self._behind = references, profiles, groups, behind

    def said(self, tenant: str, line: str) -> None:
        """A sentence was carried out: what it may have changed of groups is read behind it."""
        self._groups.said(tenant, line)

    async def note(self, organisation: int, activity: Activity) -> None:
        match activity:
            case Changed():
                await self._changed(organisation, activity)
            case Installed() if activity.action.startswith("remove"):
                await self._removed(organisation, activity)
            case Installed():
                await self._came(organisation, activity)
            case _:
                pass  # a reaction, an edit, typing: nothing of ours depends on it

    async def _changed(self, organisation: int, activity: Changed) -> None:
        bot, event = activity.recipient.id, activity.channel_data.event
        if any(each.id == bot for each in activity.removed) or event in TEAM_GONE:
            await self._removed(organisation, activity)
        elif event in GONE:
            await self._references.removed(organisation, activity.tenant, conversation=_channel(activity))
        elif event in RENAMED:
            await self._references.heard(organisation, activity)
        elif any(each.id == bot for each in activity.added):
            await self._came(organisation, activity)
        else:
            self._profiles.came(activity, (each for each in activity.added if each.id != bot))
            if activity.added or activity.removed:
                self._groups.changed(activity)

    async def _came(self, organisation: int, activity: Activity) -> None:
        """Cabbot was added: from now on it can speak there, and it makes itself known with who may act."""
        await self._references.heard(organisation, activity)
        log.info("added to a conversation", kind=activity.conversation.kind)
        self._behind.start(self._settle_in(organisation, activity))

    async def _settle_in(self, organisation: int, activity: Activity) -> None:
        """The team's channels, its people and what the policy gives them are known before the first word from there."""
        await self._references.found(organisation, activity)
        await self._profiles.sweep(activity.tenant)
        await self._groups.refresh(activity.tenant)

    async def _removed(self, organisation: int, activity: Activity) -> None:
        """Taken out of a team, it can speak in none of the team's channels."""
        team, whole = activity.channel_data.team.id, activity.conversation.kind == "channel"
        if whole and team:
            await self._references.removed(organisation, activity.tenant, team=team)
        else:
            await self._references.removed(organisation, activity.tenant, conversation=activity.base)
        log.info("removed from a conversation", kind=activity.conversation.kind)


def _channel(activity: Activity) -> str:
    """The channel that an event is about; the conversation is then its team's first channel."""
    return activity.channel_data.channel.id or activity.base
