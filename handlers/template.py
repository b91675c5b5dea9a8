"""`/release template`: releases and plans that are written once; a standard release comes from an approved one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handlers.kit import draft, find, from_template, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Audience, Call, Post, Refused, Reply, Trail
from handlers.kit.command import command, of_release
from handlers.kit.from_template import called, fields_of, named, offered
from handlers.kit.living import namer, registered_posts, release_post
from handlers.kit.part import changeable
from handlers.kit.revise import revised
from handlers.new import begun
from handlers.policy.approval import unvouched
from handlers.policy.calendar import Wall
from handlers.policy.content import approved_content
from handlers.policy.policy_templates import SAMPLE
from handlers.policy.templates import filled, may_not_approve, named_as_made, variables_of
from messages.card import Button, button
from messages.form import Choice, FieldKind
from messages.refusal import told
from messages.template import template_card, templates_card, which
from storage.content import ServiceVersion
from storage.records import Records
from storage.template import Template, TemplateApproval, TemplateKind
from storage.terms import ReleaseType, Role

_WRITERS = (Role.RELEASE_MANAGER, Role.CHANGE_MANAGER, Role.PROCESS_OWNER)
_KINDS = (
    Choice("release", "A release"),
    Choice("plan", "A deployment plan"),
    Choice("back_out", "A back-out plan"),
)


def _name() -> str:
    name: str = argument("Template", read.service_name, positional=True, pointer=True, limit=60, example="certificates")
    return name


@dataclass(frozen=True, slots=True)
class Written:
    name: str = argument("Name", read.service_name, positional=True, limit=60, example="certificates")
    kind: TemplateKind = argument(
        "What it is of", read.one_of(TemplateKind), kind=FieldKind.CHOICE, default=TemplateKind.RELEASE, choices=_KINDS,
        example="release",
    )  # fmt: skip
    body: str = argument(
        "Text", read.needed, kind=FieldKind.TEXT, limit=3000, default="",
        hint="title: Renew certificates of {{ service }}, then goal:, plan:, backout: and their lines; a plan is lines alone",
        example='"title: Renew certificates of {{ service }}"',
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    name: str = _name()


@dataclass(frozen=True, slots=True)
class Approved:
    name: str = _name()
    revision: int | None = argument("Revision", read.whole, default=None, hidden=True)
    digest: str = argument("Text", default="", hidden=True)


@dataclass(frozen=True, slots=True)
class Used:
    name: str = _name()
    service: tuple[ServiceVersion, ...] = argument(
        "Services", read.services, limit=500, hint="Names with versions: payments 2.4.0, web 1.9", example="payments"
    )
    start: Wall | None = draft.start_argument()
    hours: float | None = draft.hours_argument()
    zone: str | None = draft.zone_argument()


@dataclass(frozen=True, slots=True)
class Applied:
    name: str = _name()
    release: int = release_argument()


@dataclass(frozen=True, slots=True)
class Left:
    release: int = release_argument()


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@command("template list", "List the templates", group="Plan", reads=True)
def list_templates(call: Call, arguments: Nothing, records: Records) -> Reply:
    return Reply(card=templates_card(offered(call, records)))


@command("template show", "Show a template", group="Plan", reads=True, example="/release template show certificates")
def show_template(call: Call, arguments: Named, records: Records) -> Reply:
    """Its text, and whose word stands for it."""
    found, name = named(call, records, arguments.name), namer(records)
    approver = name(found.approved_by) if found.approved_by else ""
    return Reply(card=template_card(found, "" if found.by_policy else name(found.made_by), approver))


@command(
    "template write", "Write a template", title="Write a template", submit="Write", group="Plan", roles=_WRITERS,
    example='/release template write certificates body="title: Renew certificates of {{ service }}"',
)  # fmt: skip
def write(call: Call, arguments: Written, records: Records) -> Reply:
    """A new one, or another text for one that there is: then its approval is gone."""
    if not arguments.body:
        raise Refused("A template needs a text.", field="body")
    _written_in_chat(called(call, records, arguments.name))
    try:
        checked = filled(arguments.kind, arguments.body, SAMPLE)
    except ValueError as wrong:
        raise Refused(str(wrong), field="body") from wrong
    if arguments.kind is TemplateKind.RELEASE:
        from_template.as_new(checked)
    known = records.templates.by_name(arguments.name)
    before = {"revision": known.revision, "body": known.body} if known is not None else {}
    found = _changed(call, known, arguments, records) if known is not None else _added(call, arguments, records)
    sentence = f"The template “{found.name}” is at revision {found.revision}."
    if found.kind is TemplateKind.RELEASE:
        sentence += " Releases made from it are standard ones once the change manager has approved it."
    return Reply(
        card=told("Written", sentence, (button("Show it", "template", "show", found.name),)),
        trail=Trail(f"template {found.name}", before, {"revision": found.revision, "body": found.body}),
    )


def _written_in_chat(found: Template | None) -> None:
    """Raises Refused for one that the policy file holds."""
    if found is not None and found.by_policy:
        raise Refused(
            f"“{found.name}” stands in the policy file, under [templates]; whoever runs Cabbot changes it there. In chat you "
            "can write one of another name.",
            ways=(Button("Templates", "template list"),),
        )


def _added(call: Call, given: Written, records: Records) -> Template:
    return records.templates.add(
        Template(
            organisation_id=records.organisation.id,
            name=given.name,
            kind=given.kind,
            body=given.body,
            made_by=call.person.id,
            made_at=call.at,
        )
    )


def _changed(call: Call, known: Template, given: Written, records: Records) -> Template:
    known.kind, known.body, known.revision = given.kind, given.body, known.revision + 1
    known.made_by, known.made_at, known.retired_at = call.person.id, call.at, None
    known.approved_by, known.approved_at = 0, None
    return records.templates.save(known)


@command(
    "template approve", "Approve a template for standard releases", title="Approve a template", submit="Approve",
    group="Authorise", roles=(Role.CHANGE_MANAGER,), example="/release template approve certificates",
)  # fmt: skip
def approve(call: Call, arguments: Approved, records: Records) -> Reply:
    """From now on a release made from exactly this text is authorised when it's submitted. Nobody approves their own."""
    found = named(call, records, arguments.name)
    why = may_not_approve(found, call.person.id, arguments.revision, arguments.digest) or unvouched(
        call.person, records.workspaces.platforms()
    )
    if why:
        raise Refused(why, ways=(button("Show it", "template", "show", found.name),))
    _approve(call, found, records)
    card = told("A standard release", f"{call.person.name} approved the template “{found.name}”, {which(found)}.")
    return Reply(
        card=told("Approved", f"Releases made from “{found.name}” are standard ones now."),
        posts=(Post(Audience("cab"), card, f"template:{call.id}", "templates"),),
        trail=Trail(f"template {found.name}", after={"approved": found.digest if found.by_policy else found.revision}),
    )


