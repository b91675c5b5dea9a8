"""Words as Slack writes them, as a person meant them: entities put back, links as they were typed, mentions kept."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"<((?:[@#!]|https?://|mailto:|tel:)[^<>]{1,4000})>")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ENTITY = re.compile("&(?:amp|lt|gt);")
_MENTION = re.compile(r"(?:@[UW][A-Z0-9]{1,30}|#[CGD][A-Z0-9]{1,30})(?:\|[^|]*)?\Z")
_SPECIAL = re.compile(r"!(here|channel|everyone)(?:\|[^|]*)?\Z")
_GROUP = re.compile(r"!subteam\^(S[A-Z0-9]{1,30})(?:\|([^|<>]*))?\Z")
_ABOUT_ROLES = re.compile(r"\s*(?:role|group)\s", re.IGNORECASE)
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")


def plain(text: str) -> str:
    """The line as it was typed. Mentions of people and channels stay `<@U1>` and `<#C1|name>`; nothing else is markup.

    In a line about roles the mention of a user group stays too, as `<&S1|@name>`; elsewhere it's what the group is called.
    """
    if "<" not in text and "&" not in text:
        return text
    about_roles = _ABOUT_ROLES.match(text) is not None
    parts, at = [], 0
    for token in _TOKEN.finditer(text):
        group = _GROUP.match(token[1]) if about_roles else None
        said = f"<&{group[1]}|{_unescaped(group[2] or '')}>" if group else _token(token[1])
        parts += [_unescaped(text[at : token.start()]), said]
        at = token.end()
    return "".join(parts) + _unescaped(text[at:])


def addressed_to(bot: str, text: str) -> str:
    """The words without the mention of the bot that addresses them."""
    return re.sub(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>[:,]?", " ", text).strip() if bot else text.strip()


def mentioned(line: str) -> tuple[str, ...]:
    """The accounts that a line mentions."""
    return tuple(dict.fromkeys(_MENTIONED.findall(line))) if "<@" in line else ()


def _token(inner: str) -> str:
    if _MENTION.match(inner):
        return f"<{inner}>"
    if special := _SPECIAL.match(inner):
        return f"@{special[1]}"
    address, _, label = inner.partition("|")
    if address.startswith("!"):  # a user group, a date: what Slack showed for it
        return _unescaped(label or address)
    return _unescaped(label or address.removeprefix("mailto:").removeprefix("tel:"))


def _unescaped(text: str) -> str:
    """Each entity put back once: a typed `&lt;` arrives as `&amp;lt;` and is `&lt;` again."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], text)
