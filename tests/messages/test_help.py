from __future__ import annotations

from messages.help import command_card, overview_card
from tests.messages.records import said, words


def test_commands_stand_in_groups_with_a_line_each() -> None:
    card = overview_card({"Plan": [("new", "Register a release")], "Deploy": [("start", "Start the deployment")]})
    text = words(card)
    order = ["PLAN", "• new — Register a release", "DEPLOY", "• start — Start the deployment"]
    assert sorted(order, key=text.index) == order
    assert said(card) == ["new form=yes", "list waiting", "list mine"]


def test_a_command_shows_how_it_is_written_and_by_whom() -> None:
    card = command_card(
        "role grant", "Grant a role", "/release role grant PERSON ROLE",
        arguments=[("person · Person", "", True), ("role · Role", "One of them", False)],
        example="/release role grant @ana cab_member", who="Process owner",
    )  # fmt: skip
    text = words(card)
    for fragment in (
        "Grant a role.", "/release role grant PERSON ROLE", "person · Person: — (needed)", "role · Role: One of them",
        "For example: /release role grant @ana cab_member", "For: Process owner",
    ):  # fmt: skip
        assert fragment in text
    assert said(card) == ["role grant form=yes"]


def test_a_command_without_words_is_done_and_not_asked_about() -> None:
    card = command_card("role list", "List the roles", "/release role list", arguments=[], example="", who="")
    assert said(card) == ["role list"]
    assert "For" not in words(card)
