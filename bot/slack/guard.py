"""The guard before the SDK: a request is Slack's own if its raw bytes say so, or nothing of it is read."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence

from bot.clock import Clock

SKEW_SECONDS = 300
"""How old a signed request may be (Slack, "Verifying requests from Slack")."""

MOST_BODY = 1024 * 1024
"""Bytes of a body that are taken; Slack's own payloads are far smaller."""

_SECONDS = re.compile(r"[0-9]{1,11}\Z", re.ASCII)


class Guard:
    """Knows the app's signing secrets: more than one while the secret is being replaced."""

    def __init__(self, secrets: Sequence[str], clock: Clock) -> None:
        """Raises ValueError without a secret: an edge that can't check must not listen."""
        if not secrets or not all(secrets):
            raise ValueError("CABBOT_SLACK_SIGNING_SECRET is needed to take requests over HTTP.")
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._clock = clock

    def admits(self, body: bytes, timestamp: str | None, signature: str | None) -> bool:
        """The body carries a signature of Slack's that is at most five minutes old or ahead. Never raises."""
        if timestamp is None or signature is None or not _SECONDS.match(timestamp):
            return False
        if abs(self._clock.now().timestamp() - int(timestamp)) > SKEW_SECONDS:
            return False
        given = signature.encode("utf-8", "replace")
        signed = b"v0:" + timestamp.encode() + b":" + body
        return any(hmac.compare_digest(_signature(secret, signed), given) for secret in self._secrets)


def _signature(secret: bytes, signed: bytes) -> bytes:
    return b"v0=" + hmac.digest(secret, signed, "sha256").hex().encode()
