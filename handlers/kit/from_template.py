"""From a template to a release: what `template use`, `template apply` and the submission of a standard release share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.kit import draft
from handlers.kit.arguments import parse
from handlers.kit.call import Call, Refused
from handlers.kit.command import catalogue
from handlers.kit.planned import planned
from handlers.policy.policy_templates import PolicyTemplate
from handlers.policy.templates import FIELDS, filled, no_standard, variables_of
from messages.card import Button
from messages.line import Words
from storage.content import PlanStep
from storage.records import Records
from storage.release import Release
from storage.template import Template


def named(call: Call, records: Records, name: str) -> Template:
    """The template of that name, in use. Raises Refused."""
    found = called(call, records, name.strip())
    if found is None or found.retired_at is not None:
        known = ", ".join(each.name for each in offered(call, records)[:8])
        hint = f"There are {known}." if known else "There is none yet; write one: /release template write."
        raise Refused(
            f"There is no template “{name}”. {hint}", field="name", ways=(Button("Templates", "template list"),)
        )
    return found


def called(call: Call, records: Records, name: str) -> Template | None:
    """The template of that name, a retired one too. What the policy file holds goes before what was written in chat."""
    held = next((each for each in call.rules.templates if each.name.lower() == name.lower()), None)
    return records.templates.by_name(name) if held is None else _of_policy(call, records, held)


def offered(call: Call, records: Records) -> list[Template]:
    """Every template in use, by what it is of and by name."""
    held = [_of_policy(call, records, each) for each in call.rules.templates]
    taken = {each.name.lower() for each in held}
    written = [each for each in records.templates.all() if each.name.lower() not in taken]
    return sorted([*held, *written], key=lambda each: (each.kind.value, each.name.lower()))


def _of_policy(call: Call, records: Records, held: PolicyTemplate) -> Template:
    """The file's text as a template that nobody made; approved if the change manager said so of exactly this text."""
    found = Template.model_construct(
        organisation_id=records.organisation.id,
        name=held.name,
        kind=held.kind,
        body=held.text,
        revision=0,
        made_by=0,
        made_at=call.at,
    )
    said = records.templates.approval(found.name, found.digest)
    if said is not None:
        found.approved_by, found.approved_at = said.person_id, said.at
    return found


def fields_of(template: Template, variables: Mapping[str, str]) -> dict[str, str]:
    """The template filled in. Raises Refused with its own sentence."""
    try:
        return filled(template.kind, template.body, variables)
    except ValueError as wrong:
        raise Refused(f"The template “{template.name}”: {wrong}") from wrong


def as_new(fields: Mapping[str, str]) -> Any:
    """The fields as the arguments of `new`, read by the same readers. Raises Refused for what they don't take."""
    made = catalogue()["new"]
    parsed = parse(made.arguments, Words((), {"title": "-", **fields}))
    for name, sentence in parsed.errors.items():
        raise Refused(f"“{name}:” of the template: {sentence}")
    for name in parsed.missing:
        raise Refused(
            f"“{name}:” of the template comes to no words here; give the service a version, or write it anew."
        )
    return made.kind(**parsed.values)


def why_no_standard(call: Call, release: Release, records: Records) -> str:
    """Why a release of the standard type can't be authorised by its template; "" when it can."""
    template = called(call, records, release.template.rpartition("@")[0])
    expected = fields_of(template, variables_of(release)) if template is not None else {}
    expected.setdefault("stages", ", ".join(call.rules.deployment.stages))
    try:
        said = _normal(expected) | _steps(planned(call, release, records, as_new(expected).plan or ()))
    except Refused as refused:  # somebody or something that the template names isn't there any more
        return refused.sentence
    return no_standard(release, template, said, _normal(draft.as_words(release)) | _steps(release.plan))


def _normal(fields: Mapping[str, str]) -> dict[str, str]:
    """Fields as the readers of `new` understand them, so that a bullet or a space more makes no difference."""
    given = {name: fields[name] for name in FIELDS if fields.get(name) and name != "plan"}
    made = as_new(given)
    return {name: repr(getattr(made, name)) for name in given}


def _steps(plan: list[PlanStep]) -> dict[str, str]:
    """The plan step by step: an owner is the same person, by whichever name."""
    return {"plan": repr([each.model_dump(exclude={"owner_name"}) for each in plan])} if plan else {}
