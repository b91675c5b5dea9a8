"""Media: where the authorised versions are kept, with digest and licence."""

from __future__ import annotations

import pytest

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


async def test_nothing_recorded_says_so(town: Town) -> None:
    await stories.drafted(town)
    for line in ("media list REL-1", "media check REL-1"):
        assert "No media of REL-1 is recorded yet." in told(await town.say("st", line))
