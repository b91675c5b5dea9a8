"""What Slack's word for a failure means for a message: surely not sent, perhaps sent, or never."""

from __future__ import annotations

from bot.chat import Never, NotSent, PerhapsSent

# Said after something may have been done already (the documentation of chat.postMessage).
PERHAPS = frozenset({"fatal_error", "internal_error"})

# The installation is gone: nothing will be accepted from this token.
GONE = frozenset({"account_inactive", "token_revoked", "invalid_auth", "not_authed", "team_access_not_granted"})

# The token is out of date, and a newer one may be on its way.
STALE = frozenset({"token_expired"})

# Repeating can't help: the message, the target or the permission has to change first.
PERMANENT = GONE | {
    "as_user_not_supported",
    "block_mismatch",
    "cannot_reply_to_message",
    "cant_update_message",
    "channel_is_limited_access",
    "channel_not_found",
    "channel_type_not_supported",
    "edit_window_closed",
    "enterprise_is_restricted",
    "invalid_arguments",
    "invalid_attachments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_users",
    "is_archived",
    "is_inactive",
    "message_not_found",
    "messages_tab_disabled",
    "metadata_must_be_sent_from_app",
    "metadata_too_large",
    "method_deprecated",
    "missing_scope",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_permission",
    "no_text",
    "not_allowed_token_type",
    "not_authorized",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "thread_not_found",
    "too_many_attachments",
    "unknown_method",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
    "cannot_dm_bot",
}  # fmt: skip

MOST_PATIENCE = 3_600.0
"""Seconds; a longer Retry-After is Slack's mistake or somebody else's."""


def of_error(word: str) -> Exception:
    """The failure behind `"ok": false`. A word that isn't known was said before anything was done."""
    if word in PERHAPS:
        return PerhapsSent(word)
    if word in PERMANENT:
        return Never(word)
    return NotSent(word)


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
