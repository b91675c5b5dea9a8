"""What an organisation begins with: people with roles, two services, a channel for each audience."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.organisation import Connection, Connections, Link, Organisation, Organisations
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.service import Service
from storage.statement import Transaction
from storage.terms import Platform, Role

PLAYGROUND = Platform.PLAYGROUND
PEOPLE: dict[str, tuple[Role, ...]] = {
    "ana": (),
    "own": (Role.PROCESS_OWNER,),
    "bo": (Role.CAB_MEMBER,),
    "cy": (Role.CAB_MEMBER,),
    "dee": (Role.CAB_MEMBER,),
    "eve": (Role.ECAB_MEMBER,),
    "cm": (Role.CHANGE_MANAGER,),
    "rm": (Role.RELEASE_MANAGER,),
    "oc": (Role.ON_CALL,),
    "st": (),
}
AUDIENCES = ("cab", "ecab", "releases", "announcements")
SERVICES = (("payments", "2.3.9"), ("web", "1.8"))


class Settlement:
    """An organisation in the making; `people` are their ids by handle."""

    def __init__(self, workspace: str, at: datetime, platform: Platform = PLAYGROUND) -> None:
        self.workspace, self.at, self.platform = workspace, at, platform
        self.people: dict[str, int] = {}

    def found(self, tx: Transaction, *, services: bool) -> int:
        """The organisation with everything in it; answers its number."""
        made = Organisations(tx).add(Organisation(name="Acme", created_at=self.at))
        Connections(tx).add(
            Connection(organisation_id=made.id, platform=self.platform, workspace=self.workspace, installed_at=self.at)
        )
        records = Records(tx, made.id, lock=True)
        for handle, roles in PEOPLE.items():
            self.move_in(records, handle, roles)
        for name, version in SERVICES if services else ():
            records.services.add(
                Service(
                    organisation_id=made.id,
                    name=name,
                    owner_id=self.people["ana"],
                    version=version,
                    added_at=self.at,
                )
            )
        for name in AUDIENCES:
            records.links.add(self.link(made.id, name, name))
        return made.id

    def move_in(self, records: Records, handle: str, roles: tuple[Role, ...], **account: Any) -> None:
        owner = records.organisation.id
        person = records.people.add(Person(organisation_id=owner, name=handle.title(), joined_at=self.at))
        self.people[handle] = person.id
        records.people.add_account(self.account(owner, person.id, handle, **account))
        for role in roles:
            records.people.grant(
                Grant(organisation_id=owner, person_id=person.id, role=role, granted_by=0, granted_at=self.at)
            )

    def account(self, owner: int, person: int, handle: str, **more: Any) -> Account:
        return Account(
            organisation_id=owner,
            person_id=person,
            platform=self.platform,
            workspace=self.workspace,
            external=handle,
            handle=handle,
            **more,
        )

    def link(self, owner: int, audience: str, channel: str) -> Link:
        return Link(
            organisation_id=owner,
            audience=audience,
            platform=self.platform,
            workspace=self.workspace,
            channel=channel,
            channel_name=channel,
            linked_by=0,
            linked_at=self.at,
        )
