"""Row 1 of the threats: what isn't signed by Slack, or not lately, is not read."""

import hmac
import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.guard import Guard

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TIMESTAMP = "1531420618"
NOW = datetime.fromtimestamp(int(TIMESTAMP), UTC)
FUZZ = int(os.environ.get("CABBOT_FUZZ", "2000"))

# The worked example of Slack's documentation, "Verifying requests from Slack".
EXAMPLE = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


class Stopped:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def signature(body: bytes, timestamp: str = TIMESTAMP, secret: str = SECRET) -> str:
    return "v0=" + hmac.digest(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, "sha256").hex()


def test_slacks_own_example_is_admitted() -> None:
    assert Guard([SECRET], Stopped()).admits(EXAMPLE, TIMESTAMP, SIGNATURE)


@pytest.mark.parametrize("at", range(0, len(EXAMPLE), 7))
def test_one_other_byte_is_refused(at: int) -> None:
    changed = bytearray(EXAMPLE)
    changed[at] ^= 1
    assert not Guard([SECRET], Stopped()).admits(bytes(changed), TIMESTAMP, SIGNATURE)


@pytest.mark.parametrize("seconds, admitted", [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_either_way_are_all_there_is(seconds: int, admitted: bool) -> None:
    late = Stopped(NOW + timedelta(seconds=seconds))
    assert Guard([SECRET], late).admits(EXAMPLE, TIMESTAMP, SIGNATURE) is admitted


def test_either_secret_fits_while_one_is_being_replaced() -> None:
    guard = Guard(["n" * 32, SECRET], Stopped())
    assert guard.admits(EXAMPLE, TIMESTAMP, SIGNATURE)
    assert guard.admits(b"x", TIMESTAMP, signature(b"x", secret="n" * 32))
    assert not guard.admits(b"x", TIMESTAMP, signature(b"x", secret="o" * 32))


@pytest.mark.parametrize("secrets", [[], [""], [SECRET, ""]])
def test_without_a_secret_there_is_no_guard(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="CABBOT_SLACK_SIGNING_SECRET"):
        Guard(secrets, Stopped())


ODD_TIMESTAMPS = ["", " ", "x", "1531420618.0", "-1531420618", "+1531420618", "\uff11\uff15\uff13\uff11\uff14\uff12\uff10\uff16\uff11\uff18", "1e9", "9" * 400, "1531420618\n", "0x5b47c04a"]  # fmt: skip
ODD_SIGNATURES = ["", "v0=", "v1=" + SIGNATURE[3:], SIGNATURE[:-1], SIGNATURE + "0", SIGNATURE.upper(), "v0=é", "\udcff", "\ud800", "v0=" + "0" * 64]  # fmt: skip


@pytest.mark.parametrize("timestamp", [None, *ODD_TIMESTAMPS])
def test_an_odd_timestamp_is_refused_even_if_it_is_signed(timestamp: str | None) -> None:
    signed = signature(EXAMPLE, (timestamp or "").encode("ascii", "ignore").decode())
    assert not Guard([SECRET], Stopped()).admits(EXAMPLE, timestamp, signed)


@pytest.mark.parametrize("given", [None, *ODD_SIGNATURES])
def test_an_odd_signature_is_refused_and_nothing_breaks(given: str | None) -> None:
    assert not Guard([SECRET], Stopped()).admits(EXAMPLE, TIMESTAMP, given)


def test_no_forgery_of_many_is_admitted() -> None:
    guard, dice = Guard([SECRET], Stopped()), random.Random(7)
    for _ in range(FUZZ):
        body = dice.randbytes(dice.randrange(200))
        forged = "v0=" + dice.randbytes(32).hex()
        timestamp = dice.choice([TIMESTAMP, str(dice.randrange(10**10)), dice.choice(ODD_TIMESTAMPS)])
        assert not guard.admits(body, timestamp, dice.choice([forged, dice.choice(ODD_SIGNATURES)]))
