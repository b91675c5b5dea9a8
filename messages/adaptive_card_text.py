"""Pieces of a card as text runs, in which Teams parses no markdown, and as mentions, which Teams knows in text blocks only.

What people wrote stands in text runs. A text block is markdown, so words go into one only when they are `calm`: when
there is nothing in them that any reader of markdown could take for a sign. No escaping is relied on, because clients
differ in what they unescape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, assert_never

from messages.card import (
    Bold,
    Card,
    ChannelRef,
    Code,
    Link,
    Moment,
    MomentStyle,
    PersonRef,
    Piece,
    Pieces,
    Plain,
)
from messages.directory import Directory, people_in
from messages.safety import one_line, visible, web_address
from messages.words import COMMANDS

Json = dict[str, Any]

# Teams acts on {{DATE(…)}}, {{TIME(…)}} and <at>…</at> even in text runs; a word joiner behind the first sign ends that.
_ACTIVE = re.compile(r"\{(?=\{)|<(?=/?at\b)", re.IGNORECASE)
_COMMAND = re.compile(rf"(?<![\w/.-])/release (?=(?:{'|'.join(COMMANDS)})(?![\w/-]|\.\w))")
_CALM = re.compile(r"(?:[^\W_]|[ ,.:;!?'\"“”‘’…–—()/%€·+-])*\Z")
_STIRRING = re.compile(r"\s*(?:[-+]|[0-9]+[.)])|.*(?:://|\.(?=[^\W\d_]))")
"""What begins a list, and what a client might make a link of."""


@dataclass(frozen=True, slots=True)
class Mention:
    """How one person is mentioned: the words between the `at` tags, which are theirs alone in the card."""

    account: str
    name: str

    @property
    def text(self) -> str:
        return f"<at>{self.name}</at>"

    def entity(self) -> Json:
        return {"type": "mention", "text": self.text, "mentioned": {"id": self.account, "name": self.name}}


Mentions = Mapping[int, Mention]
"""The people whom a card mentions, by person id; everybody else is shown by name."""


def mentions(card: Card, directory: Directory) -> dict[int, Mention]:
    """The people to notify who have an account there."""
    found: dict[int, Mention] = {}
    for ref in people_in(card.parts):
        account = directory.account(ref.person_id) if ref.notify else None
        if account and ref.person_id not in found:
            found[ref.person_id] = Mention(account, _own_name(ref, {each.name for each in found.values()}))
    return found


def _own_name(ref: PersonRef, taken: set[str]) -> str:
    """A name without signs, told apart from another person's: Teams finds the person by these words."""
    letters = "".join(sign if sign.isalnum() or sign in "'’-" else " " for sign in one_line(ref.name))
    name = " ".join(letters.split()).strip("'’- ") or "somebody"
    number, own = 1, name
    while own in taken:
        number += 1
        own = f"{name} {number}"
    return own


def shown(words: str) -> str:
    """A person's words as Teams shows them where it parses no markdown; its own signs are broken in them."""
    return _ACTIVE.sub(lambda sign: sign[0] + "\u2060", sayable(visible(words)))


def label(words: str) -> str:
    """The same in one line, for titles of buttons and inputs."""
    return shown(one_line(words))


def sayable(words: str) -> str:
    """A command as it is given on Teams, where the bot hears what mentions it: “@Cabbot new” for “/release new”."""
    return _COMMAND.sub("@Cabbot ", words) if "/release " in words else words


def calm(words: str) -> bool:
    """Whether the words mean in markdown exactly what they say."""
    return bool(_CALM.match(words)) and not _STIRRING.match(words)


def run(words: str, **style: Any) -> list[Json]:
    """A text run, or none for no words."""
    return [{"type": "TextRun", "text": words, **style}] if words else []


def rich(runs: list[Json], **block: Any) -> list[Json]:
    """A block of text runs, or none for no runs."""
    return [{"type": "RichTextBlock", "inlines": runs, **block}] if runs else []


