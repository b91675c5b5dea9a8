"""Services (configuration items), who follows what, and standing status posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, func
from sqlmodel import Field

from storage.search import Found, Search
from storage.statement import Statement, Transaction
from storage.table import Record, RecordTable
from storage.terms import FollowLevel, Platform
from storage.types import Instant, json_of, term


class Service(Record):
    """A configuration item that releases change; `version` is the one in production.

    `tier` 1 is the most critical of 4; `dependencies` are names of services that this one needs.
    """

    name: str
    owner_id: int = Field(foreign_key="person.id")
    version: str = ""
    tier: int = 3
    dependencies: list[str] = Field(default=[], sa_type=json_of(list[str]))
    added_at: datetime = Field(sa_type=Instant)


class ServiceTable(Service, table=True):
    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)


class Follow(Record):
    """A person hears of a release (`subject` REL-4) or of a service (`subject` its name) by direct message."""

    person_id: int = Field(foreign_key="person.id")
    subject: str
    level: FollowLevel = Field(sa_type=term(FollowLevel))
    since: datetime = Field(sa_type=Instant)


class FollowTable(Follow, table=True):
    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", "subject"),
        Index("follow_subject", "organisation_id", "subject"),
    )


class Schedule(Record):
    """A standing status post of one channel. `rule` is a cron expression, or `every 4h`; `zone` is IANA."""

    platform: Platform = Field(sa_type=term(Platform))
    workspace: str
    channel: str
    channel_name: str = ""
    rule: str
    zone: str
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=Instant)
    stopped_at: datetime | None = Field(default=None, sa_type=Instant)


class ScheduleTable(Schedule, table=True):
    __tablename__ = "status_schedule"


SERVICES = RecordTable(Service, ServiceTable)
FOLLOWS = RecordTable(Follow, FollowTable)
SCHEDULES = RecordTable(Schedule, ScheduleTable)
_s, _f, _t = SERVICES.c, FOLLOWS.c, SCHEDULES.c
_BY_NAME = SERVICES.query(func.lower(_s.name) == bindparam("name"))
_SERVICES = SERVICES.query(order=(_s.name,))
_OF_SUBJECT = FOLLOWS.query(_f.subject == bindparam("subject"), order=(_f.id,))
_FOLLOW = FOLLOWS.query(_f.person_id == bindparam("person"), _f.subject == bindparam("subject"))
_FOLLOWED = FOLLOWS.query(_f.person_id == bindparam("person"), order=(_f.subject,))
_UNFOLLOW = Statement(
    delete(FOLLOWS.table).where(
        _f.organisation_id == bindparam("organisation"),
        _f.person_id == bindparam("person"),
        _f.subject == bindparam("subject"),
    )
)
_STANDING = SCHEDULES.query(_t.stopped_at.is_(None), order=(_t.id,))


class Services:
    """The services of one organisation; names are compared without regard to case."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation
        self._search = Search(tx, organisation)
        self._known: dict[str, Service] = {}
        self._all: list[Service] = []

    def by_name(self, name: str) -> Service | None:
        """The service, read once in a transaction."""
        key = name.lower()
        found = self._known.get(key) or _BY_NAME.first(self._tx, self._organisation, name=key)
        if found is not None:
            self._known[key] = found
        return found

    def all(self) -> list[Service]:
        """Every service, read once in a transaction."""
        self._all = self._all or _SERVICES.all(self._tx, self._organisation)
        return list(self._all)

    def get(self, key: int) -> Service | None:
        return SERVICES.by_id.first(self._tx, self._organisation, key=key)

    def add(self, service: Service) -> Service:
        self._all = []
        SERVICES.add(self._tx, service)
        self._search.add(Found.SERVICE, service.id, service_texts(service))
        return service

    def save(self, service: Service) -> Service:
        self._known.clear()
        self._all = []
        SERVICES.save(self._tx, service)
        self._search.change(Found.SERVICE, service.id, service_texts(service))
        return service


def service_texts(service: Service) -> tuple[str, ...]:
    """The texts by whose words a service is found."""
    return (service.name, *service.dependencies)


class Follows:
    """Who follows what in one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def of(self, subject: str) -> list[Follow]:
        return _OF_SUBJECT.all(self._tx, self._organisation, subject=subject)

    def by(self, person: int) -> list[Follow]:
        return _FOLLOWED.all(self._tx, self._organisation, person=person)

    def set(self, follow: Follow) -> Follow:
        """Follow, or change the level at which one follows already."""
        known = _FOLLOW.first(self._tx, self._organisation, person=follow.person_id, subject=follow.subject)
        if known is None:
            return FOLLOWS.add(self._tx, follow)
        known.level = follow.level
        return FOLLOWS.save(self._tx, known)

    def remove(self, person: int, subject: str) -> bool:
        return self._tx.execute(_UNFOLLOW, organisation=self._organisation, person=person, subject=subject) > 0


class Schedules:
    """Standing status posts of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def add(self, schedule: Schedule) -> Schedule:
        return SCHEDULES.add(self._tx, schedule)

    def get(self, key: int) -> Schedule | None:
        return SCHEDULES.by_id.first(self._tx, self._organisation, key=key)

    def standing(self) -> list[Schedule]:
        return _STANDING.all(self._tx, self._organisation)

    def save(self, schedule: Schedule) -> Schedule:
        return SCHEDULES.save(self._tx, schedule)