def _approve(call: Call, found: Template, records: Records) -> None:
    if not found.by_policy:
        found.approved_by, found.approved_at = call.person.id, call.at
        records.templates.save(found)
        return
    records.templates.approve(
        TemplateApproval(
            organisation_id=records.organisation.id,
            name=found.name,
            digest=found.digest,
            person_id=call.person.id,
            at=call.at,
        )
    )


@command(
    "template retire", "Take a template out of use", title="Retire a template", submit="Retire", group="Plan",
    roles=_WRITERS, example="/release template retire certificates",
)  # fmt: skip
def retire(call: Call, arguments: Named, records: Records) -> Reply:
    found = named(call, records, arguments.name)
    _written_in_chat(found)
    found.retired_at, found.approved_by, found.approved_at = call.at, 0, None
    records.templates.save(found)
    return Reply(
        card=told("Retired", f"The template “{found.name}” isn't used any more."),
        trail=Trail(f"template {found.name}", before={"revision": found.revision}),
    )


@command(
    "template use", "Register a release from a template", title="From a template", submit="Register", group="Plan",
    example='/release template use certificates service=payments start="2026-12-01 22:00"',
)  # fmt: skip
def use(call: Call, arguments: Used, records: Records) -> Reply:
    """A draft with everything that the template says; a standard one if the change manager approved the template."""
    template = named(call, records, arguments.name)
    if template.kind is not TemplateKind.RELEASE:
        raise Refused(
            f"“{template.name}” is of a plan; put it into a release: /release template apply {template.name} REL-42."
        )
    found = begun(call, records)
    found.services = find.services(records, arguments.service)
    words = from_template.as_new(fields_of(template, variables_of(found)))
    found.title = words.title if words.title != "-" else template.name
    found.template = named_as_made(template)
    found.type = ReleaseType.STANDARD if template.approved_by else ReleaseType.NORMAL
    draft.apply(call, found, _in_window(words, arguments), records)
    records.releases.add(found)
    post = release_post(call, found, records)
    return Reply(
        card=post.card,
        posts=(post, *registered_posts(call, found, records)),
        trail=Trail(found.key, after=approved_content(found) | {"template": found.template}),
    )


def _in_window(words: Any, given: Used) -> Any:
    """The template's words in the window that is asked for; how long that lasts may stand in the template."""
    lasts = words.hours if given.start is not None else None
    return replace(words, start=given.start, hours=lasts if given.hours is None else given.hours, zone=given.zone)


@command(
    "template apply", "Put a template's plan into a release", title="Use a plan's template", submit="Put it in",
    group="Plan", example="/release template apply rollout REL-42",
    whose=of_release(changeable),
)  # fmt: skip
def apply(call: Call, arguments: Applied, records: Records) -> Reply:
    """The deployment plan or the back-out plan is the template's from now on."""
    template, found = named(call, records, arguments.name), changeable(call, arguments.release, records)
    if template.kind is TemplateKind.RELEASE:
        raise Refused(
            f"“{template.name}” is of a whole release; register one from it: /release template use {template.name}."
        )
    before = approved_content(found)
    draft.apply(call, found, from_template.as_new(fields_of(template, variables_of(found))), records)
    return revised(call, found, records, before)


@command(
    "template leave", "Make a standard release a normal one", title="Make it normal", submit="Make it normal",
    group="Plan", example="/release template leave REL-42",
    whose=of_release(changeable),
)  # fmt: skip
def leave(call: Call, arguments: Left, records: Records) -> Reply:
    """It goes to the CAB like any other, with whatever was changed of it."""
    found = changeable(call, arguments.release, records)
    if found.type is not ReleaseType.STANDARD:
        raise Refused(f"{found.key} isn't a standard release.")
    before = approved_content(found)
    found.type = ReleaseType.NORMAL
    return revised(call, found, records, before)
