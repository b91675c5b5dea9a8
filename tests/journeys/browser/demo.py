"""`cabbot demo` as a process of its own, which can be killed and started again."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
STOP_SECONDS = 20


class Demo:
    """Serves the playground of a directory from `start` to `stop`, always at the same address."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._port = directory, 0
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "demo", "--port", str(self._port), "--keep", str(self._directory)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)", line)
        assert found, f"the demo said {line!r}"
        self.address, self._port = found.group(0), int(found.group(1))

    def kill(self) -> None:
        """As a crash would: nothing is finished, nothing is written down."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        assert self._end(signal.SIGTERM) == 0

    def _end(self, sign: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(sign)
        code = process.wait(STOP_SECONDS)
        assert process.stdout is not None
        process.stdout.close()
        return code
