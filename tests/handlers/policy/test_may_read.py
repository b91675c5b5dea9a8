"""From where an artifact may be read: a table of cases, hostile ones among them."""

from __future__ import annotations

import pytest

from handlers.policy.may_read import NOWHERE, MayRead, path_of, unreadable

NAMED = MayRead(("https://artifacts.example.org", "https://store.example.org:8443"), ("/srv/artifacts", "/mnt/dml"))

READ = [
    "https://artifacts.example.org/payments/2.4.0/payments.tar.gz",
    "https://ARTIFACTS.example.org:443/a?version=2#part",
    "https://store.example.org:8443/a",
    "file:///srv/artifacts/payments.tar.gz",
    "file://localhost/mnt/dml/a%20b.tar",
    "file:/srv/artifacts/deep/er/x",
    "file:///srv//artifacts/./x",
]
NOT_READ = {
    "http://artifacts.example.org/a": "its host isn't one that Cabbot may read from",
    "https://artifacts.example.org:8443/a": "its host isn't one",
    "https://store.example.org/a": "its host isn't one",
    "https://artifacts.example.org.evil.example/a": "its host isn't one",
    "https://evil.example/artifacts.example.org": "its host isn't one",
    "https://artifacts.example.org\\@evil.example/": "it names a user",
    "https://artifacts.example.org@evil.example/a": "it names a user",
    "https://ana@artifacts.example.org/a": "it names a user",
    "https://169.254.169.254/latest": "its host isn't one",
    "https://artifacts.example.org:x/a": "its host can't be read",
    "https://[::1": "its host can't be read",
    "https:///a": "its host isn't one",
    "file:///etc/passwd": "it isn't in a folder that Cabbot may read",
    "file:///srv/artifacts": "it isn't in a folder",
    "file:///srv/artifacts2/x": "it isn't in a folder",
    "file:///srv/artifacts/../../etc/passwd": "it doesn't name a file of this machine plainly",
    "file:///srv/artifacts/%2e%2e/%2e%2e/etc/passwd": "it doesn't name a file",
    "file:///srv/artifacts/..%2f..%2fetc%2fpasswd": "it doesn't name a file",
    "file:///srv/artifacts/x%00.tar": "it doesn't name a file",
    "file:///srv/artifacts/%ff": "it doesn't name a file",
    "file:///srv/artifacts/x?y": "it doesn't name a file",
    "file://server.example/srv/artifacts/x": "it doesn't name a file",
    "file:srv/artifacts/x": "it doesn't name a file",
    "oci://registry.example/payments:2.4.0": "oci: isn't read by Cabbot",
    "s3://bucket/a": "s3: isn't read",
    "ftp://artifacts.example.org/a": "ftp: isn't read",
    "urn:dml:payments": "urn: isn't read",
}


@pytest.mark.parametrize("uri", READ)
def test_s1_what_the_operator_has_named_is_read_and_else_nothing(uri: str) -> None:
    assert unreadable(uri, NAMED) == ""
    assert unreadable(uri, NOWHERE) != ""


@pytest.mark.parametrize("uri", NOT_READ)
def test_s1_what_is_not_named_is_not_read_and_it_says_why(uri: str) -> None:
    assert unreadable(uri, NAMED).startswith(NOT_READ[uri])


def test_the_path_of_a_file() -> None:
    assert str(path_of("file:///srv/artifacts/a%20b/x.tar")) == "/srv/artifacts/a b/x.tar"
    assert path_of("file:///srv/artifacts/../x") is None
