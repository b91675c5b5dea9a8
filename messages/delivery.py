"""What was told to whom, what still waits, and what failed: the delivery ledger for people who manage releases."""

from __future__ import annotations

from collections.abc import Sequence

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
from storage.terms import PostingState, ToldHow

SHOWN = 10
"""How many rows of each kind the card lists; the rest is counted."""


def open_card(waiting: Sequence[Posting], doubtful: Sequence[Posting], dead: Sequence[Posting], zone: str) -> Card:
    """What isn't shown yet and why; the dead ones can be tried again."""
    parts: list[Part] = [
        *_section("Failed", dead, Mark.NO, zone),
        *_section("Perhaps sent, being looked for", doubtful, Mark.WARNING, zone),
        *_section("Waiting", waiting, Mark.WAITING, zone),
    ]
    if not parts:
        sentence = "Everything is delivered; nothing waits and nothing failed."
        return Card("Deliveries", (text(sentence),), Tone.GOOD, sentence)
    if dead:
        ways = tuple(Button(f"Try {each.id} again", f"deliveries retry {each.id}") for each in dead[:SHOWN])
        parts.append(Buttons(ways))
    parts.append(note("Who was told of one release: /release deliveries REL-42"))
    return Card("Deliveries", tuple(parts), Tone.WARNING if dead or doubtful else Tone.INFO)


def _section(title: str, rows: Sequence[Posting], mark: Mark, zone: str) -> list[Part]:
    if not rows:
        return []
    parts: list[Part] = [Heading(title), Items(tuple(_row(each, mark, zone) for each in rows[:SHOWN]))]
    if len(rows) > SHOWN:
        parts.append(note(f"… and {count(len(rows) - SHOWN, 'more', 'more')}, at least"))
    return parts


def _row(posting: Posting, mark: Mark, zone: str) -> Item:
    pieces: list[Piece | str] = [Bold(f"{posting.id}"), f" {posting.subject} to ", place(posting), ", since "]
    pieces.append(Moment(posting.due_at, zone=zone))
    if posting.attempts:
        pieces.append(f", tried {count(posting.attempts, 'time')}")
    if posting.error:
        pieces.append(f": {posting.error}")
    return item(*pieces, mark=mark)


def place(posting: Posting) -> Piece:
    """The channel, or the person's account for a direct message."""
    if posting.direct:
        return Bold(f"@{posting.channel}")
    return ChannelRef(posting.platform.value, posting.workspace, posting.channel, posting.channel)


_HOW = {
    ToldHow.SENT: "told",
    ToldHow.EDITED: "card brought up to date",
    ToldHow.FOUND: "told; the message was found after an interrupted delivery",
    ToldHow.RESENT: "told again after an interrupted delivery, so it may appear twice",
    ToldHow.DEAD: "not told, the platform refused",
    ToldHow.EXPIRED: "not told, it was no longer worth sending",
}
_OUTCOMES = {PostingState.SHOWN: Mark.DONE, PostingState.DEAD: Mark.NO, PostingState.EXPIRED: Mark.NO}


def ledger_card(subject: str, tellings: Sequence[Telling], open_: Sequence[Posting], zone: str) -> Card:
    """Who knows of a release: who was told, where and when, or why not."""
    if not tellings and not open_:
        sentence = f"Nobody was told of {subject}."
        return Card(f"Who knows of {subject}", (text(sentence),), Tone.NEUTRAL, sentence)
    last = {telling.posting.id: telling for telling in tellings}
    rows = [_told(telling, zone) for telling in last.values()]
    parts: list[Part] = [Items(tuple(rows[-SHOWN * 3 :]))] if rows else []
    if len(rows) > SHOWN * 3:
        parts.insert(0, note(f"The last {SHOWN * 3} of {len(rows)}"))
    parts += _section("Still to come", open_, Mark.WAITING, zone)
    return Card(f"Who knows of {subject}", tuple(parts), Tone.NEUTRAL)


def _told(telling: Telling, zone: str) -> Item:
    posting, told = telling.posting, telling.told
    pieces: list[Piece | str] = [place(posting), f": {_HOW[told.outcome]}, ", Moment(told.at, zone=zone)]
    if told.detail:
        pieces.append(f" ({told.detail})")
    return item(*pieces, mark=_OUTCOMES.get(posting.state, Mark.WAITING))
