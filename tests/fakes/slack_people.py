"""Slack's Web API methods about people and user groups, and what every method has to do with."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.slack_world import Json, World


class Refuse(Exception):
    """`"ok": false` with this word."""


@dataclass
class Token:
    team: str
    bot_user: str
    bot_id: str
    enterprise: str = ""
    org_wide: bool = False
    expires_at: float | None = None
    refresh: str = ""
    revoked: bool = False


class People:
    """The methods over a world."""

    world: World

    def do_users_info(self, token: Token, arguments: Json) -> Json:
        if (user := self.world.users.get(str(arguments.get("user")))) is None:
            raise Refuse("user_not_found")
        return {"user": user.as_json()}

    def do_users_list(self, token: Token, arguments: Json) -> Json:
        limit, start = int(arguments.get("limit", 100)), int(arguments.get("cursor") or 0)
        users = [user for user in self.world.users.values() if user.team == token.team]
        cursor = str(start + limit) if start + limit < len(users) else ""
        page = [user.as_json() for user in users[start : start + limit]]
        return {"members": page, "response_metadata": {"next_cursor": cursor}}

    def do_usergroups_list(self, token: Token, arguments: Json) -> Json:
        own = [each for each in self.world.groups if self.world.home_of(each) == token.team]
        return {"usergroups": [{"id": each, "handle": each.lower(), "name": each.title()} for each in own]}

    def do_usergroups_users_list(self, token: Token, arguments: Json) -> Json:
        if (group := str(arguments.get("usergroup"))) not in self.world.groups:
            raise Refuse("no_such_subteam")
        return {"users": self.world.groups[group]}

    def do_users_lookupByEmail(self, token: Token, arguments: Json) -> Json:  # noqa: N802 - Slack's own name
        for user in self.world.users.values():
            if user.email and user.email.lower() == str(arguments.get("email")).lower() and user.team == token.team:
                return {"user": user.as_json()}
        raise Refuse("users_not_found")
