"""Words as Teams writes them, as a person meant them: the bot's mention away, others kept, entities put back."""

from __future__ import annotations

import html
import re

from bot.teams.envelope import Entity, Said

_MENTIONED = re.compile(r"<@([A-Za-z0-9_.:-]{1,300})(?:\|[^<>]*)?>")
_TAG = re.compile(r"</?at>")
# What people type beside the mention: the name as words, Slack's way, a command picked from the client's list.
_OPENING = re.compile(r"(?:@?cabbot\b[:,]?\s*)?(?:/(?:release\b)?\s*)?", re.IGNORECASE)
# Spaces that look like one and aren't, and what a client adds unseen. New lines stay: a plan has one step a line.
_ODD_SPACE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u200b": "", "\ufeff": "", "\r": ""})

MOST_MENTIONS = 100
"""Mentions of a message that are looked for in its words."""


def spoken(said: Said) -> str:
    """The line as it was typed. Mentions of people are `<@29:…>`, of channels `<#19:…|name>`; nothing else is markup."""
    parts, rest = list[str](), said.text
    for entity in said.entities[:MOST_MENTIONS]:
        if entity.type == "mention" and entity.text and entity.text in rest:
            before, _, rest = rest.partition(entity.text)
            parts += [_plain(before), _mention(entity, said.recipient.id)]
    line = "".join([*parts, _plain(rest)]).strip()
    opening = _OPENING.match(line)
    return line[opening.end() :] if opening else line


def mentioned(line: str) -> tuple[str, ...]:
    """The accounts that a line mentions."""
    return tuple(dict.fromkeys(_MENTIONED.findall(line))) if "<@" in line else ()


def _mention(entity: Entity, bot: str) -> str:
    who, name = entity.mentioned.id, re.sub(r"[<>|]", " ", entity.mentioned.name)
    if who == bot:
        return " "
    if who.startswith("19:"):
        return f"<#{who}|{name}>"
    return f"<@{who}>" if who else _plain(entity.text)


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).translate(_ODD_SPACE)
