"""A courier's single steps, for tests that ask who may take what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import outbox
from storage.outbox import Claimed, Ending, Holder
from storage.store import Store
from storage.terms import Platform, PostingState, ToldHow
from tests.fakes.outbox import now

SLACK = (Platform.SLACK,)


def look(store: Store, at: datetime | None = None) -> outbox.Look:
    return store.write_now(lambda tx: outbox.look(tx, SLACK, at or now()))


def claim(store: Store, owner: str = "me", token: str = "t1", **given: Any) -> list[Claimed]:  # noqa: S107  # a token of a lease
    at = given.get("at") or now()
    heads = given.get("heads") or look(store, at).heads
    return store.write_now(lambda tx: outbox.claim(tx, heads, holder=Holder(owner, token, 12), now=at))


def finish(store: Store, claimed: Claimed, ending: Ending) -> bool:
    return store.write_now(lambda tx: outbox.finish(tx, claimed, ending, now()))


def shown(message: str = "m1", revision: int = 1) -> Ending:
    return Ending(PostingState.SHOWN, message=message, shown=revision, told=ToldHow.SENT)
