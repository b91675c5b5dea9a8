"""`cabbot audit verify`: the trails of a database against themselves and against heads that were told outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.anchor import AnchorError, read_heads
from bot.settings import Settings
from storage.migrate import WrongDatabase, current
from storage.organisation import Organisations
from storage.reading import read_once
from storage.statement import Transaction
from storage.store import open_store
from storage.verify import Finding, Head
from storage.verify import verify as verify_trails


class HeadError(ValueError):
    """A head given by hand that isn't one; the text says how it should look."""


def verify(settings: Settings, heads: Sequence[str] = ()) -> list[str]:
    """A sentence for everything that is wrong; nothing when the trails are whole. Safe beside a running Cabbot.

    `heads` are posted heads as they stand in the channel, NUMBER:HASH, of the only organisation; where there are
    several, ORGANISATION:NUMBER:HASH. Raises HeadError, and AnchorError for the anchor file.
    """
    return [
        str(finding)
        for finding in findings(settings.database_url.get_secret_value(), settings.audit_anchor_file, heads)
    ]


def findings(url: str, anchor_file: Path | None, heads: Sequence[str] = ()) -> list[Finding]:
    """What is wrong with the trails of the database at this address."""
    if current(url) is None:
        raise WrongDatabase("There is no audit trail: the database is empty. Check CABBOT_DATABASE_URL.")
    store = open_store(url, exclusive=False)
    try:
        told = read_heads(anchor_file) if anchor_file is not None and anchor_file.exists() else []

        def look(tx: Transaction) -> list[Finding]:
            only = [each.id for each in Organisations(tx).all()]
            return verify_trails(tx, [*told, *(_head(text, only) for text in heads)])

        isolation = "REPEATABLE READ" if store.engine.dialect.name == "postgresql" else ""
        return read_once(store.engine, look, isolation=isolation)
    finally:
        store.close()


def _head(text: str, organisations: Sequence[int]) -> Head:
    parts = text.split(":")
    if len(parts) == 2 and len(organisations) == 1:
        parts = [str(organisations[0]), *parts]
    try:
        organisation, seq, digest = parts
        return Head(int(organisation), int(seq), digest.strip().lower())
    except ValueError:
        raise HeadError(
            f"{text!r} isn't a head; it should look like 120:9f86d0… (or 2:120:9f86d0… for organisation 2)."
        ) from None


__all__ = ["AnchorError", "HeadError", "findings", "verify"]
