import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.policy_file import load_rules
from handlers.policy.rules import Rules
from handlers.policy.rules_file import RulesError, numbers

EXAMPLE = Path(__file__).parents[2] / "policy.example.toml"


def test_the_example_is_what_holds_without_a_file() -> None:
    assert load_rules(EXAMPLE) == load_rules(None) == Rules()


def keys(value: Any, path: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {path}
    return {key for name, inner in value.items() for key in keys(inner, f"{path}.{name}".strip("."))}


def test_the_example_shows_every_key() -> None:
    assert keys(tomllib.loads(EXAMPLE.read_text())) == set(dict(numbers(Rules())))


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("title: a\nhours: many", "“hours:” of the template: "),
        ("title: {{ who }}", "“title:” can't be filled in: “who” isn't known; known are service, version, services"),
        ("la", "Line 1 belongs to no field"),
    ],
)
def test_s10_a_template_is_read_as_a_release_would_be(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'zone = "UTC"\n[templates.x]\nkind = "release"\ntext = """\n{text}\n"""\n', encoding="utf-8")
    with pytest.raises(RulesError) as refused:
        load_rules(path)
    assert str(refused.value).startswith(f"Policy, line 4: templates.x.text can't be used. {sentence}")


def test_s10_good_templates_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[templates.x]\ntext = "title: {{ service }}"\n[templates.y]\nkind = "plan"\ntext = "drain"')
    assert [each.name for each in load_rules(path).templates] == ["x", "y"]


def test_the_templates_of_the_example_can_be_used(tmp_path: Path) -> None:
    """The one that stands there behind hash signs."""
    shown = EXAMPLE.read_text(encoding="utf-8").partition("# [templates.")[2].partition("\n\n")[0]
    path = tmp_path / "own.toml"
    path.write_text("[templates." + "\n".join(line.removeprefix("#").removeprefix(" ") for line in shown.split("\n")))
    (template,) = load_rules(path).templates
    assert (template.name, template.text.splitlines()[0]) == (
        "certificates",
        "title: Renew certificates of {{ service }}",
    )


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_is_no_text_or_none_is_a_sentence_with_its_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RulesError, match=r"own\.toml .*\.$"):
        load_rules(path)
