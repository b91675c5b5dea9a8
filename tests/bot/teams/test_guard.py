"""Rows 5 to 8 and 12, 13 of the threats, over real HTTP: who isn't Teams, or isn't ours, reaches nobody."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from bot.teams.envelope import Activity, Answered, Executed, Said
from bot.teams.guard import MessagesDoor
from bot.teams.service_hosts import ServiceHosts
from bot.teams.tokens import Verifier
from tests.bot.teams.guarded import OTHER_TENANT, PAYLOADS, REFUSED, Make, Served, payload, refused, serving, verifying
from tests.bot.teams.test_service_hosts import HOSTILE
from tests.bot.teams.test_tokens import mutated
from tests.fakes.teams_authority import SERVICE_URL, TENANT, Authority

MEBIBYTE = 1024 * 1024


@pytest.fixture
def authority() -> Iterator[Authority]:
    with Authority().running() as running:
        yield running


@pytest.fixture
async def verifier(authority: Authority) -> AsyncIterator[Verifier]:
    async with verifying(authority) as made:
        yield made


@pytest.fixture
async def door(verifier: Verifier) -> AsyncIterator[Served]:
    async with serving(verifier) as served:
        yield served


# ---- the token


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
async def test_what_teams_sends_is_taken(authority: Authority, door: Served, name: str) -> None:
    assert await door.post(payload(name), authority.authorization()) == (200, b"")
    assert len(door.taken) == 1


@pytest.mark.parametrize("make, expected", REFUSED.values(), ids=REFUSED.keys())
async def test_a_token_that_is_not_good_is_401_with_one_line_in_the_log(
    authority: Authority, door: Served, make: Make, expected: str
) -> None:
    assert await refused(door, 401, payload("execute"), make(authority)) == expected


async def test_an_unendorsed_key_is_401(authority: Authority, door: Served) -> None:
    authority.rotate(("webchat", "directline"))
    assert await refused(door, 401, payload("execute"), authority.authorization()) == "unendorsed"


async def test_an_outage_of_the_issuer_is_401_as_long_as_no_keys_are_known(authority: Authority, door: Served) -> None:
    authority.out = True
    with capture_logs() as logs:
        assert await door.post(payload("execute"), authority.authorization()) == (401, b"")
    assert [each["event"] for each in logs] == ["keys not fetched", "refused"]
    assert logs[1]["reason"] == "no keys"


async def test_changed_tokens_are_401_and_nothing_else(authority: Authority, door: Served) -> None:
    dice, token = random.Random(7), authority.token()
    body = json.dumps(payload("execute")).encode()
    tokens = [each for each in (mutated(token, dice) for _ in range(300)) if each.isprintable() and each.isascii()]
    for each in tokens:
        assert await door.post(body, f"Bearer {each}") == (401, b"")
    assert len(tokens) > 200
    assert door.taken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"x" * 100_000])
async def test_nothing_is_read_without_a_good_token(door: Served, body: bytes) -> None:
    assert await refused(door, 401, body, None) == "no token"
    assert await refused(door, 401, body, None, Content_Type="text/plain") == "no token"


# ---- what the token speaks for


async def test_a_slash_at_the_end_of_the_service_url_makes_no_difference(authority: Authority, door: Served) -> None:
    status, _ = await door.post(payload("execute"), authority.authorization(SERVICE_URL.rstrip("/")))
    assert status == 200


@pytest.mark.parametrize(
    "url", ["https://smba.trafficmanager.net/amer/", "https://evil.example/", "", None, SERVICE_URL.upper()]
)
async def test_a_token_speaks_for_its_own_service_url_alone(
    authority: Authority, door: Served, url: str | None
) -> None:
    sent = payload("execute", serviceUrl=url)
    assert await refused(door, 401, sent, authority.authorization()) == "service url mismatch"


@pytest.mark.parametrize("url", [each for each in HOSTILE if each and len(each) < 400])
async def test_a_service_url_that_is_not_microsofts_is_401_though_the_token_says_so(
    authority: Authority, door: Served, url: str
) -> None:
    sent = payload("execute", serviceUrl=url)
    assert await refused(door, 401, sent, authority.authorization(url)) == "service url not allowed"


async def test_a_service_url_that_the_operator_named_is_taken(authority: Authority, verifier: Verifier) -> None:
    url = "http://127.0.0.1:3978/emea/"
    async with serving(verifier, named=("http://127.0.0.1:3978",)) as door:
        assert (await door.post(payload("execute", serviceUrl=url), authority.authorization(url)))[0] == 200


@pytest.mark.parametrize("channel", ["webchat", "directline", "emulator", "slack", "MSTEAMS", "msteams ", "", None])
async def test_another_channel_is_401(authority: Authority, door: Served, channel: str | None) -> None:
    """Row 7: in the web chat and in Direct Line a writer chooses who they are."""
    sent = payload("execute", channelId=channel)
    assert await refused(door, 401, sent, authority.authorization()) == "other channel"


# ---- whose it is


@pytest.mark.parametrize("name", ["personal_message", "execute", "task_submit", "installed_in_a_team", "removed"])
@pytest.mark.parametrize("of", ["both", "channelData", "conversation"])
async def test_another_tenant_is_403(authority: Authority, door: Served, name: str, of: str) -> None:
    sent = payload(name)
    if of in ("both", "channelData"):
        sent["channelData"]["tenant"]["id"] = OTHER_TENANT
    if of in ("both", "conversation"):
        sent["conversation"]["tenantId"] = OTHER_TENANT
    assert await refused(door, 403, sent, authority.authorization()) == "other tenant"


async def test_no_tenant_is_403(authority: Authority, door: Served) -> None:
    sent = payload("execute", channelData={})
    del sent["conversation"]["tenantId"]
    assert await refused(door, 403, sent, authority.authorization()) == "no tenant"


@pytest.mark.parametrize(
    "name",
    ["personal_message", "channel_mention", "submit_fallback", "execute", "task_fetch", "task_submit", "other_invoke"],
)
async def test_somebody_whom_entra_does_not_know_is_403(authority: Authority, door: Served, name: str) -> None:
    """Row 13: other bots, webhooks and guests of a meeting have no object id."""
    sent = payload(name)
    del sent["from"]["aadObjectId"]
    assert await refused(door, 403, sent, authority.authorization()) == "no person"


async def test_what_nobody_did_needs_no_person(authority: Authority, door: Served) -> None:
    sent = payload("channel_renamed")
    del sent["from"]["aadObjectId"]
    assert (await door.post(sent, authority.authorization()))[0] == 200


def test_a_verifier_without_a_tenant_takes_nobody(verifier: Verifier) -> None:
    async def take(_activity: Activity) -> Answered:
        raise AssertionError

    for tenant in (None, ""):
        with pytest.raises(ValueError, match="CABBOT_TEAMS_TENANT_ID"):
            MessagesDoor(verifier, ServiceHosts(), tenant=tenant, take=take)


# ---- what it holds


ODD = [b"", b"{", b"[]", b"7", b"null", b'"x"', b"{}", b'{"type": 7}', b'{"type": "message"}', b"\xff", b"[" * 50_000]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
async def test_an_odd_body_is_400_with_a_sentence(authority: Authority, door: Served, body: bytes) -> None:
    with capture_logs() as logs:
        status, said = await door.post(body, authority.authorization())
    assert (status, door.taken) == (400, [])
    assert said.decode().endswith(".")
    assert [each["event"] for each in logs] == ["an odd activity"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/plain; a=application/json", "application/x-www-form-urlencoded", "x"]
)
async def test_what_does_not_say_that_it_is_json_is_415(authority: Authority, door: Served, kind: str) -> None:
    status, _ = await door.post(payload("execute"), authority.authorization(), Content_Type=kind)
    assert (status, door.taken) == (415, [])


async def test_json_may_name_its_letters(authority: Authority, door: Served) -> None:
    kind = "application/json; charset=utf-8"
    assert (await door.post(payload("execute"), authority.authorization(), Content_Type=kind))[0] == 200


async def test_a_mebibyte_is_taken_and_more_is_413(authority: Authority, door: Served) -> None:
    body = json.dumps(payload("execute")).encode()
    assert (await door.post(body + b" " * (MEBIBYTE - len(body)), authority.authorization()))[0] == 200
    assert (await door.post(body + b" " * (MEBIBYTE - len(body) + 1), authority.authorization()))[0] == 413
    assert len(door.taken) == 1


async def test_other_methods_lead_nowhere(authority: Authority, door: Served) -> None:
    assert door.session is not None
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH"):
        async with door.session.request(
            method, door.url, headers={"Authorization": authority.authorization()}
        ) as response:
            assert response.status == 405


# ---- what is answered


async def test_an_answer_is_json(authority: Authority, door: Served) -> None:
    door.answer = lambda _activity: Answered(200, {"statusCode": 200, "value": "Ümlaut"})
    status, body = await door.post(payload("execute"), authority.authorization())
    assert (status, json.loads(body)) == (200, {"statusCode": 200, "value": "Ümlaut"})


async def test_an_answer_may_have_a_status_and_no_body(authority: Authority, door: Served) -> None:
    door.answer = lambda _activity: Answered(501)
    assert await door.post(payload("other_invoke"), authority.authorization()) == (501, b"")


async def test_a_crash_is_500_with_a_reference_in_the_log_and_no_trace_outside(
    authority: Authority, door: Served
) -> None:
    def crash(_activity: Activity) -> Answered:
        raise RuntimeError("a secret of the inside")

    door.answer = crash
    with capture_logs() as logs:
        assert await door.post(payload("execute"), authority.authorization()) == (500, b"")
    assert [each["event"] for each in logs] == ["crashed"]
    assert len(logs[0]["reference"]) == 8


async def test_what_is_taken_is_what_was_sent(authority: Authority, door: Served) -> None:
    await door.post(payload("channel_mention"), authority.authorization())
    await door.post(payload("execute"), authority.authorization())
    said, pressed = door.taken
    assert isinstance(said, Said)
    assert isinstance(pressed, Executed)
    assert (said.tenant, pressed.value.action.verb) == (TENANT, "say")


async def test_one_token_serves_for_many_deliveries_and_the_issuer_is_asked_once(
    authority: Authority, door: Served
) -> None:
    bearer = authority.authorization()
    statuses = await asyncio.gather(*(door.post(payload("execute"), bearer) for _ in range(30)))
    assert {status for status, _ in statuses} == {200}
    assert authority.asked["/v1/.well-known/keys"] == 1
