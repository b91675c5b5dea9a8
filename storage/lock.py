"""One process serves a SQLite file: an advisory lock beside it says which."""

from __future__ import annotations

import os
from pathlib import Path

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "9p", "afs", "fuse.sshfs"})
"""File systems on which file locks and SQLite's shared memory can't be trusted (sqlite.org: "How To Corrupt")."""


class Locked(Exception):
    """Another process serves this SQLite file, or the file lies where a lock proves nothing."""


def lock_file(database: Path, mounts: Path = Path("/proc/self/mountinfo")) -> int:
    """Hold the lock for as long as the process lives; the number closes it. Raises Locked.

    `mounts` is Linux's table of mounted file systems; where there is none, the file system goes unchecked.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    kind = file_system(database.parent.resolve(), mounts)
    if kind in NETWORK:
        raise Locked(
            f"{database} lies on a network file system ({kind}), where SQLite can be damaged. "
            "Put it on a local disk, or use PostgreSQL."
        )
    handle = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not _held(handle):
        os.close(handle)
        raise Locked(f"Another Cabbot process serves {database}. Stop it first, or use PostgreSQL to run several.")
    return handle


def _held(handle: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - POSIX only
    except ImportError:  # Windows keeps a second writer out by SQLite's own locks only
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def file_system(path: Path, mounts: Path) -> str:
    """The type of the file system that holds the path, "" where that can't be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = ("", "")
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = fields[4].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, after.split()[0])
    return found[1]
