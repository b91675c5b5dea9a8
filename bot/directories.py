"""What an edge looks up before it draws a card: the accounts that people have in the workspace where it will hang."""

from __future__ import annotations

from dataclasses import replace

from bot.organisations import look
from messages.card import Card
from messages.directory import Directory, people_to_know
from storage.records import Records
from storage.store import Store
from storage.terms import Platform


async def accounts_for(store: Store, organisation: int, directory: Directory, card: Card) -> Directory:
    """The directory with the accounts of everybody whom the card notifies or is refreshed for; the oldest of several."""
    if not people_to_know(card):
        return directory
    return await look(store, organisation, lambda records: with_accounts(records, directory, card))


def with_accounts(records: Records, directory: Directory, card: Card) -> Directory:
    """The same for somebody who is looking already."""
    here = (Platform(directory.platform), directory.workspace)
    accounts = [account for person in people_to_know(card) for account in records.people.accounts(person)]
    known = {each.person_id: each.external for each in reversed(accounts) if (each.platform, each.workspace) == here}
    return replace(directory, accounts=known)
