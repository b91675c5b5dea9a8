"""What an entry of the definitive media library must look like: URI, SHA-256, licence reference (process section 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from storage.content import Medium

LONGEST_URI = 500
"""The most characters of where an artifact is kept."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*\Z")
_NEVER = frozenset({"javascript", "data", "vbscript", "about", "blob", "mailto"})
"""Schemes that name no artifact that is kept anywhere."""
_DIGEST = re.compile(r"(?:sha-?256[:=])?([0-9a-f]{64})\Z", re.IGNORECASE)
_SUM = re.compile(r"\\?([0-9a-f]{64})[ \t]+\*?(.+)\Z", re.IGNORECASE)
_OTHER_SUM = re.compile(r"SHA2?-?256 ?\((.+)\) ?= ?([0-9a-f]{64})\Z", re.IGNORECASE)


def uri(word: str) -> str:
    """Where an artifact is kept. A password in it would be shown to everybody, so it isn't taken."""
    stripped = word.strip()
    scheme, colon, rest = stripped.partition(":")
    if not colon or not rest.strip("/") or not _SCHEME.match(scheme.lower()) or re.search(r"[\s<>\"]", stripped):
        raise ValueError(
            f"A URI names a scheme and a place, such as oci://registry/payments:2.4.0; “{stripped}” isn't one."
        )
    if scheme.lower() in _NEVER:
        raise ValueError(
            f"“{scheme}:” names no place where an artifact is kept; use https:, oci:, s3:, file: or the like."
        )
    try:
        authority = urlsplit(stripped).netloc
    except ValueError:
        raise ValueError(f"“{stripped}” isn't a URI: its host can't be read.") from None
    if ":" in authority.rpartition("@")[0]:
        raise ValueError("That URI holds a password; leave it out, as everybody who sees the release would see it.")
    return stripped


def digest(word: str) -> str:
    """SHA-256 as 64 hexadecimal digits, in small letters."""
    found = _DIGEST.match(word.strip())
    if found is None:
        raise ValueError(
            f"A SHA-256 has 64 hexadecimal digits; “{word.strip()[:80]}” has {len(word.strip())} signs. sha256sum prints it."
        )
    return found.group(1).lower()


def lacks(medium: Medium) -> list[str]:
    """What its entry still needs before a deployment may start (process section 5)."""
    return [name for name, said in (("SHA-256", medium.sha256), ("licence", medium.licence)) if not said]


def sums(word: str) -> dict[str, str]:
    """What sha256sum prints, by file: the digest. Raises ValueError that names the line which can't be read."""
    found: dict[str, str] = {}
    for place, line in enumerate(word.splitlines(), 1):
        if not (said := line.strip()):
            continue
        if plain := _SUM.match(said):
            found[plain.group(2).strip()] = plain.group(1).lower()
        elif other := _OTHER_SUM.match(said):
            found[other.group(1).strip()] = other.group(2).lower()
        else:
            raise ValueError(f"Line {place} (“{said[:60]}”) isn't what sha256sum prints: a digest and a file's name.")
    return found


def seen(medium: Medium, found: Mapping[str, str]) -> str | None:
    """The digest that was seen of this artifact: by its whole URI, or by its file's name where that names one alone."""
    name = _name(medium.uri)
    of_name = {digest for file, digest in found.items() if _name(file) == name}
    return found.get(medium.uri) or (of_name.pop() if len(of_name) == 1 else None)


def _name(path: str) -> str:
    return re.split(r"[?#]", path)[0].rstrip("/").rpartition("/")[2]
