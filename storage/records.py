"""The open transaction of one organisation: queries by noun."""

from __future__ import annotations

from storage.approval import Ballots
from storage.conversation import Conversations
from storage.due import Dues
from storage.join_code import JoinCodes
from storage.journal import Journal
from storage.organisation import Links, Organisation, Organisations
from storage.people import People
from storage.posting import Postings
from storage.release import Releases
from storage.service import Follows, Schedules, Services
from storage.statement import Transaction


class Records:
    """What a handler may read and change; all of it belongs to one organisation, and commits as one.

    Opened with a lock, the organisation's changes wait for each other: its running number, its ballots and the head
    of its audit trail are then this transaction's alone.
    """

    def __init__(self, tx: Transaction, organisation: int, *, lock: bool = False) -> None:
        self._tx = tx
        self._organisations = Organisations(tx)
        self.organisation: Organisation = self._organisations.get(organisation, lock=lock)
        self.people = People(tx, organisation)
        self.releases = Releases(tx, organisation)
        self.ballots = Ballots(tx, organisation)
        self.services = Services(tx, organisation)
        self.follows = Follows(tx, organisation)
        self.schedules = Schedules(tx, organisation)
        self.conversations = Conversations(tx, organisation)
        self.links = Links(tx, organisation)
        self.dues = Dues(tx, organisation)
        self.postings = Postings(tx, organisation)
        self.journal = Journal(tx, organisation)
        self.join_codes = JoinCodes(tx)  # of every organisation: see there

    def next_number(self) -> int:
        """The running number of a new release; saved with the organisation."""
        self.organisation.last_number += 1
        return self.organisation.last_number

    def save_organisation(self) -> None:
        self._organisations.save(self.organisation)
