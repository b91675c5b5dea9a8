"""`/release help`: what can be said, and how; read from the commands' own declarations."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.arguments import argument, usage
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import Command, catalogue, command, nearest
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


def _rows(group: str) -> list[tuple[str, str]]:
    return [(made.name, made.summary) for made in catalogue().values() if made.group == group and not made.clock]


def _explained(made: Command) -> Card:
    rows = [(f"{each.name} · {each.label}", each.hint, each.required) for each in made.asks]
    who = ", ".join(ROLES[role] for role in sorted(made.roles))
    shown = usage(made.name, made.arguments)
    return command_card(made.name, made.summary, shown, arguments=rows, example=made.example, who=who)
