"""Row 13 as a matrix: every command that changes something × everybody who may not × every platform, each refusal kept."""

from __future__ import annotations

import pytest

from bot.understood import read_line
from handlers.kit.command import Command, catalogue
from storage.store import Store
from storage.terms import AccountKind, Outcome, Platform, Role
from tests.handlers.settlement import PLAYGROUND
from tests.handlers.stories import submitted
from tests.handlers.town import Town

CHANGING = [made for made in catalogue().values() if not made.reads and not made.clock]
PLATFORMS = (Platform.SLACK, Platform.TEAMS, PLAYGROUND)
OUTSIDERS: dict[str, AccountKind] = {
    "a guest": AccountKind.GUEST,
    "somebody of another workspace": AccountKind.FOREIGN,
    "a bot": AccountKind.BOT,
    "who has left": AccountKind.MEMBER,
    "whose accounts are all closed": AccountKind.MEMBER,
}


def line_of(made: Command) -> str:
    """The command's example, about the release that there is."""
    return (made.example or made.name).removeprefix("/release ").replace("REL-42", "REL-1")


def moved_in(town: Town, who: str) -> None:
    """They hold every role that there is; it doesn't help them."""
    town.add("zed", *Role, kind=OUTSIDERS[who], active=who != "who has left")
    if who == "whose accounts are all closed":
        zed = town.look(lambda records: records.people.get(town.people["zed"]))
        town.write(lambda records: records.people.save(zed.model_copy(update={"active": False})))


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("who", OUTSIDERS)
async def test_s2_who_is_no_full_member_changes_nothing(database: Store, platform: Platform, who: str) -> None:
    town = Town(database, platform=platform)
    await submitted(town)
    moved_in(town, who)
    before = (town.release(), town.ballot(), town.votes())
    for made in CHANGING:
        for line in (line_of(made), f"{made.name} form=yes", made.name):
            answer = await town.say("zed", line)
            assert answer.refused, line
            assert answer.form is None, line
            last = town.journal()[-1]
            assert (last.command, last.outcome) == (made.name, Outcome.REFUSED), line
            assert "full members" in last.why, line
    assert (town.release(), town.ballot(), town.votes()) == before


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_s2_without_a_role_that_it_asks_for_a_command_changes_nothing(
    database: Store, platform: Platform
) -> None:
    town = Town(database, platform=platform)
    for number, made in enumerate(made for made in CHANGING if made.roles):
        who = f"zed{number}"
        town.add(who, *(role for role in Role if role not in made.roles))
        answer = await town.say(who, line_of(made))
        assert answer.refused, made.name
        last = town.journal()[-1]
        assert (last.command, last.outcome) == (made.name, Outcome.REFUSED)
        assert f"“{made.name}” is for the" in last.why


def test_the_examples_are_of_their_commands() -> None:
    """Else the matrix would be about something else."""
    assert [read_line(line_of(made), {}).command.name for made in CHANGING] == [made.name for made in CHANGING]


OWNERS = {
    Role.PROCESS_OWNER: {
        "group grant", "group revoke", "link organisation", "people join", "policy reset", "policy set", "role grant",
        "role revoke",
    },
    Role.CHANGE_MANAGER: {"template approve", "waive", "waive undo"},
}  # fmt: skip
"""What one role alone answers for."""
SHARED = {
    Role.RELEASE_MANAGER: {"deliveries", "deliveries retry", "emergency", "link", "template retire", "template write", "unlink"},
    Role.CONFIGURATION_MANAGER: {"service add", "service import"},
    Role.ON_CALL: {"emergency"},
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_s2_what_each_role_answers_for(role: Role) -> None:
    """The rest goes by what somebody is to a release; a seat on a board gives a vote and nothing else."""
    held = {name: made.roles for name, made in catalogue().items() if role in made.roles}
    assert {name for name, roles in held.items() if roles == {role}} == OWNERS.get(role, set())
    assert SHARED.get(role, set()) <= set(held)
    if role in (Role.CAB_MEMBER, Role.ECAB_MEMBER):
        assert not held
