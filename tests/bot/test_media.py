"""Artifacts that wait are read by one replica each, and nothing of it is lost or said twice, whoever dies in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.artifact import Artifacts, CantRead, purposes
from bot.due_work import DueWork
from bot.media import Media
from bot.outbound import Outbound
from handlers.policy.may_read import MayRead
from storage.medium_reading import MediumReading
from storage.store import Store
from storage.terms import Role
from tests.fakes.artifact_store import BYTES, OTHER, SHA256, artifact_store
from tests.handlers import stories
from tests.handlers.town import Town, told

A = "ab" * 32
NAMED = MayRead(("https://artifacts.example.org",))


class Reading:
    """Reads as the test says; `begun` are the URIs in the order in which it was asked for them."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.waits = asyncio.Event()
        self.waits.set()
        self.at_it = asyncio.Event()

    async def digest(self, uri: str) -> str:
        self.begun.append(uri)
        self.at_it.set()
        await self.waits.wait()
        if uri in self.fails:
            raise self.fails[uri]
        return A


def uri(number: int) -> str:
    return f"https://artifacts.example.org/{number}.tar"


async def asked(store: Store, count: int = 1) -> Town:
    """A release with so many artifacts, all of them to be read."""
    town = Town(store)
    town.door.may_read = NAMED
    await stories.drafted(town)
    for number in range(count):
        await town.all(("ana", f"media add REL-1 {uri(number)} sha256={A} licence=MIT"))
    await town.all(("ana", "media check REL-1"))
    return town


def kept(town: Town) -> dict[str, MediumReading]:
    release = town.release()
    return town.look(lambda records: records.readings.of(release.id))


async def said(town: Town) -> None:
    """The clock says what is due, as every replica's does each second."""
    await DueWork(town.store, town.clock, town.door).run()


async def test_what_waits_is_read_and_the_clock_says_what_came_of_it(store: Store) -> None:
    town, reader = await asked(store, 3), Reading()
    reader.fails = {uri(1): CantRead("there is no such file"), uri(2): ZeroDivisionError("secret")}
    await Media(town.store, town.clock, reader).run()
    assert reader.begun == [uri(0), uri(1), uri(2)]
    await said(town)
    read = kept(town)
    assert [(each.waits, each.unheard) for each in read.values()] == [(False, False)] * 3
    assert (read[uri(0)].sha256, read[uri(1)].why) == (A, "there is no such file")
    assert read[uri(2)].why.startswith("Cabbot failed (ZeroDivisionError), reference ")
    assert "secret" not in "".join(town.heard("ana", "media:"))
    assert [each.command for each in town.journal()][-3:] == ["media checked"] * 3


async def test_nothing_waits_and_nobody_reads(store: Store) -> None:
    town, reader = await asked(store), Reading()
    media = Media(town.store, town.clock, reader)
    for _ in range(3):
        await media.run()
        await said(town)
    assert reader.begun == [uri(0)]


async def test_nothing_is_locked_while_it_is_read(store: Store) -> None:
    """Reading may take a quarter of an hour."""
    town, reader = await asked(store), Reading()
    reader.waits.clear()
    running = asyncio.create_task(Media(town.store, town.clock, reader).run())
    await reader.at_it.wait()
    async with asyncio.timeout(20):
        await town.all(("ana", "edit REL-1 goal=Sooner"), ("ana", f"media add REL-1 {uri(7)} licence=MIT"))
        assert "being read" in told(await town.say("ana", "media list REL-1"))
    reader.waits.set()
    await running
    await said(town)
    assert kept(town)[uri(0)].sha256 == A


async def test_who_dies_while_reading_leaves_it_to_another(store: Store) -> None:
    town, dying, living = await asked(store), Reading(), Reading()
    dying.waits.clear()
    running = asyncio.create_task(Media(town.store, town.clock, dying, held=0.2).run())
    await dying.at_it.wait()
    running.cancel()
    await asyncio.wait({running})
    other = Media(town.store, town.clock, living)
    async with asyncio.timeout(10):
        while not living.begun:
            await other.run()
            await asyncio.sleep(0.02)
    await said(town)
    assert kept(town)[uri(0)].sha256 == A
    assert len(town.heard("ana", "media:")) == 1


