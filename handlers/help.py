"""`/release help`: what can be said, and how; read from the commands' own declarations."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.arguments import argument, usage
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import Command, catalogue, command, nearest
from handlers.policy.lifecycle import TABLE
from messages.card import Button, Card
from messages.help import command_card, overview_card
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
    made = catalogue().get(wanted)
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
    """A group's commands, in the order in which they are needed."""
    made = [each for each in catalogue().values() if each.group == group and not each.clock]
    made.sort(key=lambda each: (_LIFE.index(each.name) if each.name in _LIFE else len(_LIFE), each.name))
    return [(each.name, each.summary) for each in made]


def _explained(made: Command) -> Card:
    rows = [(each.name, each.hint or each.label, each.required) for each in made.asks]
    who = ", ".join(ROLES[role] for role in sorted(made.roles))
    shown = usage(made.name, made.arguments)
    return command_card(made.name, made.summary, shown, arguments=rows, example=made.example, who=who)
