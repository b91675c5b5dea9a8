"""What the town's people said before the playground opened: seven releases, at least one in each state that a visitor may
meet, each with another part of the record.

They are numbered as they are registered: REL-1 Search forgives typos, REL-2 Labels, REL-3 Pick lists on tablets, REL-4
Sign in with a passkey, REL-5 Suggestions while you type, REL-6 Renew certificates, REL-7 Checkout on one page.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.playground.story import accounts, checkout, search, setting_up, warehouse
from bot.playground.story.line import Line

__all__ = ["Line", "story"]


def story(opens: datetime) -> list[Line]:
    """The lines in the order of their moments; those of one moment in the order in which they stand. `opens` is in the
    town's zone; windows are written in it.
    """

    def window(days: int, clock: str) -> str:
        return f"{opens + timedelta(days=days):%Y-%m-%d} {clock}"

    told = [part.lines(window) for part in (setting_up, search, warehouse, accounts, checkout)]
    return sorted((line for lines in told for line in lines), key=lambda line: line.at(opens))
