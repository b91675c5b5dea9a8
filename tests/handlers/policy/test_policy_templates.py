"""Templates of the policy file: what is taken, and what is refused with its key."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.policy.policy_templates import PolicyTemplate, WrongTemplate, read_templates
from storage.template import TemplateKind


def test_s10_the_file_holds_templates_of_releases_plans_and_back_out_plans() -> None:
    given = {
        "certificates": {"text": "\ntitle: Renew {{ service }}\nplan: install\n"},
        "rollout": {"kind": "plan", "text": "drain {{ service }}"},
        "Way back": {"kind": "back_out", "text": "redeploy"},
    }
    assert read_templates(given) == (
        PolicyTemplate("certificates", TemplateKind.RELEASE, "title: Renew {{ service }}\nplan: install"),
        PolicyTemplate("rollout", TemplateKind.PLAN, "drain {{ service }}"),
        PolicyTemplate("Way back", TemplateKind.BACK_OUT, "redeploy"),
    )
    assert read_templates({}) == ()


@pytest.mark.parametrize(
    "given, key, sentence",
    [
        (5, "templates", "is a table of templates"),
        ({"x": 5}, "templates.x", "is a table, written [templates.x]"),
        ({"": {}}, "templates.", "is a name of up to 60"),
        ({"a“b": {}}, "templates.a“b", "is a name of up to 60"),
        ({"x": {}}, "templates.x", "needs a text"),
        ({"x": {"text": " "}}, "templates.x.text", "is a text in quotes"),
        ({"x": {"text": ["title: a"]}}, "templates.x.text", "is a text in quotes"),
        ({"x": {"body": "title: a"}}, "templates.x.body", "isn't known; known here are kind, text"),
        ({"x": {"kind": "song", "text": "la"}}, "templates.x.kind", "is one of release, plan, back_out; 'song' isn't"),
        ({"x": {"kind": [], "text": "la"}}, "templates.x.kind", "is one of release, plan, back_out; [] isn't"),
        ({"x": {"text": "la"}}, "templates.x.text", "can't be used. Line 1 belongs to no field"),
        ({"x": {"text": "title: {{ who }}"}}, "templates.x.text", "“who” isn't known; known are service, version"),
        ({"x": {"text": "title: {% if who %}a{% endif %}"}}, "templates.x.text", "“who” isn't known"),
        ({"x": {"text": "title: {% if version %}a"}}, "templates.x.text", "“title:” can't be filled in"),
        ({"x": {"text": "title: {{ service.__class__ }}"}}, "templates.x.text", "isn't for templates"),
        ({"x": {"text": "title: a\ntitle: b"}}, "templates.x.text", "“title:” stands there twice"),
        ({"x": {"text": "title: a"}, "X": {"text": "title: b"}}, "templates.X", "stands there twice"),
    ],
)
def test_s10_a_wrong_one_is_refused_with_its_key(given: Any, key: str, sentence: str) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        read_templates(given)
    assert wrong.value.key == key
    assert sentence in str(wrong.value)
