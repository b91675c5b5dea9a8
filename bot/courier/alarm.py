"""Release managers hear of what can't be delivered: through the outbox, like everything else."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.postings import card_text
from handlers.kit.notices import account_for
from messages.card import Card, ChannelRef, Plain
from messages.undeliverable import undeliverable
from storage.people import Account
from storage.posting import Posting
from storage.records import Records
from storage.terms import Delivery, Role

log = structlog.get_logger("cabbot.courier")

SLOT = "undeliverable"
PRIORITY = 3


def tell_managers(records: Records, posting: Posting, word: str, now: datetime) -> None:
    """Once a day and place; never of a message that itself tells of one."""
    if posting.slot.startswith(SLOT):
        return
    slot = f"{SLOT}:{posting.platform.value}:{posting.workspace}:{posting.channel}:{now:%Y-%m-%d}"
    card = undeliverable(posting.subject, _place(records, posting), word)
    managers = records.people.holders(Role.RELEASE_MANAGER)
    for person in managers:
        account, own = account_for(records, person.id), f"{slot}:{person.id}"
        if account is not None and not records.postings.in_slot(own):
            # A posting of an organisation that has joined another is told to that one's managers.
            told = _direct(account, own, card, posting, now)
            told.organisation_id = records.organisation.id
            records.postings.say(told)
    if not managers:
        log.warning("nobody holds the role of release manager, so nobody is told", posting=posting.id, error=word)


def _place(records: Records, posting: Posting) -> ChannelRef | Plain:
    if posting.direct:
        return Plain("a direct message")
    names = [link.channel_name for link in records.links.all() if link.channel == posting.channel]
    return ChannelRef(posting.platform.value, posting.workspace, posting.channel, names[0] if names else "")


def _direct(account: Account, slot: str, card: Card, about: Posting, now: datetime) -> Posting:
    return Posting.model_construct(
        organisation_id=about.organisation_id,
        subject=about.subject,
        slot=slot,
        platform=account.platform,
        workspace=account.workspace,
        channel=account.external,
        direct=True,
        delivery=Delivery.CARD,
        card=card_text(card),
        priority=PRIORITY,
        created_at=now,
        due_at=now,
    )
