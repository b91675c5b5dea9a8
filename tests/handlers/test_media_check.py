"""The check of a release's media: its entries, what a person saw, and what Cabbot read itself (process sections 1 and 5)."""

from __future__ import annotations

import pytest

from handlers.policy.may_read import MayRead
from messages.line import compose
from storage.medium_reading import MediumReading
from storage.store import Store
from storage.terms import Outcome
from tests.handlers import stories
from tests.handlers.buttons import buttons
from tests.handlers.town import Town, card_of, sentence_of, told

A, B = "ab" * 32, "cd" * 32
URI = "oci://registry.example/payments:2.4.0"
PAY, WEB = "https://artifacts.example.org/pay.tar", "file:///srv/artifacts/web.zip"
NAMED = MayRead(("https://artifacts.example.org",), ("/srv/artifacts",))


async def test_check_says_what_is_missing_and_what_differs(town: Town) -> None:
    await stories.drafted(town)
    await town.all(
        ("ana", f"media add REL-1 file:///dml/pay.tar sha256={A} licence=MIT"),
        ("ana", f"media add REL-1 https://example.org/web.zip?v=1 sha256={A} licence=MIT"),
        ("ana", f"media add REL-1 {URI}"),
    )
    plain = await town.say("st", "media check REL-1")
    assert sentence_of(plain) == "Media of REL-1: 1 entry of 3 to be mended."
    assert "SHA-256 missing; licence missing" in told(plain)
    assert "The digest of 3 artifacts was only looked at, not compared." in told(plain)
    seen = await town.say("st", compose("media", "check", "REL-1", sums=f"{A}  ./pay.tar\nSHA256 (web.zip) = {B}"))
    assert sentence_of(seen) == "Media of REL-1: 2 entries of 3 to be mended."
    assert f"the digest differs: {B} was seen, {A} is recorded" in told(seen)
    assert "The digest of 1 artifact was only" in told(seen)


