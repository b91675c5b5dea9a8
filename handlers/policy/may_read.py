"""From where Cabbot may read an artifact itself: only from what its operator has named (process section 1, media)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class MayRead:
    """`origins` are `https://host` or `https://host:port`, in small letters; `folders` are absolute."""

    origins: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


NOWHERE = MayRead()


def unreadable(uri: str, may: MayRead) -> str:
    """Why Cabbot doesn't read that artifact itself, as half a sentence; "" when it may.

    Only the words are looked at. Where a name or a link leads is looked at by who reads it.
    """
    try:
        parts = urlsplit(uri)
        if parts.scheme in _PORTS:
            return _off_the_net(parts, may.origins)
    except ValueError:  # a port that is no number
        return "its host can't be read"
    if parts.scheme == "file":
        return _off_the_disk(uri, may.folders)
    return f"{parts.scheme}: isn't read by Cabbot"


def path_of(uri: str) -> PurePosixPath | None:
    """The file that a `file:` URI names on this machine; None for another machine's, or one that goes up by `..`."""
    parts = urlsplit(uri)
    name = unquote_to_bytes(parts.path)
    try:
        path = PurePosixPath(name.decode())
    except UnicodeDecodeError:
        return None
    odd = parts.query or parts.fragment or parts.netloc not in ("", "localhost") or b"\0" in name
    return None if odd or not path.is_absolute() or ".." in path.parts else path


def _off_the_net(parts: SplitResult, origins: tuple[str, ...]) -> str:
    if "@" in parts.netloc:
        return "it names a user, and Cabbot logs in nowhere"
    if origins and _origin(parts) in {_origin(urlsplit(each)) for each in origins}:
        return ""
    return "its host isn't one that Cabbot may read from"


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _off_the_disk(uri: str, folders: tuple[str, ...]) -> str:
    path = path_of(uri)
    if path is None:
        return "it doesn't name a file of this machine plainly, such as file:///srv/artifacts/payments.tar.gz"
    if any(path.is_relative_to(folder) and path != PurePosixPath(folder) for folder in folders):
        return ""
    return "it isn't in a folder that Cabbot may read"
