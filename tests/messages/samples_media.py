"""What a check of a release's media shows, from artifacts that are right to those that nobody could read."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.media_check import Checked, checked_card, differs_card
from storage.content import Content, Medium
from storage.medium_reading import MediumReading
from storage.release import Release
from storage.terms import ReleaseType

AT = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
RIGHT, OTHER = "9f3a" * 16, "0bad" * 16
STORE = "https://artifacts.example.org"
MEDIA = (
    Medium(uri=f"{STORE}/payments-2.4.0.tar.gz", sha256=RIGHT, licence="MIT"),
    Medium(uri=f"{STORE}/<web>.zip", sha256=RIGHT, licence="MIT"),
    Medium(uri="file:///srv/artifacts/ledger.tar", licence="MIT"),
    Medium(uri=f"{STORE}/gone.tar", sha256=RIGHT, licence="MIT"),
    Medium(uri=f"{STORE}/large.tar", sha256=RIGHT, licence="MIT"),
    Medium(uri="oci://registry.example/payments:2.4.0", sha256=RIGHT),
)
RELEASE = Release(
    number=42, key="REL-42", title="Faster refunds", type=ReleaseType.NORMAL, coordinator_id=1, requester_id=1,
    content=Content(media=MEDIA), created_at=AT,
)  # fmt: skip


def _read(medium: Medium, sha256: str = "", why: str = "", *, heard: bool = True) -> MediumReading:
    return MediumReading(
        release_id=7, uri=medium.uri, asked_by=1, asked_at=AT, unheard=not heard, sha256=sha256, why=why, read_at=AT
    )


READINGS = {
    each.uri: each
    for each in (
        _read(MEDIA[0], RIGHT),
        _read(MEDIA[1], OTHER),
        _read(MEDIA[2], OTHER),
        _read(MEDIA[3], why="there is nothing at that address (404)"),
        _read(MEDIA[4], heard=False),
    )
}
ROWS = [
    *(Checked(each, (), READINGS[each.uri]) for each in MEDIA[:2]),
    Checked(MEDIA[2], ("SHA-256 missing",), READINGS[MEDIA[2].uri]),
    *(Checked(each, (), READINGS[each.uri]) for each in MEDIA[3:5]),
    Checked(MEDIA[5], ("licence missing",), None, "oci: isn't read by Cabbot"),
]
CHECKED = checked_card(RELEASE, ROWS)
DIFFERS = differs_card(RELEASE, MEDIA[1], OTHER)
