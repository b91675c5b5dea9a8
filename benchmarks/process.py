"""A server as a process of its own, and what /proc tells of it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB. PSS counts a page that several processes share by its share."""

    pss: float
    rss: float


class Server:
    """Started on a free port, `{port}` in the command; ended with SIGTERM."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.port = _free_port()
        inherited = {name: value for name, value in os.environ.items() if not _meddles(name)}
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [part.format(port=self.port) for part in command],
                env={**inherited, **{name: value.format(port=self.port) for name, value in environment.items()}},
                stdout=out,
                stderr=out,
            )
        self._log = log

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listens(self, seconds: float = 20.0) -> Server:
        """Wait until it takes connections. Raises RuntimeError with its log when it doesn't."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.005)
            else:
                return self
        raise RuntimeError(f"a server didn't start:\n{self._log.read_text()[-2000:]}")

    def cpu(self) -> float:
        """Seconds of processor time so far, all threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> Memory:
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines()
        sizes = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines[1:])}
        return Memory(sizes["Pss"], sizes["Rss"])

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _meddles(name: str) -> bool:
    """Settings of whoever runs this, and proxies, which Slack's library takes even for loopback."""
    return name.upper().startswith("CABBOT_") or name.lower().endswith("_proxy")
