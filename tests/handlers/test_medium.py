"""Media: where the authorised versions are kept, with digest and licence."""

from __future__ import annotations

import pytest

from messages.line import compose
from storage.content import Medium
from storage.terms import State
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told

A, B = "ab" * 32, "cd" * 32
URI = "oci://registry.example/payments:2.4.0"


async def test_s1_an_artifact_has_uri_digest_and_licence(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 {URI} sha256=SHA256:{A.upper()} licence=MIT"))
    assert town.release().content.media == (Medium(uri=URI, sha256=A, licence="MIT"),)
    assert town.last().after["media"] == [{"uri": URI, "sha256": A, "licence": "MIT"}]


async def test_s3_a_change_of_media_voids_the_approval(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", f"media add REL-1 {URI} sha256={A} licence=MIT"))
    assert (town.release().state, town.release().revision) == (State.DRAFT, 2)
    assert any(A in each for each in town.heard("cab", "changed:"))


async def test_said_again_completes_the_entry(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 {URI} sha256={A}"), ("ana", f"media add REL-1 {URI} licence=MIT"))
    assert town.release().content.media == (Medium(uri=URI, sha256=A, licence="MIT"),)


async def test_strike(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 {URI}"), ("ana", f"media strike REL-1 {URI}"))
    assert town.release().content.media == ()


async def test_only_owners_record_media(town: Town) -> None:
    await stories.drafted(town)
    assert (await town.say("st", f"media add REL-1 {URI}")).refused


REFUSED = {
    "media add REL-1 payments.tar": "A URI names a scheme and a place,",
    "media add REL-1 javascript:alert(1)": "“javascript:” names no place where an artifact is kept;",
    "media add REL-1 https://ana:secret@example.org/a": "That URI holds a password; leave it out,",
    f"media add REL-1 {URI} sha256=abc": "A SHA-256 has 64 hexadecimal digits; “abc” has 3 signs.",
    "media strike REL-1 s3://nowhere/x": "REL-1 has no artifact “s3://nowhere/x”.",
}


@pytest.mark.parametrize("line", REFUSED)
async def test_the_form_is_checked(town: Town, line: str) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", line)
    assert answer.refused
    assert sentence_of(answer).startswith(REFUSED[line])
    assert "secret" not in sentence_of(answer)


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


async def test_nothing_recorded_says_so(town: Town) -> None:
    await stories.drafted(town)
    for line in ("media list REL-1", "media check REL-1"):
        assert "No media of REL-1 is recorded yet." in told(await town.say("st", line))


async def test_two_files_of_one_name_are_not_taken_for_each_other(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"media add REL-1 file:///dml/a/pay.tar sha256={A} licence=MIT"))
    lines = f"{A}  a/pay.tar\n{B}  b/pay.tar"
    assert "of 1 artifact was only" in told(await town.say("st", compose("media", "check", "REL-1", sums=lines)))
