"""What Slack's word for a failure means for a message: surely not sent, perhaps sent, or never."""

from __future__ import annotations

from bot.chat import Never, NotSent, PerhapsSent

# Said after something may have been done already (the documentation of chat.postMessage).
PERHAPS = frozenset({"fatal_error", "internal_error"})

# The installation is gone: nothing will be accepted from this token.
GONE = frozenset({"account_inactive", "token_revoked", "invalid_auth", "not_authed", "team_access_not_granted"})

# The token is out of date, and a newer one may be on its way.
STALE = frozenset({"token_expired"})

# Refused before anything was done, for a reason that passes by itself.
PASSING = STALE | {
    "ekm_access_denied",
    "external_channel_migrating",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}

MOST_PATIENCE = 3_600.0
"""Seconds; a longer Retry-After is Slack's mistake or somebody else's."""


def of_error(word: str) -> Exception:
    """The failure behind `"ok": false`.

    Every other word is a refusal for good, also one that Slack adds tomorrow: it was said before anything was done, and
    a message that is tried for ever holds up whatever is to follow it in its channel.
    """
    if word in PERHAPS:
        return PerhapsSent(word)
    if word in PASSING:
        return NotSent(word)
    return Never(word)


def of_status(status: int, retry_after: str | None) -> Exception | None:
    """The failure behind an HTTP status, None when the body has the word."""
    if status == 429:
        return NotSent("ratelimited", _seconds(retry_after), everything=True)
    if status >= 500:
        return PerhapsSent(f"status {status}")
    if status != 200:
        return NotSent(f"status {status}")
    return None


def _seconds(retry_after: str | None) -> float:
    try:
        return min(max(float(retry_after or "1"), 0.0), MOST_PATIENCE)
    except ValueError:
        return 1.0
