"""Row 9 of the threats: new keys are seen at once, lost ones go, and an outage of the issuer takes nothing away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm
from structlog.testing import capture_logs

from bot.outbound import Outbound
from bot.teams.keys import DAY_SECONDS, KEYS, PAUSE_SECONDS, Keys, purposes
from bot.teams.tokens import Rejected
from tests.bot.teams.guarded import verifying
from tests.fakes.teams_authority import JWKS, METADATA, Authority, private_key, published


class Ticks:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def authority() -> Iterator[Authority]:
    with Authority().running() as running:
        yield running


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@asynccontextmanager
async def keys_of(authority: Authority, ticks: Ticks, patience: float = 5.0, wait: float = 5.0) -> AsyncIterator[Keys]:
    outbound = Outbound(purposes(authority.metadata_url))
    yield Keys(outbound, authority.metadata_url, ticks=ticks, patience=patience, wait=wait)
    await outbound.close()


async def test_keys_are_fetched_when_one_is_needed_and_then_kept(authority: Authority, ticks: Ticks) -> None:
    async with keys_of(authority, ticks) as keys:
        assert keys.none_yet
        for _ in range(5):
            found = await keys.find("key-0")
            assert found is not None
            assert found.endorsements == {"msteams", "webchat"}
    assert authority.asked == {METADATA: 1, JWKS: 1}


async def test_those_who_ask_at_once_share_one_fetch(authority: Authority, ticks: Ticks) -> None:
    authority.slow = 0.05
    async with keys_of(authority, ticks) as keys:
        found = await asyncio.gather(*(keys.find("key-0") for _ in range(50)))
    assert all(found)
    assert authority.asked[JWKS] == 1


async def test_the_fetch_goes_on_for_others_when_one_who_asked_leaves(authority: Authority, ticks: Ticks) -> None:
    authority.slow = 0.05
    async with keys_of(authority, ticks) as keys:
        first, second = (asyncio.create_task(keys.find("key-0")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second
    assert authority.asked[JWKS] == 1


async def test_the_first_token_of_a_new_key_passes(authority: Authority, ticks: Ticks) -> None:
    async with verifying(authority, ticks=ticks) as verifier:
        await verifier.check(authority.authorization())
        ticks.seconds += PAUSE_SECONDS
        authority.rotate()
        assert (await verifier.check(authority.authorization())).service_url


async def test_invented_key_ids_ask_the_issuer_once_a_minute(authority: Authority, ticks: Ticks) -> None:
    async with keys_of(authority, ticks) as keys:
        for number in range(1, 100):
            assert await keys.find(f"invented-{number}") is None
        assert authority.asked[JWKS] == 1
        ticks.seconds += PAUSE_SECONDS - 1
        assert await keys.find("invented") is None
        assert authority.asked[JWKS] == 1
        ticks.seconds += 1
        assert await keys.find("invented") is None
        assert authority.asked[JWKS] == 2


async def test_keys_are_fetched_anew_after_a_day_and_what_is_gone_is_forgotten(
    authority: Authority, ticks: Ticks
) -> None:
    async with keys_of(authority, ticks) as keys:
        assert await keys.find("key-0")
        authority.rotate(keep=False)
        ticks.seconds += DAY_SECONDS - 1
        assert await keys.find("key-0")
        ticks.seconds += 1
        assert await keys.find("key-0") is None


async def test_an_outage_leaves_the_keys_as_they_were(authority: Authority, ticks: Ticks) -> None:
    async with keys_of(authority, ticks) as keys:
        assert await keys.find("key-0")
        authority.out = True
        ticks.seconds += DAY_SECONDS
        with capture_logs() as logs:
            for _ in range(5):
                assert await keys.find("key-0")
        assert [each["event"] for each in logs] == ["keys not fetched"]
        authority.out = False
        authority.rotate()
        ticks.seconds += PAUSE_SECONDS
        assert await keys.find("key-1")


async def test_without_any_keys_nobody_is_let_in_until_there_are_some(authority: Authority, ticks: Ticks) -> None:
    authority.out = True
    async with verifying(authority, ticks=ticks) as verifier:
        for _ in range(3):
            with pytest.raises(Rejected, match="no keys"):
                await verifier.check(authority.authorization())
        assert authority.asked[METADATA] == 1
        authority.out = False
        ticks.seconds += PAUSE_SECONDS
        assert (await verifier.check(authority.authorization())).service_url


async def test_an_issuer_that_hangs_is_not_waited_for_long(authority: Authority, ticks: Ticks) -> None:
    authority.slow = 0.5
    async with keys_of(authority, ticks, patience=0.05) as keys:
        with capture_logs() as logs:
            assert await keys.find("key-0") is None
    assert logs[0]["error"] == "TimeoutError"


# ---- what the issuer says


@pytest.mark.parametrize(
    "address",
    [
        None, 7, "", "x", "http://127.0.0.1:1/keys", "https://evil.example/keys", "http://login.botframework.com/keys",
        "https://login.botframework.com.evil.example/keys", "https://user@login.botframework.com/keys", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_keys_come_from_the_issuers_own_place_or_not_at_all(
    authority: Authority, ticks: Ticks, address: object
) -> None:
    authority.metadata = {"jwks_uri": address}
    async with keys_of(authority, ticks) as keys:
        with capture_logs() as logs:
            assert await keys.find("key-0") is None
    assert [each["error"] for each in logs] == ["Forbidden"]


def test_microsofts_own_place_is_one_of_them() -> None:
    named = purposes("https://login.botframework.com/v1/.well-known/openidconfiguration")[KEYS]
    assert {each.host for each in named} == {"login.botframework.com"}


def _elliptic() -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return dict(ECAlgorithm.to_jwk(key, as_dict=True)) | {"kid": "odd"}


GOOD = published("key-0", private_key(0), ("msteams",))
ODD_KEYS: list[Any] = [
    None, 7, "key", [], {}, {"kid": "odd"}, {"kid": "odd", "kty": "RSA"}, {"kid": "odd", "kty": "RSA", "n": "", "e": ""},
    {"kid": "odd", "kty": "RSA", "n": 7, "e": "AQAB"}, {"kid": "odd", "kty": "RSA", "n": "!!", "e": "!!"},
    {"kid": "odd", "kty": "RSA", "n": None, "e": []}, {**GOOD, "kid": ["odd"]}, {**GOOD, "kid": "odd", "use": "enc"},
    {**GOOD, "kid": "odd", "kty": "oct"}, _elliptic(),
    published("odd", rsa.generate_private_key(public_exponent=65537, key_size=1024), ("msteams",)),  # noqa: S505  # that is the point
]  # fmt: skip


@pytest.mark.parametrize("key", ODD_KEYS, ids=range(len(ODD_KEYS)))
async def test_an_odd_key_is_left_out_and_the_others_hold(authority: Authority, ticks: Ticks, key: object) -> None:
    authority.keys = [key, GOOD]  # type: ignore[list-item]  # that is the point
    async with keys_of(authority, ticks) as keys:
        assert await keys.find("key-0")
        assert await keys.find("odd") is None


@pytest.mark.parametrize("endorsements", ["msteams", 7, None, {"msteams": True}, [["msteams"]], [None, 7]])
async def test_odd_endorsements_endorse_nothing(authority: Authority, ticks: Ticks, endorsements: object) -> None:
    authority.keys = [GOOD | {"endorsements": endorsements}]
    async with keys_of(authority, ticks) as keys:
        found = await keys.find("key-0")
    assert found is not None
    assert found.endorsements == frozenset()


@pytest.mark.parametrize("listed", [[], {}, "", 7, None, [{}]])
async def test_an_empty_list_takes_no_key_away(authority: Authority, ticks: Ticks, listed: Any) -> None:
    async with keys_of(authority, ticks) as keys:
        assert await keys.find("key-0")
        authority.keys = listed
        ticks.seconds += DAY_SECONDS
        assert await keys.find("key-0")


async def test_nobody_waits_long_for_a_slow_issuer_and_what_it_says_late_counts(
    authority: Authority, ticks: Ticks
) -> None:
    """A known key is good meanwhile, an unknown one is refused until the fetch, which goes on, has brought it."""
    async with keys_of(authority, ticks, wait=0.05) as keys:
        async with asyncio.timeout(10):
            while await keys.find("key-0") is None:  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.01)
        authority.slow = 0.3
        authority.rotate()
        ticks.seconds += DAY_SECONDS
        assert await keys.find("key-0"), "while the new ones are on their way"
        assert await keys.find("key-1") is None
        async with asyncio.timeout(10):
            while await keys.find("key-1") is None:  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.01)
        assert authority.asked[METADATA] == 2
