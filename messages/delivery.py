"""What was told to whom, what still waits, and what failed: the delivery ledger for people who manage releases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    ChannelRef,
    Heading,
    Item,
    Items,
    Mark,
    Moment,
    Part,
    Piece,
    Tone,
    item,
    note,
    text,
)
from messages.words import count
from storage.posting import Posting, Telling
from storage.terms import Delivery, ToldHow

SHOWN = 10
"""How many rows of each kind the card lists; the rest is counted."""


Who = Callable[[Posting], str]
"""From a posting to the name of its channel, or of the person whom it is for."""


def open_card(
    waiting: Sequence[Posting], doubtful: Sequence[Posting], dead: Sequence[Posting], zone: str, who: Who
) -> Card:
    """What isn't shown yet and why; the dead ones can be tried again."""
    parts: list[Part] = [
        *_section("Failed", dead, Mark.NO, zone, who),
        *_section("Perhaps sent, being looked for", doubtful, Mark.WARNING, zone, who),
        *_section("Waiting", waiting, Mark.WAITING, zone, who),
    ]
    if not parts:
        sentence = "Everything is delivered; nothing waits and nothing failed."
        return Card("Deliveries", (text(sentence),), Tone.GOOD, sentence)
    if dead:
        ways = tuple(Button(f"Try {each.id} again", f"deliveries retry {each.id}") for each in dead[:SHOWN])
        parts.append(Buttons(ways))
    parts.append(note("Who was told of one release: /release deliveries REL-42"))
    return Card("Deliveries", tuple(parts), Tone.WARNING if dead or doubtful else Tone.INFO)


def _section(title: str, rows: Sequence[Posting], mark: Mark, zone: str, who: Who) -> list[Part]:
    if not rows:
        return []
    parts: list[Part] = [Heading(title), Items(tuple(_row(each, mark, zone, who) for each in rows[:SHOWN]))]
    if len(rows) > SHOWN:
        parts.append(note(f"… and {count(len(rows) - SHOWN, 'more', 'more')}, at least"))
    return parts


def _row(posting: Posting, mark: Mark, zone: str, who: Who) -> Item:
    pieces: list[Piece | str] = [Bold(f"{posting.id}"), f" {posting.subject}, {kind(posting)} to "]
    pieces += [place(posting, who), ", since "]
    pieces.append(Moment(posting.due_at, zone=zone))
    if posting.attempts:
        pieces.append(f", tried {count(posting.attempts, 'time')}")
    if posting.error:
        pieces.append(f": {posting.error}")
    return item(*pieces, mark=mark)


def place(posting: Posting, who: Who) -> Piece:
    """The channel, or the person for a direct message."""
    if posting.direct:
        return Bold(who(posting))
    return ChannelRef(posting.platform.value, posting.workspace, posting.channel, who(posting))


_HOW = {
    ToldHow.SENT: "",
    ToldHow.EDITED: "",
    ToldHow.FOUND: "found after an interrupted delivery",
    ToldHow.RESENT: "sent again after an interrupted delivery, so it may appear twice",
    ToldHow.DEAD: "not told, the platform refused",
    ToldHow.EXPIRED: "not told, it was no longer worth sending",
}
_FAILED = (ToldHow.DEAD, ToldHow.EXPIRED)


def ledger_card(subject: str, tellings: Sequence[Telling], open_: Sequence[Posting], zone: str, who: Who) -> Card:
    """Who knows of a release, place by place: which cards hang there and since when they show what, or why not."""
    if not tellings and not open_:
        sentence = f"Nobody was told of {subject}."
        return Card(f"Who knows of {subject}", (text(sentence),), Tone.NEUTRAL, sentence)
    last = list({telling.posting.id: telling for telling in tellings}.values())
    places: dict[tuple[str, str, str], list[Telling]] = {}
    for each in last:
        if each.told.outcome not in _FAILED:
            at = each.posting
            places.setdefault((at.platform.value, at.workspace, at.channel), []).append(each)
    parts: list[Part] = []
    if places:
        parts.append(Items(tuple(_heard(told, zone, who) for told in places.values())))
    failed = [item(*_failure(each, zone, who), mark=Mark.NO) for each in last if each.told.outcome in _FAILED]
    if failed:
        parts += [Heading("Not told"), Items(tuple(failed[-SHOWN:]))]
    parts += _section("Still to come", open_, Mark.WAITING, zone, who)
    return Card(f"Who knows of {subject}", tuple(parts), Tone.NEUTRAL)


def _heard(told: Sequence[Telling], zone: str, who: Who) -> Item:
    """One place: its cards, each with the moment since when it shows what it shows, and the replies counted."""
    cards = [each for each in told if each.posting.delivery is Delivery.CARD]
    replies = [each for each in told if each.posting.delivery is Delivery.REPLY]
    pieces: list[Piece | str] = [place(told[0].posting, who)]
    for each in cards:
        pieces += ["; " if len(pieces) > 1 else ": ", f"{kind(each.posting)}, ", Moment(each.told.at, zone=zone)]
        if how := _HOW[each.told.outcome]:
            pieces.append(f" ({how})")
    if replies:
        words = f"{count(len(replies), 'reply', 'replies')}, the last "
        pieces += ["; " if len(pieces) > 1 else ": ", words, Moment(replies[-1].told.at, zone=zone)]
    return item(*pieces, mark=Mark.DONE)


def _failure(telling: Telling, zone: str, who: Who) -> list[Piece | str]:
    posting, told = telling.posting, telling.told
    pieces = [place(posting, who), f": {kind(posting)}, {_HOW[told.outcome]}, ", Moment(told.at, zone=zone)]
    return [*pieces, f" ({told.detail})"] if told.detail else pieces


_KINDS = {
    "announcement": "announcement",
    "ask": "request for a status",
    "ballot": "ballot",
    "changed": "what changed",
    "decided": "decision",
    "escalation": "escalation",
    "progress": "status",
    "release": "release card",
    "reminder": "reminder",
    "status": "status post",
}


def kind(posting: Posting) -> str:
    """What a posting is, in a word or two."""
    return _KINDS.get(posting.slot.partition(":")[0], "news")
