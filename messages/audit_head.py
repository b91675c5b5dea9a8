"""The head of the audit trail, told where the database's owner can't take it back."""

from __future__ import annotations

from datetime import datetime

from messages.card import Card, Code, Facts, Moment, fact, note


def audit_head(seq: int, digest: str, at: datetime) -> Card:
    """One message per hour in which something happened; keep the channel where nobody deletes."""
    return Card(
        "Audit trail",
        (
            Facts((fact("Entries", str(seq)), fact("Hash", Code(digest)), fact("As of", Moment(at)))),
            note("Should the trail be cut or rewritten, this no longer fits: cabbot audit verify --head NUMBER:HASH"),
        ),
        summary=f"Audit trail: {seq} entries, {digest}",
    )
