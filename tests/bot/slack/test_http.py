"""Requests over real HTTP: what is let in, what is refused, and that nothing is ever a 500."""

import json
import os
import random
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.sentence import Answer, Sentence
from handlers.policy.rules import Rules
from storage.store import Store
from storage.terms import Platform
from tests.bot.slack.serving import Served, serving, settings_for
from tests.bot.slack.test_envelope import FORM, JSON, ODD_BODIES, PAYLOADS, delivered, mutated, payload
from tests.bot.slack.test_guard import ODD_SIGNATURES, ODD_TIMESTAMPS
from tests.fakes.slack import TEAM, FakeSlack

FUZZ = int(os.environ.get("CABBOT_FUZZ", "2000")) // 10


class Ear(Door):
    """A door that hears and does nothing."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SystemClock(), Rules())
        self.heard: list[Sentence] = []

    async def say(self, sentence: Sentence) -> Answer:
        self.heard.append(sentence)
        return Answer()

    def forget(self, platform: Platform, workspace: str) -> None:
        pass


def command(**changes: str) -> bytes:
    return urlencode(payload("slash_command") | {"trigger_id": "1.2"} | changes).encode()


@pytest.fixture
def ear(store: Store) -> Ear:
    return Ear(store)


@pytest.fixture
async def listening(slack: FakeSlack, store: Store, ear: Ear) -> Any:
    async with serving(slack, store, door=ear) as served:
        yield served


@pytest.mark.usefixtures("listening")
class TestGuard:
    async def test_an_unsigned_request_is_401_and_nobody_hears_it(self, slack: FakeSlack, ear: Ear) -> None:
        for body, kind in [(command(), FORM), *ODD_BODIES, delivered("mention")]:
            ack = await slack.post(body, {"Content-Type": kind})
            assert (ack.status, ack.headers["Content-Type"]) == (401, "text/plain; charset=utf-8")
        assert ear.heard == []

    async def test_junk_in_the_headers_is_401(self, slack: FakeSlack, ear: Ear) -> None:
        body = command()
        good = slack.signed(body)
        sendable = [each for each in ODD_TIMESTAMPS if "\n" not in each]
        for timestamp in sendable:
            ack = await slack.post(body, {"Content-Type": FORM, **good, "X-Slack-Request-Timestamp": timestamp})
            assert ack.status == 401
        for signature in (each for each in ODD_SIGNATURES if each.isprintable()):
            ack = await slack.post(body, {"Content-Type": FORM, **good, "X-Slack-Signature": signature})
            assert ack.status == 401
        assert ear.heard == []

    async def test_another_secret_another_body_and_another_time_are_401(self, slack: FakeSlack, ear: Ear) -> None:
        body = command()
        for headers in (
            slack.signed(body, secret="another-secret-of-another-app"),
            slack.signed(body + b"&a=b"),
            slack.signed(body, at=slack.clock() - 600),
            slack.signed(body, at=slack.clock() + 600),
        ):
            assert (await slack.post(body, {"Content-Type": FORM, **headers})).status == 401
        assert ear.heard == []

    async def test_many_unsigned_requests_leave_no_trace(self, slack: FakeSlack, ear: Ear) -> None:
        dice = random.Random(3)
        for _ in range(FUZZ):
            body = dice.choice([command(), dice.randbytes(dice.randrange(300)), dice.choice(ODD_BODIES)[0]])
            headers = {"Content-Type": dice.choice([FORM, JSON, "text/plain", "multipart/form-data; boundary=x"])}
            if dice.random() < 0.5:
                headers |= slack.signed(body, secret="guessed" * 4)
            assert (await slack.post(body, headers)).status == 401
        assert ear.heard == []

    async def test_a_signed_odd_payload_is_400_or_taken_and_never_500(self, slack: FakeSlack) -> None:
        dice, names = random.Random(5), sorted(path.stem for path in PAYLOADS.glob("*.json"))
        bodies = [*ODD_BODIES]
        for _ in range(FUZZ):
            broken = mutated(mutated(payload(dice.choice(names)), dice), dice)
            if isinstance(broken, dict) and broken.get("type") not in ("app_uninstalled", "tokens_revoked"):
                as_json = dice.random() < 0.5
                whole = json.dumps(broken)
                bodies.append((whole.encode(), JSON) if as_json else (urlencode({"payload": whole}).encode(), FORM))
        for body, kind in bodies:
            ack = await slack.post(body, {"Content-Type": kind, **slack.signed(body)})
            assert ack.status in (200, 400), body[:500]
            assert b"Traceback" not in ack.body

    async def test_ssl_check_needs_a_signature_like_everything_else(self, slack: FakeSlack, ear: Ear) -> None:
        body, kind = delivered("ssl_check")
        assert (await slack.post(body, {"Content-Type": kind})).status == 401
        assert (await slack.post(body, {"Content-Type": kind, **slack.signed(body)})).status == 200
        assert ear.heard == []

    async def test_the_challenge_is_answered_if_it_is_signed(self, slack: FakeSlack) -> None:
        body, kind = delivered("url_verification")
        assert (await slack.post(body, {"Content-Type": kind})).status == 401
        ack = await slack.post(body, {"Content-Type": kind, **slack.signed(body)})
        assert (ack.status, ack.body.decode()) == (200, payload("url_verification")["challenge"])

    async def test_a_body_of_more_than_a_mebibyte_is_413(self, slack: FakeSlack, ear: Ear) -> None:
        body = b"x" * (1024 * 1024 + 1)
        assert (await slack.post(body, {"Content-Type": FORM, **slack.signed(body)})).status == 413
        assert ear.heard == []

    async def test_bolts_own_headers_from_outside_have_no_effect(self, slack: FakeSlack, ear: Ear) -> None:
        body = command()
        lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "x"}
        ack = await slack.post(body, {"Content-Type": FORM, **slack.signed(body), **lazy})
        assert ack.status == 200
        assert len(ear.heard) == 1

    @pytest.mark.parametrize("name", ["modal_closed", "app_rate_limited", "menu_asks_for_options", "user_change"])
    async def test_what_nobody_waits_for_is_acknowledged_so_that_slack_does_not_repeat_it(
        self, slack: FakeSlack, ear: Ear, name: str
    ) -> None:
        body, kind = delivered(name)
        assert (await slack.post(body, {"Content-Type": kind, **slack.signed(body)})).status == 200
        assert ear.heard == []

    async def test_an_event_that_is_not_subscribed_to_is_acknowledged(self, slack: FakeSlack, ear: Ear) -> None:
        for kind in ("reaction_added", "channel_rename", "message", "something_new"):
            ack = await slack.event({"type": kind, "channel": "CPAY", "user": "UANA"})
            assert ack.status == 200
        assert ear.heard == []

    async def test_a_link_button_is_acknowledged(self, slack: FakeSlack, ear: Ear) -> None:
        action = {"action_id": "link", "type": "button", "url": "https://example.org", "action_ts": "1.1"}
        ack = await slack.interact("UANA", {"type": "block_actions", "actions": [action]})
        assert ack.status == 200
        assert ear.heard == []


async def test_either_signing_secret_is_taken_while_one_is_replaced(slack: FakeSlack, store: Store, ear: Ear) -> None:
    fresh = "0123456789abcdef0123456789abcdef"
    both = settings_for(slack, slack_signing_secret=(SecretStr(fresh), SecretStr(slack.signing_secret)))
    async with serving(slack, store, settings=both, door=ear):
        for secret in (fresh, slack.signing_secret):
            body = command(trigger_id=secret)
            assert (await slack.post(body, {"Content-Type": FORM, **slack.signed(body, secret=secret)})).status == 200
    assert len(ear.heard) == 2


async def test_nothing_is_asked_of_slack_for_a_request(slack: FakeSlack, store: Store, ear: Ear) -> None:
    """Bolt's own authorize would call auth.test for every one of them."""
    async with serving(slack, store, door=ear):
        before = len(slack.calls_of("auth.test"))
        for number in range(5):
            body = command(trigger_id=f"{number}", team_id=TEAM)
            await slack.post(body, {"Content-Type": FORM, **slack.signed(body)})
        assert len(slack.calls_of("auth.test")) == before
    assert len(ear.heard) == 5


async def test_a_replayed_request_has_one_effect(slack: FakeSlack, cabbot: Served) -> None:
    """Row 3: within the five minutes a captured request is authentic; its act is known already."""
    body = command(team_id=TEAM, user_id="UANA", channel_id="CPAY", text='new "Faster refunds"')
    headers = {"Content-Type": FORM, **slack.signed(body)}
    for _ in range(20):
        assert (await slack.post(body, headers)).status == 200
    entries = await cabbot.journal(TEAM)
    assert [each.command for each in entries if each.command == "new"] == ["new"]


async def test_an_event_that_slack_repeats_has_one_effect(slack: FakeSlack, cabbot: Served) -> None:
    """Row 4: at once, after one minute, after five."""
    said = {"type": "app_mention", "user": "UANA", "text": '<@U0BOT> new "Once"', "channel": "CPAY", "ts": "1.1"}
    for retry in range(4):
        assert (await slack.event(said, event_id="Ev0001", retry=retry)).status == 200
    await slack.event(said, event_id="Ev0002")
    entries = await cabbot.journal(TEAM)
    assert len([each for each in entries if each.command == "new"]) == 2
