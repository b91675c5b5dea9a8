"""Templates of releases, plans and back-out plans, and the change manager's word on those of standard releases."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, bindparam, func
from sqlmodel import Field

from storage.statement import Transaction
from storage.table import Record, RecordTable
from storage.types import Instant, term


class TemplateKind(StrEnum):
    RELEASE = "release"
    PLAN = "plan"
    BACK_OUT = "back_out"


class Template(Record):
    """`body` is a Jinja template of a command's words. Each change of it raises `revision` and takes the approval away.

    `approved_by` is the change manager who lets releases made from it be standard ones; 0 while nobody has. One that the
    policy file holds is no row of the table: nobody made it, and its approval is kept by the text's digest.
    """

    name: str
    kind: TemplateKind = Field(sa_type=term(TemplateKind))
    body: str
    revision: int = 1
    made_by: int = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=Instant)
    approved_by: int = 0
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    retired_at: datetime | None = Field(default=None, sa_type=Instant)

    @property
    def by_policy(self) -> bool:
        return not self.made_by

    @property
    def digest(self) -> str:
        """What tells this text from any other that the file had under the name."""
        return text_digest(self.kind, self.body)


def text_digest(kind: TemplateKind, text: str) -> str:
    return hashlib.sha256(f"{kind.value}\n{text}".encode()).hexdigest()[:DIGEST]


class TemplateApproval(Record):
    """The change manager's word on a template of the policy file: on exactly the text of that digest."""

    name: str
    digest: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=Instant)


class TemplateTable(Template, table=True):
    __tablename__ = "template"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)


class TemplateApprovalTable(TemplateApproval, table=True):
    __tablename__ = "template_approval"
    __table_args__ = (UniqueConstraint("organisation_id", "name", "digest"),)


DIGEST = 32
"""Characters of the hash by which a text is known."""

TEMPLATES = RecordTable(Template, TemplateTable)
APPROVALS = RecordTable(TemplateApproval, TemplateApprovalTable)
_t, _a = TEMPLATES.c, APPROVALS.c
_BY_NAME = TEMPLATES.query(func.lower(_t.name) == bindparam("name"))
_ALL = TEMPLATES.query(_t.retired_at.is_(None), order=(_t.kind, _t.name))
_APPROVAL = APPROVALS.query(_a.name == bindparam("name"), _a.digest == bindparam("digest"))


class Templates:
    """The templates of one organisation."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def by_name(self, name: str) -> Template | None:
        """A retired one too: releases that were made from it still name it."""
        return _BY_NAME.first(self._tx, self._organisation, name=name.lower())

    def all(self) -> list[Template]:
        return _ALL.all(self._tx, self._organisation)

    def add(self, template: Template) -> Template:
        return TEMPLATES.add(self._tx, template)

    def save(self, template: Template) -> Template:
        return TEMPLATES.save(self._tx, template)

    def approval(self, name: str, digest: str) -> TemplateApproval | None:
        """The word on that text of the policy file."""
        return _APPROVAL.first(self._tx, self._organisation, name=name, digest=digest)

    def approve(self, approval: TemplateApproval) -> TemplateApproval:
        """Raises Conflict when that text is approved already."""
        return APPROVALS.add(self._tx, approval)
