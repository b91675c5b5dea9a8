"""Templates that the policy file holds (process section 10), read and looked over when the file is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.policy.templates import filled
from storage.template import TemplateKind

SAMPLE = {"service": "payments", "version": "1.0", "services": "payments 1.0"}
"""What a template is filled in with to see whether it can be."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}\Z")
_KEYS = ("kind", "text")


class WrongTemplate(ValueError):
    """A template that can't be used: the sentence about `key`, which is the key in the file or the table itself."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True, slots=True)
class PolicyTemplate:
    """A text by the name that the file gives it."""

    name: str
    kind: TemplateKind
    text: str


def read_templates(given: Any) -> tuple[PolicyTemplate, ...]:
    """The tables under [templates]. Raises WrongTemplate."""
    if not isinstance(given, dict):
        raise WrongTemplate("templates", "is a table of templates, each written [templates.name]")
    found = tuple(_template(name, value) for name, value in given.items())
    names = [each.name.lower() for each in found]
    for number, each in enumerate(found):
        if each.name.lower() in names[:number]:
            raise WrongTemplate(_key(each.name), "stands there twice, but for capital letters; give it another name")
    return found


def _template(name: str, given: Any) -> PolicyTemplate:
    key = _key(name)
    if not _NAME.match(name):
        raise WrongTemplate(key, f"is a name of up to 60 letters, digits, spaces, dots or dashes; “{name}” isn't one")
    if not isinstance(given, dict):
        raise WrongTemplate(key, f"is a table, written [{key}]")
    if unknown := [each for each in given if each not in _KEYS]:
        raise WrongTemplate(f"{key}.{unknown[0]}", f"isn't known; known here are {', '.join(_KEYS)}")
    return PolicyTemplate(name, _kind(key, given), _text(key, given))


def _kind(key: str, given: Mapping[str, Any]) -> TemplateKind:
    kinds = [each.value for each in TemplateKind]
    kind = given.get("kind", TemplateKind.RELEASE.value)
    if kind not in kinds:
        raise WrongTemplate(f"{key}.kind", f"is one of {', '.join(kinds)}; {kind!r} isn't")
    return TemplateKind(kind)


def _text(key: str, given: Mapping[str, Any]) -> str:
    if "text" not in given:
        raise WrongTemplate(key, "needs a text: the fields of a release, or the lines of a plan")
    text = given["text"]
    if not isinstance(text, str) or not text.strip():
        raise WrongTemplate(f"{key}.text", 'is a text in quotes, such as """title: Renew certificates"""')
    try:
        filled(_kind(key, given), text, SAMPLE)
    except ValueError as wrong:
        raise WrongTemplate(f"{key}.text", f"can't be used. {str(wrong).rstrip('.')}") from None
    return text.strip()


def _key(name: str) -> str:
    return f"templates.{name}"
