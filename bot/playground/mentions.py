"""People and channels as they are typed here, `@ben` and `#cab`, put into the form that every platform uses."""

from __future__ import annotations

import re
from collections.abc import Container

# A mention is a word of its own, or the whole value of an argument; what stands inside quotes is left alone.
_PIECES = re.compile(r"\"(?:\\.|[^\"\\])*\"|“[^”]*”|«[^»]*»|(?<![^\s=])([@#])([\w-]+)(?!\S)")


def marked(line: str, people: Container[str], channels: Container[str]) -> str:
    """The line with `<@HANDLE>` and `<#ID|NAME>` for the people and channels that there are."""

    def mark(found: re.Match[str]) -> str:
        sign, name = found.group(1), (found.group(2) or "").lower()
        if sign == "@" and name in people:
            return f"<@{name}>"
        if sign == "#" and name in channels:
            return f"<#{name}|{name}>"
        return found.group(0)

    return _PIECES.sub(mark, line)
