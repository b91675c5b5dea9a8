"""Rows 2 and 21 of the threats: what is signed and odd is refused in words, and nothing of it reaches a handler."""

import json
import os
import random
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.slack.envelope import (
    Challenge,
    Command,
    Event,
    Ignored,
    Odd,
    Press,
    Shortcut,
    Submission,
    Suggestion,
    read,
    understood,
)

PAYLOADS = Path(__file__).parents[2] / "payloads" / "slack"
FUZZ = int(os.environ.get("CABBOT_FUZZ", "2000"))
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found


def delivered(name: str) -> tuple[bytes, str]:
    """The payload as Slack puts it into a request."""
    found = payload(name)
    if "command" in found or "ssl_check" in found:
        return urlencode(found).encode(), FORM
    if found["type"] in ("event_callback", "url_verification", "app_rate_limited"):
        return json.dumps(found).encode(), JSON
    return urlencode({"payload": json.dumps(found)}).encode(), FORM


DOCUMENTED: list[tuple[str, type, tuple[str, ...]]] = [
    ("slash_command", Command, ("T0CAB",)),
    ("slash_command_in_a_grid", Command, ("E0ORG", "T0CAB")),
    ("button_in_a_channel", Press, ("T0CAB",)),
    ("button_in_a_shared_channel", Press, ("T0CAB", "T0OTHER")),
    ("button_in_a_modal", Press, ("T0CAB",)),
    ("modal_submitted", Submission, ("T0CAB",)),
    ("modal_submitted_in_a_grid", Submission, ("T0CAB", "E0ORG", "T0HOME")),
    ("modal_closed", Ignored, ()),
    ("menu_asks_for_options", Suggestion, ("T0CAB",)),
    ("global_shortcut", Shortcut, ("T0CAB",)),
    ("mention", Event, ("T0CAB",)),
    ("mention_in_a_shared_channel", Event, ("T0CAB", "T0OTHER")),
    ("direct_message", Event, ("T0CAB",)),
    ("app_uninstalled", Event, ("T0CAB",)),
    ("tokens_revoked", Event, ("T0CAB",)),
    ("user_change", Event, ("T0CAB",)),
    ("url_verification", Challenge, ()),
    ("ssl_check", Ignored, ()),
    ("app_rate_limited", Ignored, ()),
]


@pytest.mark.parametrize("name, kind, workspaces", DOCUMENTED)
def test_every_documented_payload_is_understood(name: str, kind: type, workspaces: tuple[str, ...]) -> None:
    envelope = read(*delivered(name))
    assert type(envelope) is kind
    assert envelope.workspaces == workspaces


def test_every_recorded_payload_is_in_that_list() -> None:
    listed = {name for name, _, _ in DOCUMENTED}
    assert listed == {path.stem for path in PAYLOADS.glob("*.json")}


def test_a_form_is_decoded_as_browsers_encode_it() -> None:
    fields = payload("slash_command") | {"text": 'new "Größer & besser + 100 %" zone=Europe/Berlin'}
    envelope = read(urlencode(fields).encode(), FORM + "; charset=utf-8")
    assert isinstance(envelope, Command)
    assert envelope.text == 'new "Größer & besser + 100 %" zone=Europe/Berlin'


def test_a_character_that_no_database_keeps_is_left_out() -> None:
    envelope = understood(payload("slash_command") | {"text": "a\x00b"})
    assert isinstance(envelope, Command)
    assert envelope.text == "ab"


ODD_BODIES = [
    (b"", JSON),
    (b"{", JSON),
    (b"[]", JSON),
    (b"null", JSON),
    (b"\xff\xfe", JSON),
    (b"[" * 100_000, JSON),
    (b'{"a":' * 100_000, JSON),
    (b'{"type":"event_callback","event_id":"\\ud800"}', JSON),
    (b"payload=%7B", FORM),
    (b"payload=%5B%5D", FORM),
    (b"payload=", FORM),
    ("payload=é".encode(), FORM),
    (b"&" * 100_000, FORM),
    (b"=" * 1_000, FORM),
    (b"%00=%00", FORM),
    (b"{}", "text/plain"),
    (b"{}", ""),
]


@pytest.mark.parametrize("body, content_type", ODD_BODIES, ids=range(len(ODD_BODIES)))
def test_an_odd_body_is_refused_in_words(body: bytes, content_type: str) -> None:
    with pytest.raises(Odd, match=r"^[A-Z].*\.$"):
        read(body, content_type)


ODD_VALUES: list[Any] = [
    None, True, 0, -1, 2**70, 1.5, "", " ", "x" * 50_000, "\x00", "T0CAB\n", "../..", "é", [], [None], [[]], {}, {"id": None},
    {"id": {"id": 1}}, {"type": []}, "null", "0", {"team_id": ["T"]}, "\u202e", "<!channel>", "'; DROP TABLE release; --",
]  # fmt: skip


def mutated(node: Any, dice: random.Random) -> Any:
    """The payload with something odd put in at a random place."""
    if dice.random() < 0.15 or not isinstance(node, (dict, list)) or not node:
        return dice.choice(ODD_VALUES)
    if isinstance(node, list):
        return [*node[:-1], mutated(node[-1], dice)]
    key = dice.choice(sorted(node))
    if dice.random() < 0.2:
        return {name: value for name, value in node.items() if name != key}
    return {**node, key: mutated(node[key], dice)}


def test_odd_values_in_any_place_are_understood_or_refused() -> None:
    dice, names = random.Random(11), sorted(path.stem for path in PAYLOADS.glob("*.json"))
    for _ in range(FUZZ):
        broken: Any = payload(dice.choice(names))
        for _ in range(dice.randrange(1, 4)):
            broken = mutated(broken, dice)
        if not isinstance(broken, dict):
            continue
        with suppress(Odd):
            envelope = understood(broken)
            assert isinstance(envelope.bolt(), dict)
            assert all(isinstance(each, str) for each in envelope.workspaces)


def test_what_is_refused_is_not_repeated_in_the_sentence() -> None:
    with pytest.raises(Odd) as refused:
        understood(payload("slash_command") | {"user_id": "xoxb-secret in a wrong place"})
    assert "xoxb" not in str(refused.value)
    assert "user_id" in str(refused.value)


def test_a_secret_of_an_envelope_is_not_in_its_repr() -> None:
    assert "hooks.slack.com" not in repr(understood(payload("slash_command")))
