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


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_is_no_text_or_none_is_a_sentence_with_its_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RulesError, match=r"own\.toml .*\.$"):
        load_rules(path)
