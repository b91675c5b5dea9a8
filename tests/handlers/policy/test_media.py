"""The form of an entry in the definitive media library: tables of cases."""

from __future__ import annotations

import pytest

from handlers.policy.media import digest, lacks, seen, sums, uri
from storage.content import Medium

A, B = "0123456789abcdef" * 4, "f" * 64

URIS = {
    "oci://registry.example/payments:2.4.0": True,
    "s3://bucket/a/b.tar.gz": True,
    "file:///dml/a.tar": True,
    "https://ana@example.org/a": True,
    "git+ssh://git@example.org/r.git": True,
    "urn:dml:payments:2.4.0": True,
    "docker:payments": True,
    "payments": False,
    "://x": False,
    "https:": False,
    "https:///": False,
    "oci://a b": False,
    "1x://a": False,
    "JavaScript:alert(1)": False,
    "data:text/html,x": False,
    "https://ana:pw@example.org/a": False,
    "https://[::1": False,
    'oci://x"y': False,
}


@pytest.mark.parametrize("word", URIS)
def test_s1_a_uri_names_a_place_and_holds_no_password(word: str) -> None:
    if URIS[word]:
        assert uri(f" {word} ") == word
    else:
        with pytest.raises(ValueError) as raised:
            uri(word)
        assert "pw" not in str(raised.value)


@pytest.mark.parametrize("word", [A, A.upper(), f"sha256:{A}", f"SHA-256={A}", f" {A} "])
def test_s1_a_digest_is_kept_in_one_form(word: str) -> None:
    assert digest(word) == A


@pytest.mark.parametrize("word", [A[:-1], f"{A}0", "g" * 64, "md5:abc"])
def test_what_is_no_sha256(word: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        digest(word)


def test_s5_what_an_entry_lacks() -> None:
    assert lacks(Medium(uri="s3://a/b")) == ["SHA-256", "licence"]
    assert lacks(Medium(uri="s3://a/b", sha256=A, licence="MIT")) == []


def test_sums_in_both_of_the_forms_that_are_printed() -> None:
    assert sums(f"{A}  a b.tar\n\n{B.upper()} *b.tar\nSHA256 (c.tar) = {A}\nSHA2-256(d.tar)= {B}") == {
        "a b.tar": A, "b.tar": B, "c.tar": A, "d.tar": B,
    }  # fmt: skip


SEEN = {
    ("s3://x/a.tar", ("s3://x/a.tar",)): A,
    ("s3://x/a.tar", ("a.tar",)): A,
    ("s3://x/a.tar?v=2#f", ("./dist/a.tar",)): A,
    ("s3://x/a.tar", ("b.tar",)): None,
    ("s3://x/a.tar", ()): None,
}


@pytest.mark.parametrize("case", SEEN)
def test_an_artifact_is_known_by_its_uri_or_its_files_name(case: tuple[str, tuple[str, ...]]) -> None:
    where, files = case
    assert seen(Medium(uri=where), dict.fromkeys(files, A)) == SEEN[case]


def test_two_files_of_one_name_say_nothing() -> None:
    assert seen(Medium(uri="s3://x/a.tar"), {"one/a.tar": A, "two/a.tar": B}) is None
