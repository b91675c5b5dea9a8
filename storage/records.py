"""The open transaction of one organisation: queries by noun."""

from __future__ import annotations

from datetime import datetime

from storage import handover
from storage.approval import Ballots
from storage.collision import Collisions
from storage.conversation import Conversations
from storage.due import Dues
from storage.evidence import Evidence
from storage.group import Groups
from storage.hanging import Hanging
from storage.join_code import JoinCodes
from storage.journal import Journal
from storage.medium_reading import MediumReadings
from storage.organisation import Links, Moved, Organisation, Organisations, Workspaces
from storage.people import People
from storage.policy import PolicyChanges
from storage.posting import Postings
from storage.release import Releases
from storage.search import Search
from storage.service import Follows, Schedules, Services
from storage.statement import Transaction
from storage.taking_part import TakingPart
from storage.template import Templates


class LockFirst(Exception):
    """Another organisation has to be locked before this one: begin again with `first`."""

    def __init__(self, organisation: int) -> None:
        super().__init__(f"organisation {organisation} is locked first")
        self.organisation = organisation


class Records:
    """What a handler may read and change; all of it belongs to one organisation, and commits as one.

    Opened with a lock, the organisation's changes wait for each other: its running number, its ballots and the head
    of its audit trail are then this transaction's alone. `first` is another organisation to be locked before.
    """

    def __init__(self, tx: Transaction, organisation: int, *, lock: bool = False, first: int = 0) -> None:
        """Raises Moved for a lock on an organisation that has joined another."""
        self._tx, self._first = tx, first
        self._organisations = Organisations(tx)
        if first:
            self._organisations.get(first, lock=True)
        self.organisation: Organisation = self._organisations.get(organisation, lock=lock)
        if lock and self.organisation.successor:
            raise Moved(organisation, self.organisation.successor)
        self.groups = Groups(tx, self.organisation, self._groups_changed)
        self.people = People(tx, organisation, self.groups)
        self.releases = Releases(tx, organisation)
        self.ballots = Ballots(tx, organisation)
        self.services = Services(tx, organisation)
        self.follows = Follows(tx, organisation)
        self.schedules = Schedules(tx, organisation)
        self.conversations = Conversations(tx, organisation)
        self.workspaces = Workspaces(tx, organisation)
        self.links = Links(tx, organisation)
        self.dues = Dues(tx, organisation)
        self.evidence = Evidence(tx, organisation)
        self.collisions = Collisions(tx, organisation)
        self.readings = MediumReadings(tx, organisation)
        self.taking_part = TakingPart(tx, organisation)
        self.templates = Templates(tx, organisation)
        self.policy = PolicyChanges(tx, self.organisation, self.save_organisation)
        self.postings = Postings(tx, organisation)
        self.hanging = Hanging(tx, organisation)
        self.search = Search(tx, organisation)
        self.journal = Journal(tx, organisation)
        self.join_codes = JoinCodes(tx)  # of every organisation: see there

    def next_number(self) -> int:
        """The running number of a new release; saved with the organisation."""
        self.organisation.last_number += 1
        return self.organisation.last_number

    def save_organisation(self) -> None:
        self._organisations.save(self.organisation)

    def _groups_changed(self) -> None:
        self.people.forget_holders()
        self.save_organisation()

    # ---- two organisations, two people

    def beside(self, organisation: int) -> Records:
        """Another organisation's records, locked as well.

        Locks are taken the lower number first, so that two who want the same two never wait for each other. Raises
        LockFirst when that one's turn is over, and Moved like every lock.
        """
        if organisation < self.organisation.id and organisation != self._first:
            raise LockFirst(organisation)
        return Records(self._tx, organisation, lock=True)

    def hand_over(self, to: Records, now: datetime) -> None:
        """Give everything that can go along to another organisation, and close this one; both are locked."""
        handover.organisation(self._tx, self.organisation.id, to.organisation.id, now)
        self.organisation.successor = to.organisation.id
        self.save_organisation()

    def give_all(self, giver: int, taker: int) -> None:
        """Everything that names one person names another from now on, but for roles and follows."""
        handover.person(self._tx, self.organisation.id, giver, taker)


def records_now(tx: Transaction, organisation: int, *, lock: bool = False) -> Records:
    """The records of an organisation, or of the one that it has joined: for who may have known it before that.

    Raises Moved when it joins at this very moment; the same again finds the other one.
    """
    while successor := Organisations(tx).get(organisation).successor:
        organisation = successor
    return Records(tx, organisation, lock=lock)
