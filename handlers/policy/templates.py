"""Templates of releases and plans: what may stand in one, and what it gives for a service and a version.

A template is read as named fields first, and each field is filled in by itself, so that no value can become another
field. Of Jinja only words, conditions and a few filters are let in: no loop, no call, no attribute, nothing to multiply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2 import Template as _Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storage.release import Release
from storage.template import Template, TemplateKind

FIELDS = ("title", "goal", "impact", "hours", "stages", "changes", "plan", "backout")
"""What a release's template may fill in: arguments of `new`, by their names."""
VARIABLES = ("service", "version", "services")
"""What a template may speak of: the only service's name and version, and all services with theirs."""
FILTERS = frozenset({"upper", "lower", "capitalize", "title", "trim", "default"})
EXECUTED = ("stages", "plan", "backout")
"""What is done by a release: where its template says nothing of it, nobody has approved anything of it."""
MOST_NESTED = 25
"""How deep conditions and filters may stand within each other; what is deeper takes Python itself apart."""
MOST_FIELD = 3_000
"""Characters that a field may come to: what a text field of a form takes."""

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Keyword,
)  # fmt: skip
_BROKEN = (TypeError, SyntaxError, RecursionError)
"""What comes out of Jinja for a template that it doesn't refuse and can't carry out."""
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~/-]{0,59}\Z")
"""What may be put into an approved text without adding words of its own."""
_FIELD = re.compile(r"(?P<name>[a-z]+):[ \t]*(?P<rest>.*)\Z")
_JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)


def fields(body: str) -> dict[str, str]:
    """The fields of a release's template, not filled in yet. Raises ValueError with a sentence for what isn't one."""
    found: dict[str, list[str]] = {}
    current = ""
    for number, line in enumerate(body.replace("\r\n", "\n").split("\n"), 1):
        head = _FIELD.match(line)
        if head is not None and head["name"] in FIELDS:
            current = head["name"]
            if current in found:
                raise ValueError(f"Line {number}: “{current}:” stands there twice; write it once.")
            found[current] = [head["rest"]] if head["rest"] else []
        elif current:
            found[current].append(line)
        elif line.strip():
            raise ValueError(
                f"Line {number} belongs to no field; begin one with {', '.join(f'{name}:' for name in FIELDS)}."
            )
    return {name: "\n".join(lines).strip() for name, lines in found.items() if any(line.strip() for line in lines)}


def filled(kind: TemplateKind, body: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Each field with the variables put in; a plan's template is one field. Raises ValueError with a sentence."""
    match kind:
        case TemplateKind.RELEASE:
            parts = fields(body)
        case TemplateKind.PLAN:
            parts = {"plan": body}
        case _:
            parts = {"backout": body}
    if not parts:
        raise ValueError("A template needs at least one field, such as title:.")
    return {name: _filled(name, text, variables) for name, text in parts.items()}


def variables_of(release: Release) -> dict[str, str]:
    """What a template is filled in with for this release."""
    one = release.services[0] if len(release.services) == 1 else None
    return {
        "service": one.name if one else "",
        "version": one.version if one else "",
        "services": ", ".join(f"{each.name} {each.version}".strip() for each in release.services),
    }


def named_as_made(template: Template) -> str:
    """How a release names the template that it was made from: with the revision, or the text, that was approved."""
    return f"{template.name}@{template.digest if template.by_policy else template.revision}"


def may_not_approve(template: Template, person: int, seen: int | None, digest: str = "") -> str:
    """Why this person doesn't approve the template as it is now; "" when they do. `seen` is the revision that they saw,
    `digest` the text's where it's the policy file's.

    What a release of it does has to stand in it, or everybody who makes one would authorise steps of their own.
    """
    if template.kind is not TemplateKind.RELEASE:
        return f"“{template.name}” is of a plan; only a template of a whole release can be approved."
    if seen is not None and seen != template.revision:
        return f"“{template.name}” is at revision {template.revision} now; you saw revision {seen}. Look at it again."
    if digest and digest != template.digest:
        return f"“{template.name}” has another text now than the one that you saw. Look at it again."
    if template.made_by == person:
        return f"You wrote “{template.name}” as it is; somebody else has to approve it."
    if template.approved_by:
        as_it_is = "as the policy file has it" if template.by_policy else f"in revision {template.revision}"
        return f"“{template.name}” is approved already, {as_it_is}."
    if lacks := [f"“{name}:”" for name in ("plan", "backout") if name not in fields(template.body)]:
        return (
            f"“{template.name}” has no {' and no '.join(lacks)}, so nobody could tell what its releases do; whoever writes "
            "templates can add it."
        )
    return ""


def no_standard(
    release: Release, template: Template | None, expected: Mapping[str, str], given: Mapping[str, str]
) -> str:
    """Why this isn't a standard release; "" when it is one (process section 5).

    `expected` are the fields that the template gives for it, `given` the same as they stand in the release.
    """
    name = release.template.rpartition("@")[0]
    if template is None or template.retired_at is not None:
        return f"{release.key} was made from the template “{name}”, which isn't used any more."
    if not template.approved_by:
        return f"The change manager hasn't approved the template “{template.name}”."
    if template.approved_by == template.made_by:  # two people who turned out to be one
        return f"The template “{template.name}” was approved by who wrote it."
    if release.template != named_as_made(template):
        return f"The template “{template.name}” was changed since {release.key} was made from it."
    for version in (each.version for each in release.services if each.version):
        if not _VERSION.match(version):
            return f"{release.key} has the version “{version}”; a standard release's is one word such as 2.4.0."
    names = dict.fromkeys((*expected, *EXECUTED))
    differing = [name for name in names if given.get(name, "").strip() != expected.get(name, "").strip()]
    if differing:
        return f"{release.key} differs from its template in {', '.join(differing)}."
    return ""


def _filled(name: str, text: str, variables: Mapping[str, str]) -> str:
    try:
        whole = _compiled(text).render(variables)
    except TemplateError as wrong:
        raise ValueError(f"“{name}:” can't be filled in: {_word(wrong)}.") from None
    except _BROKEN:
        raise ValueError(
            f"“{name}:” can't be filled in: something in it is compared or filtered that can't be, or is nested too deeply."
        ) from None
    if len(whole) > MOST_FIELD:
        raise ValueError(f"“{name}:” comes to {len(whole)} characters; at most {MOST_FIELD} fit.")
    return whole.strip()


@lru_cache(maxsize=256)
def _compiled(text: str) -> _Compiled:
    tree = _JINJA.parse(text)
    _allowed(tree, MOST_NESTED)
    return _JINJA.from_string(tree)


def _allowed(node: nodes.Node, depth: int) -> None:
    """Raises _Forbidden for what a template may not have. Tests (`is …`) are among it: one of them formats strings."""
    if not depth:
        raise _Forbidden(f"at most {MOST_NESTED} conditions and filters stand within each other")
    if not isinstance(node, _NODES):
        raise _Forbidden(f"{type(node).__name__.lower()} isn't for templates; {{{{ service }}}} and conditions are")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise _Forbidden(f"the filter “{node.name}” isn't one of {', '.join(sorted(FILTERS))}")
    if isinstance(node, nodes.Name) and node.name not in VARIABLES:
        raise _Forbidden(f"“{node.name}” isn't known; known are {', '.join(VARIABLES)}")
    for child in node.iter_child_nodes():
        _allowed(child, depth - 1)


class _Forbidden(TemplateError):
    """Something of Jinja's that a template here may not have."""


def _word(wrong: TemplateError) -> str:
    return (wrong.message or type(wrong).__name__).rstrip(".")
