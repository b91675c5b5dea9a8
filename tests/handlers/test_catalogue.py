"""The catalogue: what can be said, and that table, cards and commands fit each other."""

from __future__ import annotations

import pytest

from handlers.kit.arguments import parse, usage
from handlers.kit.command import catalogue, nearest
from handlers.kit.living import offers
from handlers.policy.lifecycle import TABLE, moves
from handlers.policy.rules import Emergency, Rules
from messages.line import read
from messages.words import COMMANDS
from storage.terms import Move, ReleaseType, State
from tests.handlers.calls import call
from tests.handlers.policy.releases import release

DEMANDED = {
    "new", "show", "list", "edit", "submit", "approve", "reject", "recall", "announce", "start", "step", "complete",
    "rollback", "hold", "resume", "cancel", "emergency", "status", "status schedule", "status list", "status stop", "link",
    "unlink", "role grant", "role revoke", "role list", "service add", "service list", "follow", "unfollow", "help",
    "deliveries",
}  # fmt: skip
CLOCK = {
    "remind",
    "escalate",
    "lapse",
    "upcoming",
    "ask-status",
    "post-facts",
    "post-status",
    "media checked",
    "redraw-checklist",
}


def test_everything_that_is_demanded_can_be_said() -> None:
    assert {name for name, made in catalogue().items() if not made.clock} >= DEMANDED
    assert {name for name, made in catalogue().items() if made.clock} == CLOCK


def test_every_move_with_a_verb_has_its_command() -> None:
    for rule in TABLE:
        if rule.verb:
            made = catalogue()[rule.verb]
            assert not made.clock
            assert "release" in [each.name for each in made.arguments]


def test_a_move_without_a_verb_is_the_clocks_or_comes_later() -> None:
    assert {rule.move for rule in TABLE if not rule.verb} == {Move.LAPSE, Move.ACCEPT, Move.REVIEW}
    assert catalogue()["lapse"].clock


STATES = [
    (state, hold, kind, stage)
    for state in State
    for hold in ("", "look")
    for kind in (ReleaseType.NORMAL, ReleaseType.EMERGENCY)
    for stage in (0, 1)
]


@pytest.mark.parametrize("deploy_first", [False, True])
def test_s4_a_card_offers_exactly_the_moves_of_the_table_and_the_votes_on_the_ballot(deploy_first: bool) -> None:
    rules = Rules(emergency=Emergency(deploy_first=deploy_first))
    for state, hold, kind, stage in STATES:
        found = release(state=state, hold=hold, type=kind, stage=stage)
        *offered, details = offers(found, call(rules=rules))
        expected = [
            rule.verb for rule in moves(found, rules) if rule.verb and rule.move not in (Move.APPROVE, Move.REJECT)
        ]
        assert [each.say.split(maxsplit=1)[0] for each in offered] == expected, (state, hold, kind, stage)
        assert details.say == "show REL-42"


@pytest.mark.parametrize("name", catalogue())
def test_the_example_is_a_sentence_of_the_command(name: str) -> None:
    made = catalogue()[name]
    if not made.example:
        return
    words = read(made.example.removeprefix("/release "))
    length = len(name.split())
    assert " ".join(words.bare[:length]) == name
    bare = tuple(word.replace("@", "<@U1>") for word in words.bare[length:])
    parsed = parse(made.arguments, type(words)(bare, words.named))
    assert (parsed.errors, parsed.missing) == ({}, ())


@pytest.mark.parametrize("name", [name for name, made in catalogue().items() if not made.clock])
def test_a_command_can_be_shown_in_help_and_as_a_form(name: str) -> None:
    made = catalogue()[name]
    assert made.group in ("Look", "Plan", "Authorise", "Deploy", "Emergency", "Communicate", "Set up")
    assert made.summary[0].isupper()
    assert not made.summary.endswith(".")
    assert len(made.title) <= 24 or not made.asks  # what a modal of Slack's has for its title
    assert len(made.submit) <= 24
    assert usage(name, made.arguments).startswith(f"/release {name}")
    for each in made.asks:
        assert each.label
        assert len(each.hint) <= 150


def test_a_command_that_changes_a_release_by_form_begins_with_what_stands() -> None:
    """An optional field that can be emptied is emptied by a form that doesn't show what is in it."""
    for made in catalogue().values():
        erasable = [each for each in made.asks if not each.required and each.blank not in (None, "") and not each.rest]
        about = any(each.pointer and each.required for each in made.arguments)
        assert not (about and erasable) or made.stands is not None, made.name


@pytest.mark.parametrize(
    "word, near",
    [("aprove", "approve"), ("Submitt", "submit"), ("anounce", "announce"), ("emergancy", "emergency")],
)
def test_nearest(word: str, near: str) -> None:
    assert nearest(word)[0] == near


def test_nearest_knows_no_command_of_the_clock() -> None:
    assert not CLOCK.intersection(each for name in CLOCK for each in nearest(name))


def test_the_words_that_hints_may_name_are_those_of_the_commands() -> None:
    said_by_people = {name.split()[0] for name, made in catalogue().items() if not made.clock}
    assert set(COMMANDS) == said_by_people
