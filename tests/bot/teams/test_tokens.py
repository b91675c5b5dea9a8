"""Row 5 of the threats: a token is the Bot Framework's, for this bot, of this hour and with an end, or it is refused."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.teams.keys import DAY_SECONDS, Keys
from bot.teams.tokens import ISSUER, LEEWAY_SECONDS, MOST_REMEMBERED, REMEMBERED_SECONDS, Rejected, Verifier
from tests.bot.teams.guarded import REFUSED, Make, head, verifying
from tests.fakes.teams_authority import SERVICE_URL, Authority, base64url

FUZZ = int(os.environ.get("CABBOT_FUZZ_TOKENS", "20000"))
GOVERNMENT = "https://api.botframework.us"
START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class Stopped:
    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def authority() -> Iterator[Authority]:
    with Authority().running() as running:
        yield running


@pytest.fixture
async def verifier(authority: Authority) -> AsyncIterator[Verifier]:
    async with verifying(authority) as made:
        yield made


async def reason(verifier: Verifier, authorization: str | None) -> str:
    with pytest.raises(Rejected) as rejected:
        await verifier.check(authorization)
    return str(rejected.value)


async def test_a_good_token_says_where_it_comes_from(authority: Authority, verifier: Verifier) -> None:
    claims = await verifier.check(authority.authorization())
    assert claims.service_url == SERVICE_URL


async def test_the_scheme_is_written_as_one_likes(authority: Authority, verifier: Verifier) -> None:
    assert (await verifier.check(f"bearer {authority.token()}")).service_url


async def test_another_cloud_has_another_issuer_and_no_other_counts_there(authority: Authority) -> None:
    authority.issuer = GOVERNMENT
    async with verifying(authority, issuer=GOVERNMENT) as verifier:
        assert (await verifier.check(authority.authorization())).service_url == SERVICE_URL
        assert await reason(verifier, authority.authorization(iss=ISSUER)) == "wrong issuer"
    async with verifying(authority) as verifier:
        assert await reason(verifier, authority.authorization()) == "wrong issuer"


@pytest.mark.parametrize("make, expected", REFUSED.values(), ids=REFUSED.keys())
async def test_a_token_that_is_not_good_is_refused_with_its_reason(
    authority: Authority, verifier: Verifier, make: Make, expected: str
) -> None:
    assert await reason(verifier, make(authority)) == expected
    assert await reason(verifier, make(authority)) == expected


async def test_a_token_without_end_is_not_looked_at(verifier: Verifier) -> None:
    assert await reason(verifier, "Bearer " + "a" * 5_000 + "." + "b" * 5_000 + ".c") == "garbage"


@pytest.mark.parametrize("endorsements", [None, (), ("webchat",), ("MSTEAMS",), ("msteams2",)])
async def test_a_key_that_is_not_endorsed_for_teams_does_not_count(
    authority: Authority, verifier: Verifier, endorsements: tuple[str, ...] | None
) -> None:
    authority.rotate(endorsements)
    assert await reason(verifier, authority.authorization()) == "unendorsed"


def test_without_an_app_id_there_is_no_verifier(authority: Authority) -> None:
    """Row 8: the SDK lets everybody in then."""
    with pytest.raises(ValueError, match="CABBOT_TEAMS_APP_ID"):
        Verifier("", Keys(None, ""), Stopped())  # type: ignore[arg-type]  # it doesn't come to a request


@pytest.mark.parametrize(
    "seconds, admitted",
    [(0, True), (-10 - LEEWAY_SECONDS, True), (-11 - LEEWAY_SECONDS, False), (659, True), (660, False)],
)
async def test_a_minute_either_way_is_all_there_is(authority: Authority, seconds: int, admitted: bool) -> None:
    begins = int(START.timestamp())
    bearer = authority.authorization(nbf=begins - 10, exp=begins + 600)
    async with verifying(authority, clock=Stopped(START + timedelta(seconds=seconds))) as verifier:
        if admitted:
            assert (await verifier.check(bearer)).expires == begins + 600
        else:
            assert await reason(verifier, bearer) in ("expired", "not yet valid")


# ---- what was found good once


async def test_a_token_that_was_good_ends_nevertheless(authority: Authority) -> None:
    clock = Stopped()
    bearer = authority.authorization(nbf=int(START.timestamp()), exp=int(START.timestamp()) + 120)
    async with verifying(authority, clock=clock) as verifier:
        for later in (0, 60, 119, 179):
            clock.at = START + timedelta(seconds=later)
            assert (await verifier.check(bearer)).service_url
        clock.at = START + timedelta(seconds=180)
        assert await reason(verifier, bearer) == "expired"


@pytest.mark.parametrize("later", [0, REMEMBERED_SECONDS])
async def test_a_token_that_was_good_falls_with_its_key(authority: Authority, later: int) -> None:
    clock, ticks = Stopped(), [0.0]
    bearer = authority.authorization(nbf=int(START.timestamp()), exp=int(START.timestamp()) + 3600)
    async with verifying(authority, clock=clock, ticks=lambda: ticks[0]) as verifier:
        assert (await verifier.check(bearer)).service_url
        authority.rotate(keep=False)
        clock.at, ticks[0] = START + timedelta(seconds=later), DAY_SECONDS
        assert await reason(verifier, bearer) == "unknown key"


async def test_a_key_that_was_replaced_under_its_id_ends_its_tokens(authority: Authority) -> None:
    ticks = [0.0]
    bearer = authority.authorization()
    async with verifying(authority, ticks=lambda: ticks[0]) as verifier:
        assert (await verifier.check(bearer)).service_url
        authority.rotate(keep=False)
        authority.keys[0]["kid"] = "key-0"
        ticks[0] = DAY_SECONDS
        assert await reason(verifier, bearer) == "bad signature"


async def test_what_is_remembered_has_a_limit(authority: Authority, verifier: Verifier) -> None:
    at = int(time.time())
    for number in range(MOST_REMEMBERED + 5):
        await verifier.check(authority.authorization(exp=at + 600 + number))
    assert len(verifier._seen) == MOST_REMEMBERED


# ---- many


def flipped(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    return token[:at] + dice.choice("ABCdef019-_") + token[at + 1 :]


def cut(token: str, dice: random.Random) -> str:
    return token[: dice.randrange(len(token))]


def doubled(token: str, dice: random.Random) -> str:
    begin, end = sorted(dice.sample(range(len(token)), 2))
    return token[:end] + token[begin:]


def dropped(token: str, dice: random.Random) -> str:
    parts = token.split(".")
    parts.pop(dice.randrange(3))
    return ".".join(parts)


def shuffled(token: str, dice: random.Random) -> str:
    return ".".join(dice.sample(token.split("."), 3))


def odd(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    return token[:at] + dice.choice(["\x00", "=", " ", ".", "é", "\udcff", "+", "/", "%2e", "\n", "漢"]) + token[at:]


def other_head(token: str, dice: random.Random) -> str:
    """The claims of a good one under a head of one's own, with its signature, or none."""
    algorithm: object = dice.choice(["none", "HS256", "RS256", "RS512", "ES256", "", None, 7, ["RS256"], {}])
    kid: object = dice.choice(["key-0", "key-1", "", None, 0, [], "x" * 2_000, "key-0\x00"])
    _, payload, signature = token.split(".")
    return f"{base64url(json.dumps(head(alg=algorithm, kid=kid, mark=dice.random())).encode())}.{payload}.{dice.choice([signature, ''])}"


MUTATIONS: list[Callable[[str, random.Random], str]] = [flipped, cut, doubled, dropped, shuffled, odd, other_head]


def mutated(token: str, dice: random.Random) -> str:
    broken = token
    while broken == token:
        broken = dice.choice(MUTATIONS)(token, dice)
    return broken


async def test_no_token_that_was_changed_gets_past(authority: Authority, verifier: Verifier) -> None:
    dice, token = random.Random(5), authority.token()
    await verifier.check(f"Bearer {token}")
    reasons = Counter([await reason(verifier, f"Bearer {mutated(token, dice)}") for _ in range(FUZZ)])
    assert reasons.total() == FUZZ
    assert {"garbage", "bad signature", "alg none", "alg HS256", "unknown key", "no key id"} <= set(reasons)
    assert authority.asked["/v1/.well-known/keys"] <= 2
