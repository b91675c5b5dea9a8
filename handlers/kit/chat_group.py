"""From words to a chat group: a Slack user group by mention, or the team in whose channel it is said."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.kit.call import Call, Place, Refused
from storage.group import GroupGrant
from storage.records import Records
from storage.terms import Platform

_MENTION = re.compile(r"<&([A-Za-z0-9_.:@-]+)(?:\|([^>]*))?>\Z")
_SLACK_ID = re.compile(r"S[A-Z0-9]{6,30}\Z")
HERE = frozenset({"team", "this team", "here"})
STALE = timedelta(days=1)
"""A group that was last read longer ago still holds its roles, and is shown as such."""


@dataclass(frozen=True, slots=True)
class ChatGroup:
    """A group by its platform's own id, and what it is called there."""

    platform: Platform
    workspace: str
    external: str
    name: str


def is_group(word: str) -> bool:
    """The word can only mean a group."""
    return _MENTION.match(word.strip()) is not None


def chat_group(call: Call, records: Records, word: str) -> ChatGroup:
    """The group that is meant. Raises Refused with how one is named on the speaker's platform."""
    word, place = word.strip(), call.place
    if place is None:
        raise Refused("Say it in chat: a group belongs to a workspace.", field="chat_group")
    if mention := _MENTION.match(word):
        return ChatGroup(place.platform, place.workspace, mention[1], mention[2] or mention[1])
    if place.platform is Platform.TEAMS and word.lower() in HERE:
        return _team_of(place, records)
    if known := _granted(records, word):
        return ChatGroup(known.platform, known.workspace, known.external, known.name)
    if place.platform is Platform.SLACK and _SLACK_ID.match(word):
        return ChatGroup(place.platform, place.workspace, word, word)
    raise Refused(_how(word, place.platform), field="chat_group")


def _how(word: str, platform: Platform) -> str:
    if platform is Platform.TEAMS:
        return f"I don't know a group “{word}”. Say “this team” in a channel of the team whose members you mean."
    return f"I don't know a group “{word}”. Mention the user group with @, or write its id, such as S0123ABCD."


def _granted(records: Records, word: str) -> GroupGrant | None:
    """A group that holds a role already, by its name."""
    name = _bare(word)
    known = {(each.platform, each.workspace, each.external): each for each in records.groups.grants()}
    named = [each for each in known.values() if name in (_bare(each.name), _bare(each.external))]
    if len(named) > 1:
        raise Refused(f"{len(named)} groups are called “{word}”; mention the one that you mean.", field="chat_group")
    return named[0] if named else None


def _bare(name: str) -> str:
    return name.removeprefix("@").casefold()


def _team_of(place: Place, records: Records) -> ChatGroup:
    known = records.conversations.of(place.platform, place.workspace, place.channel)
    team = str(json.loads(known.reference).get("team", "")) if known is not None else ""
    if known is None or not team:
        raise Refused("This isn't a channel of a team; say it in one whose members you mean.", field="chat_group")
    first = records.conversations.of(place.platform, place.workspace, team)
    name = f"the team of {first.name if first and first.name != 'General' else known.name or 'this channel'}"
    return ChatGroup(place.platform, place.workspace, team, name)


def is_stale(grant: GroupGrant, now: datetime) -> bool:
    return grant.read_at is not None and now - grant.read_at > STALE
