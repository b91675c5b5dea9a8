"""What a sentence says: its command and arguments, or the sentence that tells what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sentence import Sentence
from handlers.kit import ask
from handlers.kit.arguments import Parsed, parse
from handlers.kit.call import Call, NotTheirs, Refused, Reply
from handlers.kit.command import Command, named, nearest
from messages.card import Button
from messages.form import Form
from messages.line import LineError, Words, compose, read
from storage.records import Records
from storage.terms import Origin

FORM = "form"
"""The word `form=yes` asks for the command's form instead of carrying it out."""

BUTTON_LIMIT = 2000
"""The most characters a button's value may carry (Slack, Block Kit reference)."""


class UnknownWord(Exception):
    """The words begin with no command; `near` are commands that look like them."""

    def __init__(self, word: str, near: list[str]) -> None:
        super().__init__(word)
        self.word, self.near = word, near


@dataclass(frozen=True, slots=True)
class Understood:
    """A command with its arguments read. `asked` holds the names that a filled-in form asked for, None without one."""

    command: Command
    parsed: Parsed
    wants_form: bool
    asked: frozenset[str] | None

    def values(self) -> Any:
        """The arguments as the command's own dataclass."""
        return self.command.kind(**self.parsed.values)

    def form(self, zone: str, errors: Mapping[str, str] | None = None) -> Form:
        """The command's form with what was given; it asks again for what it asked before."""
        return ask.form(self.command, self.parsed.raw, zone=zone, errors=errors, asked=self.asked)

    def form_over(self, call: Call, records: Records, errors: Mapping[str, str]) -> Form:
        """The form with what was given over what stands already; what that is about is asked first."""
        stands = self.command.stands
        if stands is None or self.asked is not None:
            return self.form(call.zone, errors)
        pointers = {each.name for each in self.command.arguments if each.pointer and each.required}
        if not pointers <= self.parsed.values.keys():
            return ask.form(self.command, self.parsed.raw, zone=call.zone, errors=errors, asked=pointers)
        words = stands(call, self.parsed.values, records) | self.parsed.raw
        return ask.form(self.command, words, zone=call.zone, errors=errors)


def understand(sentence: Sentence) -> Understood:
    """Raises UnknownWord, or Refused for words that can't be read. What only the clock says isn't known to people."""
    understood = read_line(sentence.line, sentence.values)
    if understood.command.clock:
        raise UnknownWord(understood.command.name, nearest(understood.command.name))
    return understood


def only_reads(sentence: Sentence) -> bool:
    """Saying it changes nothing; also what can't be understood, which is only answered."""
    try:
        return understand(sentence).command.reads
    except (UnknownWord, Refused):
        return True


def read_line(line: str, values: Mapping[str, str]) -> Understood:
    """A line and what a form adds to it."""
    head, below = _with_lines_below(line)
    try:
        words = read(head)
    except LineError as wrong:
        raise Refused(str(wrong)) from wrong
    found = named(words.bare or ("home",))
    if found is None:
        raise UnknownWord(words.bare[0], nearest(" ".join(words.bare[:2])) or nearest(words.bare[0]))
    command, rest = found
    given = words.named | below | dict(values)
    wants_form = given.pop(FORM, "") == "yes"
    asked = frozenset(values) if values else None
    return Understood(command, parse(command.arguments, Words(rest, given)), wants_form, asked)


def _with_lines_below(line: str) -> tuple[str, dict[str, str]]:
    """The command's own line, and what is typed below it where that is an argument: a list, as it stands there.

    Quotes that go on over the lines, and lines that begin with an argument's name, are no such thing.
    """
    head, _, below = line.strip().partition("\n")
    below = below.strip().removeprefix(_FENCE).removesuffix(_FENCE)
    if not below.strip():
        return line, {}
    try:
        words = read(head)
    except LineError:
        return line, {}
    found = named(words.bare)
    arguments = found[0].arguments if found else ()
    taken = next((each.name for each in arguments if each.below and each.name not in words.named), "")
    begins = _NAMED.match(below)
    if not taken or (begins and begins[1] in {each.name for each in arguments}):
        return line, {}
    return head, {taken: below}


_FENCE = "```"
"""What a block of code begins and ends with, where somebody keeps a list in one."""
_NAMED = re.compile(r"\s*([a-z_]+)=")


def asked_for(understood: Understood, call: Call, records: Records) -> Reply:
    """What is missing opens the form with the rest filled in; what is wrong is said, beside its field if it has one."""
    parsed = understood.parsed
    if parsed.errors and call.origin is not Origin.FILLED and not understood.wants_form:
        name, sentence = next(iter(parsed.errors.items()))
        raise Refused(sentence, field=name)
    errors = dict(parsed.errors)
    if call.origin is Origin.FILLED:
        errors |= dict.fromkeys(parsed.missing, "This is needed.")
    return Reply(form=understood.form_over(call, records, errors))


def ways_out(understood: Understood | None, refused: Refused) -> tuple[Button, ...]:
    """The buttons that lead out of a refusal: its own, else the form with what was typed, else what it was about.

    There is always one. A release's own card has the next act of whoever looks at it.
    """
    if refused.shown is not None:
        return refused.ways
    if understood is None:
        return refused.ways or (Button("Help", "help"),)
    ways = refused.ways or _form_way(understood, refused) or (_way_to_the_matter(understood),)
    return (*ways, _asking_why(understood)) if isinstance(refused, NotTheirs) else ways


def _asking_why(understood: Understood) -> Button:
    """Whom it's for, and what would have to be: asked of the command with what it was about."""
    about = []
    for each in understood.command.arguments:
        word = understood.parsed.raw.get(each.name, "")
        if not (each.pointer and word) or len(word.split()) > 1:
            break
        about.append(word)
    return Button("Why?", compose("why", *understood.command.name.split(), *about))


def _way_to_the_matter(understood: Understood) -> Button:
    number = understood.parsed.values.get("release")
    if isinstance(number, int) and understood.command.name != "show":
        return Button(f"Show REL-{number}", f"show REL-{number}")
    return Button(f"How “{understood.command.name}” works", compose("help", *understood.command.name.split()))


def _form_way(understood: Understood, refused: Refused) -> tuple[Button, ...]:
    """A button that opens the form with what was typed, when a field was at fault."""
    if not refused.field:
        return ()
    line = compose(*understood.command.name.split(), **understood.parsed.raw, form="yes")
    return (Button("Open the form", line),) if len(line) <= BUTTON_LIMIT else ()
