"""Secrets at rest: what a platform gave us at installation is kept encrypted, with keys that are not in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """No key of CABBOT_ENCRYPTION_KEY opens it, it was changed, or it is too old."""


class Vault:
    """Encrypts with the first key and decrypts with each, so that a key is replaced while the program serves."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys, the newest first. Raises ValueError when there is none."""
        if not keys:
            raise ValueError("CABBOT_ENCRYPTION_KEY is needed to keep secrets; make one with: cabbot new-key")
        self._newest = Fernet(keys[0])
        self._fernet = MultiFernet([self._newest, *map(Fernet, keys[1:])])

    def seal(self, values: Mapping[str, Any]) -> str:
        return self._fernet.encrypt(orjson.dumps(dict(values))).decode()

    def open(self, sealed: str, *, younger_than: timedelta | None = None) -> dict[str, Any]:
        """What was sealed. Raises Unreadable, which never repeats what it was given."""
        ttl = None if younger_than is None else int(younger_than.total_seconds())
        try:
            values: dict[str, Any] = orjson.loads(self._fernet.decrypt(sealed.encode(), ttl=ttl))
        except (InvalidToken, UnicodeEncodeError, TypeError) as unfit:
            raise Unreadable("no key of CABBOT_ENCRYPTION_KEY opens it") from unfit
        return values

    def is_current(self, sealed: str) -> bool:
        """Sealed with the first key."""
        try:
            self._newest.decrypt(sealed.encode())
        except (InvalidToken, UnicodeEncodeError):
            return False
        return True

    def renewed(self, sealed: str) -> str:
        """The same secret under the first key. Raises Unreadable."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except (InvalidToken, UnicodeEncodeError) as unfit:
            raise Unreadable("no key of CABBOT_ENCRYPTION_KEY opens it") from unfit
