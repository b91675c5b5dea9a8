"""`python -m tests.fakes.teams_alone 8080`: the fake by itself, to speak with a Cabbot on that port without a tenant.

Each line is one act of one person: `ana #cab list waiting`, `ben me help`, `chloe #cab ! Approve` for a press on the newest
card there that has the button. What is new to see is written out.
"""

from __future__ import annotations

import asyncio
import sys

from tests.fakes.teams import FakeTeams
from tests.fakes.teams_authority import APP_ID, APP_PASSWORD, TENANT
from tests.fakes.teams_world import Message

QUIET_SECONDS = 1.0


async def serve(port: int) -> None:
    teams = FakeTeams()
    for name in ("ana", "ben", "chloe"):
        teams.add_user(f"29:{name}", name.title(), email=f"{name}@example.org")
    for name in ("#releases", "#cab", "#announcements"):
        teams.add_channel(name)
    async with teams.running():
        teams.app_url = f"http://127.0.0.1:{port}/api/messages"
        _write(*(f"{name}={value}" for name, value in settings(teams).items()), "# press Enter when Cabbot listens")
        await asyncio.to_thread(sys.stdin.readline)
        await teams.install("29:ana")
        while line := await asyncio.to_thread(sys.stdin.readline):
            await acted(teams, line)


def settings(teams: FakeTeams) -> dict[str, str]:
    return {
        "CABBOT_TEAMS_APP_ID": APP_ID,
        "CABBOT_TEAMS_APP_PASSWORD": APP_PASSWORD,
        "CABBOT_TEAMS_TENANT_ID": TENANT,
        "CABBOT_TEAMS_OPENID_METADATA_URL": teams.authority.metadata_url,
        "CABBOT_TEAMS_LOGIN_URL": teams.authority.url,
        "CABBOT_TEAMS_SERVICE_URLS": teams.service.origin,
        "CABBOT_ADMINS": "ana@example.org",
    }


async def acted(teams: FakeTeams, line: str) -> None:
    """Do what the line says, and write what is new to see a moment later."""
    who, where, words = [*line.split(maxsplit=2), "", ""][:3]
    before = _seen(teams)
    if words.startswith("! "):
        await pressed(teams, f"29:{who}", where, words[2:].strip())
    elif words.strip():
        await teams.say(f"29:{who}", where, words.strip())
    await asyncio.sleep(QUIET_SECONDS)
    _write(*(words for key, words in _seen(teams).items() if before.get(key) != words))


async def pressed(teams: FakeTeams, user: str, where: str, label: str) -> None:
    conversation = teams.personal(user) if where == "me" else teams.conversation(where)
    holding = [each for each in conversation.history if label in each.buttons(user)]
    if holding:
        _write((await teams.press(user, holding[-1], label)).words)
    else:
        _write(f"nothing in {where} has the button {label}")


def _seen(teams: FakeTeams) -> dict[str, str]:
    """Everything that the bot has written, as it stands now, by message."""
    ours = (each for each in teams.world.messages() if each.sender == teams.world.bot)
    return {each.id: _shown(teams, each) for each in ours}


def _shown(teams: FakeTeams, message: Message) -> str:
    where = teams.world.conversations[message.conversation]
    place = f"#{where.name}" if where.name else where.person
    alone = f", to {message.only_for} alone" if message.only_for else ""
    return f"\n--- {place}{alone}\n{message.words()}\n[{'] ['.join(message.buttons())}]"


def _write(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8080))
