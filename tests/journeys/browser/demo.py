"""The playground behind the browser: in a thread of this process, or as a process of its own that can be killed."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

from bot.playground.demo import bound, open_playground, served

ROOT = Path(__file__).parents[3]
STOP_SECONDS = 20


class Here:
    """Serves a directory's playground from `start` to `stop`; no process has to be started for it."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._address = directory, Future[str]()
        self._stop: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    @property
    def address(self) -> str:
        return self._address.result(STOP_SECONDS)

    def start(self) -> None:
        self._thread.start()
        assert self.address

    def stop(self) -> None:
        assert self._stop is not None
        loop, stop = self._stop
        loop.call_soon_threadsafe(stop.set)
        self._thread.join(STOP_SECONDS)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        stop = asyncio.Event()
        self._stop = (asyncio.get_running_loop(), stop)
        try:
            async with open_playground(self._directory) as house, served(house, bound("127.0.0.1", 0)) as address:
                self._address.set_result(address)
                await stop.wait()
        except BaseException as failed:
            if not self._address.done():
                self._address.set_exception(failed)
            raise


class Apart:
    """`cabbot demo` on a directory, always at the same address, whatever happens to its process."""

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
