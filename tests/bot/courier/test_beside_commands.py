"""Commands and the courier work on the same rows at the same time, and neither makes the other fail."""

from __future__ import annotations

import asyncio
import random
from functools import partial

from storage.due import Due, claim
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import DueState
from tests.fakes.chat import FakeChat, FakePlatform
from tests.fakes.outbox import delivering, now, organisation, posting, row, rows, say, settled

CARDS, COMMANDS, BURST = 12, 40, 6


async def test_changes_of_cards_that_are_being_delivered_meet_no_deadlock(store: Store) -> None:
    owner, chance = organisation(store), random.Random(5)
    keys = say(store, *(posting(owner, f"C{n}", "card", title="0") for n in range(CARDS)))

    async def command(number: int) -> None:
        chosen = chance.sample(keys, BURST)

        def change(tx: Transaction) -> None:
            records = Records(tx, owner, lock=True)
            for key in chosen:
                records.postings.change(row(tx, key), f'{{"_":"Card","title":"{number}"}}', now())
                records.postings.say(posting(owner, f"C{key}", f"event {number}"))

        await store.write(change)

    platform = FakePlatform()
    async with delivering(store, FakeChat(platform)):
        for start in range(0, COMMANDS, 4):
            await asyncio.gather(*(command(number) for number in range(start, start + 4)))
        await settled(store, keys)
    assert all(each.shown == each.wanted for each in rows(store, keys))
    assert platform.doubled() == []


async def test_what_falls_due_while_a_command_withdraws_it_meets_no_deadlock(store: Store) -> None:
    owner = organisation(store)

    def plan(tx: Transaction) -> list[Due]:
        dues = Records(tx, owner).dues
        return [
            dues.plan(Due(organisation_id=owner, key=f"d{n}", subject=f"REL-{n % 3}", line="x", at=now()))
            for n in range(30)
        ]

    def said(tx: Transaction, due: Due) -> bool:
        Records(tx, owner, lock=True)
        return claim(tx, due, DueState.SAID, now())

    def withdraw(tx: Transaction, number: int) -> int:
        return Records(tx, owner, lock=True).dues.withdraw(f"REL-{number}", now())

    planned = await store.write(plan)
    withdrawn = [store.write(partial(withdraw, number=number)) for number in range(3)]
    ends = await asyncio.gather(*(store.write(partial(said, due=due)) for due in planned), *withdrawn)
    assert sum(map(int, ends)) == len(planned)  # each once, the one way or the other
