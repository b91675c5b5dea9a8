"""One process serves a SQLite file, on a disk where locks mean something."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from storage.lock import Locked, file_system, lock_file
from storage.store import open_store

SERVE = textwrap.dedent("""
    import sys, time
    from storage.store import open_store
    store = open_store(sys.argv[1])
    print("serving", flush=True)
    time.sleep(60)
""")


def test_a_second_process_is_refused_and_a_dead_one_forgotten(sqlite_url: str) -> None:
    first = subprocess.Popen([sys.executable, "-c", SERVE, sqlite_url], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    with first.stdout:
        assert first.stdout.readline() == "serving\n"
        with pytest.raises(Locked, match=r"Another Cabbot process serves .*cabbot\.db"):
            open_store(sqlite_url)
        open_store(sqlite_url, exclusive=False).close()
        first.kill()
        first.wait()
    open_store(sqlite_url).close()


def test_a_closed_store_lets_the_next_one_in(sqlite_url: str) -> None:
    open_store(sqlite_url).close()
    open_store(sqlite_url).close()


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /srv/shared rw,relatime shared:5 - nfs4 server:/export rw
31 22 0:41 / /srv/shared/local\\040disk rw - xfs /dev/vdb rw
nonsense
32 22 0:42 / /home rw - cifs //server/home rw
"""


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/var/lib/cabbot", "ext4"),
        ("/srv/shared/cabbot", "nfs4"),
        ("/srv/sharedness", "ext4"),
        ("/srv/shared/local disk/cabbot", "xfs"),
        ("/home/cab", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path, path: str, kind: str) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS)
    assert file_system(Path(path), table) == kind


def test_a_network_file_system_is_refused_with_a_sentence(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"22 1 0:1 / / rw - ext4 /dev/vda rw\n23 22 0:2 / {tmp_path} rw - nfs4 server:/x rw\n")
    with pytest.raises(Locked, match=r"network file system \(nfs4\).*use PostgreSQL"):
        lock_file(tmp_path / "cabbot.db", table)


def test_where_the_file_system_cannot_be_told_the_lock_alone_decides(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    handle = lock_file(tmp_path / "new" / "cabbot.db", nowhere)
    with pytest.raises(Locked):
        lock_file(tmp_path / "new" / "cabbot.db", nowhere)
    os.close(handle)
    os.close(lock_file(tmp_path / "new" / "cabbot.db", nowhere))
