"""What a Slack workspace holds: people, channels, messages with their edits, open modals."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    id: str
    name: str
    team: str
    real_name: str = ""
    email: str = ""
    email_confirmed: bool = True
    tz: str = "Europe/Berlin"
    restricted: bool = False
    bot: bool = False
    deleted: bool = False

    def as_json(self) -> Json:
        profile = {"real_name": self.real_name or self.name, "display_name": self.name}
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name or self.name,
            "tz": self.tz,
            "profile": {**profile, **({"email": self.email} if self.email else {})},
            "is_bot": self.bot,
            "is_restricted": self.restricted,
            "is_ultra_restricted": False,
            "is_email_confirmed": self.email_confirmed,
        }


@dataclass
class Message:
    """A message as it is shown now; `edits` are its former contents, `thread` the ts of its parent."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread: str | None = None
    only_for: str | None = None
    edits: list[Json] = field(default_factory=list)
    deleted: bool = False

    @property
    def buttons(self) -> list[str]:
        return [button["text"]["text"] for button in buttons_in(self.blocks)]

    @property
    def shown(self) -> str:
        """Everything that a reader sees, one line a block."""
        return "\n".join(filter(None, (words_in(block) for block in self.blocks))) or self.text

    def button(self, label: str) -> Json:
        return button_in(self.blocks, label)

    def as_json(self) -> Json:
        found: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text, "blocks": self.blocks}
        if self.thread:
            found["thread_ts"] = self.thread
        if self.metadata:
            found["metadata"] = self.metadata
        return found


@dataclass
class Channel:
    id: str
    name: str
    team: str
    private: bool = False
    archived: bool = False
    bot_is_member: bool = True
    direct_with: str | None = None
    history: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What everybody sees, threads left out, oldest first."""
        return [each for each in self.history if not each.thread and not each.only_for and not each.deleted]

    @property
    def last(self) -> Message:
        assert self.messages, f"nothing was posted in #{self.name}"
        return self.messages[-1]

    def thread(self, ts: str) -> list[Message]:
        return [each for each in self.history if each.thread == ts and not each.deleted]

    def ephemerals(self, user: str) -> list[Message]:
        return [each for each in self.history if each.only_for == user]


@dataclass
class View:
    """An open modal, or somebody's home tab. Its hash is new after each update through the API."""

    id: str
    team: str
    body: Json
    revision: int = 0

    @property
    def hash(self) -> str:
        return f"{self.revision}.{self.id.lower()}"

    @property
    def title(self) -> str:
        return str(self.body["title"]["text"])

    @property
    def shown(self) -> str:
        return "\n".join(filter(None, (words_in(block) for block in self.body["blocks"])))

    @property
    def inputs(self) -> dict[str, Json]:
        """Each input's element by block id, which is the field's name."""
        return {each["block_id"]: each["element"] for each in self.body["blocks"] if each["type"] == "input"}

    @property
    def buttons(self) -> list[str]:
        return [button["text"]["text"] for button in buttons_in(self.body["blocks"])]

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks

    def as_json(self) -> Json:
        whole = copy.deepcopy(self.body)
        return {**whole, "id": self.id, "team_id": self.team, "hash": self.hash, "app_installed_team_id": self.team}


class World:
    """One Slack, of one or more workspaces."""

    def __init__(self, team: str) -> None:
        self.team = team
        self.teams = {team: "Example"}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, list[str]] = {}
        """User groups by id, with the people in them."""
        self.group_homes: dict[str, str] = {}
        """The workspaces of the groups that aren't of the first one."""
        self.views: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.clock: Callable[[], float] = time.time
        """What messages are dated by."""
        self._numbers = itertools.count(1)
        self._last_ts = 0.0

    def add_user(self, user: str, name: str = "", *, team: str = "", **details: Any) -> User:
        self.users[user] = User(user, name or user.removeprefix("U").lower(), team or self.team, **details)
        return self.users[user]

    def add_channel(self, name: str, *, key: str = "", team: str = "", **details: Any) -> Channel:
        name = name.removeprefix("#")
        channel = Channel(key or f"C{name.upper().replace('-', '')}", name, team or self.team, **details)
        self.channels[channel.id] = channel
        return channel

    def home_of(self, group: str) -> str:
        """The workspace of a user group."""
        return self.group_homes.get(group, self.team)

    def channel(self, name: str) -> Channel:
        """By `#name` or by id."""
        for channel in self.channels.values():
            if name in (channel.id, f"#{channel.name}"):
                return channel
        raise LookupError(f"there is no channel {name}")

    def direct(self, user: str) -> Channel:
        """The conversation of the bot and a person; made at the first call."""
        for channel in self.channels.values():
            if channel.direct_with == user:
                return channel
        team = self.users[user].team if user in self.users else self.team
        channel = Channel(f"D{user[1:]}", "directmessage", team, direct_with=user)
        self.channels[channel.id] = channel
        return channel

    def open_views(self, user: str) -> list[View]:
        return self.views.setdefault(user, [])

    def number(self) -> int:
        return next(self._numbers)

    def next_ts(self) -> str:
        self._last_ts = max(self.clock(), self._last_ts + 0.000001)
        return f"{self._last_ts:.6f}"


# ---- reading Block Kit as a person does


def buttons_in(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        if block["type"] == "actions":
            yield from (element for element in block["elements"] if element["type"] == "button")
        yield from block.get("accessory", {}).get("options", [])


def button_in(blocks: list[Json], label: str) -> Json:
    """The button with that label; `Drain the queue -> Strike` is in the menu of the row with those words."""
    row, _, act = label.rpartition(" -> ")
    if row:
        blocks, label = [each for each in blocks if "accessory" in each and row in words_in(each)], act
    found = [each for each in buttons_in(blocks) if each["text"]["text"] == label]
    labels = [each["text"]["text"] for each in buttons_in(blocks)]
    assert len(found) == 1, f"one button “{label}” was looked for; there are {labels}"
    return found[0]


def words_in(node: Any) -> str:
    """The visible words of a block, in order."""
    if isinstance(node, list):
        return "".join(words_in(each) for each in node)
    if not isinstance(node, dict):
        return ""
    if (special := _SPECIAL.get(str(node.get("type")))) is not None:
        return special(node)
    if isinstance(own := node.get("text"), str):
        return own
    return "".join(words_in(node.get(key)) for key in ("label", "text", "fields", "elements", "hint"))


def _lines(nodes: list[Json]) -> str:
    return "\n".join(filter(None, (words_in(each).strip("\n") for each in nodes)))


_SPECIAL: dict[str, Callable[[Json], str]] = {
    "rich_text": lambda node: _lines(node["elements"]),
    "rich_text_list": lambda node: _lines(node["elements"]),
    "user": lambda node: f"@{node['user_id']}",
    "channel": lambda node: f"#{node['channel_id']}",
    "date": lambda node: str(node.get("fallback", "")),
    "emoji": lambda node: f":{node['name']}:",
    "actions": lambda node: "",
    "divider": lambda node: "",
}