def heading(words: str, size: str, before: str = "", **block: Any) -> list[Json]:
    """A line that a screen reader announces as a heading wherever the words allow a text block."""
    style = {"size": size, "weight": "bolder"}
    words = sayable(words)
    whole = f"{before} {words}".strip() if words else ""
    if words and calm(words):
        return [_block(whole, style="heading", **style, **block)]
    return rich(run(shown(whole), **style), **block)


def paragraph(row: Pieces, known: Mentions, **style: Any) -> list[Json]:
    """The elements of one paragraph: text runs, or a text block where people are mentioned between calm words.

    Where the words aren't calm, the names stand in them and the mentions below.
    """
    mentioned = {ref.person_id for ref in row if isinstance(ref, PersonRef) and ref.notify and ref.person_id in known}
    drawn = rich([each for piece in row for each in _runs(piece, style)])
    if not mentioned:
        return drawn
    words = "".join(_in_markdown(piece, known) for piece in row).replace("****", "")
    if not all(_is_calm(piece) for piece in row) or _STIRRING.match(_said(row, known)):
        words = ", ".join(known[person].text for person in sorted(mentioned))
        return [*drawn, _block(words, spacing="none", **style)]
    return [_block(words, **style)]


def _block(words: str, **style: Any) -> Json:
    return {"type": "TextBlock", "text": words, "wrap": True, **style}


def _said(row: Pieces, known: Mentions) -> str:
    """The row as one string for the rules that look at neighbours, with a letter for each moment."""
    return "".join(_heard(piece, known) for piece in row)


def _heard(piece: Piece, known: Mentions) -> str:
    match piece:
        case PersonRef():
            mention = known.get(piece.person_id) if piece.notify else None
            return mention.name if mention else one_line(piece.name)
        case Moment():
            return "x"
        case _:
            return _words(piece)


def _words(piece: Plain | Bold | Code | Link | ChannelRef) -> str:
    match piece:
        case Plain() | Bold() | Code():
            return sayable(visible(piece.text))
        case Link():
            return one_line(piece.label)
        case ChannelRef():
            return one_line(piece.name).removeprefix("#")
        case _:
            assert_never(piece)


def _is_calm(piece: Piece) -> bool:
    match piece:
        case Plain() | Bold() | ChannelRef():
            return calm("x" + _words(piece))
        case PersonRef():
            return piece.notify or calm("x" + one_line(piece.name))
        case Moment():
            return True
        case Code() | Link():
            return False
        case _:
            assert_never(piece)


def _in_markdown(piece: Piece, known: Mentions) -> str:
    match piece:
        case Bold() if (words := piece.text.strip()) and words == piece.text:
            return f"**{words}**"
        case PersonRef():
            mention = known.get(piece.person_id) if piece.notify else None
            return mention.text if mention else one_line(piece.name)
        case Moment():
            return moment(piece)
        case _:
            return _words(piece)


def _runs(piece: Piece, style: dict[str, Any]) -> list[Json]:
    match piece:
        case Plain():
            return run(shown(piece.text), **style)
        case Bold():
            return run(shown(piece.text), **{**style, "weight": "bolder"})
        case Code():
            return run(shown(piece.text), **{**style, "fontType": "monospace"})
        case Link():
            return _link(piece, style)
        case PersonRef():
            return run(label(piece.name), **style)
        case ChannelRef():
            return run("#" + label(piece.name).removeprefix("#"), **style)
        case Moment():
            return run(moment(piece), **style)
        case _:
            assert_never(piece)


def _link(link: Link, style: dict[str, Any]) -> list[Json]:
    words = label(link.label)
    if (address := web_address(link.url)) is None:
        return run(words, **style)
    return run(words or address, **style, selectAction={"type": "Action.OpenUrl", "url": address})


def moment(at: Moment) -> str:
    """The functions by which each client shows an instant in its reader's own zone and language.

    They know no span such as “3 min ago”; the date and time stand for it, which stay true.
    """
    instant = at.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    day, clock = f"{{{{DATE({instant}, SHORT)}}}}", f"{{{{TIME({instant})}}}}"
    match at.style:
        case MomentStyle.DATE_TIME | MomentStyle.AGO:
            return f"{day} at {clock}"
        case MomentStyle.DATE:
            return day
        case MomentStyle.TIME:
            return clock
        case _:
            assert_never(at.style)
