"""Releases, the services they change, and what people said of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, literal_column, or_, select
from sqlmodel import Field

from storage.content import ChangeRequest, Content, PlanStep, ServiceVersion
from storage.search import Found, Search
from storage.statement import Statement, Transaction
from storage.step_owner import owners, rewrite_owners, write_owners
from storage.table import Record, RecordTable, record_of
from storage.terms import ReleaseType, State
from storage.types import Instant, json_of, term

ACTIVE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.DEPLOYING, State.ROLLING_BACK, State.DEPLOYED)
AHEAD = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
"""Nothing of it is deployed yet."""
IN_FLIGHT = (State.IN_REVIEW, State.APPROVED, State.DEPLOYING, State.ROLLING_BACK)
"""Submitted, and not over: there are never many at once."""


class Release(Record):
    """A release record (ISO/IEC 20000-1 8.5.3). `key` is REL- and the running number; times are UTC, `zone` is IANA.

    `stage` counts from 0 while deploying; `hold` is the reason while the release is on hold;
    `unauthorised_start` tells that on-call deployed before the ECAB's word (emergency.deploy_first). `template` names the
    template it was made from; a standard release comes from an approved one. `coordinated_before` are the people who handed
    it over: they vote on it as little as who coordinates it.
    """

    number: int
    key: str
    title: str
    goal: str = ""
    type: ReleaseType = Field(sa_type=term(ReleaseType))
    state: State = Field(default=State.DRAFT, sa_type=term(State))
    hold: str = ""
    coordinator_id: int = Field(foreign_key="person.id")
    requester_id: int = Field(foreign_key="person.id")
    coordinated_before: list[int] = Field(default=[], sa_type=json_of(list[int]))
    services: list[ServiceVersion] = Field(default=[], sa_type=json_of(list[ServiceVersion]))
    change_requests: list[ChangeRequest] = Field(default=[], sa_type=json_of(list[ChangeRequest]))
    starts_at: datetime | None = Field(default=None, sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    zone: str = "UTC"
    stages: list[str] = Field(default=[], sa_type=json_of(list[str]))
    impact: str = ""
    plan: list[PlanStep] = Field(default=[], sa_type=json_of(list[PlanStep]))
    back_out: list[str] = Field(default=[], sa_type=json_of(list[str]))
    content: Content = Field(default=Content(), sa_type=json_of(Content))
    template: str = ""
    reason: str = ""
    revision: int = 1
    digest: str = ""
    stage: int = 0
    created_at: datetime = Field(sa_type=Instant)
    first_planned_at: datetime | None = Field(default=None, sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    completed_at: datetime | None = Field(default=None, sa_type=Instant)
    unauthorised_start: bool = False


class ReleaseTable(Release, table=True):
    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("release_state", "organisation_id", "state", "number"),
        Index("release_coordinator", "organisation_id", "coordinator_id", "number"),
    )


class ReleaseService(Record):
    """The index by which the releases of a service are found."""

    release_id: int = Field(foreign_key="release.id", index=True)
    number: int
    service: str


class ReleaseServiceTable(ReleaseService, table=True):
    __tablename__ = "release_service"
    __table_args__ = (Index("release_service_name", "organisation_id", "service", "number"),)


class Update(Record):
    """Words of a person about a release on its way: what a status post quotes."""

    release_id: int = Field(foreign_key="release.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    words: str
    at: datetime = Field(sa_type=Instant)


class UpdateTable(Update, table=True):
    __tablename__ = "release_update"


RELEASES = RecordTable(Release, ReleaseTable)
SERVICES_OF = RecordTable(ReleaseService, ReleaseServiceTable)
UPDATES = RecordTable(Update, UpdateTable)
_r, _s, _u = RELEASES.c, SERVICES_OF.c, UPDATES.c

_BY_NUMBER = RELEASES.query(_r.number == bindparam("number"))
_BEFORE = _r.number < bindparam("before")
_NEWEST = (_r.number.desc(),)
_PAGE = RELEASES.query(_BEFORE, order=_NEWEST, limit="limit")
_BY_STATE = RELEASES.query(_BEFORE, _r.state == bindparam("state"), order=_NEWEST, limit="limit")
_MINE = RELEASES.query(_BEFORE, _r.coordinator_id == bindparam("person"), order=_NEWEST, limit="limit")
# From the index of services, which brings them sorted: the releases of a service can be most of all there are.
_OF_SERVICE = Statement(
    select(*RELEASES.table.columns)
    .join_from(SERVICES_OF.table, RELEASES.table, _s.release_id == _r.id)
    .where(
        _s.organisation_id == bindparam("organisation"),
        _r.organisation_id == bindparam("organisation"),
        _s.service == bindparam("service"),
        _s.number < bindparam("before"),
    )
    .order_by(_s.number.desc())
    .limit(bindparam("limit"))
)
_IN_FLIGHT = RELEASES.query(
    or_(*(_r.state == literal_column(f"'{state.value}'") for state in IN_FLIGHT)),
    _r.starts_at < bindparam("ends", type_=Instant),
    _r.ends_at > bindparam("starts", type_=Instant),
    order=_NEWEST,
    limit="limit",
)
_FORGET_SERVICES = Statement(
    delete(SERVICES_OF.table).where(
        _s.organisation_id == bindparam("organisation"), _s.release_id == bindparam("release")
    )
)
_LAST_WORDS = UPDATES.query(_u.release_id == bindparam("release"), order=(_u.id.desc(),), limit=1)
BEFORE_ALL = 2**31 - 1
"""A number above every release's: the first page."""


