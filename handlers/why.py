"""`/release why`: may I (or somebody else) say that now, and if not, for which reasons? By the very rules that refuse it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find
from handlers.kit.arguments import Parsed, argument, parse
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.checklist import ways_out
from handlers.kit.command import Command, command, named, nearest
from handlers.kit.holdings import held_by
from handlers.kit.living import offers
from handlers.kit.move_reasons import MOVES
from handlers.kit.reasons import Matter, Reasons, Said, Unsaid, as_person, is_for_all, reasons, who_may
from messages.card import Button, PersonRef
from messages.form import FieldKind
from messages.group import holding_words
from messages.line import Words, compose
from messages.why import Asked, may_card, may_not_card
from storage.people import Person
from storage.records import Records
from storage.release import Release

_FILLING = frozenset({"may", "can", "can't", "cannot", "i", "not"})
"""“why may I not approve REL-42?” is asked like that too."""


@dataclass(frozen=True, slots=True)
class Why:
    command: str = argument(
        "Command",
        rest=True,
        limit=300,
        hint="As it would be said: approve REL-42, policy set",
        example="approve REL-42",
    )
    person: str = argument(
        "Who", kind=FieldKind.PERSON, default="", blank="", hint="You, if left empty", example="@ana"
    )


@command("why", "Ask why I may not do something", title="Why may I not?", submit="Ask", group="Look", reads=True,
         example="/release why approve REL-42")  # fmt: skip
def why(call: Call, arguments: Why, records: Records) -> Reply:
    """Everything that stands in the way, at once; nothing is tried."""
    words, mentioned = _taken_apart(arguments.command)
    made, rest = _named(words)
    parsed = parse(made.arguments, Words(rest))
    matter = _matter(made, parsed, records)
    other = _other(call, arguments.person or mentioned, records)
    asked = Asked(_said(matter), other.name if other else "")
    there = as_person(call, other, records) if other else call
    try:
        against = reasons(there, matter, records)
    except Unsaid:
        raise Refused(_example(made), field="command") from None
    held = [holding_words(each) for each in held_by(records, there.person.id)] if there.roles else []
    if not against.every:
        way = _way(call, matter, parsed) if other is None else _shown(matter.found) if matter.found else _MATRIX
        return Reply(card=may_card(asked, way, held))
    theirs = _holders(call, matter, against, records)
    return Reply(card=may_not_card(asked, against.every, _way_out(matter, against), held, theirs))


def _taken_apart(said: str) -> tuple[tuple[str, ...], str]:
    """The words of the command, and the person who is named behind them."""
    words = said.strip().rstrip("?").split()
    while words and words[0].lower() in _FILLING:
        del words[0]
    at = next((number for number, word in enumerate(words) if "@" in word), len(words))
    return tuple(words[:at]), " ".join(words[at:])


def _named(words: tuple[str, ...]) -> tuple[Command, tuple[str, ...]]:
    found = named(words)
    if found is None or found[0].clock:
        word = words[0] if words else "?"
        near = nearest(" ".join(words[:2])) or nearest(word)
        ways = tuple(Button(name, compose("why", *name.split())) for name in near)
        raise Refused(f"There is no command “{word}”.", ways=ways or (Button("Help", "help"),))
    return found


def _matter(made: Command, parsed: Parsed, records: Records) -> Matter:
    """What the command would be said about. Raises Refused for what can't be read, and for no release where one is needed."""
    about = {each.name for each in made.arguments if each.pointer}
    for name in about & parsed.errors.keys():
        raise Refused(parsed.errors[name], field="command")
    if made.name in MOVES and "release" in parsed.missing:
        raise Refused(_example(made), field="command")
    number = parsed.values.get("release")
    return Matter(made, Said(parsed.values), find.release(records, number) if number is not None else None)


def _example(made: Command) -> str:
    return f"Say what it is about, as in: {made.example.replace('/release', '/release why', 1)}"


def _other(call: Call, word: str, records: Records) -> Person | None:
    """Whom it is asked for, if not for the one who asks. Who holds what is nothing for guests to find out."""
    if not word.strip():
        return None
    if not call.member:
        raise Refused("Only full members ask what others may; guests and outside accounts ask for themselves.")
    found = find.person(call, records, word, reads=True)
    return None if found.id == call.person.id else found


def _said(matter: Matter) -> str:
    """The command as a sentence has it: `approve REL-42`, or its words in quotes."""
    words = f"{matter.made.name} {matter.found.key}" if matter.found else matter.made.name
    return words if matter.made.name in MOVES else f"say “{words}”"


def _way(call: Call, matter: Matter, parsed: Parsed) -> Button:
    """The button of the release's card; else one that says it, by its form where that asks for more."""
    made = matter.made
    for each in offers(matter.found, call) if matter.found else ():
        if each.say.split()[0] == made.name:
            return each
    more = any(each.name not in parsed.raw for each in made.asks if each.required or not made.reads)
    words = {**parsed.raw, "form": "yes"} if more else parsed.raw
    return Button(made.title, compose(*made.name.split(), **words))


def _way_out(matter: Matter, against: Reasons) -> tuple[Button, ...]:
    if matter.found is not None and against.rows:
        return ways_out(matter.found, against.rows)
    ways = (_shown(matter.found),) if matter.found else ()
    return ways if ways and not against.personal else (*ways, _MATRIX)


_MATRIX = Button("Who holds what", "role matrix")


def _shown(found: Release) -> Button:
    return Button(f"Show {found.key}", compose("show", found.key))


def _holders(call: Call, matter: Matter, against: Reasons, records: Records) -> list[PersonRef] | None:
    """Whose it is, where it isn't this person's; None where that isn't what stands in the way."""
    if not against.personal or is_for_all(matter):
        return None
    return [PersonRef(each.id, each.name) for each in who_may(call, matter, records)]
