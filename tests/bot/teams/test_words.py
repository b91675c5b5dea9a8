"""What Teams sends as text, and the line that a person meant by it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.teams.envelope import Said
from bot.teams.words import mentioned, spoken

BOT, BEN, CHANNEL = "28:cabbot", "29:1ben_-x", "19:abc@thread.tacv2"


def said(text: str, *mentions: tuple[str, str, str]) -> Said:
    entities: list[dict[str, Any]] = [
        {"type": "mention", "text": words, "mentioned": {"id": who, "name": name}} for words, who, name in mentions
    ]
    return Said.model_validate(
        {
            "type": "message",
            "id": "1",
            "text": text,
            "entities": [*entities, {"type": "clientInfo", "locale": "en-GB"}],
            "from": {"id": "29:ana"},
            "recipient": {"id": BOT, "name": "Cabbot"},
            "conversation": {"id": CHANNEL, "conversationType": "channel"},
        }
    )


CABBOT = ("<at>Cabbot</at>", BOT, "Cabbot")
LINES = {
    "plain words": (said("list mine"), "list mine"),
    "mention and a hard space": (said("<at>Cabbot</at>&nbsp;new\n", CABBOT), "new"),
    "mention, hard space as a character": (said("<at>Cabbot</at>\u00a0new", CABBOT), "new"),
    "mention on a line of its own": (said("<at>Cabbot</at>\r\n\r\nshow REL-1\r\n", CABBOT), "show REL-1"),
    "mention at the end": (said("help <at>Cabbot</at>", CABBOT), "help"),
    "mentioned twice": (said("<at>Cabbot</at> <at>Cabbot</at> help", CABBOT, CABBOT), "help"),
    "a mention alone": (said("<at>Cabbot</at>&nbsp;", CABBOT), ""),
    "a plan keeps its lines": (
        said("<at>Cabbot</at> plan REL-1\r\n1. stop\r\n2. go", CABBOT),
        "plan REL-1\n1. stop\n2. go",
    ),
    "entities are put back once": (said("new title=&quot;a &amp;amp; b&quot;"), 'new title="a &amp; b"'),
    "angle brackets": (said("say a &lt;b&gt; c"), "say a <b> c"),
    "somebody else is mentioned": (
        said("<at>Cabbot</at> role grant <at>Ben</at> cab_member", CABBOT, ("<at>Ben</at>", BEN, "Ben")),
        f"role grant <@{BEN}> cab_member",
    ),
    "a channel is mentioned": (
        said("<at>Cabbot</at> link cab <at>CAB <b>|x</at>", CABBOT, ("<at>CAB <b>|x</at>", CHANNEL, "CAB <b>|x")),
        f"link cab <#{CHANNEL}|CAB  b  x>",
    ),
    "an at that nobody is": (said("mail <at>x</at>"), "mail x"),
    "as in Slack": (said("<at>Cabbot</at> /release new", CABBOT), "new"),
    "as in Slack, alone": (said("/release"), ""),
    "a command of the client's list": (said("/new title=x"), "new title=x"),
    "a slash inside": (said("new link=a/release/b"), "new link=a/release/b"),
    "by name, without a mention": (said("@Cabbot, list mine"), "list mine"),
    "by name and slash": (said("cabbot /release list"), "list"),
    "unseen signs": (said("\ufeffhe\u200blp"), "help"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_what_was_meant(name: str) -> None:
    given, line = LINES[name]
    assert spoken(given) == line


def test_a_mention_of_nobody_known_stays_as_words() -> None:
    assert spoken(said("hello <at>Ben</at>", ("<at>Ben</at>", "", "Ben"))) == "hello Ben"


def test_mentioned_accounts_are_found_once() -> None:
    assert mentioned(f"role grant <@{BEN}> x <@{BEN}|Ben> <@29:2>") == (BEN, "29:2")
    assert mentioned("nobody") == ()
