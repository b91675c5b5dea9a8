"""What the Bot Connector's answer to a call means: done, surely not done, perhaps done, or never to be done."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import orjson

from bot.chat import Never, NotSent, PerhapsSent

THROTTLED = frozenset({412, 429})
"""Said before anything is done ("Send proactive messages", status codes from bot conversational APIs)."""

MOST_PATIENCE = 3_600.0
"""Seconds; a longer Retry-After is a mistake."""

GONE = frozenset({"ConversationNotFound", "BotNotInConversationRoster"})
"""Words that tell of a conversation which Cabbot isn't in any more."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_. ]{1,79}")


def of_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, repeatable: bool, now: datetime
) -> Exception | None:
    """The failure behind an answer, None for a good one. `repeatable`: doing it twice does no harm.

    A throttled call rests alone and not the whole tenant's: the limit that is hit is nearly always the conversation's,
    and one busy channel must not hold up a ballot in another.
    """
    if 200 <= status < 300:
        return None
    word = _word(body) or f"status {status}"
    if status in THROTTLED:
        return NotSent(word, _seconds(headers.get("retry-after"), now))
    if status == 401:
        return NotSent(word)
    if status >= 500 or status == 408:
        return NotSent(word) if repeatable else PerhapsSent(word)
    return Never(word)


def _word(body: bytes) -> str:
    """The service's own code; nothing else of an answer is repeated, as it may quote the message."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    error = said.get("error") if isinstance(said, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _WORD.fullmatch(code) else ""


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Seconds, or a date of HTTP; None leaves it to the courier, who waits longer from try to try."""
    if retry_after is None:
        return None
    try:
        wish = float(retry_after)
    except ValueError:
        wish = _until(retry_after, now)
    return 1.0 if math.isnan(wish) else min(max(wish, 0.0), MOST_PATIENCE)


def _until(date: str, now: datetime) -> float:
    try:
        return (parsedate_to_datetime(date) - now).total_seconds()
    except (ValueError, TypeError):  # no date, or one without a zone
        return 1.0
