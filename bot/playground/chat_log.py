"""What hangs in the playground's channels: the chat service's own memory, in a small file of its own.

It is to the playground what Slack's servers are to Slack, so it knows nothing of releases. One page of one person
writes a few rows a minute; each takes less than a millisecond, so it is called on the event loop as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    thread INTEGER NOT NULL DEFAULT 0,
    author TEXT NOT NULL DEFAULT '',
    card TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    edited_at TEXT,
    posting INTEGER NOT NULL DEFAULT 0,
    act TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS message_channel ON message (channel, thread, id);
CREATE INDEX IF NOT EXISTS message_thread ON message (thread, id);
CREATE TABLE IF NOT EXISTS mark (
    person TEXT NOT NULL, channel TEXT NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (person, channel)
);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of Cabbot (`card`, as JSON) or of a person (`author` and `words`). `thread` is 0 outside of one."""

    id: int
    channel: str
    thread: int
    author: str
    card: str
    words: str
    at: datetime
    edited_at: datetime | None
    posting: int


@dataclass(frozen=True, slots=True)
class Replies:
    """How many messages hang in a thread, and when the last came."""

    count: int
    last_at: datetime


class ChatLog:
    """The messages, how far each person has read, and a few notes of the playground's own."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    # ---- messages

    def post_card(self, channel: str, card: str, at: datetime, *, thread: int = 0, posting: int = 0) -> Message:
        found = self._db.execute(
            "INSERT INTO message (channel, thread, card, at, posting) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (channel, thread, card, _text(at), posting),
        ).fetchone()
        return self.get(found[0])

    def post_words(self, channel: str, author: str, words: str, at: datetime, *, act: str, thread: int = 0) -> Message:
        """Words of a person. The same act again answers with the message that it made."""
        self._db.execute(
            "INSERT INTO message (channel, thread, author, words, at, act) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (act) DO NOTHING",
            (channel, thread, author, words, _text(at), act),
        )
        found = self._db.execute("SELECT id FROM message WHERE act = ?", (act,)).fetchone()
        return self.get(found[0])

    def edit(self, message: int, card: str, at: datetime) -> Message:
        """Put another card in its place. The same card changes nothing. Raises LookupError when there is none."""
        self._db.execute(
            "UPDATE message SET card = ?, edited_at = ? WHERE id = ? AND card <> ?", (card, _text(at), message, card)
        )
        return self.get(message)

    def get(self, message: int) -> Message:
        """Raises LookupError when there is none."""
        row = self._db.execute("SELECT * FROM message WHERE id = ?", (message,)).fetchone()
        if row is None:
            raise LookupError(f"there is no message {message}")
        return _message(row)

    def find(self, channel: str, posting: int) -> Message | None:
        """The message that carries a posting's mark."""
        row = self._db.execute("SELECT * FROM message WHERE channel = ? AND posting = ?", (channel, posting)).fetchone()
        return None if row is None else _message(row)

    def page(self, channel: str, before: int, limit: int) -> list[Message]:
        """The newest messages of a channel below a number, oldest first, without what hangs in threads."""
        rows = self._db.execute(
            "SELECT * FROM message WHERE channel = ? AND thread = 0 AND id < ? ORDER BY id DESC LIMIT ?",
            (channel, before, limit),
        )
        return [_message(row) for row in rows][::-1]

    def thread(self, root: int) -> list[Message]:
        """What hangs in a message's thread, oldest first."""
        rows = self._db.execute("SELECT * FROM message WHERE thread = ? ORDER BY id", (root,))
        return [_message(row) for row in rows]

    def replies(self, roots: Iterable[int]) -> dict[int, Replies]:
        """Of each message that has a thread, how much hangs in it."""
        found = {}
        for root in roots:
            row = self._db.execute("SELECT count(*), max(at) FROM message WHERE thread = ?", (root,)).fetchone()
            if row[0]:
                found[root] = Replies(row[0], datetime.fromisoformat(row[1]))
        return found

    # ---- what has been read

    def read_up_to(self, person: str, channel: str, message: int) -> None:
        self._db.execute(
            "INSERT INTO mark VALUES (?, ?, ?) ON CONFLICT (person, channel)"
            " DO UPDATE SET message = max(message, excluded.message)",
            (person, channel, message),
        )

    def unread(self, person: str, channels: Iterable[str]) -> dict[str, int]:
        """How many messages of each channel came after the last that the person read; their own don't count, and
        neither does what hangs in threads.
        """
        counted = {}
        for channel in channels:
            row = self._db.execute(
                "SELECT count(*) FROM message WHERE channel = ? AND thread = 0 AND author <> ?"
                " AND id > coalesce((SELECT message FROM mark WHERE person = ? AND mark.channel = ?), 0)",
                (channel, person, person, channel),
            ).fetchone()
            counted[channel] = int(row[0])
        return counted

    def last(self) -> int:
        """The number of the newest message, 0 before the first."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])

    # ---- notes

    def note(self, name: str, value: str) -> None:
        self._db.execute(
            "INSERT INTO note VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def noted(self, name: str) -> str:
        """What was noted under the name, "" when nothing was."""
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _message(row: sqlite3.Row) -> Message:
    edited = row["edited_at"]
    return Message(
        id=row["id"],
        channel=row["channel"],
        thread=row["thread"],
        author=row["author"],
        card=row["card"],
        words=row["words"],
        at=datetime.fromisoformat(row["at"]),
        edited_at=datetime.fromisoformat(edited) if edited else None,
        posting=row["posting"],
    )
