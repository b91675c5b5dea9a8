"""Requests as Slack sends them, whole and signed, ready for a socket."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

TEAM, BOT_USER, TOKEN, SIGNING_SECRET = "T0BENCH", "U0BOT", "xoxb-bench", "8f742231b10e8888abcd99yyyzzz85a5"
OWNER, ANA, BEN, CID, DEE = "UOWN", "UANA", "UBEN", "UCID", "UDEE"

Json = dict[str, Any]
_acts = itertools.count(1)


def command(user: str, text: str, slack: str, channel: str = "C0001", name: str = "releases") -> bytes:
    """`/release TEXT`, said by that user. `slack` is the address of the quiet Slack."""
    act = next(_acts)
    fields = {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": TEAM,
        "team_domain": "example",
        "channel_id": channel,
        "channel_name": name,
        "user_id": user,
        "user_name": user.lower(),
        "command": "/release",
        "text": text,
        "api_app_id": "A0CAB",
        "is_enterprise_install": "false",
        "response_url": f"{slack}/response/{act}",
        "trigger_id": f"13345224609.738474920.{act:032x}",
    }
    return _request(urlencode(fields))


def press(user: str, value: str, message: Json, slack: str) -> bytes:
    """A press on the message's first button, which says `value`; the payload carries the message, as Slack's does."""
    act = next(_acts)
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
        "api_app_id": "A0CAB",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "container": {
            "type": "message",
            "message_ts": "1700000000.000001",
            "channel_id": "C0002",
            "is_ephemeral": False,
        },
        "trigger_id": f"13345224609.738474920.{act:032x}",
        "team": {"id": TEAM, "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "C0002", "name": "cab"},
        "message": {"type": "message", "user": BOT_USER, "ts": "1700000000.000001", "team": TEAM, **message},
        "response_url": f"{slack}/response/{act}",
        "actions": [
            {
                "action_id": "say:0",
                "block_id": "1",
                "text": {"type": "plain_text", "text": "Approve", "emoji": False},
                "value": value,
                "style": "primary",
                "type": "button",
                "action_ts": f"1700000000.{act:06d}",
            }
        ],
    }
    return _request(urlencode({"payload": json.dumps(payload)}))


def _request(body: str) -> bytes:
    timestamp, raw = str(int(time.time())), body.encode()
    signature = hmac.new(SIGNING_SECRET.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept: application/json,*/*\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(raw)}\r\n"
        f"X-Slack-Request-Timestamp: {timestamp}\r\n"
        f"X-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + raw