async def test_who_dies_before_it_is_said_leaves_the_sentence(store: Store) -> None:
    town = await asked(store)
    await Media(town.store, town.clock, Reading()).run()
    assert kept(town)[uri(0)].unheard
    [due] = [each for each in town.waiting() if each.line.startswith("media checked")]
    assert due.line == f"media checked REL-1 {uri(0)} sha256={A}"
    reader = Reading()
    await Media(town.store, town.clock, reader).run()
    assert reader.begun == []
    await said(town)
    await said(town)
    assert [each.command for each in town.journal()].count("media checked") == 1


async def test_who_reads_for_long_holds_it_for_longer(store: Store) -> None:
    town, slow = await asked(store), Reading()
    slow.waits.clear()
    running = asyncio.create_task(Media(town.store, town.clock, slow, held=0.9).run())
    await slow.at_it.wait()
    first = kept(town)[uri(0)].held_until
    async with asyncio.timeout(20):
        while kept(town)[uri(0)].held_until == first:  # noqa: ASYNC110 - it happens in the database
            await asyncio.sleep(0.05)
    slow.waits.set()
    await running
    await said(town)
    assert kept(town)[uri(0)].sha256 == A


async def test_what_is_held_nobody_else_reads(store: Store) -> None:
    town, slow, idle = await asked(store), Reading(), Reading()
    slow.waits.clear()
    running = asyncio.create_task(Media(town.store, town.clock, slow).run())
    await slow.at_it.wait()
    await Media(town.store, town.clock, idle).run()
    slow.waits.set()
    await running
    assert (slow.begun, idle.begun) == ([uri(0)], [])


async def test_who_lost_it_says_nothing(store: Store) -> None:
    """It was asleep for so long that another replica took over."""
    town, late, prompt = await asked(store), Reading(), Reading()
    late.waits.clear()
    sleeper = Media(town.store, town.clock, late, held=3000)
    running = asyncio.create_task(sleeper.run())
    await late.at_it.wait()
    town.store.write_now(lambda tx: tx.raw("UPDATE medium_reading SET held_until = NULL"))
    prompt.waits.clear()
    other = asyncio.create_task(Media(town.store, town.clock, prompt).run())
    await prompt.at_it.wait()
    late.fails = {uri(0): CantRead("it woke up late")}
    late.waits.set()
    await running
    prompt.waits.set()
    await other
    await said(town)
    assert kept(town)[uri(0)].sha256 == A
    assert [each.command for each in town.journal()].count("media checked") == 1


@pytest.mark.postgres
async def test_two_replicas_share_what_waits(postgres_url: str, open_stores: Callable[[str], Store]) -> None:
    town = await asked(open_stores(postgres_url), 12)
    other = open_stores(postgres_url)
    readers = [Reading(), Reading()]
    replicas = [Media(store, town.clock, reader) for store, reader in zip((town.store, other), readers, strict=True)]
    async with asyncio.timeout(20):
        while any(each.waits for each in kept(town).values()):
            await asyncio.gather(*(each.run() for each in replicas))
    await said(town)
    assert Counter(readers[0].begun + readers[1].begun) == Counter({uri(number): 1 for number in range(12)})
    assert len(town.heard("ana", "media:")) == 1
    assert [each.command for each in town.journal()].count("media checked") == 12


async def test_from_the_check_to_the_word_about_a_digest_that_differs(store: Store, tmp_path: Path) -> None:
    """Real bytes from a real store and a real folder."""
    town = Town(store)
    town.add("rita", Role.RELEASE_MANAGER)
    (tmp_path / "web.zip").write_bytes(BYTES)
    await stories.drafted(town)
    async with artifact_store() as there:
        town.door.may_read = MayRead((there.url,), (str(tmp_path),))
        outbound = Outbound(purposes(town.door.may_read.origins))
        media = Media(town.store, town.clock, Artifacts(outbound, town.door.may_read, 4 * 1024 * 1024))
        await town.all(
            ("ana", f"media add REL-1 {there.at('payments.tar')} sha256={OTHER} licence=MIT"),
            ("ana", f"media add REL-1 file://{tmp_path}/web.zip sha256={SHA256} licence=MIT"),
            ("ana", f"media add REL-1 {there.at('gone.tar')} sha256={SHA256} licence=MIT"),
            ("rita", "media check REL-1"),
        )
        await media.run()
        await outbound.close()
    await said(town)
    [heard] = town.heard("rita", "media:")
    assert f"the digest differs: {SHA256} was read" in heard
    assert f"{tmp_path}/web.zip · read and right" in heard
    assert "couldn't be read: there is nothing at that address (404)" in heard
    [differs] = town.heard("ana", "differs:")
    assert "A digest differs" in differs
