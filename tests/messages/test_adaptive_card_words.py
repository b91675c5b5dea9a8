"""Hints name a command as it is given on Slack; on Teams they show how it is given there."""

from __future__ import annotations

import pytest

from messages.adaptive_card_text import sayable

WORDS = {
    "move it with /release edit and submit again": "move it with @Cabbot edit and submit again",
    "/release role grant @name cab_member": "@Cabbot role grant @name cab_member",
    "/release new": "@Cabbot new",
    "Register one: /release new.": "Register one: @Cabbot new.",
    "run /release rollback.sh": "run /release rollback.sh",
    "see docs/release notes": "see docs/release notes",
    "/release notes": "/release notes",
    "/released edit": "/released edit",
    "a /release": "a /release",
}


@pytest.mark.parametrize("given", WORDS)
def test_a_command_is_shown_as_it_is_said_there(given: str) -> None:
    assert sayable(given) == WORDS[given]
