"""`/release help`: what can be said, and how; read from the commands' own declarations."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.arguments import Argument, argument, usage
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import Command, catalogue, command, nearest
from handlers.policy.lifecycle import TABLE
from messages.card import Button, Card
from messages.help import command_card, family_card, overview_card
from messages.words import ROLES
from storage.records import Records

_GROUPS = ("Look", "Plan", "Authorise", "Deploy", "Emergency", "Communicate", "Set up")


@dataclass(frozen=True, slots=True)
class Help:
    about: str = argument("Command", default="", rest=True, blank="", example="new")


@command("help", "Show what I can do", group="Look", reads=True, example="/release help new")
def help_(call: Call, arguments: Help, records: Records) -> Reply:
    """Without a word it lists everything; with one it explains that command."""
    wanted = " ".join(arguments.about.lower().split())
    if not wanted:
        return Reply(card=overview_card({group: _rows(group) for group in _GROUPS}))
    made, family = catalogue().get(wanted), _family(wanted)
    if made is None and family:
        return Reply(card=family_card(wanted, family))
    if made is None or made.clock:
        near = tuple(Button(name, f"help {name}") for name in nearest(wanted))
        raise Refused(f"There is no command “{wanted}”.", ways=near or (Button("All commands", "help"),))
    return Reply(card=_explained(made))


_LIFE = (
    "list",
    "show",
    "new",
    *dict.fromkeys(rule.verb for rule in TABLE if rule.verb),
    "announce",
    "status",
    "follow",
)
"""The order of a release's life; what isn't in it comes after, by name."""


def _rows(group: str) -> list[tuple[str, str]]:
    """A group's commands, in the order in which they are needed; those that share their first word in one row."""
    made = [each for each in catalogue().values() if each.group == group and not each.clock]
    made.sort(key=lambda each: (_LIFE.index(each.name) if each.name in _LIFE else len(_LIFE), each.name))
    families: dict[str, list[Command]] = {}
    for each in made:
        families.setdefault(each.name.split()[0], []).append(each)
    return [_row(members) for members in families.values()]


def _row(members: list[Command]) -> tuple[str, str]:
    first, *others = members
    more = " · ".join(each.name.split(maxsplit=1)[1] for each in others)
    return (f"{first.name} · {more}" if more else first.name, first.summary)


def _family(word: str) -> list[tuple[str, str]]:
    """The longer commands that begin with this one word."""
    made = [each for each in catalogue().values() if each.name.startswith(f"{word} ") and not each.clock]
    return [(each.name, each.summary) for each in sorted(made, key=lambda each: each.name)]


def _hint(each: Argument) -> str:
    hint = each.hint or each.label
    return f"{hint}. It may also stand below the command, on lines of its own" if each.below else hint


def _explained(made: Command) -> Card:
    rows = [(each.name, _hint(each), each.required) for each in made.asks]
    who = ", ".join(ROLES[role] for role in sorted(made.roles))
    shown = usage(made.name, made.arguments)
    also = _family(made.name)
    return command_card(made.name, made.summary, shown, arguments=rows, example=made.example, who=who, also=also)
