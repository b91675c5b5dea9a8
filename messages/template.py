"""Templates: the list of them, and one with its text."""

from __future__ import annotations

from collections.abc import Sequence

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Facts,
    Items,
    Mark,
    Moment,
    Part,
    Tone,
    button,
    fact,
    item,
    note,
    text,
)
from storage.template import Template, TemplateKind

_KINDS = {
    TemplateKind.RELEASE: "a release",
    TemplateKind.PLAN: "a deployment plan",
    TemplateKind.BACK_OUT: "a back-out plan",
}


def which(template: Template) -> str:
    """Which text of that name it is."""
    return "as the policy file has it" if template.by_policy else f"revision {template.revision}"


def templates_card(templates: Sequence[Template]) -> Card:
    """Each with what it is of, and whether releases made from it are standard ones."""
    if not templates:
        way = Buttons((Button("Write one", "template write form=yes"),))
        return Card("Templates", (text("There is no template yet."), way), Tone.NEUTRAL)
    rows = tuple(
        item(
            Bold(each.name),
            f" — {_KINDS[each.kind]}, {'by the policy' if each.by_policy else which(each)}",
            ", approved for standard releases" if each.approved_by else "",
            mark=Mark.DONE if each.approved_by else Mark.BULLET,
        )
        for each in templates
    )
    ways = tuple(button(each.name, "template", "show", each.name) for each in templates)
    return Card("Templates", (Items(rows), Buttons(ways)), Tone.NEUTRAL)


def template_card(template: Template, maker: str, approver: str) -> Card:
    """The text as it is written, line by line, and what can be done with it."""
    written = (
        fact("Written", "by the policy: it stands in the policy file, and is changed there")
        if template.by_policy
        else fact("Written by", maker, ", ", Moment(template.made_at))
    )
    rows = [fact("What it is of", _KINDS[template.kind]), written]
    if template.approved_at is not None:
        rows.append(fact("Approved by", approver, ", ", Moment(template.approved_at)))
    parts: list[Part] = [Facts(tuple(rows)), text(Code(template.body))]
    if template.kind is TemplateKind.RELEASE and not approver:
        parts.append(note("Releases made from it go to the CAB until the change manager has approved it."))
    return Card(f"{template.name}, {which(template)}", (*parts, Buttons(_ways(template))), Tone.NEUTRAL)


def _ways(template: Template) -> tuple[Button, ...]:
    if template.kind is not TemplateKind.RELEASE:
        return (button("Put it into a release", "template", "apply", template.name, form="yes"),)
    ways = (button("Register a release", "template", "use", template.name, form="yes"),)
    seen = {"digest": template.digest} if template.by_policy else {"revision": template.revision}
    approve = button("Approve it", "template", "approve", template.name, **seen)
    return ways if template.approved_by else (*ways, approve)