class Releases:
    """The releases of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation
        self._search = Search(tx, organisation)
        self._found_by: dict[int, tuple[Any, ...]] = {}
        """What the releases that were read are found by, as it was then: only what differs is written."""
        self._owners: dict[int, frozenset[int]] = {}
        """Whom the steps of their plans named, likewise."""

    def get(self, key: int) -> Release:
        found = RELEASES.by_id.first(self._tx, self._organisation, key=key)
        if found is None:
            raise LookupError(f"there is no release {key}")
        self._note(found)
        return found

    def by_number(self, number: int) -> Release | None:
        found = _BY_NUMBER.first(self._tx, self._organisation, number=number)
        if found is not None:
            self._note(found)
        return found

    def add(self, release: Release) -> Release:
        RELEASES.add(self._tx, release)
        self._index_services(release)
        write_owners(self._tx, self._organisation, release.id, owners(release.plan))
        self._search.add(Found.RELEASE, release.number, release_texts(release))
        self._note(release)
        return release

    def save(self, release: Release, *, services_changed: bool = False) -> Release:
        RELEASES.save(self._tx, release)
        if self._owners.get(release.id) != (named := owners(release.plan)):
            rewrite_owners(self._tx, self._organisation, release.id, named)
        if self._found_by.get(release.id) != _found_by(release):
            self._search.change(Found.RELEASE, release.number, release_texts(release))
        self._note(release)
        if services_changed:
            self._tx.execute(_FORGET_SERVICES, organisation=self._organisation, release=release.id)
            self._index_services(release)
        return release

    def page(self, before: int = BEFORE_ALL, limit: int = 20) -> list[Release]:
        """The newest releases below a number, newest first."""
        return _PAGE.all(self._tx, self._organisation, before=before, limit=limit)

    def in_state(self, state: State, before: int = BEFORE_ALL, limit: int = 20) -> list[Release]:
        return _BY_STATE.all(self._tx, self._organisation, state=state, before=before, limit=limit)

    def coordinated_by(self, person: int, before: int = BEFORE_ALL, limit: int = 20) -> list[Release]:
        return _MINE.all(self._tx, self._organisation, person=person, before=before, limit=limit)

    def of_service(self, service: str, before: int = BEFORE_ALL, limit: int = 20) -> list[Release]:
        given = {"organisation": self._organisation, "service": service, "before": before, "limit": limit}
        rows = self._tx.rows(_OF_SERVICE, given)
        return [record_of(Release, dict(zip(RELEASES.names, row, strict=True))) for row in rows]

    def in_flight(self, starts: datetime, ends: datetime, limit: int = 20) -> list[Release]:
        """Those in flight whose window has a moment in common with this time, the newest first."""
        return _IN_FLIGHT.all(self._tx, self._organisation, starts=starts, ends=ends, limit=limit)

    def add_update(self, update: Update) -> Update:
        UPDATES.add(self._tx, update)
        self._search.add(Found.UPDATE, update.id, (update.words,))
        return update

    def get_update(self, key: int) -> Update | None:
        return UPDATES.by_id.first(self._tx, self._organisation, key=key)

    def last_update(self, release: int) -> Update | None:
        return _LAST_WORDS.first(self._tx, self._organisation, release=release)

    def _note(self, release: Release) -> None:
        self._found_by[release.id] = _found_by(release)
        self._owners[release.id] = owners(release.plan)

    def _index_services(self, release: Release) -> None:
        for service in release.services:
            SERVICES_OF.add(
                self._tx,
                ReleaseService.model_construct(
                    organisation_id=self._organisation,
                    release_id=release.id,
                    number=release.number,
                    service=service.name,
                ),
            )


def _found_by(release: Release) -> tuple[Any, ...]:
    """Everything whose change may change the words; equal while it's the same."""
    lists = (release.services, release.change_requests, release.plan, release.back_out)
    texts = (release.title, release.goal, release.reason, release.impact)
    return (*texts, *(tuple(each) for each in lists), release.content)


def release_texts(release: Release) -> Iterator[str]:
    """The texts by whose words a release is found: what it is, what it implements, how it's done and undone."""
    yield from (release.key, release.title, release.goal, release.reason, release.impact)
    for service in release.services:
        yield from (service.name, service.version)
    for change in release.change_requests:
        yield from (change.ref, change.title, change.problem)
    for step in release.plan:
        yield from (step.text, step.verify)
    yield from release.back_out
    yield from (test.text for test in release.content.tests)
