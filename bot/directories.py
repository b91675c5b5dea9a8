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
    wanted = people_to_know(card)
    if not wanted:
        return directory
    here = (Platform(directory.platform), directory.workspace)

    def read(records: Records) -> dict[int, str]:
        accounts = [account for person in wanted for account in records.people.accounts(person)]
        return {each.person_id: each.external for each in reversed(accounts) if (each.platform, each.workspace) == here}

    return replace(directory, accounts=await look(store, organisation, read))
