"""What a person wrote, made safe to show: still their text, but unable to pose as something else.

Renderers put user text where nothing is parsed, so markup needs no care here. What is left are signs that no escaping
touches: controls, direction overrides that make the rest of a line read backwards, halves of characters.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# C0 and C1 controls but tab and line feed; direction embeddings, overrides and isolates (the marks U+200E and U+200F
# stay, right-to-left languages need them); other line ends become line feeds.
_HIDDEN: dict[int, str | None] = {
    **{code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"},
    **dict.fromkeys((*range(8234, 8239), *range(8294, 8298))),
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
}
_HALF = re.compile(r"[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+\Z", re.IGNORECASE)  # printable ASCII without " < > \\ ^ ` { | }


def visible(text: str) -> str:
    """The text without what can't be seen or would disturb its neighbours; line breaks are kept."""
    if text.isascii() and text.isprintable():
        return text
    return _HALF.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n").translate(_HIDDEN))


def one_line(text: str) -> str:
    """The visible text with each run of white space as one space: for titles, labels and buttons."""
    return " ".join(visible(text).split())


def web_address(url: str) -> str | None:
    """The address if a card may link to it: http or https with a host, at most 3,000 characters (Slack's limit)."""
    if len(url) > 3_000 or not _ADDRESS.match(url):
        return None
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None
