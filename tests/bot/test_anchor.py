"""Heads of the audit trail are told outside, and the command that verifies trails knows them."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.anchor import Anchor, AnchorError, read_heads
from bot.audit import HeadError, findings
from bot.clock import MovableClock
from bot.ticks import Ticks
from storage.migrate import WrongDatabase
from storage.organisation import Link
from storage.records import Records
from storage.statement import Transaction, Unavailable
from storage.store import Store
from storage.terms import Platform
from storage.verify import Head, Trouble
from tests.fakes.outbox import now, organisation, until
from tests.fakes.trail import Intruder, entry, written


def link(store: Store, owner: int, channel: str) -> None:
    def write(tx: Transaction) -> None:
        Records(tx, owner).links.add(
            Link(
                organisation_id=owner,
                audience="audit",
                platform=Platform.SLACK,
                workspace="T1",
                channel=channel,
                linked_by=0,
                linked_at=now(),
            )
        )

    store.write_now(write)


def posted(store: Store, owner: int) -> list[str]:
    return [each.card for each in store.write_now(lambda tx: Records(tx, owner).postings.of(""))]


async def test_a_head_that_moved_is_told_once(store: Store, tmp_path: Path) -> None:
    owner, file = organisation(store), tmp_path / "anchors.jsonl"
    organisation(store, "Silent", "T2")  # nothing happened there yet
    link(store, owner, "C-AUDIT")
    heads = written(store, owner, 3)
    anchor = Anchor(store, MovableClock(), file)
    await anchor.drop()
    await anchor.drop()
    assert read_heads(file) == [heads[-1]]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [card] = posted(store, owner)
    assert heads[-1].hash in card


async def test_each_head_is_a_message_of_its_own_and_replicas_post_it_once(store: Store, tmp_path: Path) -> None:
    owner = organisation(store)
    link(store, owner, "C-AUDIT")
    link(store, owner, "C-LEGAL")
    one, other = (Anchor(store, MovableClock(), tmp_path / name) for name in ("a", "b"))
    written(store, owner, 2)
    await asyncio.gather(one.drop(), other.drop())
    _more(store, owner)
    await asyncio.gather(one.drop(), other.drop())
    assert len(posted(store, owner)) == 4
    assert [head.seq for head in read_heads(tmp_path / "a")] == [2, 3]


def _more(store: Store, owner: int) -> None:
    def write(tx: Transaction) -> None:
        records = Records(tx, owner, lock=True)
        records.journal.append(records.organisation, entry(99))
        records.save_organisation()

    store.write_now(write)


async def test_without_a_file_and_a_channel_nothing_is_told(store: Store) -> None:
    owner = organisation(store)
    written(store, owner, 2)
    await Anchor(store, MovableClock()).drop()
    assert posted(store, owner) == []


def test_a_line_that_was_cut_off_in_writing_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text(json.dumps({"organisation": 1, "seq": 2, "hash": "ab"}) + "\n" + '{"organisation": 1, "se')
    assert read_heads(file) == [Head(1, 2, "ab")]


@pytest.mark.parametrize("line", ["nonsense", "{}", "[1]", '{"organisation": "x", "seq": 1, "hash": ""}', ""])
def test_an_anchor_file_that_holds_something_else_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "anchors.jsonl"
    file.write_text(f'{{"organisation": 1, "seq": 2, "hash": "ab"}}\n{line}\n')
    with pytest.raises(AnchorError, match="line 2: this isn't a head"):
        read_heads(file)


async def test_a_trail_that_was_cut_after_the_anchor_is_found(store: Store, database_url: str, tmp_path: Path) -> None:
    owner, file = organisation(store), tmp_path / "anchors.jsonl"
    heads = written(store, owner, 9)
    await Anchor(store, MovableClock(), file).drop()
    assert findings(database_url, file, [f"4:{heads[3].hash.upper()}"]) == []
    intruder = Intruder(store.engine)
    intruder.run("DELETE FROM journal WHERE seq > 6")
    intruder.rechain(store, owner, 7, head_too=True)
    assert findings(database_url, None) == []
    for found in (findings(database_url, file), findings(database_url, None, [f"8:{heads[7].hash}"])):
        [finding] = found
        assert (finding.seq, finding.trouble) == (7, Trouble.CUT)


async def test_a_head_given_by_hand_names_its_organisation_where_there_are_several(
    sqlite_store: Store, sqlite_url: str
) -> None:
    organisation(sqlite_store)
    second = organisation(sqlite_store, "Globex", "T2")
    heads = written(sqlite_store, second, 2)
    assert findings(sqlite_url, None, [f"{second}:2:{heads[1].hash}"]) == []
    for wrong in (f"2:{heads[1].hash}", "nonsense", "a:b:c"):
        with pytest.raises(HeadError, match=r"isn't a head; it should look like 120:9f86d0"):
            findings(sqlite_url, None, [wrong])


def test_an_empty_database_has_no_trail(tmp_path: Path) -> None:
    with pytest.raises(WrongDatabase, match="There is no audit trail"):
        findings(f"sqlite:///{tmp_path}/none.db", None)
    assert list(tmp_path.iterdir()) == []


# ---- the beats


async def test_beats_come_at_once_and_go_on_whatever_they_raise() -> None:
    ticks, beats = Ticks(), list[str]()

    async def beat() -> None:
        beats.append("beat")
        raise [ZeroDivisionError, Unavailable][len(beats) % 2]

    ticks.every(0.02, "beat", beat)
    ticks.start()
    try:
        await until(lambda: len(beats) > 3)
    finally:
        ticks.stop()
    ticks.stop()
    count = len(beats)
    await asyncio.sleep(0.1)
    assert len(beats) == count


async def test_a_beat_that_takes_long_is_not_begun_twice() -> None:
    ticks, begun = Ticks(), list[int]()

    async def beat() -> None:
        begun.append(1)
        await asyncio.sleep(3600)

    ticks.every(0.01, "long", beat)
    ticks.start()
    await asyncio.sleep(0.1)
    ticks.stop()
    assert begun == [1]


def test_a_moved_clock_dates_the_head(tmp_path: Path, sqlite_store: Store) -> None:
    owner, clock = organisation(sqlite_store), MovableClock()
    clock.forward(timedelta(days=400))
    written(sqlite_store, owner, 1)
    asyncio.run(Anchor(sqlite_store, clock, tmp_path / "a").drop())
    assert json.loads((tmp_path / "a").read_text())["at"].startswith(f"{clock.now():%Y-%m}")
