"""`cabbot demo` as somebody starts it in a terminal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 60


def demo(*options: str, temporary: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", *options],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_leaves_nothing_behind(tmp_path: Path, sign: signal.Signals) -> None:
    with demo("--port", "0", temporary=tmp_path) as process:
        assert process.stdout is not None
        found = re.search(r"open: (http://127\.0\.0\.1:\d+) ", process.stdout.readline())
        assert found
        with urlopen(found.group(1)) as page:
            assert b"<title>Cabbot playground</title>" in page.read()
        assert list(tmp_path.iterdir())
        process.send_signal(sign)
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_gets_a_sentence_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with demo("--port", port, temporary=tmp_path) as process:
            _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert errors.startswith(f"The playground can't be opened on port {port}: ")
    assert "Traceback" not in errors


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])  # noqa: S104  # what has to be refused
def test_a_host_beyond_this_machine_gets_a_sentence(tmp_path: Path, host: str) -> None:
    with demo("--host", host, temporary=tmp_path) as process:
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "listens on this machine alone" in errors


def test_a_directory_that_is_open_already_gets_a_sentence(tmp_path: Path, directory: Path) -> None:
    options = ("--port", "0", "--keep", str(directory))
    with demo(*options, temporary=tmp_path) as first:
        assert first.stdout is not None
        assert "It is kept in" in first.stdout.readline()
        with demo(*options, temporary=tmp_path) as second:
            _, errors = second.communicate(timeout=PATIENCE)
        assert second.returncode == 3
        assert errors.startswith("Another Cabbot process serves")
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=PATIENCE)
    assert first.returncode == 0
