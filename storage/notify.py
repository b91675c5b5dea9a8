"""A replica that wrote postings says so, and the others hear it: LISTEN and NOTIFY of PostgreSQL.

Only a hint, so that nobody has to wait for the next poll: it is sent after the commit and apart from it, since a NOTIFY
inside a transaction makes all commits of the database wait for each other.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from storage.statement import first_line
from storage.wakes import Wakes

log = logging.getLogger("cabbot.store")

CHANNEL = "cabbot_posted"
LOOK_UP_SECONDS, RECONNECT_SECONDS = 0.5, 2.0


class Notices:
    """Wakes this replica's courier after own commits and after those of others. Safe from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name = secrets.token_hex(8)
        self._wakes = Wakes()
        self._speaker = ThreadPoolExecutor(1, "cabbot-notify")
        self._to_say, self._closed = threading.Event(), threading.Event()
        self._listener = threading.Thread(target=self._listen, name="cabbot-listen", daemon=True)

    def call(self, wake: Callable[[], None]) -> None:
        """Have `wake` called at every notice from now on."""
        self._wakes.add(wake)
        if self._listener.ident is None:  # it was never started
            self._listener.start()

    def posted(self) -> None:
        """Postings were committed here: wake our own courier, tell the others. Many in a hurry are told once."""
        self._wakes.all()
        if not self._to_say.is_set() and not self._closed.is_set():
            self._to_say.set()
            self._speaker.submit(self._say)

    def close(self) -> None:
        self._closed.set()
        if self._listener.is_alive():
            self._speaker.submit(self._say)  # our own notice is what the listener is waiting for
        self._speaker.shutdown()
        if self._listener.is_alive():
            self._listener.join()

    def _say(self) -> None:
        self._to_say.clear()
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT pg_notify(:channel, :name)"), {"channel": CHANNEL, "name": self._name})
        except Exception as failed:  # the other replicas' polls find the postings
            log.warning("other replicas could not be told of postings: %s", first_line(failed))

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._hear()
            except Exception as failed:  # the database went away; what was missed, the poll finds
                log.warning("listening for postings was interrupted: %s", first_line(failed))
                self._closed.wait(RECONNECT_SECONDS)

    def _hear(self) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(f"LISTEN {CHANNEL}"))
            driver = connection.connection.driver_connection
            assert driver is not None  # just connected
            self._wakes.all()  # for what was said while nobody listened
            while not self._closed.is_set():
                for notice in driver.notifies(timeout=LOOK_UP_SECONDS):
                    if self._closed.is_set():
                        return
                    if notice.payload != self._name:
                        self._wakes.all()
