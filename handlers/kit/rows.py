"""A row of a list that hangs in chat: is it still the row that was seen, is it really to go, how does the list stand then.

A button of a row carries the revision of the list that it hung on. By words alone nobody needs one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from handlers.kit import read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Refused, Reply
from handlers.kit.part import priced
from handlers.kit.revise import change_move
from messages.card import Button, ButtonStyle, Card, Tone, button, text
from messages.limits import shorten
from messages.line import compose
from messages.safety import one_line
from messages.section import strike_card
from storage.release import Release
from storage.terms import Move

_SHORT = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """The arguments of a command that shows a list of a release."""

    release: int = release_argument()
    after: int = argument("After so many", read.whole, default=0, hidden=True)


@dataclass(frozen=True, slots=True)
class Turned:
    """The arguments of a command that shows a plan of a release, page by page."""

    release: int = release_argument()
    page: int = argument("Page", read.whole, default=1, hidden=True)


@dataclass(frozen=True, slots=True)
class Row:
    """`name` as it's said inside a sentence (step 3), what it says now ("" where there is none), and the list around it."""

    name: str
    now: str
    listed: Callable[[], Card]


def act(found: Release, label: str, *words: str, **more: str) -> Button:
    """A button of a row, which knows of which revision the list was. A question tells its price, a form doesn't."""
    told = label if "ask" in more else priced(found, label)
    return Button(told, compose(*words, revision=found.revision, **more))


def usual_menu(found: Release, noun: str, row: str) -> tuple[Button, ...]:
    """Change and strike, as the commands `NOUN edit` and `NOUN strike` do with a row."""
    change = act(found, "Change", noun, "edit", found.key, row, form="yes")
    return (change, act(found, "Strike", noun, "strike", found.key, row, ask="yes"))


def ask_argument() -> Any:
    """In the menu of a row, which has no place for a question of its own."""
    return argument("Ask first", lambda word: word == "yes", default=False, hidden=True)


def as_seen(found: Release, revision: int | None, row: Row) -> None:
    """Raises Refused with the list as it stands, for a button of an older one: another row may be in that place by now."""
    if revision is None or revision == found.revision:
        return
    now = f"{row.name} is now “{shorten(one_line(row.now), _SHORT)}”" if row.now else f"there is no {row.name} any more"
    raise Refused(
        f"{found.key} has changed since that list was shown (revision {found.revision} now), so nothing was done; {now}. "
        "This is how it stands:",
        shown=row.listed(),
    )


def really(found: Release, row: Row, *words: str, back: str) -> Reply:
    """The question before a row is struck. `words` strike it; `back` shows the list."""
    price = "This voids the approval." if change_move(found) is Move.REVISE else ""
    strike = button("Strike it", *words, revision=found.revision, style=ButtonStyle.DANGER)
    return Reply(
        card=strike_card(f"Strike {row.name} of {found.key}?", row.now, price, (strike, Button("Keep it", back)))
    )


def over_list(reply: Reply, revision: int | None, row: Row) -> Reply:
    """What was done; for whoever pressed a button of a row, over the list as it stands now, as theirs is outdated."""
    if revision is None or reply.card is None:
        return reply
    said, listed = reply.card.summary, row.listed()
    return replace(reply, card=replace(listed, parts=(text(said), *listed.parts), tone=Tone.GOOD, summary=said))