async def test_check_takes_nothing_but_what_sha256sum_prints(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 {URI}"))
    answer = await town.say("st", compose("media", "check", "REL-1", sums=f"{A}  a\nnonsense"))
    assert sentence_of(answer).startswith("Line 2 (“nonsense”) isn't what sha256sum prints")


async def test_two_files_of_one_name_are_not_taken_for_each_other(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 file:///dml/a/pay.tar sha256={A} licence=MIT"))
    lines = f"{A}  a/pay.tar\n{B}  b/pay.tar"
    assert "of 1 artifact was only" in told(await town.say("st", compose("media", "check", "REL-1", sums=lines)))


# ---- what Cabbot reads itself


async def recorded(town: Town) -> None:
    """Two artifacts that may be read, one of them without a digest, and one that can't be."""
    town.door.may_read = NAMED
    await stories.drafted(town)
    await town.all(
        ("ana", f"media add REL-1 {PAY} sha256={A} licence=MIT"),
        ("ana", f"media add REL-1 {WEB} licence=MIT"),
        ("ana", f"media add REL-1 {URI} sha256={A} licence=MIT"),
    )


async def read(town: Town, uri: str, **what: str) -> None:
    """As the clock says what came of it."""
    town.plan(compose("media", "checked", "REL-1", uri, **what), town.clock.at)
    await town.later()


def readings(town: Town) -> dict[str, MediumReading]:
    release = town.release()
    return town.look(lambda records: records.readings.of(release.id))


async def test_s1_what_may_be_read_is_put_down_to_be_read_and_nothing_waits_for_it(town: Town) -> None:
    await recorded(town)
    answer = await town.say("ana", "media check REL-1")
    assert sentence_of(answer) == "Media of REL-1: 1 entry of 3 to be mended, 2 being read."
    assert "hears by direct message" in told(answer)
    assert f"{URI} · right · not read: oci: isn't read by Cabbot" in told(answer)
    assert {uri: each.waits for uri, each in readings(town).items()} == {PAY: True, WEB: True}
    assert town.last().after == {"media to be read": [PAY, WEB]}


async def test_asked_twice_it_is_read_once(town: Town) -> None:
    await recorded(town)
    await town.all(("ana", "media check REL-1"), ("ana", "media check REL-1"))
    assert [each.command for each in town.journal()].count("media check") == 1


async def test_nothing_is_read_unless_its_place_is_named(town: Town) -> None:
    await recorded(town)
    town.door.may_read = MayRead(folders=("/srv/artifacts",))
    answer = await town.say("ana", "media check REL-1")
    assert "not read: its host isn't one that Cabbot may read from" in told(answer)
    assert list(readings(town)) == [WEB]


async def test_who_has_no_part_in_the_release_has_nothing_read(town: Town) -> None:
    await recorded(town)
    answer = await town.say("st", "media check REL-1")
    assert "The coordinator of REL-1 or a release manager can have it read" in told(answer)
    assert readings(town) == {}
    assert town.last().command == "media add"


async def test_nothing_is_read_of_a_record_that_is_closed(town: Town) -> None:
    await recorded(town)
    await town.all(("ana", "cancel REL-1 no"), ("ana", "media check REL-1"))
    assert readings(town) == {}


async def test_with_digests_that_a_person_saw_nothing_is_read(town: Town) -> None:
    await recorded(town)
    answer = await town.say("ana", compose("media", "check", "REL-1", sums=f"{B}  pay.tar"))
    assert f"the digest differs: {B} was seen" in told(answer)
    assert readings(town) == {}


async def test_who_asked_hears_once_of_all_that_was_read(town: Town) -> None:
    await recorded(town)
    await town.say("rm", "media check REL-1")
    await read(town, PAY, sha256=A)
    assert town.heard("rm", "media:") == []
    await read(town, WEB, why="there is no such file")
    [heard] = town.heard("rm", "media:")
    assert "Media of REL-1: 1 entry of 2 to be mended." in heard
    assert f"{PAY} · read and right" in heard
    assert "couldn't be read: there is no such file" in heard
    assert URI not in heard
    last = town.last()
    assert (last.command, last.person, last.outcome) == ("media checked", "Cabbot", Outcome.DONE)
    assert (last.after, last.why) == ({"media": WEB, "reading": "unread"}, "there is no such file")
    assert town.heard("ana", "differs:") == []


async def test_s5_a_digest_that_differs_is_told_to_the_coordinator(town: Town) -> None:
    await recorded(town)
    await town.say("rm", "media check REL-1")
    await read(town, PAY, sha256=B)
    [heard] = town.heard("ana", "differs:")
    assert "REL-1: an artifact isn't what was recorded; its digest differs." in heard
    assert A in heard
    assert B in heard
    assert town.last().after == {"media": PAY, "reading": "differs", "sha256": B}
    assert "the digest differs" in told(await town.say("st", "media list REL-1"))
    assert town.release().content.media[0].sha256 == A


async def test_a_digest_that_was_read_is_offered_and_never_written_silently(town: Town) -> None:
    await recorded(town)
    await town.say("ana", "media check REL-1")
    await read(town, PAY, sha256=A)
    await read(town, WEB, sha256=B)
    assert town.release().content.media[1].sha256 == ""
    [posting] = town.postings("ana", "media:")
    [offer] = [each for each in buttons(card_of(posting)) if each.label == "Record this digest"]
    assert not (await town.press("ana", offer)).refused
    assert town.release().content.media[1].sha256 == B
    assert town.release().content.media[1].licence == "MIT"
    assert "read and right" in told(await town.say("ana", "media list REL-1")).partition(WEB)[2].partition(URI)[0]


async def test_a_digest_that_is_mended_is_right_without_reading_it_again(town: Town) -> None:
    await recorded(town)
    await town.say("ana", "media check REL-1")
    await read(town, PAY, sha256=B)
    await town.all(("ana", f"media add REL-1 {PAY} sha256={B}"))
    assert "the digest differs" not in told(await town.say("ana", "media list REL-1"))


async def test_what_is_no_longer_recorded_is_not_noted(town: Town) -> None:
    await recorded(town)
    await town.all(("ana", "media check REL-1"), ("ana", f"media strike REL-1 {PAY}"))
    await read(town, PAY, sha256=A)
    assert town.last().why == f"{PAY} isn't among the media any more"
    await read(town, WEB, sha256=A)
    assert len(town.heard("ana", "media:")) == 1


FORGED = ["media checked REL-1 {uri} sha256={digest}", "media checked REL-1 uri={uri} sha256={digest} form=yes"]


@pytest.mark.parametrize("line", FORGED)
async def test_nobody_says_in_chat_what_was_read(town: Town, line: str) -> None:
    await recorded(town)
    await town.say("ana", "media check REL-1")
    for who in ("ana", "rm", "cm", "po"):
        answer = await town.say(who, line.format(uri=PAY, digest=A))
        assert answer.refused
        assert sentence_of(answer).startswith("I don't know “media checked”.")
    assert [each.read_at for each in readings(town).values()] == [None, None]


async def test_both_databases_keep_what_was_read(store: Store) -> None:
    town = Town(store)
    await recorded(town)
    await town.all(("ana", "media check REL-1"))
    await read(town, PAY, sha256=A)
    await read(town, PAY, why="x" * 300)
    kept = readings(town)[PAY]
    assert (kept.sha256, kept.why, kept.read_at) == (A, "x" * 300, town.clock.at)
    await town.all(("rm", "media check REL-1"))
    again = readings(town)[PAY]
    assert (again.waits, again.unheard, again.asked_by) == (True, False, town.people["ana"])
    town.write(lambda records: records.give_all(town.people["ana"], town.people["rm"]))
    assert {each.asked_by for each in readings(town).values()} == {town.people["rm"]}
