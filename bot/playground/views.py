"""What the page is given to show: messages, people and channels as one person sees them, in plain JSON values."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from bot.playground.chat import direct
from bot.playground.chat_log import Message, Replies
from bot.playground.playground import Playground
from bot.playground.town import ORGANISATION, Citizen
from bot.sentence import Answer
from messages.card import Card
from messages.card_json import from_json
from messages.form import Choice
from messages.html import card_html
from messages.html_form import form_html
from messages.plain_text import summary
from storage.due import next_due
from storage.people import People
from storage.statement import Transaction

PAGE = 60
"""Messages that a channel shows at first, and again for each look further back."""

View = dict[str, Any]


def state(house: Playground, handle: str, tx: Transaction) -> View:
    """Who is there, and what time it is; read by a worker, so it leaves the chat log alone."""
    people = People(tx, house.organisation)
    due = next_due(tx)
    return {
        "organisation": ORGANISATION,
        "me": handle,
        "people": [_person(house, each, people) for each in house.town.citizens],
        "channels": [{"id": room.id, "name": room.id, "topic": room.topic} for room in house.town.rooms],
        "direct": direct(handle),
        "clock": {"now": stamp(house.clock.now()), "next": stamp(due) if due else None},
    }


def unread(house: Playground, handle: str) -> View:
    """What this person hasn't read, by channel; and who else has something from Cabbot waiting."""
    everybody = [each.handle for each in house.town.citizens]
    waiting = {each: house.log.unread(each, [direct(each)])[direct(each)] for each in everybody}
    return {"unread": house.log.unread(handle, house.channels_of(handle)), "waiting": waiting}


def channel(house: Playground, name: str, before: int) -> View:
    """A page of a channel's messages, oldest first, and whether there are earlier ones."""
    found = house.log.page(name, before, PAGE + 1)
    shown = found[-PAGE:]
    replies = house.log.replies(each.id for each in shown)
    return {"messages": [message(each, replies.get(each.id)) for each in shown], "earlier": len(found) > PAGE}


def thread(house: Playground, root: Message) -> View:
    """A message with everything that hangs in its thread."""
    return {
        "root": with_replies(house, root),
        "replies": [message(each) for each in house.log.thread(root.id)],
    }


def with_replies(house: Playground, root: Message) -> View:
    return message(root, house.log.replies([root.id]).get(root.id))


def message(each: Message, replies: Replies | None = None) -> View:
    card: Card | None = from_json(json.loads(each.card)) if each.card else None
    return {
        "id": each.id,
        "channel": each.channel,
        "thread": each.thread,
        "author": each.author,
        "at": stamp(each.at),
        "edited": stamp(each.edited_at) if each.edited_at else None,
        "html": card_html(card) if card else "",
        "words": each.words,
        "summary": summary(card) if card else each.words,
        "replies": {"count": replies.count, "last": stamp(replies.last_at)} if replies else None,
    }


def answer(house: Playground, given: Answer) -> View:
    """The private answer: a card, or a form with its errors."""
    return {
        "card": card_html(given.card) if given.card else "",
        "summary": summary(given.card) if given.card else "",
        "form": form_html(given.form, _people(house), _channels(house)) if given.form else "",
        "errors": given.has_field_errors,
        "refused": given.refused,
        "repeated": given.repeated,
    }


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _person(house: Playground, citizen: Citizen, people: People) -> View:
    number = house.people[citizen.handle]
    return {
        "id": number,
        "handle": citizen.handle,
        "name": citizen.name,
        "title": citizen.title,
        "about": citizen.about,
        "zone": citizen.zone,
        "initials": citizen.initials,
        "roles": sorted(role.value.replace("_", " ") for role in people.roles(number)),
    }


def _people(house: Playground) -> list[Choice]:
    return [Choice(f"<@{each.handle}>", f"{each.name}, {each.title}") for each in house.town.citizens]


def _channels(house: Playground) -> list[Choice]:
    return [Choice(f"<#{room.id}|{room.id}>", f"#{room.id}") for room in house.town.rooms]
