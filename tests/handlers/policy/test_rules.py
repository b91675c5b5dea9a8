"""Every key of the policy: the right value is taken, a wrong one is refused by key and line."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policy.rules import Rules
from handlers.policy.rules_file import WORDS, RulesError, numbers, parse_rules

EXAMPLE = (Path(__file__).parents[3] / "policy.example.toml").read_text(encoding="utf-8")


KEYS = dict(numbers(Rules()))
TABLES = sorted({path.rpartition(".")[0] for path in KEYS} - {""} | {"approval"})
ZERO = {"lapse_minutes", "escalate_every_minutes", "tolerance_minutes"}


FITTING = {"risk.medium_from": 3, "risk.high_from": 9, "risk.critical_from": 13}
"""Values that keep the bounds of risk in order."""
TEAM = "19:0a1b@thread.tacv2"


def written(path: str, value: str) -> str:
    table, _, name = path.rpartition(".")
    return f"# policy\n[{table}]\n\n{name} = {value}\n" if table else f"# policy\n\n\n{name} = {value}\n"


def at(rules: Rules, path: str) -> Any:
    return reduce(getattr, path.split("."), rules)


def right(path: str, default: Any) -> tuple[str, Any]:
    if path in WORDS:
        return f'["{WORDS[path][-1]}"]', (WORDS[path][-1],)
    if path in FITTING:
        return str(FITTING[path]), FITTING[path]
    if path.startswith("roles."):
        return f'["S0123ABCD", "{TEAM}"]', ("S0123ABCD", TEAM)
    match default:
        case bool():
            return str(not default).lower(), not default
        case int():
            return "7", 7
        case str():
            return '"Europe/Berlin"', "Europe/Berlin"
        case (int(), *_):
            return "[5, 90, 7]", (90, 7, 5)
        case _:
            return '["One", "Two"]', ("One", "Two")


def wrong(path: str, default: Any) -> list[str]:
    if path in WORDS:
        return ['"One"', "1", "[1]", '["no such row"]', "[[]]", "{}"]
    if path.startswith("roles."):
        return ['"S0123ABCD"', "[1]", '["@cab"]', '["U0123ABCD"]', '["S0123ABCD", ""]', "[[]]", "{}"]
    if path in FITTING:
        return ["0", "17", "1.5", '"2"', "true", "[1]"]
    match default:
        case bool():
            return ["1", '"true"', "[]", "{}"]
        case int():
            least = 0 if path.rpartition(".")[2] in ZERO else 1
            return [str(least - 1), "-5", "1.5", '"2"', "true", "[1]", "10_000_000", "2026-01-01"]
        case str():
            return ['"Berlin"', '""', "1", "[]", "true", '"../../etc/passwd"']
        case (int(), *_):
            return ["5", "[0]", "[-1]", '["5"]', "[1.5]", "[true]", "[[5]]", "[10_000_000]"]
        case _:
            return ['"One"', "[]", "[1]", '[""]', '["One", " "]', "{}"]


def test_s10_without_a_word_the_defaults_of_the_process_hold() -> None:
    assert parse_rules("") == Rules()


@pytest.mark.parametrize("path", KEYS)
def test_s10_the_right_value_is_taken_and_nothing_else_changes(path: str) -> None:
    text, value = right(path, KEYS[path])
    rules = parse_rules(written(path, text))
    assert at(rules, path) == value
    assert {each for each, default in numbers(Rules()) if at(rules, each) != default} == {path}


@pytest.mark.parametrize("path, text", [(path, text) for path, value in KEYS.items() for text in wrong(path, value)])
def test_s10_a_wrong_value_is_refused_with_key_and_line(path: str, text: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_rules(written(path, text))
    assert str(refused.value).startswith((f"Policy, line 4: {path} is ", f"Policy, line 4: {path} has only "))
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "source, key, line",
    [
        ("[risk]\nmedium_from = 8", "risk.medium_from", 2),
        ("[risk]\nhigh_from = 4", "risk.high_from", 2),
        ("[risk]\n\ncritical_from = 8", "risk.critical_from", 3),
        ("[risk]\ncritical_from = 3\nmedium_from = 2\nhigh_from = 3", "risk.critical_from", 2),
        ("risk.high_from = 16", "risk.high_from", 1),
    ],
)
def test_s6_the_bounds_of_the_levels_ascend(source: str, key: str, line: int) -> None:
    with pytest.raises(RulesError) as refused:
        parse_rules(source)
    assert str(refused.value) == (
        f"Policy, line {line}: {key} doesn't fit: medium_from has to be less than high_from, and high_from less than "
        "critical_from."
    )


def test_s10_templates_stand_in_tables_that_the_file_names() -> None:
    text = "title: Renew {{ service }}\nplan:\n[Pilot]\nkind = 5\ninstall"
    rules = parse_rules(
        f'[templates.certificates]\ntext = """\n{text}\n"""\n[templates."Way back"]\nkind = "back_out"\ntext = "x"'
    )
    assert [(each.name, each.kind.value, each.text) for each in rules.templates] == [
        ("certificates", "release", text),
        ("Way back", "back_out", "x"),
    ]
    assert parse_rules("").templates == ()


@pytest.mark.parametrize(
    "source, line, sentence",
    [
        ("\ntemplates = 5", 2, "templates is a table of templates, each written [templates.name]."),
        (
            '[templates.x]\ntext = "title: {{ who }}"',
            2,
            "templates.x.text can't be used. “title:” can't be filled in: “who”",
        ),
        (
            '[templates.x]\ntext = """\nkind = 5\n[Pilot]\ntitle: a"""\nkind = "song"',
            6,
            "templates.x.kind is one of release",
        ),
        ('[templates.x]\n\nbody = "title: a"', 3, "templates.x.body isn't known; known here are kind, text."),
        ('zone = "UTC"\n[templates."a b"]\nkind = "plan"', 2, "templates.a b needs a text"),
    ],
)
def test_s10_a_wrong_template_is_refused_with_key_and_line(source: str, line: int, sentence: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_rules(source)
    assert str(refused.value).startswith(f"Policy, line {line}: {sentence}")


@pytest.mark.parametrize("path", sorted(path for path in KEYS if path.rpartition(".")[2] in ZERO))
def test_zero_where_zero_means_never(path: str) -> None:
    assert at(parse_rules(written(path, "0")), path) == 0


def test_no_more_reminders_is_an_empty_list() -> None:
    assert parse_rules("[announcements]\nbefore_minutes = []").announcements.before_minutes == ()


@pytest.mark.parametrize("table", ["", *TABLES])
def test_s10_an_unknown_key_is_refused_with_the_known_ones(table: str) -> None:
    head = f"[{table}]\n" if table else ""
    with pytest.raises(RulesError) as refused:
        parse_rules(f"# policy\n\n{head}quorom = 2\n")
    path = f"{table}.quorom" if table else "quorom"
    assert str(refused.value).startswith(f"Policy, line {4 if table else 3}: {path} isn't known; known here are ")
    known = {field.name for field in dataclasses.fields(at(Rules(), table) if table else Rules())} - {"said", "file"}
    assert str(refused.value).endswith(f"{', '.join(sorted(known))}.")


@pytest.mark.parametrize("table", TABLES)
def test_a_value_where_a_table_belongs(table: str) -> None:
    with pytest.raises(RulesError, match=rf"^Policy, line 2: {table} is a table, written \[{table}\]\.$"):
        parse_rules(f"# policy\n{table} = 5\n")


@pytest.mark.parametrize(
    "source, line",
    [
        ("approval.normal.quorum = 0", 1),
        ("\napproval . normal . quorum = 0", 2),
        ("[approval]\n\nnormal.quorum = 0", 3),
        ("[approval]\nnormal = { deadline_minutes = 5, quorum = 0 }", 2),
        ("\n\napproval = { normal = { quorum = 0 } }", 3),
        ("[approval.emergency]\nquorum = 1\n[approval.normal] # ours\nquorum = 0", 4),
        ("[ approval . normal ]\nquorum = 0", 2),
        ('[approval.normal]\n"quorum" = 0', 2),
        ("[approval.normal]\n# quorum = 1\ndeadline_minutes = 5\n  quorum=0", 4),
    ],
)
def test_s10_the_line_of_the_trouble_however_the_key_is_written(source: str, line: int) -> None:
    with pytest.raises(
        RulesError, match=f"^Policy, line {line}: approval.normal.quorum is a whole number from 1 to 1000000; 0 isn't"
    ):
        parse_rules(source)


def test_a_table_written_twice_over_is_no_table() -> None:
    with pytest.raises(RulesError, match=r"^Policy, line 2: emergency is a table, written \[emergency\]\.$"):
        parse_rules("\n[[emergency]]\ndeploy_first = true")


@pytest.mark.parametrize("source", ["zone = ", "[approval", "zone = 'UTC'\nzone = 'UTC'", "\x00"])
def test_s10_what_is_no_toml_says_where(source: str) -> None:
    with pytest.raises(RulesError, match=r"^The policy isn't valid TOML: .*\(at (line \d+|end).*\)\.$"):
        parse_rules(source)


@given(st.text(max_size=60) | st.from_regex(r"(\[?[a-z.]{1,12}\]?( = [0-9\"\[\]a-z]{0,5})?\n){1,4}", fullmatch=True))
def test_no_text_breaks_the_reading(source: str) -> None:
    try:
        assert isinstance(parse_rules(source), Rules)
    except RulesError as refused:
        sentence = str(refused)
        assert sentence.startswith(("Policy, line ", "The policy isn't valid TOML: "))


# ---- the example


def test_s10_the_example_is_the_defaults() -> None:
    assert parse_rules(EXAMPLE) == Rules()


def test_the_example_shows_every_key_and_explains_what_its_name_does_not() -> None:
    given_: dict[str, Any] = tomllib.loads(EXAMPLE)
    shown = set(_paths(given_))
    assert shown == set(KEYS)
    lines = {line.partition("=")[0].strip(): line for line in EXAMPLE.splitlines() if "=" in line and line[0] != "#"}
    bare = {name for name, line in lines.items() if "#" not in line}
    assert bare <= {"zone", "deadline_minutes", "reminder_minutes", "every_minutes", "emergency_every_minutes"}


def _paths(given_: dict[str, Any], path: str = "") -> Iterator[str]:
    for name, value in given_.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{path}{name}.")
        else:
            yield f"{path}{name}"
