"""Slack's user object, read as what it vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.profiles import Profile
from storage.terms import AccountKind, Platform


def profile_of(user: Mapping[str, Any]) -> Profile | None:
    """Slack's user object, None for one without an id."""
    details = user.get("profile")
    details = details if isinstance(details, Mapping) else {}
    key, handle = _text(user.get("id")), _text(user.get("name"))
    if not key:
        return None
    confirmed = user.get("is_email_confirmed", True) is not False
    return Profile(
        platform=Platform.SLACK,
        user=key,
        handle=handle,
        name=_text(details.get("real_name")) or _text(user.get("real_name")) or handle or key,
        email=_text(details.get("email")).lower() if confirmed else "",
        zone=_text(user.get("tz")),
        kind=kind_of(user),
        active=user.get("deleted") is not True,
    )


def kind_of(user: Mapping[str, Any]) -> AccountKind:
    if user.get("is_bot") is True or user.get("is_workflow_bot") is True or user.get("id") == "USLACKBOT":
        return AccountKind.BOT
    if user.get("is_stranger") is True:
        return AccountKind.FOREIGN
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return AccountKind.GUEST
    return AccountKind.MEMBER


def _text(value: object) -> str:
    return value.replace("\x00", "").strip()[:255] if isinstance(value, str) else ""
