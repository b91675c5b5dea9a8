"""Templates: their fields, what may stand in them, and when a release is a standard one (process section 5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.policy.templates import fields, filled, may_not_approve, named_as_made, no_standard, variables_of
from storage.content import ServiceVersion
from storage.template import Template, TemplateKind
from tests.handlers.policy.releases import release

VARIABLES = {"service": "payments", "version": "2.4.0", "services": "payments 2.4.0"}
BODY = "title: Renew certificates of {{ service }}\ngoal: Valid for a year\nplan:\n1. order\n2. install\n\nbackout: put the old one back"


def test_fields_are_read_by_name_with_their_lines() -> None:
    assert fields(BODY) == {
        "title": "Renew certificates of {{ service }}",
        "goal": "Valid for a year",
        "plan": "1. order\n2. install",
        "backout": "put the old one back",
    }


@pytest.mark.parametrize(
    "body, sentence",
    [
        ("renew it", "Line 1 belongs to no field"),
        ("title: a\ntitle: b", "Line 2: “title:” stands there twice"),
        ("", "at least one field"),
        ("title: {{ coordinator }}", "“coordinator” isn't known; known are service, version, services"),
        ("title: {% for x in range(9) %}x{% endfor %}", "for isn't for templates"),
        ("title: {{ 'a' * 999 }}", "mul isn't for templates"),
        ("title: {{ service.upper() }}", "call isn't for templates"),
        ("title: {{ service.__class__ }}", "getattr isn't for templates"),
        ("title: {{ service|replace('a','b') }}", "the filter “replace” isn't one of"),
        ("title: {{ service", "can't be filled in"),
        ("title: {% if '%999999999d' is divisibleby 2 %}a{% endif %}", "test isn't for templates"),
        ("title: {% if service > 1 %}a{% endif %}", "compared or filtered that can't be"),
        ("title: {{ service|upper(1, 2) }}", "compared or filtered that can't be"),
        ("title: " + "{% if service %}" * 100 + "x" + "{% endif %}" * 100, "at most 25 conditions"),
        ("title: {{ service" + "|upper" * 400 + " }}", "at most 25 conditions"),
        ("title: {{ " + "(" * 900 + "service" + ")" * 900 + " }}", "nested too deeply"),
    ],
)
def test_what_is_no_template_is_told_in_a_sentence(body: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as wrong:
        filled(TemplateKind.RELEASE, body, VARIABLES)
    assert sentence in str(wrong.value)


def test_a_value_stays_in_its_field() -> None:
    """A service's name can't become a plan."""
    given = filled(TemplateKind.RELEASE, "title: {{ service }}", {**VARIABLES, "service": "x\nplan: rm"})
    assert given == {"title": "x\nplan: rm"}


def test_conditions_and_filters_work() -> None:
    body = "title: {% if version %}{{ service|upper }} {{ version }}{% else %}{{ service }}{% endif %}"
    assert filled(TemplateKind.RELEASE, body, VARIABLES) == {"title": "PAYMENTS 2.4.0"}
    assert filled(TemplateKind.PLAN, "drain {{ service }}\ndeploy", VARIABLES) == {"plan": "drain payments\ndeploy"}


def test_what_names_no_field_is_a_line_of_the_one_before_and_an_empty_field_is_none() -> None:
    assert fields("title:\ngoal: a\nnote: b\nplan:\ncheck: c") == {"goal": "a\nnote: b", "plan": "check: c"}


@pytest.mark.parametrize(
    "services, service, version, every",
    [
        ([("payments", "2.4.0")], "payments", "2.4.0", "payments 2.4.0"),
        ([("payments", "")], "payments", "", "payments"),
        ([("payments", "2.4.0"), ("web", "")], "", "", "payments 2.4.0, web"),
        ([], "", "", ""),
    ],
)
def test_the_one_service_or_all_of_them(
    services: list[tuple[str, str]], service: str, version: str, every: str
) -> None:
    found = release(services=[ServiceVersion(name=name, version=brought) for name, brought in services])
    assert variables_of(found) == {"service": service, "version": version, "services": every}


@pytest.mark.parametrize("name", ["title", "goal", "impact", "hours", "stages", "changes", "plan", "backout"])
def test_s10_each_field_of_a_release_can_be_written(name: str) -> None:
    assert filled(TemplateKind.RELEASE, f"{name}: 2 {{{{ service }}}}", VARIABLES) == {name: "2 payments"}


@pytest.mark.parametrize(
    "text, words",
    [
        ("{{ service|upper }}", "PAYMENTS"),
        ("{{ 'ABC'|lower }}", "abc"),
        ("{{ service|capitalize }}", "Payments"),
        ("{{ 'card payments'|title }}", "Card Payments"),
        ("a{{ ' b '|trim }}c", "abc"),
        ("{{ ''|default('one', boolean=true) }}", "one"),
        ("{{ 'new' if version else 'any' }}", "new"),
        ("{% if service == 'payments' %}ours{% endif %}", "ours"),
        ("{% if not version %}any{% else %}one{% endif %}", "one"),
        ("{% if version and service %}both{% endif %}", "both"),
        ("{% if '' or service %}either{% endif %}", "either"),
    ],
)
def test_what_a_template_may_say(text: str, words: str) -> None:
    assert filled(TemplateKind.BACK_OUT, text, VARIABLES) == {"backout": words}


def test_what_grows_too_long_is_refused() -> None:
    assert filled(TemplateKind.BACK_OUT, "x" * 3000, VARIABLES) == {"backout": "x" * 3000}
    with pytest.raises(ValueError, match="at most 3000 fit"):
        filled(TemplateKind.BACK_OUT, "x" * 3001, VARIABLES)
    with pytest.raises(ValueError, match="at most 3000 fit"):
        filled(TemplateKind.BACK_OUT, "{{ service }}" * 400, VARIABLES)


def template(**changes: Any) -> Template:
    given: dict[str, Any] = {
        "name": "certificates", "kind": TemplateKind.RELEASE, "body": BODY, "revision": 3, "made_by": 1,
        "made_at": datetime(2026, 11, 1, tzinfo=UTC), "approved_by": 7, "approved_at": datetime(2026, 11, 2, tzinfo=UTC),
    }  # fmt: skip
    return Template(**given | changes)


@pytest.mark.parametrize(
    "made_from, changes, given, why",
    [
        ("certificates@3", {}, {"goal": "Valid"}, ""),
        ("certificates@3", {}, {"goal": "Valid ", "impact": "None"}, ""),
        ("certificates@2", {}, {"goal": "Valid"}, "was changed since"),
        ("certificates@3", {"approved_by": 0}, {"goal": "Valid"}, "hasn't approved"),
        ("certificates@3", {"approved_by": 1}, {"goal": "Valid"}, "was approved by who wrote it"),
        ("certificates@3", {"retired_at": datetime(2026, 11, 3, tzinfo=UTC)}, {"goal": "Valid"}, "isn't used any more"),
        ("certificates@3", {}, {"goal": "Other"}, "differs from its template in goal"),
        ("certificates@3", {}, {}, "differs from its template in goal"),
        ("certificates@3", {}, {"goal": "Valid", "plan": "my own"}, "differs from its template in plan"),
        ("certificates@3", {}, {"goal": "Valid", "stages": "All", "backout": "?"}, "in stages, backout"),
    ],
)
def test_s5_a_standard_release_is_what_its_approved_template_says(
    made_from: str, changes: dict[str, Any], given: dict[str, str], why: str
) -> None:
    said = no_standard(release(template=made_from), template(**changes), {"goal": "Valid"}, given)
    assert why in said
    assert bool(said) is bool(why)


@pytest.mark.parametrize(
    "changes, person, seen, why",
    [
        ({"approved_by": 0}, 2, None, ""),
        ({"approved_by": 0}, 2, 3, ""),
        ({"approved_by": 0}, 2, 2, "is at revision 3 now; you saw revision 2"),
        ({"approved_by": 0}, 1, 3, "You wrote “certificates” as it is"),
        ({}, 2, 3, "is approved already"),
        ({"kind": TemplateKind.PLAN}, 2, 3, "is of a plan"),
        ({"approved_by": 0, "body": "title: a"}, 2, 3, "has no “plan:” and no “backout:”"),
        ({"approved_by": 0, "body": "plan: a"}, 2, 3, "has no “backout:”,"),
    ],
)
def test_s5_who_approves_which_template(changes: dict[str, Any], person: int, seen: int | None, why: str) -> None:
    said = may_not_approve(template(**changes), person, seen)
    assert why in said
    assert bool(said) is bool(why)


@pytest.mark.parametrize(
    "changes, digest, why",
    [
        ({"approved_by": 0, "made_by": 0}, template().digest, ""),
        ({"approved_by": 0, "made_by": 0}, "", ""),
        ({"approved_by": 0, "made_by": 0}, "another", "“certificates” has another text now than the one that you saw"),
        ({"made_by": 0}, template().digest, "“certificates” is approved already, as the policy file has it."),
        ({}, "", "“certificates” is approved already, in revision 3."),
    ],
)
def test_s10_a_template_of_the_policy_file_is_approved_by_its_text(
    changes: dict[str, Any], digest: str, why: str
) -> None:
    said = may_not_approve(template(**changes), 2, None, digest)
    assert why in said
    assert bool(said) is bool(why)


def test_s10_a_release_names_a_template_of_the_policy_file_by_its_text() -> None:
    assert named_as_made(template(made_by=0)) == f"certificates@{template().digest}"


def test_a_release_names_its_template_with_the_revision() -> None:
    assert named_as_made(template()) == "certificates@3"
    assert "the template “gone”, which isn't used any more" in no_standard(release(template="gone@1"), None, {}, {})


@pytest.mark.parametrize("version, fits", [("", True), ("2.4.0", True), ("2.4.0 && rm -rf /", False)])
def test_s5_a_standard_release_brings_a_version_that_is_one_or_none(version: str, fits: bool) -> None:
    found = release(template="certificates@3", services=[ServiceVersion(name="web", version=version)])
    assert (no_standard(found, template(), {"goal": "Valid"}, {"goal": "Valid"}) == "") is fits
