"""From texts to the words by which they are found: no case, no accents, each word once.

The same on both databases, which are handed words and never cut texts up themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
"""Characters of a word that count."""

MOST = 2_000
"""Different words of one entry that are kept; a release whose every text is as long as can be has about as many."""

# A key is one word; scripts that set no spaces are found sign by sign.
_WORD = re.compile(
    r"rel-[0-9]+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)
_PLAIN = re.compile(r"rel-[0-9]+|[a-z0-9]+")


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of the texts, each once, in their order. Letters and digits only, whatever was in the texts."""
    return list(dict.fromkeys(word for text in texts for word in _words(text)))


def _words(text: str) -> list[str]:
    if text.isascii():
        found = _PLAIN.findall(text.lower())
    else:
        apart = unicodedata.normalize("NFKD", text)
        found = _WORD.findall("".join(sign for sign in apart if not unicodedata.combining(sign)).casefold())
    return [(word.replace("-", "") if "-" in word else word)[:LONGEST] for word in found]
