"""Reading an artifact where it is kept, through SHA-256, in pieces: from the operator's own folders or artifact stores.

Nothing is kept of what is read but its digest. What can't be read is told in half a sentence that follows the URI.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import stat
import threading
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path, PurePath, PurePosixPath

import aiohttp

from bot.outbound import Doubtful, Forbidden, NotGiven, Origin, Outbound, Unreached
from handlers.policy.may_read import MayRead, path_of, unreadable

MEDIA = "media"
"""The purpose for which the one way out (bot/outbound.py) leads to artifact stores."""
PIECE = 1024 * 1024
TOTAL_SECONDS, SILENT_SECONDS, CONNECT_SECONDS = 900.0, 30.0, 10.0
"""For a whole artifact, until its next piece comes, and for the connection."""
MIB = 1024 * 1024


def purposes(origins: Iterable[str]) -> dict[str, tuple[Origin, ...]]:
    """The artifact stores that the operator has named; they may lie in a private network."""
    return {MEDIA: tuple(Origin.of(each, inside=True) for each in origins)}


class CantRead(Exception):
    """Why there is no digest, as half a sentence without an address: “there is no such file”."""


class Artifacts:
    """Reads artifacts. `most` is the most bytes of one; `seconds` is how long one may take."""

    def __init__(self, outbound: Outbound, may: MayRead, most: int, seconds: float = TOTAL_SECONDS) -> None:
        self._outbound, self._may, self._most, self._seconds = outbound, may, most, seconds

    async def digest(self, uri: str) -> str:
        """The SHA-256 of what is kept there, 64 hexadecimal digits. Raises CantRead."""
        if why := unreadable(uri, self._may):
            raise CantRead(why)
        try:
            async with asyncio.timeout(self._seconds):
                return await (self._of_file(uri) if uri.lower().startswith("file:") else self._of_store(uri))
        except TimeoutError:
            raise CantRead(f"reading it took more than {self._seconds / 60:g} minutes") from None

    async def _of_store(self, uri: str) -> str:
        found = _Sum(self._most)
        patience = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS)
        try:
            async with aclosing(self._outbound.stream(MEDIA, uri, patience=patience)) as pieces:
                async for piece in pieces:
                    found.add(piece)
        except Forbidden:
            raise CantRead("its host isn't one that Cabbot may read from") from None
        except Unreached:
            raise CantRead("the place where it's kept can't be reached") from None
        except Doubtful:
            raise CantRead("the connection ended before all of it had come") from None
        except NotGiven as answered:
            raise CantRead(_answered(answered.status)) from None
        return found.digest

    async def _of_file(self, uri: str) -> str:
        """In a thread of its own, which ends by itself when nobody waits for it any more."""
        path, over = path_of(uri), threading.Event()
        assert path is not None  # `unreadable` has looked
        try:
            return await asyncio.to_thread(_sum_of_file, path, self._may.folders, _Sum(self._most), over)
        except OSError as failed:
            raise CantRead(_failed(failed)) from None
        finally:
            over.set()


class _Sum:
    """The digest of pieces that come one after the other. Raises CantRead when they are too many."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self._hash = most, 0, hashlib.sha256()

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most:
            raise CantRead(f"it has more than {self._most / MIB:g} MiB, the most that is read of one")
        self._hash.update(piece)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _answered(status: int) -> str:
    """What an artifact store's answer means for whoever recorded the address."""
    match status:
        case 200:
            return "the place where it's kept doesn't say how long it is"
        case _ if 300 <= status < 400:
            return "it's kept elsewhere by now (a redirect, which isn't followed)"
        case 401 | 403:
            return "the place where it's kept wants a login, and Cabbot logs in nowhere"
        case 404 | 410:
            return f"there is nothing at that address ({status})"
        case _:
            return f"the place where it's kept answers {status}"


# ---- files


def _sum_of_file(path: PurePosixPath, folders: Iterable[str], found: _Sum, over: threading.Event) -> str:
    opened = _opened(path, folders)
    try:
        while not over.is_set() and (piece := os.read(opened, PIECE)):
            found.add(piece)
    finally:
        os.close(opened)
    return found.digest


def _opened(path: PurePosixPath, folders: Iterable[str]) -> int:
    """A descriptor of the regular file. Links are followed within the folders. Raises OSError and CantRead."""
    real = _really(path)
    roots = [_really(Path(each)) for each in folders if Path(each).is_dir()]
    root = next((each for each in roots if real != each and real.is_relative_to(each)), None)
    if root is None:
        raise CantRead("it leads out of the folders that Cabbot may read")
    opened = opened_beneath(root, real.relative_to(root))
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise CantRead("it's no regular file")
    return opened


def opened_beneath(root: Path, real: PurePath) -> int:
    """A descriptor of what really lies there. Raises OSError for a link on the way, so that nobody who can write there
    leads us elsewhere between the look and the opening.
    """
    *between, name = real.parts
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in between:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        # Without waiting: a pipe would, for somebody who writes into it.
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


def _really(path: PurePath) -> Path:
    return Path(os.path.realpath(path, strict=True))


def _failed(failed: OSError) -> str:
    match failed.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return "there is no such file"
        case errno.EACCES | errno.EPERM:
            return "Cabbot isn't allowed to read it"
        case errno.ELOOP:
            return "it leads out of the folders that Cabbot may read"
        case errno.ENXIO:  # a socket
            return "it's no regular file"
        case _:
            return f"reading it failed ({failed.strerror})"
