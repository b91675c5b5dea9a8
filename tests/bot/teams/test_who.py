"""Who somebody is: what the envelope vouches for, and what Teams' roster says; each is enough to be no member (row 13)."""

from __future__ import annotations

import json

import pytest

from bot.teams.envelope import Said, read
from bot.teams.profiles import kind_of, profile_of
from bot.teams.speech import of_words
from storage.terms import AccountKind
from tests.bot.teams.guarded import OTHER_TENANT, payload
from tests.fakes.teams_authority import TENANT
from tests.fakes.teams_world import Json

ANA: Json = {
    "id": "29:ana",
    "aadObjectId": "7b9d6c1e-0000-4000-8000-000000000001",
    "name": "Ana Silva",
    "email": "Ana@example.org",
    "userPrincipalName": "ana@example.org",
    "tenantId": TENANT,
    "userRole": "user",
}


@pytest.mark.parametrize(
    "differs, kind",
    [
        ({}, AccountKind.MEMBER),
        ({"userRole": None, "tenantId": None}, AccountKind.MEMBER),
        ({"userRole": "guest"}, AccountKind.GUEST),
        ({"userRole": "Guest"}, AccountKind.GUEST),
        ({"userRole": "anonymous"}, AccountKind.GUEST),
        ({"userRole": "user", "userPrincipalName": "ana_example.net#EXT#@example.onmicrosoft.com"}, AccountKind.GUEST),
        ({"tenantId": OTHER_TENANT}, AccountKind.FOREIGN),
        ({"tenantId": OTHER_TENANT, "userRole": "guest"}, AccountKind.FOREIGN),
        ({"id": "28:somebot", "userRole": None}, AccountKind.BOT),
    ],
)
def test_the_roster_says_what_somebody_is(differs: Json, kind: AccountKind) -> None:
    assert kind_of(ANA | differs, TENANT) is kind


@pytest.mark.parametrize(
    "differs, email",
    [
        ({}, "ana@example.org"),
        ({"email": None}, "ana@example.org"),
        ({"email": "no address", "userPrincipalName": "ana@example.org"}, ""),
        ({"userRole": "guest"}, ""),
        ({"tenantId": OTHER_TENANT}, ""),
        ({"id": "28:somebot"}, ""),
    ],
)
def test_only_a_members_address_says_who_somebody_is(differs: Json, email: str) -> None:
    profile = profile_of(ANA | differs, TENANT)
    assert profile is not None
    assert profile.email == email


@pytest.mark.parametrize("known", [AccountKind.MEMBER, AccountKind.GUEST])
@pytest.mark.parametrize(
    "home, kind", [({}, None), ({"tenantId": TENANT}, None), ({"tenantId": OTHER_TENANT}, AccountKind.FOREIGN)]
)
def test_the_envelope_tells_who_comes_from_another_tenant(
    home: Json, kind: AccountKind | None, known: AccountKind
) -> None:
    """In a shared channel; what is known of the account otherwise doesn't matter then."""
    given = payload("channel_mention")
    given["channelData"]["tenant"]["id"] = given["conversation"]["tenantId"] = TENANT
    given["from"] = {key: each for key, each in given["from"].items() if key != "tenantId"} | home
    said = read(json.dumps(given).encode())
    assert isinstance(said, Said)
    assert of_words(said, known).speaker.kind is (kind or known)
