"""Brings the outbox and the platforms into agreement: what should be shown is shown, once, in order, whatever dies.

A round: look, choose, claim in one short transaction, deliver without any, finish in another. docs/decisions/0005 says why
it is so; tests/faults kills it at each of its steps.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

import structlog

from bot.chat import Chat
from bot.clock import Clock
from bot.courier.alarm import tell_managers
from bot.courier.errand import TIMING, Errand, Timing, backoff
from bot.courier.pace import PACES, Pace, Pacer
from bot.courier.plan import Channel, Moment, Plan, channel_of, plan
from storage import outbox
from storage.organisation import Moved
from storage.outbox import Claimed, Ending, Holder
from storage.outbox_sql import Head
from storage.records import records_now
from storage.statement import Conflict, Transaction, Unavailable
from storage.store import Store
from storage.terms import Platform, PostingState

log = structlog.get_logger("cabbot.courier")

IN_FLIGHT = 256
"""Deliveries under way at once: at 150 ms each, 1,000 channels are served in 0.8 s, where 64 would need 2.5 s."""


def elapsed() -> tuple[float, float]:
    """Monotonic and wall time: the one stands still while a machine sleeps, the other can be set back."""
    return time.monotonic(), time.time()


class Courier:
    """Delivers for one process, until `stop`. `probe` is told at each step, for tests that kill at one of them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        chats: Mapping[Platform, Chat],
        *,
        paces: Mapping[Platform, Pace] = PACES,
        timing: Timing = TIMING,
        probe: Callable[[str], None] = lambda _step: None,
    ) -> None:
        self._store, self._clock, self._chats = store, clock, dict(chats)
        self._pacer, self._timing, self._probe = Pacer(paces), timing, probe
        self._owner, self._random = secrets.token_hex(8), random.SystemRandom()
        self._woken, self._stopping = asyncio.Event(), False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy: set[Channel] = set()
        self._under_way: dict[asyncio.Task[None], Claimed] = {}
        self._claiming = asyncio.Lock()
        self._troubled = False

    def wake(self) -> None:
        """There may be something to deliver. Safe from any thread, and after the end."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Deliver until `stop` is called."""
        self._loop = asyncio.get_running_loop()
        self._store.on_posted(self.wake)
        begun = False
        while not self._stopping:
            delay = self._timing.poll
            with self._surviving():
                begun = begun or await self._begin()
                delay = await self._round()
            await self._pause(delay)

    @property
    def busy(self) -> bool:
        """A delivery is under way."""
        return bool(self._under_way)

    async def stop(self) -> None:
        """Claim nothing more, finish what is under way, let other replicas go on."""
        self._stopping = True
        self.wake()
        end = asyncio.get_running_loop().time() + self._timing.stop
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(end), self._claiming:
                pass  # what is being claimed at this moment is under way too
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=max(0.0, end - asyncio.get_running_loop().time()))
        unfinished = dict(self._under_way)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        with self._surviving():
            await self._store.write(lambda tx: self._leave(tx, unfinished.values()))

    # ---- a round

    async def _begin(self) -> bool:
        """Only one process serves a SQLite file, so whatever is leased there was left by one that died."""
        if self._store.engine.dialect.name == "sqlite":
            await self._store.write(lambda tx: outbox.recover_all(tx, self._timing.settle))
        return True

    async def _round(self) -> float:
        """Deliver what can be delivered now; answers the seconds until the next look is worth while."""
        now = self._clock.now()
        look = await self._store.read(lambda tx: outbox.look(tx, tuple(self._chats), now))
        moment = Moment(now, time.monotonic())
        room = IN_FLIGHT - len(self._under_way)
        made = plan(look, moment, self._pacer, self._busy, room=room, poll=self._timing.poll)
        self._pacer.forget(moment.monotonic)
        if made.expire:
            await self._store.write(lambda tx: outbox.expire(tx, now))
        if made.recover:
            await self._store.write(lambda tx: outbox.recover(tx, self._timing.settle - self._timing.lease))
        if made.chosen:
            async with self._claiming:
                if not self._stopping:
                    await self._claim(made)
        return 0.0 if made.expire or made.recover else made.delay

    async def _claim(self, made: Plan) -> None:
        began, now = elapsed(), self._clock.now()
        holder = Holder(self._owner, secrets.token_hex(8), self._timing.lease, self._timing.workspace)
        heads = {head.id: head for head in made.chosen}

        def claim(tx: Transaction) -> list[Claimed]:
            claimed = outbox.claim(tx, made.chosen, holder=holder, now=now)
            self._probe("claiming")
            return claimed

        for claimed in await self._store.write(claim):
            self._probe("claimed")
            head = heads[claimed.posting.id]
            self._busy.add(channel_of(head))
            task = asyncio.create_task(self._deliver(head, claimed, began))
            self._under_way[task] = claimed
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        claimed = self._under_way.pop(task)
        posting = claimed.posting
        self._busy.discard((posting.platform, posting.workspace, posting.channel))
        self._woken.set()
        if not task.cancelled() and (mistake := task.exception()) is not None:
            log.error("delivery crashed", posting=posting.id, exc_info=mistake)

    async def _pause(self, delay: float) -> None:
        await asyncio.sleep(self._timing.breath)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._woken.wait()
        self._woken.clear()

    # ---- one delivery

    async def _deliver(self, head: Head, claimed: Claimed, began: tuple[float, float]) -> None:
        started = time.monotonic()
        errand = Errand(
            chat=self._chats[head.platform],
            claimed=claimed,
            timing=self._timing,
            now=self._clock.now(),
            fresh=lambda: self._lease_has_time(began),
            chance=self._random.random,
            probe=self._probe,
        )
        ending = await errand.run()
        if ending.rest is not None:
            self._pacer.rest(head, ending.rest, time.monotonic())
        if ending.channel_rest is not None:
            self._pacer.rest_channel(head, ending.channel_rest, time.monotonic())
        ours = await self._finished(claimed, ending)
        self._report(claimed, ending, ours=ours, seconds=time.monotonic() - started)

    def _lease_has_time(self, began: tuple[float, float]) -> bool:
        """One more request fits into the lease, however long this process or its machine was held up."""
        passed = max(now - then for now, then in zip(elapsed(), began, strict=True))
        return passed + self._timing.request < self._timing.lease

    async def _finished(self, claimed: Claimed, ending: Ending) -> bool:
        """Written down; as long as the database is away it is tried again, since nobody else knows how it ended."""
        attempt = 0
        while True:
            try:
                return await self._store.write(lambda tx: self._finish(tx, claimed, ending))
            except (Unavailable, Conflict, Moved) as failed:
                attempt += 1
                log.warning("delivery not written down yet", posting=claimed.posting.id, error=str(failed))
                await asyncio.sleep(0.1 + min(5.0, backoff(self._timing, attempt, self._random.random())))

    def _finish(self, tx: Transaction, claimed: Claimed, ending: Ending) -> bool:
        now, posting = self._clock.now(), claimed.posting
        dead = ending.state is PostingState.DEAD
        # The organisation is locked before the posting, as commands do it.
        records = records_now(tx, posting.organisation_id, lock=True) if dead else None
        ours = outbox.finish(tx, claimed, ending, now)
        if records is not None and ours:
            tell_managers(records, posting, ending.error, now)
        self._probe("finishing")
        return ours

    def _leave(self, tx: Transaction, unfinished: Iterable[Claimed]) -> None:
        """What was cut off in the middle, whoever comes next has to look for; other replicas may go on at once."""
        for claimed in unfinished:
            hangs = claimed.posting.shown > 0
            state = PostingState.WAITING if hangs else PostingState.DOUBTFUL
            settle = None if hangs else self._timing.settle
            ending = Ending(state, error="cut off by a shutdown", retry_in=settle, unsure=not hangs)
            outbox.finish(tx, claimed, ending, self._clock.now())
        outbox.release(tx, self._owner)

    def _report(self, claimed: Claimed, ending: Ending, *, ours: bool, seconds: float) -> None:
        self._probe("finished")
        posting = claimed.posting
        told = log.bind(
            posting=posting.id,
            platform=posting.platform.value,
            slot=posting.slot,
            revision=posting.wanted,
            attempt=posting.attempts,
            ms=round(seconds * 1000, 1),
        )
        if not ours:
            told.warning("delivery was taken over by another replica")
        elif ending.told is not None and ending.state is not PostingState.DEAD:
            told.info("delivery", outcome=ending.told.value)
        else:
            told.warning("delivery", outcome=ending.state.value, error=ending.error, retry_in=ending.retry_in)

    @contextlib.contextmanager
    def _surviving(self) -> Iterator[None]:
        """A database that is away, or a mistake of ours, ends a round and not the courier."""
        try:
            yield
        except Unavailable as failed:
            if not self._troubled:
                log.warning("deliveries wait for the database", error=str(failed))
            self._troubled = True
        except Conflict as first:
            log.info("another replica was first", error=str(first))
        except Exception:
            log.exception("a courier's round failed")
        else:
            self._troubled = False
