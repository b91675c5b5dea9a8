"""From a handler's posts to rows of the outbox: audiences become channels, people become accounts."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from handlers.kit.call import Audience, Call, Direct, Place, Post, Reply, WhereverItHangs
from handlers.kit.notices import chosen, is_served
from handlers.kit.redraw import kept_posts
from messages.card import Card
from messages.card_json import one_level
from storage.people import Account
from storage.posting import Posting
from storage.records import Records
from storage.terms import Delivery


def put_all(records: Records, reply: Reply, call: Call) -> None:
    """Every post of a reply; then the checklists that somebody keeps, which change along with what they tell of."""
    for post in reply.posts:
        put(records, post, call)
    for post in kept_posts(call, reply.trail, records) if reply.trail else ():
        put(records, post, call)


def put(records: Records, post: Post, call: Call) -> None:
    """Write what is to be shown, in the transaction of the change. Nothing is sent here."""
    card = card_text(post.card)
    hanging = records.postings.in_slot(post.slot) if post.delivery is Delivery.CARD else []
    taken = {(each.platform, each.workspace, each.channel) for each in hanging}
    if hanging:
        records.postings.change_all(post.slot, card, call.at, until=post.until)
    for place in _places(records, post, hanging):
        if (place.platform, place.workspace, place.channel) not in taken:
            records.postings.say(_row(records, post, place, card, call))


def card_text(card: Card) -> str:
    """The card as it's kept in the outbox; `messages.card_json.from_json` reads it back."""
    return orjson.dumps(card, default=one_level, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()


def _places(records: Records, post: Post, hanging: Sequence[Posting]) -> list[Place]:
    match post.to:
        case Audience(name):
            return [Place(link.platform, link.workspace, link.channel) for link in records.links.of(name)]
        case Direct(person_id):
            account = _reader(records, records.people.accounts(person_id), hanging)
            return [Place(account.platform, account.workspace, account.external, direct=True)] if account else []
        case Place():
            return [post.to]
        case WhereverItHangs():
            return _under_parent(records, post)


def _reader(records: Records, accounts: Sequence[Account], hanging: Sequence[Posting]) -> Account | None:
    """The account to which a direct card goes; None when it hangs with one of them already and is edited there."""
    direct = {(each.platform, each.workspace, each.channel) for each in hanging if each.direct}
    told = (each for each in accounts if (each.platform, each.workspace, each.external) in direct)
    return None if any(is_served(records, each) for each in told) else chosen(records, accounts)


def _under_parent(records: Records, post: Post) -> list[Place]:
    """A reply goes to every place where its parent hangs; a card that isn't said anywhere anew goes nowhere."""
    if post.delivery is not Delivery.REPLY:
        return []
    return [
        Place(each.platform, each.workspace, each.channel, direct=each.direct)
        for each in records.postings.in_slot(post.parent)
    ]


def _row(records: Records, post: Post, place: Place, card: str, call: Call) -> Posting:
    return Posting.model_construct(
        organisation_id=records.organisation.id,
        subject=post.subject,
        slot=post.slot,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        direct=place.direct,
        delivery=post.delivery,
        parent=post.parent,
        card=card,
        priority=post.priority,
        created_at=call.at,
        due_at=call.at,
        until=post.until,
    )
