"""What may be changed of the policy in chat, how it's written there, and what stands over the file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policy.risk import out_of_order
from handlers.policy.rules import Rules
from handlers.policy.rules_file import RulesError, numbers, parse_rules
from handlers.policy.tailored import as_toml, changeable, tailored, value_of, with_value

KEYS = dict(numbers(Rules()))


@pytest.mark.parametrize(
    "key, words, value",
    [
        ("approval.normal.quorum", "3", 3),
        ("approval.normal.quorum", " 3 ", 3),
        ("emergency.deploy_first", "yes", True),
        ("emergency.deploy_first", "FALSE", False),
        *(("emergency.deploy_first", word, True) for word in ("true", "on")),
        *(("emergency.deploy_first", word, False) for word in ("false", "no", "off")),
        ("approval.normal.reminder_minutes", "60, 240", (240, 60)),
        ("approval.normal.reminder_minutes", "[60, 240]", (240, 60)),
        ("announcements.before_minutes", "", ()),
        ("deployment.stages", "Pilot, Half, Full", ("Pilot", "Half", "Full")),
        ("deployment.stages", '["Pilot", "Full"]', ("Pilot", "Full")),
        ("gates.submit", "goal, changes", ("goal", "changes")),
        ("gates.submit", "[]", ()),
    ],
)
def test_s10_a_number_as_people_write_it(key: str, words: str, value: object) -> None:
    assert value_of(key, words) == value


@pytest.mark.parametrize(
    "key, words, toml",
    [
        ("approval.normal.quorum", "0", "0"),
        ("approval.normal.quorum", "two", '"two"'),
        ("approval.normal.quorum", "", '""'),
        ("approval.normal.quorum", "1000001", "1000001"),
        ("emergency.deploy_first", "perhaps", '"perhaps"'),
        ("approval.normal.reminder_minutes", "60, soon", '[60, "soon"]'),
        ("deployment.stages", "", "[]"),
        ("gates.submit", "goal, weather", '["goal", "weather"]'),
    ],
)
def test_s10_a_wrong_one_gets_the_sentence_of_the_file(key: str, words: str, toml: str) -> None:
    with pytest.raises(RulesError) as in_chat:
        value_of(key, words)
    with pytest.raises(RulesError) as in_file:
        parse_rules(f"{key} = {toml}")
    assert str(in_file.value) == f"Policy, line 1: {in_chat.value}"


@pytest.mark.parametrize("key, value", KEYS.items())
def test_a_value_is_written_as_the_file_reads_it(key: str, value: object) -> None:
    assert dict(numbers(parse_rules(f"{key} = {as_toml(value)}")))[key] == value


@given(st.sampled_from(changeable()), st.text(max_size=30))
def test_no_words_break_it(key: str, words: str) -> None:
    try:
        value = value_of(key, words)
    except RulesError as wrong:
        sentence, value = str(wrong), KEYS[key]
    else:
        sentence = f"{key} is taken"
    assert sentence.startswith(f"{key} ")
    rules, refused = tailored(Rules(), {key: as_toml(value)})
    if out_of_order(with_value(Rules(), key, value).risk):
        assert (refused, rules) == ((key,), Rules())
        return
    assert not refused
    assert {each: now for each, now in numbers(rules) if now != KEYS[each]} in ({}, {key: value})


def test_a_change_stands_over_the_file_and_the_file_under_it() -> None:
    file = parse_rules("approval.normal.quorum = 4\napproval.normal.deadline_minutes = 5")
    rules, refused = tailored(file, {"approval.normal.quorum": "3", "deployment.stages": '["All"]'})
    assert not refused
    assert (rules.approval.normal.quorum, rules.approval.normal.deadline_minutes) == (3, 5)
    assert rules.said == {"approval.normal.quorum", "approval.normal.deadline_minutes", "deployment.stages"}
    assert rules.file == file


def test_s6_bounds_that_fit_together_hold_whatever_the_order_of_their_changes() -> None:
    changes = {"risk.critical_from": "4", "risk.high_from": "3", "risk.medium_from": "2"}
    rules, refused = tailored(Rules(), changes)
    assert not refused
    assert (rules.risk.medium_from, rules.risk.high_from, rules.risk.critical_from) == (2, 3, 4)
    assert rules.said == set(changes)


def test_s6_bounds_that_do_not_fit_another_file_leave_the_files_word() -> None:
    """The file was changed beneath what had been set in chat."""
    file = parse_rules("risk.medium_from = 10\nrisk.high_from = 12\nrisk.critical_from = 14")
    rules, refused = tailored(file, {"risk.high_from": "6", "risk.soon_hours": "5"})
    assert refused == ("risk.high_from",)
    assert (rules.risk.medium_from, rules.risk.high_from, rules.risk.soon_hours) == (10, 12, 5)
    assert "risk.high_from" in rules.said  # by the file


@pytest.mark.parametrize("key, value", [("approval.normal.quorumm", "3"), ("approval.normal.quorum", "0"),
                                        ("approval.normal.quorum", "= ="), ("approval", "3")])  # fmt: skip
def test_a_change_that_a_later_version_refuses_leaves_the_files_word(key: str, value: str) -> None:
    rules, refused = tailored(Rules(), {key: value, "status.every_minutes": "7"})
    assert (refused, rules.status.every_minutes, rules.approval) == ((key,), 7, Rules().approval)


@pytest.mark.parametrize("key", ["zone", "audit.anchor_minutes", "joining.tries", "roles.cab_member"])
def test_what_the_operator_answers_for_is_not_changed_in_chat(key: str) -> None:
    assert key in KEYS
    assert key not in changeable()


def test_s10_every_other_number_is() -> None:
    operators: Any = {key for key in KEYS if key.startswith(("audit.", "joining.", "roles.")) or key == "zone"}
    assert set(changeable()) == set(KEYS) - operators
